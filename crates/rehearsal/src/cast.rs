//! Those who work in the demo, and the houses they work in. Nobody of them treats anybody at the
//! start: every relation is made by the tour or by a test.

use model::{ActingFor, OrganisationKind, Profession, ProfessionTable, PsIdNat, StructIdNat};

use self::rows::{CERTIFIED_HOUSES, HOUSES, PERSONS};
use crate::numbers::{ps_id_nat, struct_id_nat};
use crate::specialty;

mod rows;

pub(crate) use self::rows::{CITY, GROUP, HOSPITAL, LABORATORY, PHARMACY};

/// An organisation of the demo.
#[derive(Clone, Debug)]
pub struct House {
    pub id: StructIdNat,
    pub name: &'static str,
    pub kind: OrganisationKind,
    /// Its kind as a document says it: code and label of JDV_J02, system 1.2.250.1.71.4.2.4.
    pub facility: (&'static str, &'static str),
    pub city: (&'static str, &'static str),
}

/// What an actor comes to do: the kinds of `demo.json`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ActorKind {
    Professional,
    Organisation,
    Agent,
    Regulator,
    Payer,
    Steering,
    /// Runs the service; two of them, for what needs two.
    Administrator,
    /// Reviews emergency accesses.
    Reviewer,
}

impl ActorKind {
    pub const ALL: [ActorKind; 8] = [
        Self::Professional,
        Self::Organisation,
        Self::Agent,
        Self::Regulator,
        Self::Payer,
        Self::Steering,
        Self::Administrator,
        Self::Reviewer,
    ];

    pub const fn word(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Organisation => "organisation",
            Self::Agent => "agent",
            Self::Regulator => "regulator",
            Self::Payer => "payer",
            Self::Steering => "steering",
            Self::Administrator => "administrator",
            Self::Reviewer => "reviewer",
        }
    }
}

/// One who holds a certificate of the demo.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Short: names the certificate's file.
    pub slug: &'static str,
    pub kind: ActorKind,
    pub who: Who,
    /// Their certificate was revoked before the demo began.
    pub revoked: bool,
}

#[derive(Clone, Debug)]
pub enum Who {
    Person {
        id: PsIdNat,
        title: &'static str,
        given: &'static str,
        family: &'static str,
        /// None for those who do not care for anybody: agents and those who steer.
        profession: Option<Profession>,
        specialty: Option<&'static str>,
        situations: Vec<Situation>,
    },
    Organisation(StructIdNat),
}

/// Where a person works, and for whom they act there.
#[derive(Clone, Debug)]
pub struct Situation {
    pub organisation: StructIdNat,
    pub acting_for: ActingFor,
}

/// Everybody with a certificate, and every house.
#[derive(Clone, Debug, Default)]
pub struct Cast {
    pub houses: Vec<House>,
    pub actors: Vec<Actor>,
    /// In the directory, and authors of documents, but without a certificate of the demo.
    pub colleagues: Vec<Actor>,
}

impl Actor {
    /// As the public directory shows it: "Dr Inès Fabrelac", or the organisation's name.
    pub fn shown(&self, cast: &Cast) -> String {
        match &self.who {
            Who::Person { title: "", given, family, .. } => format!("{given} {family}"),
            Who::Person { title, given, family, .. } => format!("{title} {given} {family}"),
            Who::Organisation(id) => cast.house(id).map_or_else(String::new, |house| house.name.to_owned()),
        }
    }

    /// Where they work first; an organisation is its own.
    pub fn organisation(&self) -> Option<&StructIdNat> {
        match &self.who {
            Who::Person { situations, .. } => situations.first().map(|situation| &situation.organisation),
            Who::Organisation(id) => Some(id),
        }
    }

    /// Specialty or profession as a document's author bears it (JDV_J01), with its label.
    pub fn specialty(&self) -> (&'static str, &'static str) {
        specialty::of(&self.who)
    }

    pub fn id(&self) -> String {
        match &self.who {
            Who::Person { id, .. } => id.to_string(),
            Who::Organisation(id) => id.to_string(),
        }
    }
}

impl Cast {
    pub fn house(&self, id: &StructIdNat) -> Option<&House> {
        self.houses.iter().find(|house| house.id == *id)
    }

    pub fn actor(&self, slug: &str) -> Option<&Actor> {
        self.actors.iter().chain(&self.colleagues).find(|actor| actor.slug == slug)
    }
}

