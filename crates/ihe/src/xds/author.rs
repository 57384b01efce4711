//! Authors: the classification XDS keeps them in, and XCN and XON as France writes them (dmp-facts, c).

use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
use model::{Author, Coding, InsAuthority};

use super::attributes::Attributes;
use super::error::Read;
use super::hl7::{self, Components, escape, write_authority};
use crate::ebrim::{Classification, Slot};

/// The system of a role that is said in words and not by a code.
const WORDS: &str = "urn:ihe:iti:xds-b:2007:authorRole";

/// An author as read, and the identifiers of all its organisations: an entry keeps the first.
pub(super) struct ReadAuthor {
    pub author: Author,
    pub organisations: Vec<(String, String)>,
}

/// Every author of an object, in order.
pub(super) fn read(of: &Attributes<'_>, scheme: &'static str) -> Read<Vec<ReadAuthor>> {
    of.classifications(scheme).map(|it| one(of, it)).collect()
}

fn one(of: &Attributes<'_>, it: &Classification) -> Read<ReadAuthor> {
    let slot = |name: &str| {
        it.slots.iter().find(|slot| slot.name == name).map(|slot| slot.values.as_slice()).unwrap_or_default()
    };
    const KNOWN: [&str; 5] =
        ["authorPerson", "authorInstitution", "authorRole", "authorSpecialty", "authorTelecommunication"];
    if it.slots.iter().any(|slot| !KNOWN.contains(&slot.name.as_str())) {
        return of.wrong("author", "a slot that an author does not have");
    }
    let mut author = match slot("authorPerson") {
        [] => Author::default(),
        [person] => match xcn(person) {
            Some(author) => author,
            None => return of.wrong("authorPerson", "id^name^given^^^^^^&oid&ISO is expected"),
        },
        _ => return of.wrong("authorPerson", "one value is expected"),
    };
    let mut organisations = Vec::new();
    for (place, value) in slot("authorInstitution").iter().enumerate() {
        let Some((name, id)) = xon(value) else {
            return of.wrong("authorInstitution", "name^^^^^&oid&ISO^IDNST^^^id is expected");
        };
        if place == 0 {
            (author.organisation_name, author.organisation_id) = (name, id.clone());
        }
        organisations.extend(id);
    }
    if slot("authorPerson").is_empty() && author.organisation_name.is_none() {
        return of.wrong("author", "an authorPerson or an authorInstitution is required");
    }
    let coded = |name: &str| match slot(name).first() {
        Some(value) => code(value)
            .map_or_else(|| of.wrong(name, "a text or code^label^oid is expected"), |it| Ok(Some(it))),
        None => Ok(None),
    };
    author.role = coded("authorRole")?;
    author.specialty = coded("authorSpecialty")?;
    Ok(ReadAuthor { author, organisations })
}

/// XCN: a person, a system (name type U), or the patient (identifier of the INS).
pub(super) fn xcn(text: &str) -> Option<Author> {
    let parts = Components::of(text);
    let id = parts.text(1).map(|value| (parts.authority(9).unwrap_or_default(), value));
    let (family, given, prefix) = (parts.text(2), parts.text(3), parts.text(6));
    if id.is_none() && family.is_none() && given.is_none() {
        return None;
    }
    let is_patient = id.as_ref().is_some_and(|(system, _)| {
        InsAuthority::from_oid(system.strip_prefix("urn:oid:").unwrap_or(system)).is_some()
    });
    if parts.raw(10) == Some("U") {
        let name = family.or_else(|| id.as_ref().map(|(_, value)| value.clone()));
        return Some(Author { person_id: id, device: name, ..Author::default() });
    }
    Some(Author { person_id: id, family, given, prefix, is_patient, ..Author::default() })
}

