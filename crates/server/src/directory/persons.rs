//! The extract of persons: "PS_LibreAcces_Personne_activite", pipes between columns, a line for each place of work.
//! Columns are found by their names. A line gives what it can prove: an unknown profession, or work of another kind
//! than care, gives no right (rules, A12 and A15).

use model::{ActingFor, Profession, ProfessionTable, PsIdNat, Standing, StructIdNat};

use super::table::cell;
use super::{PersonEntry, Role, Situation};

/// Where each column stands.
pub(super) struct Columns {
    count: usize,
    id: usize,
    title: Option<usize>,
    family: usize,
    given: usize,
    profession: usize,
    category: usize,
    know_how_type: usize,
    know_how: usize,
    finess: usize,
    siret: usize,
    siren: usize,
    email: Option<usize>,
    section: Option<usize>,
    kind: Option<usize>,
}

impl Columns {
    /// The name of the first column that is missing.
    pub(super) fn of(header: &str) -> Result<Self, &'static str> {
        let names: Vec<&str> = header.trim_start_matches('\u{feff}').split('|').map(str::trim).collect();
        let find = |name: &str| names.iter().position(|it| it.eq_ignore_ascii_case(name));
        let must = |name: &'static str| find(name).ok_or(name);
        Ok(Self {
            count: names.len(),
            id: must("Identification nationale PP")?,
            title: find("Code civilité d'exercice"),
            family: must("Nom d'exercice")?,
            given: must("Prénom d'exercice")?,
            profession: must("Code profession")?,
            category: must("Code catégorie professionnelle")?,
            know_how_type: must("Code type savoir-faire")?,
            know_how: must("Code savoir-faire")?,
            finess: must("Numéro FINESS site")?,
            siret: must("Numéro SIRET site")?,
            siren: must("Numéro SIREN site")?,
            email: find("Adresse e-mail (coord. structure)"),
            section: find("Code section tableau pharmaciens"),
            kind: find("Code genre activité").or_else(|| find("Code genre d'activité")),
        })
    }

    /// None for a line that is not one of a person.
    pub(super) fn read(&self, line: &str) -> Option<PersonEntry> {
        let cells: Vec<&str> = line.split('|').collect();
        if cells.len() != self.count {
            return None;
        }
        let at = |place: usize| cell(&cells, place);
        let maybe = |place: Option<usize>| place.map(at).filter(|it| !it.is_empty());
        let id: PsIdNat = at(self.id).parse().ok()?;
        let code = at(self.profession);
        if code.is_empty() || at(self.family).is_empty() {
            return None;
        }
        let student = at(self.category) == "E";
        let table = if student { ProfessionTable::Training } else { ProfessionTable::Health };
        let specialty =
            (at(self.know_how_type) == "S").then(|| at(self.know_how)).filter(|it| !it.is_empty());
        let title = maybe(self.title)
            .filter(|it| matches!(*it, "DR" | "PR"))
            .map(|it| if it == "DR" { "Dr " } else { "Pr " });
        let email = maybe(self.email).filter(|it| it.contains('@')).map(str::to_owned);
        // another kind of work than care is known by nothing that may read
        let care = maybe(self.kind).is_none_or(|it| it == "GENR01");
        let place = |prefix: &str, number: &str| format!("{prefix}{number}").parse::<StructIdNat>().ok();
        let organisation = [("1", self.finess), ("3", self.siret), ("2", self.siren)].into_iter().find_map(
            |(prefix, column)| Some(at(column)).filter(|it| !it.is_empty()).and_then(|it| place(prefix, it)),
        );
        let acting_for = if care { ActingFor::Care } else { ActingFor::Administration };
        Some(PersonEntry {
            id,
            name: format!("{}{} {}", title.unwrap_or_default(), at(self.given), at(self.family)),
            role: Role::Professional {
                profession: Profession { table, code: code.to_owned() },
                specialty: specialty.or(maybe(self.section)).map(str::to_owned),
            },
            situations: organisation
                .map(|organisation| Situation { organisation, acting_for, active: true })
                .into_iter()
                .collect(),
            standing: Standing::Active,
            email,
        })
    }
}

impl PersonEntry {
    /// Another line about the same person.
    pub(super) fn also(&mut self, other: Self) {
        for situation in other.situations {
            if !self.situations.contains(&situation) {
                self.situations.push(situation);
            }
        }
        if let (Role::Professional { specialty, .. }, Role::Professional { specialty: theirs, .. }) =
            (&mut self.role, other.role)
        {
            *specialty = specialty.take().or(theirs);
        }
        self.email = self.email.take().or(other.email);
    }
}
