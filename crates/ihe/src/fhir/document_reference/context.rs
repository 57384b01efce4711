//! `DocumentReference.context`: when, where, for what act, and the patient as the producer knew them.

use jiff::Timestamp;
use model::{Coding, ReferenceId, SaidTraits};

use super::super::datatypes::{self, codings};
use super::super::date;
use super::super::obj::Obj;
use super::super::outcome::{Issue, Outcome, Read};
use super::super::people::Scope;
use super::super::subject::{self, PatientRef};
use super::{first, unkept};

pub struct DocumentContext {
    pub start: Timestamp,
    pub stop: Option<Timestamp>,
    pub facility_type: Coding,
    pub practice_setting: Coding,
    pub events: Vec<Coding>,
    pub references: Vec<ReferenceId>,
    pub source_patient: model::SourcePatient,
    pub traits: SaidTraits,
    pub patient: PatientRef,
    pub patient_path: String,
}

/// What else is known of a document that comes alone, for what its context may leave out.
pub struct Around<'a, 't> {
    pub patient: &'a PatientRef,
    /// The subject, where it is contained.
    pub named: Option<&'a Obj<'t>>,
    pub created: Timestamp,
}

pub fn read(
    obj: &Obj<'_>,
    scope: &Scope<'_>,
    around: Option<&Around<'_, '_>>,
    notes: &mut Vec<Issue>,
) -> Read<DocumentContext> {
    obj.only(&[
        "encounter",
        "event",
        "period",
        "facilityType",
        "practiceSetting",
        "sourcePatientInfo",
        "related",
    ])?;
    notes.extend(obj.objects("encounter")?.iter().map(unkept));
    let (start, stop) = match (obj.object("period")?, around) {
        (Some(said), _) => period(&said)?,
        // the act is then as old as the document
        (None, Some(around)) => (around.created, None),
        (None, None) => return Err(Outcome::missing(obj.at("period"))),
    };
    let mut events = Vec::new();
    for event in obj.objects("event")? {
        events.extend(codings(&event)?);
    }
    let source = source(obj, scope, around)?;
    Ok(DocumentContext {
        start,
        stop,
        facility_type: first(&obj.need_object("facilityType")?, notes)?,
        practice_setting: first(&obj.need_object("practiceSetting")?, notes)?,
        events,
        references: obj.objects("related")?.iter().map(related).collect::<Read<Vec<_>>>()?,
        source_patient: source.patient,
        traits: source.traits,
        patient: source.named,
        patient_path: source.path,
    })
}

struct Source {
    patient: model::SourcePatient,
    traits: SaidTraits,
    named: PatientRef,
    path: String,
}

/// The patient as the producer knew them: contained, or for a document that comes alone the subject as it is named.
fn source(obj: &Obj<'_>, scope: &Scope<'_>, around: Option<&Around<'_, '_>>) -> Read<Source> {
    let (patient, path) = match (obj.object("sourcePatientInfo")?, around) {
        (Some(info), _) => {
            let found = scope
                .find(info.need_text("reference")?)
                .filter(|it| matches!(it.text("resourceType"), Ok(Some("Patient"))))
                .ok_or_else(|| Outcome::rule(info.at("reference"), "the source patient must be contained"))?;
            (found, info.at("reference"))
        }
        (None, Some(Around { named: Some(patient), .. })) => (*patient, patient.path().to_owned()),
        (None, Some(Around { patient, .. })) => {
            let ids = patient.ins.iter().map(|ins| (ins.system(), ins.matricule().to_owned())).collect();
            return Ok(Source {
                patient: model::SourcePatient { ids, ..model::SourcePatient::default() },
                traits: SaidTraits::default(),
                named: PatientRef::default(),
                path: obj.path().to_owned(),
            });
        }
        (None, None) => return Err(Outcome::missing(obj.at("sourcePatientInfo"))),
    };
    Ok(Source {
        patient: subject::source_patient(patient)?,
        traits: subject::traits(patient)?,
        named: PatientRef { ins: subject::ins_of(patient)?, record: None },
        path,
    })
}

fn period(obj: &Obj<'_>) -> Read<(Timestamp, Option<Timestamp>)> {
    obj.only(&["start", "end"])?;
    let read = |name: &str, text: &str| {
        date::date_time(text)
            .ok_or_else(|| Outcome::malformed(obj.at(name), "not a date, or a time without its zone"))
    };
    let start = read("start", obj.need_text("start")?)?.from;
    let stop = match obj.text("end")? {
        Some(text) => {
            let span = read("end", text)?;
            // a day includes all of it
            let last = span.until.checked_sub(jiff::SignedDuration::from_secs(1)).unwrap_or(span.from);
            Some(if span.timed { span.from } else { last })
        }
        None => None,
    };
    if stop.is_some_and(|stop| stop < start) {
        return Err(Outcome::rule(obj.at("end"), "the end lies before the start"));
    }
    Ok((start, stop))
}

/// An entry of XDS `referenceIdList`: kind in `identifier.type`, JDV_J231.
fn related(obj: &Obj<'_>) -> Read<ReferenceId> {
    obj.only(&["reference", "type", "identifier", "display"])?;
    let Some(identifier) = obj.object("identifier")? else {
        return Err(Outcome::unsupported(obj.path(), "what is related is named by an identifier"));
    };
    let found = datatypes::identifier(&identifier)?;
    let kind = match identifier.object("type")? {
        Some(concept) => {
            concept.only(&["coding", "text"])?;
            let coding = concept.one_object("coding")?;
            coding.only(&["system", "version", "code", "display"])?;
            coding.need_text("code")?.to_owned()
        }
        None => return Err(Outcome::missing(identifier.at("type"))),
    };
    Ok(ReferenceId { kind, system: found.system, value: found.value })
}
