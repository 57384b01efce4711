//! The head of a document, for a page to lay out: values, no markup.

use std::fmt;

use jiff::civil::Date;
use model::Sex;
use xml::Node;

use super::tame;
use crate::cda::walk::words;
use crate::cda::{CdaHeader, Coded, HL7, InstanceIdentifier};

/// What stands above the text. Prints neither title nor people.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderView {
    /// The author's title, else the label of the type, else its code.
    pub title: String,
    /// The type of document.
    pub kind: Coded,
    /// When it was written.
    pub written: Moment,
    /// When the act began.
    pub act_start: Option<Moment>,
    /// When it ended.
    pub act_end: Option<Moment>,
    /// Who wrote it, in order.
    pub authors: Vec<PersonLine>,
    /// Who answers for it (`legalAuthenticator`).
    pub responsible: Option<PersonLine>,
    /// The organisation that keeps it.
    pub custodian: Option<String>,
    /// Whose it is.
    pub patient: PatientLine,
    /// The document it replaces.
    pub replaces: Option<InstanceIdentifier>,
    /// `versionNumber`.
    pub version: Option<String>,
    /// `confidentialityCode`.
    pub confidentiality: Option<String>,
}

impl fmt::Debug for HeaderView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HeaderView").field("kind", &self.kind.code).finish_non_exhaustive()
    }
}

/// A professional or a device.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PersonLine {
    /// Given name, then family name.
    pub name: Option<String>,
    /// Label of the profession or specialty.
    pub specialty: Option<String>,
    /// The organisation written for.
    pub organisation: Option<String>,
}

/// The patient as the document says it, never as the record knows it: the page compares.
#[derive(Clone, PartialEq, Eq)]
pub struct PatientLine {
    /// Name in use, else birth name.
    pub name: Option<String>,
    /// When another name is in use.
    pub birth_name: Option<String>,
    /// Given name in use, else the first one.
    pub given: Option<String>,
    /// When the whole day is known.
    pub birth_date: Option<Date>,
    pub sex: Option<Sex>,
    /// INS number.
    pub ins: Option<String>,
}

/// An HL7 time as its author's clock showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// `YYYY[MM[DD[HHMM…]]]`, as written.
    pub value: String,
    /// The day, when it is said.
    pub date: Option<Date>,
    /// Hour and minute, when they are said.
    pub time: Option<(u8, u8)>,
}

impl Moment {
    fn of(value: &str) -> Self {
        let digits = |from: usize, to: usize| {
            let text = value.get(from..to).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
            text.parse::<i16>().ok()
        };
        let small = |from, to| digits(from, to).and_then(|number| i8::try_from(number).ok());
        let date = match (digits(0, 4), small(4, 6), small(6, 8)) {
            (Some(year), Some(month), Some(day)) => Date::new(year, month, day).ok(),
            _ => None,
        };
        let two = |from, to, below| {
            digits(from, to).and_then(|number| u8::try_from(number).ok()).filter(|number| *number < below)
        };
        let time = date.and_then(|_| Some((two(8, 10, 24)?, two(10, 12, 60)?)));
        Self { value: tame(value), date, time }
    }
}

pub(super) fn read(header: &CdaHeader, cda: Node<'_>) -> HeaderView {
    let tamed = |text: &Option<String>| text.as_deref().map(tame).filter(|text| !text.is_empty());
    let joined = |given: &Option<String>, family: &Option<String>| {
        let parts: Vec<String> = [given, family].into_iter().filter_map(tamed).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    };
    let moment = |value: &Option<String>| value.as_deref().map(Moment::of);
    let patient = &header.patient;
    let used = tamed(&patient.used_name);
    let birth_name = tamed(&patient.birth_name);
    HeaderView {
        title: tamed(&header.title)
            .or_else(|| tamed(&header.code.display))
            .unwrap_or_else(|| tame(&header.code.code)),
        kind: header.code.clone(),
        written: Moment::of(&header.effective_time),
        act_start: moment(&header.service_start),
        act_end: moment(&header.service_stop),
        authors: header
            .authors
            .iter()
            .map(|author| PersonLine {
                name: joined(&author.given, &author.family),
                specialty: author.specialty.as_ref().and_then(|code| tamed(&code.display)),
                organisation: tamed(&author.organization),
            })
            .collect(),
        responsible: cda.child(HL7, "legalAuthenticator").map(responsible),
        custodian: tamed(&header.custodian.name),
        patient: PatientLine {
            name: used.clone().or_else(|| birth_name.clone()),
            birth_name: birth_name.filter(|name| used.is_some() && used.as_ref() != Some(name)),
            given: tamed(&patient.used_given)
                .or_else(|| tamed(&patient.first_given))
                .or_else(|| tamed(&patient.all_given)),
            birth_date: patient.birth_date,
            sex: patient.sex,
            ins: tamed(&patient.ins.extension),
        },
        replaces: header.replaces.clone(),
        version: tamed(&header.version_number),
        confidentiality: tamed(&header.confidentiality),
    }
}

fn responsible(authenticator: Node<'_>) -> PersonLine {
    let Some(assigned) = authenticator.child(HL7, "assignedEntity") else {
        return PersonLine::default();
    };
    let text = |node: Node<'_>| words(node).map(|text| tame(&text));
    let name = assigned.child(HL7, "assignedPerson").and_then(|person| person.child(HL7, "name"));
    let part = |local| name.and_then(|name: Node<'_>| name.child(HL7, local)).and_then(text);
    let parts: Vec<String> = [part("given"), part("family")].into_iter().flatten().collect();
    PersonLine {
        name: if parts.is_empty() { name.and_then(text) } else { Some(parts.join(" ")) },
        specialty: assigned
            .child(HL7, "code")
            .and_then(|code| code.attribute("displayName"))
            .map(|label| tame(label.trim())),
        organisation: assigned
            .child(HL7, "representedOrganization")
            .and_then(|organization| organization.child(HL7, "name"))
            .and_then(text),
    }
}
