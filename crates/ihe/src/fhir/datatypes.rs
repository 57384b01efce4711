//! FHIR's data types, read strictly: Identifier, Coding, CodeableConcept, Extension; and written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{Coding, UniqueId};
use serde_json::Value;

use super::obj::Obj;
use super::out::{Out, object};
use super::outcome::{IssueCode, Outcome, Read};

/// A business identifier: system and value.
#[derive(Clone, PartialEq, Eq)]
pub struct Identifier {
    pub use_: Option<String>,
    pub system: Option<String>,
    pub value: String,
}

const USES: [&str; 5] = ["usual", "official", "temp", "secondary", "old"];

pub fn identifier(obj: &Obj<'_>) -> Read<Identifier> {
    obj.only(&["use", "type", "system", "value", "period", "assigner"])?;
    let use_ = obj.text("use")?;
    if use_.is_some_and(|it| !USES.contains(&it)) {
        return Err(Outcome::at(400, IssueCode::CodeInvalid, obj.at("use"), "not an IdentifierUse"));
    }
    let value = obj.need_text("value")?;
    if value.len() > 256 {
        return Err(Outcome::at(422, IssueCode::TooLong, obj.at("value"), "at most 256 characters"));
    }
    Ok(Identifier {
        use_: use_.map(str::to_owned),
        system: obj.text("system")?.map(str::to_owned),
        value: value.to_owned(),
    })
}

/// An identifier that must be a unique id of XDS.
pub fn unique_id(obj: &Obj<'_>) -> Read<UniqueId> {
    let found = identifier(obj)?;
    let system = found.system.ok_or_else(|| Outcome::missing(obj.at("system")))?;
    UniqueId::from_identifier(&system, &found.value)
        .map_err(|error| Outcome::value(obj.at("value"), error.to_string()))
}

/// A Coding with its system and code.
pub fn coding(obj: &Obj<'_>) -> Read<Coding> {
    obj.only(&["system", "version", "code", "display", "userSelected"])?;
    let system = obj.need_text("system")?;
    let code = obj.need_text("code")?;
    let mut coding =
        Coding::new(system, code, None).map_err(|error| Outcome::value(obj.at("code"), error.to_string()))?;
    coding.display = obj.words("display", 1_000)?;
    Ok(coding)
}

/// The codings of a CodeableConcept: at least one.
pub fn codings(concept: &Obj<'_>) -> Read<Vec<Coding>> {
    concept.only(&["coding", "text"])?;
    concept.words("text", 1_000)?;
    concept.need_objects("coding")?.iter().map(coding).collect()
}

/// The first coding of a CodeableConcept.
pub fn concept(concept: &Obj<'_>) -> Read<Coding> {
    let mut all = codings(concept)?;
    if all.is_empty() { Err(Outcome::missing(concept.at("coding"))) } else { Ok(all.swap_remove(0)) }
}

/// The extensions of an element: their addresses and themselves.
pub fn extensions<'t>(obj: &Obj<'t>) -> Read<Vec<(&'t str, Obj<'t>)>> {
    obj.objects("extension")?.into_iter().map(|it| Ok((it.need_text("url")?, it))).collect()
}

/// Base64 of FHIR, without white space, padded.
pub fn base64(obj: &Obj<'_>, name: &str) -> Read<Option<Vec<u8>>> {
    let Some(text) = obj.text(name)? else { return Ok(None) };
    match STANDARD.decode(text) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(_) => Err(Outcome::malformed(obj.at(name), "base64 with padding and without spaces is expected")),
    }
}

pub fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// FHIR writes OIDs as URNs.
pub fn system_uri(system: &str) -> String {
    let is_oid = system.contains('.') && system.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_oid { format!("urn:oid:{system}") } else { system.to_owned() }
}

pub fn write_identifier((system, value): &(String, String)) -> Out<'_> {
    if system.is_empty() {
        return object! { "value": value };
    }
    object! { "system": system_uri(system), "value": value }
}

pub fn write_coding(coding: &Coding) -> Out<'_> {
    let mut out = object! { "system": coding.system_uri(), "code": &coding.code };
    out.set("display", coding.display.as_deref());
    out
}

pub fn write_concept(coding: &Coding) -> Out<'_> {
    object! { "coding": [write_coding(coding)] }
}

/// Sets a key where there is something to set.
pub fn set(object: &mut Value, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        object[key] = value.into();
    }
}