pub(super) fn write_xcn(author: &Author) -> Option<String> {
    let text = |it: &Option<String>| it.as_deref().map(escape).unwrap_or_default();
    let (system, value) = author.person_id.clone().unwrap_or_default();
    let oid = system.strip_prefix("urn:oid:").unwrap_or(&system);
    let (name_type, id_type) = match () {
        () if author.device.is_some() => ("U", "RI"),
        () if author.person_id.is_none() => ("D", ""),
        () if author.is_patient => ("D", "NH"),
        () if oid == PS_IDNAT_OID && !value.contains('/') => ("D", "IDNPS"),
        () => ("D", "EI"),
    };
    let family = if author.device.is_some() { &author.device } else { &author.family };
    if value.is_empty() && family.is_none() && author.given.is_none() {
        return None;
    }
    let (id, family, given) = (escape(&value), text(family), text(&author.given));
    let (prefix, authority) = (text(&author.prefix), write_authority(&system));
    let whole = format!("{id}^{family}^{given}^^^{prefix}^^^{authority}^{name_type}^^^{id_type}");
    Some(whole.trim_end_matches('^').to_owned())
}

type Organisation = (Option<String>, Option<(String, String)>);

/// XON: name and identifier.
fn xon(text: &str) -> Option<Organisation> {
    let parts = Components::of(text);
    let id = parts.text(10).map(|value| (parts.authority(6).unwrap_or_default(), value));
    let name = parts.text(1);
    (name.is_some() || id.is_some()).then_some((name, id))
}

fn write_xon(author: &Author) -> Option<String> {
    let name = author.organisation_name.as_deref().map(escape).unwrap_or_default();
    let Some((system, value)) = &author.organisation_id else {
        return author.organisation_name.as_ref().map(|_| name);
    };
    let national = system.strip_prefix("urn:oid:").unwrap_or(system) == STRUCT_IDNAT_OID;
    let kind = if national { "IDNST" } else { "XX" };
    Some(format!("{name}^^^^^{}^{kind}^^^{}", write_authority(system), escape(value)))
}

/// CE `code^label^oid`, or words.
fn code(text: &str) -> Option<Coding> {
    let parts = Components::of(text);
    match (parts.text(1), parts.text(3)) {
        (Some(code), Some(system)) => Coding::new(&system, &code, parts.text(2).as_deref()).ok(),
        (Some(words), None) if parts.raw(2).is_none() => Coding::new(WORDS, &words, None).ok(),
        _ => None,
    }
}

fn write_code(coding: &Coding) -> String {
    if coding.system == WORDS {
        return escape(&coding.code);
    }
    let display = coding.display.as_deref().map(escape).unwrap_or_default();
    format!("{}^{display}^{}", escape(&coding.code), escape(&coding.system))
}

/// The classification of an author; none for one nothing is known of.
pub(super) fn write(author: &Author, scheme: &str, object: &str) -> Option<Classification> {
    let slots: Vec<Slot> = [
        ("authorPerson", write_xcn(author)),
        ("authorInstitution", write_xon(author)),
        ("authorRole", author.role.as_ref().map(write_code)),
        ("authorSpecialty", author.specialty.as_ref().map(write_code)),
    ]
    .into_iter()
    .filter_map(|(name, value)| value.map(|value| Slot::one(name, value)))
    .collect();
    (!slots.is_empty()).then(|| Classification {
        scheme: Some(scheme.to_owned()),
        classified_object: Some(object.to_owned()),
        node_representation: Some(String::new()),
        slots,
        ..Classification::default()
    })
}

/// `intendedRecipient`: `organisation|person|telecommunication`.
pub(super) fn recipient(text: &str) -> Option<Author> {
    let mut parts = text.split('|');
    let organisation = parts.next().filter(|it| !it.is_empty());
    let person = parts.next().filter(|it| !it.is_empty());
    let mut author = match person {
        Some(person) => xcn(person)?,
        None => Author::default(),
    };
    if let Some(organisation) = organisation {
        (author.organisation_name, author.organisation_id) = xon(organisation)?;
    }
    (organisation.is_some() || person.is_some()).then_some(author)
}

pub(super) fn write_recipient(author: &Author) -> Option<String> {
    match (write_xon(author), write_xcn(author)) {
        (None, None) => None,
        (organisation, None) => organisation,
        (organisation, Some(person)) => Some(format!("{}|{person}", organisation.unwrap_or_default())),
    }
}

/// Values like `authorPerson` that a query's pattern is held against.
pub(super) fn persons(authors: &[Author]) -> impl Iterator<Item = String> {
    authors.iter().filter_map(write_xcn)
}

/// A value of HL7 as a source would search for it.
pub(super) fn same_identifier(text: &str, id: &(String, String)) -> bool {
    hl7::identifier(text).is_some_and(|found| found == *id)
}
