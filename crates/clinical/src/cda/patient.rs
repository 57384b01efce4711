//! Whose document it is: identifiers and traits of the one `recordTarget`.

use std::fmt;

use jiff::civil::Date;
use model::{InsAuthority, SaidTraits, Sex};
use xml::Node;

use super::walk::{attribute, identifiers, optional, required, words};
use super::{CdaError, HL7, InstanceIdentifier};

/// The patient as written. Names are as the author typed them; compare them with
/// `model::person::normalise` (A18). Does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct CdaPatient {
    /// Every `patientRole/id`, in order.
    pub ids: Vec<InstanceIdentifier>,
    /// The one under an authority of the INS, its extension always there.
    pub ins: InstanceIdentifier,
    /// `family` with the qualifier BR.
    pub birth_name: Option<String>,
    /// `family` with the qualifier CL, else SP, else without qualifier.
    pub used_name: Option<String>,
    /// `given` with the qualifier BR: the first given name.
    pub first_given: Option<String>,
    /// `given` with the qualifier CL: the given name in use.
    pub used_given: Option<String>,
    /// `given` without qualifier, joined by a space: all given names of the birth record.
    pub all_given: Option<String>,
    /// First eight digits of `birthTime/@value`; none when it says less.
    pub birth_date: Option<Date>,
    /// `administrativeGenderCode`: M, F, anything else unknown.
    pub sex: Option<Sex>,
    /// `birthplace/place/addr/county`: INSEE code of commune or country.
    pub birth_place_insee: Option<String>,
}

impl CdaPatient {
    /// What the document says of the traits, to be compared with a record's.
    pub fn said_traits(&self) -> SaidTraits {
        SaidTraits {
            birth_name: self.birth_name.clone(),
            first_given: self.first_given.clone(),
            birth_date: self.birth_date,
            sex: self.sex,
            birth_place: self.birth_place_insee.clone(),
        }
    }
}

impl fmt::Debug for CdaPatient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CdaPatient(…)")
    }
}

pub(super) fn read(record_target: Node<'_>) -> Result<CdaPatient, CdaError> {
    let role = required(record_target, "patientRole")?;
    let ids = identifiers(role, "id")?;
    let ins = ins(role, &ids)?;
    let patient = required(role, "patient")?;
    let name = Named::of(patient);
    let birth_time = optional(patient, "birthTime")?;
    let birth_date = match birth_time.and_then(|node| attribute(node, "value").map(|value| (node, value))) {
        Some((node, value)) => super::date(node, &value)?,
        None => None,
    };
    let place = optional(patient, "birthplace")?
        .and_then(|node| node.child(HL7, "place"))
        .and_then(|node| node.child(HL7, "addr"))
        .and_then(|node| node.child(HL7, "county"));
    Ok(CdaPatient {
        ids,
        ins,
        birth_name: name.first("family", Some("BR")),
        used_name: name
            .first("family", Some("CL"))
            .or_else(|| name.first("family", Some("SP")))
            .or_else(|| name.first("family", None)),
        first_given: name.first("given", Some("BR")),
        used_given: name.first("given", Some("CL")),
        all_given: name.all("given", None),
        birth_date,
        sex: optional(patient, "administrativeGenderCode")?.and_then(|node| node.attribute("code")).map(sex),
        birth_place_insee: place.and_then(words),
    })
}

/// The INS: one identifier, or the same one written twice.
fn ins(role: Node<'_>, ids: &[InstanceIdentifier]) -> Result<InstanceIdentifier, CdaError> {
    let mut found =
        ids.iter().filter(|id| InsAuthority::from_oid(&id.root).is_some() && id.extension.is_some());
    let Some(first) = found.next() else {
        return Err(CdaError::NoIns { path: role.path() });
    };
    if found.any(|other| other != first) {
        return Err(CdaError::SeveralIns { path: role.path() });
    }
    Ok(first.clone())
}

/// The parts of a person's names, with their qualifiers. Names may come in one `name` or in
/// several, and in any order.
struct Named<'a> {
    parts: Vec<Node<'a>>,
}

impl<'a> Named<'a> {
    fn of(patient: Node<'a>) -> Self {
        let names = patient.children().filter(|child| child.is(HL7, "name"));
        Self { parts: names.flat_map(|name| name.children()).collect() }
    }

    fn first(&self, local: &str, qualifier: Option<&str>) -> Option<String> {
        self.matching(local, qualifier).next()
    }

    fn all(&self, local: &str, qualifier: Option<&str>) -> Option<String> {
        let all = self.matching(local, qualifier).collect::<Vec<_>>().join(" ");
        (!all.is_empty()).then_some(all)
    }

    fn matching<'s>(
        &'s self,
        local: &'s str,
        qualifier: Option<&'s str>,
    ) -> impl Iterator<Item = String> + 's {
        self.parts
            .iter()
            .filter(move |part| part.is(HL7, local))
            // A part may carry several qualifiers, separated by spaces.
            .filter(move |part| match (part.attribute("qualifier").map(str::trim), qualifier) {
                (None | Some(""), None) => true,
                (Some(written), Some(wanted)) => written.split_whitespace().any(|one| one == wanted),
                _ => false,
            })
            .filter_map(|part| words(*part))
    }
}

fn sex(code: &str) -> Sex {
    match code {
        "M" => Sex::Male,
        "F" => Sex::Female,
        _ => Sex::Unknown,
    }
}
