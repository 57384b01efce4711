//! `POST Patient/$declare-care`, `$attending`, `$practice`, `$trusted-person`, `$secret-act`: what whoever cares for a
//! person records of it (rules, A13, A14, W9, W10 and W15).

use jiff::civil::Date;
use model::care::UnitCode;
use model::{Ins, Instant, PsIdNat, StructIdNat};
use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read};
use super::Parameters;

pub struct CareRequest {
    pub patient: Ins,
    pub unit: Option<UnitCode>,
    pub out_of_hours: bool,
}

pub fn decode_care(body: &[u8]) -> Read<CareRequest> {
    let node = json::parse(body)?;
    let parameters =
        Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient", "unit", "out-of-hours"])?;
    Ok(CareRequest {
        patient: parameters.ins("patient")?,
        unit: parameters.parsed("unit", "the code of a unit of your house", |it| it.parse().ok())?,
        out_of_hours: parameters.boolean("out-of-hours")?.unwrap_or(false),
    })
}

/// Until when the declaration holds.
pub fn encode_care(until: Instant) -> Value {
    super::break_glass::encode(until)
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// The doctor stops being attending.
    Leave,
    /// Proposes who follows; the holder answers.
    HandOver,
    /// Tells the holder who replaces the doctor for a time.
    ReplacedBy,
    /// At the holder's request: another professional is shut out.
    Block,
}

const ACTIONS: [(&str, Action); 4] = [
    ("LEAVE", Action::Leave),
    ("HAND-OVER", Action::HandOver),
    ("REPLACED-BY", Action::ReplacedBy),
    ("BLOCK", Action::Block),
];

pub struct AttendingRequest {
    pub patient: Ins,
    pub doing: AttendingDoing,
}

#[derive(Debug, PartialEq, Eq)]
pub enum AttendingDoing {
    Leave,
    HandOver(PsIdNat),
    ReplacedBy(PsIdNat),
    Block(PsIdNat),
}

pub fn decode_attending(body: &[u8]) -> Read<AttendingRequest> {
    let node = json::parse(body)?;
    let parameters =
        Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient", "action", "person"])?;
    let person = || {
        parameters.need("person")?;
        parameters.person("person")?.ok_or_else(|| Outcome::missing("person"))
    };
    let doing = match parameters.need_code("action", &ACTIONS)? {
        Action::Leave => {
            parameters.none_of(&["person"], "a doctor leaves for themself alone")?;
            AttendingDoing::Leave
        }
        Action::HandOver => AttendingDoing::HandOver(person()?),
        Action::ReplacedBy => AttendingDoing::ReplacedBy(person()?),
        Action::Block => AttendingDoing::Block(person()?),
    };
    Ok(AttendingRequest { patient: parameters.ins("patient")?, doing })
}

/// The patients of a practice, as its software names them.
pub fn decode_practice(body: &[u8]) -> Read<Vec<Ins>> {
    let node = json::parse(body)?;
    let parameters = Parameters::read_with(&Obj::resource(&node, "Parameters")?, &["patient"], &["patient"])?;
    parameters.need("patient")?;
    parameters.all("patient").map(Parameters::an_ins).collect()
}

/// One patient of a practice's list.
pub struct PracticeLine<'a> {
    pub patient: &'a Ins,
    pub attending: bool,
    pub has_summary: bool,
    pub fragile: bool,
    /// Proposed as successor, and whether the holder answered.
    pub successor: Option<(&'a PsIdNat, bool)>,
}

/// Who lacks a summary and who is fragile first; who may not be read is not there.
pub fn encode_practice(lines: &[PracticeLine<'_>]) -> Value {
    let line = |it: &PracticeLine<'_>| {
        let patient = json!({ "system": it.patient.system(), "value": it.patient.matricule() });
        let mut part = vec![
            json!({ "name": "patient", "valueIdentifier": patient }),
            json!({ "name": "attending", "valueBoolean": it.attending }),
            json!({ "name": "has-summary", "valueBoolean": it.has_summary }),
            json!({ "name": "fragile", "valueBoolean": it.fragile }),
        ];
        if let Some((person, answered)) = it.successor {
            part.push(json!({ "name": "successor", "valueString": person.to_string() }));
            part.push(json!({ "name": "answered", "valueBoolean": answered }));
        }
        json!({ "name": "line", "part": part })
    };
    json!({ "resourceType": "Parameters", "parameter": lines.iter().map(line).collect::<Vec<_>>() })
}

pub struct TrustedPersonRequest {
    pub patient: Ins,
    /// The doctor attests that the person cannot express their will.
    pub attested: bool,
}

pub fn decode_trusted_person(body: &[u8]) -> Read<TrustedPersonRequest> {
    let node = json::parse(body)?;
    let parameters =
        Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient", "incapacity-attested"])?;
    Ok(TrustedPersonRequest {
        patient: parameters.ins("patient")?,
        attested: parameters.boolean("incapacity-attested")?.unwrap_or(false),
    })
}

pub struct SecretActRequest {
    pub patient: Ins,
    pub day: Date,
    /// None: the caller's own house.
    pub house: Option<StructIdNat>,
    pub agreed: bool,
}

pub fn decode_secret_act(body: &[u8]) -> Read<SecretActRequest> {
    let node = json::parse(body)?;
    let known = ["patient", "day", "organisation", "minor-agreed"];
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &known)?;
    Ok(SecretActRequest {
        patient: parameters.ins("patient")?,
        day: parameters.day("day")?,
        house: parameters
            .parsed("organisation", "the national identifier of an organisation", |it| it.parse().ok())?,
        agreed: parameters.boolean("minor-agreed")?.unwrap_or(false),
    })
}