/// The whole cast. The first of each kind is an ordinary one.
pub fn cast() -> Cast {
    Cast {
        houses: HOUSES.iter().filter_map(house).collect(),
        actors: PERSONS
            .iter()
            .filter_map(person)
            .chain(CERTIFIED_HOUSES.iter().filter_map(certified))
            .collect(),
        colleagues: Vec::new(),
    }
}

pub(crate) type HouseRow =
    (u32, &'static str, OrganisationKind, (&'static str, &'static str), (&'static str, &'static str));

pub(crate) struct PersonRow {
    slug: &'static str,
    kind: ActorKind,
    number: u32,
    name: (&'static str, &'static str, &'static str),
    /// Code of TRE_G15.
    profession: Option<&'static str>,
    specialty: Option<&'static str>,
    at: &'static [(u32, ActingFor)],
    revoked: bool,
}

impl PersonRow {
    pub(crate) const fn new(
        slug: &'static str,
        kind: ActorKind,
        number: u32,
        name: (&'static str, &'static str, &'static str),
        at: &'static [(u32, ActingFor)],
    ) -> Self {
        Self { slug, kind, number, name, profession: None, specialty: None, at, revoked: false }
    }

    pub(crate) const fn of(mut self, profession: &'static str, specialty: Option<&'static str>) -> Self {
        self.profession = Some(profession);
        self.specialty = specialty;
        self
    }

    const fn revoked(mut self) -> Self {
        self.revoked = true;
        self
    }
}

pub(crate) fn house(row: &HouseRow) -> Option<House> {
    let (number, name, kind, facility, city) = *row;
    Some(House { id: struct_id_nat(number)?, name, kind, facility, city })
}

pub(crate) fn person(row: &PersonRow) -> Option<Actor> {
    let situations = row
        .at
        .iter()
        .map(|(number, acting_for)| {
            Some(Situation { organisation: struct_id_nat(*number)?, acting_for: *acting_for })
        })
        .collect::<Option<Vec<_>>>()?;
    let (title, given, family) = row.name;
    let profession =
        row.profession.map(|code| Profession { table: ProfessionTable::Health, code: code.to_owned() });
    let id = ps_id_nat(row.number)?;
    let who = Who::Person { id, title, given, family, profession, specialty: row.specialty, situations };
    Some(Actor { slug: row.slug, kind: row.kind, who, revoked: row.revoked })
}

pub(crate) fn certified(row: &(&'static str, ActorKind, u32)) -> Option<Actor> {
    let (slug, kind, number) = *row;
    Some(Actor { slug, kind, who: Who::Organisation(struct_id_nat(number)?), revoked: false })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn nobody_is_lost_and_nobody_is_twice() {
        let cast = cast();
        assert_eq!(cast.houses.len(), HOUSES.len());
        assert_eq!(cast.actors.len(), PERSONS.len() + CERTIFIED_HOUSES.len());
        let ids: BTreeSet<_> = cast.actors.iter().map(Actor::id).collect();
        let slugs: BTreeSet<_> = cast.actors.iter().map(|actor| actor.slug).collect();
        assert_eq!((ids.len(), slugs.len()), (cast.actors.len(), cast.actors.len()));
        for actor in &cast.actors {
            assert!(cast.house(actor.organisation().unwrap()).is_some(), "{}", actor.slug);
            assert!(!actor.shown(&cast).trim().is_empty(), "{}", actor.slug);
        }
    }

    #[test]
    fn the_first_of_each_kind_is_an_ordinary_one() {
        let cast = cast();
        for kind in ActorKind::ALL {
            let first = cast.actors.iter().find(|actor| actor.kind == kind).unwrap();
            assert!(!first.revoked && first.slug.ends_with("-1"), "{kind:?}");
            let acts_for_care = matches!(&first.who, Who::Person { situations, .. }
                if situations.iter().all(|it| it.acting_for == ActingFor::Care));
            assert!(kind != ActorKind::Professional || acts_for_care);
        }
    }

    #[test]
    fn three_doctors_of_three_houses_and_specialties() {
        let cast = cast();
        let doctors: Vec<_> = cast
            .actors
            .iter()
            .filter(|actor| {
                matches!(&actor.who, Who::Person { profession: Some(it), situations, .. }
                if it.is_doctor() && situations.iter().all(|it| it.acting_for == ActingFor::Care))
                    && actor.kind == ActorKind::Professional
            })
            .take(3)
            .collect();
        let houses: BTreeSet<_> = doctors.iter().map(|doctor| doctor.organisation()).collect();
        assert_eq!((doctors.len(), houses.len()), (3, 3));
    }
}
