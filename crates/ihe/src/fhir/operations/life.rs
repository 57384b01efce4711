//! `POST Patient/$oppose`, `$reopen`, `$notice-death`: what a professional, a producer or a counter records about a
//! record's life (rules, W3, W11 and W12; TD1.2).

use model::{Ins, UniqueId};
use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read};
use super::Parameters;

/// The opposition of the holder to one document, recorded by its producer before feeding it.
#[derive(Debug)]
pub struct OpposeRequest {
    pub patient: Ins,
    pub document: UniqueId,
    pub reason: Option<String>,
}

pub fn decode_oppose(body: &[u8]) -> Read<OpposeRequest> {
    let node = json::parse(body)?;
    let known = ["patient", "document", "reason"];
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &known)?;
    let (urn, path) = parameters.need_text("document")?;
    let document = UniqueId::from_urn(urn)
        .map_err(|_| Outcome::malformed(path, "the unique id of a document: urn:oid: or urn:uuid:"))?;
    let reason = parameters.text("reason")?.map(|(text, _)| text.to_owned());
    Ok(OpposeRequest { patient: parameters.ins("patient")?, document, reason })
}

#[derive(Debug)]
pub struct ReopenRequest {
    pub patient: Ins,
    /// The holder's fresh consent.
    pub consent: bool,
}

pub fn decode_reopen(body: &[u8]) -> Read<ReopenRequest> {
    let node = json::parse(body)?;
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient", "consent"])?;
    let consent = parameters.boolean("consent")?.unwrap_or(false);
    Ok(ReopenRequest { patient: parameters.ins("patient")?, consent })
}

#[derive(Debug)]
pub struct DeathRequest {
    pub patient: Ins,
    /// By a death certificate; for a correction, by the person who is there and identified.
    pub proved: bool,
    /// The death had been notified in error.
    pub in_error: bool,
}

pub fn decode_death(body: &[u8]) -> Read<DeathRequest> {
    let node = json::parse(body)?;
    let known = ["patient", "proved", "in-error"];
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &known)?;
    let said = |name| parameters.boolean(name).map(|it| it.unwrap_or(false));
    Ok(DeathRequest {
        patient: parameters.ins("patient")?,
        proved: said("proved")?,
        in_error: said("in-error")?,
    })
}

/// What was asked is recorded.
pub fn recorded() -> Value {
    json!({ "resourceType": "Parameters", "parameter": [{ "name": "recorded", "valueBoolean": true }] })
}
