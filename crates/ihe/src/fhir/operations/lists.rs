//! `POST Patient/$my-patients` (TD0.4) and `Patient/$authorised` (TD1.6): lists over several records, and over those
//! whom one record lets in. No published text has them over FHIR.

use jiff::civil::Date;
use model::{Ins, Instant, Traits};
use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::Read;
use super::Parameters;

/// Since when what happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    Authorisation,
    Document,
}

const BY: [(&str, By); 2] = [("authorisation", By::Authorisation), ("document", By::Document)];

pub struct MyPatientsRequest<P> {
    pub by: By,
    pub since: Option<Date>,
    /// Where the page before ended, as its answer said.
    pub page: Option<P>,
}

pub fn decode_my_patients<P: std::str::FromStr>(body: &[u8]) -> Read<MyPatientsRequest<P>> {
    let node = json::parse(body)?;
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &["by", "since", "page"])?;
    Ok(MyPatientsRequest {
        by: parameters.need_code("by", &BY)?,
        since: parameters.get("since").is_some().then(|| parameters.day("since")).transpose()?,
        page: parameters.parsed("page", "what an earlier page gave as next", |it| it.parse().ok())?,
    })
}

/// One of the caller's patients.
pub struct PatientLine<'a> {
    pub patient: &'a Ins,
    pub traits: &'a Traits,
    pub attending: bool,
    pub let_in: Instant,
    pub last_document: Option<Instant>,
}

pub fn encode_my_patients(lines: &[PatientLine<'_>], next: Option<&str>) -> Value {
    let line = |it: &PatientLine<'_>| {
        let used = it.traits.used_name.as_ref().unwrap_or(&it.traits.birth_name);
        let patient = json!({ "system": it.patient.system(), "value": it.patient.matricule() });
        let mut part = vec![
            json!({ "name": "patient", "valueIdentifier": patient }),
            json!({ "name": "family", "valueString": used.as_str() }),
            json!({ "name": "birth-family", "valueString": it.traits.birth_name.as_str() }),
            json!({ "name": "given", "valueString": it.traits.first_given.as_str() }),
            json!({ "name": "birth-date", "valueDate": it.traits.birth_date.to_string() }),
            json!({ "name": "attending", "valueBoolean": it.attending }),
            json!({ "name": "let-in", "valueInstant": it.let_in.to_string() }),
        ];
        if let Some(at) = it.last_document {
            part.push(json!({ "name": "last-document", "valueInstant": at.to_string() }));
        }
        json!({ "name": "line", "part": part })
    };
    let mut parameter: Vec<_> = lines.iter().map(line).collect();
    if let Some(next) = next {
        parameter.push(json!({ "name": "next", "valueString": next }));
    }
    json!({ "resourceType": "Parameters", "parameter": parameter })
}

pub fn decode_authorised(body: &[u8]) -> Read<Ins> {
    let node = json::parse(body)?;
    Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient"])?.ins("patient")
}

/// Somebody whom the holder let in, or shut out.
pub struct AuthorisedLine {
    /// PS_IdNat, or Struct_IdNat of an organisation.
    pub id: String,
    pub is_organisation: bool,
    /// As the directory shows it.
    pub name: String,
    pub blocked: bool,
    pub attending: bool,
    pub since: Instant,
    pub until: Option<Instant>,
}

pub fn encode_authorised(lines: &[AuthorisedLine]) -> Value {
    use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
    let line = |it: &AuthorisedLine| {
        let system = if it.is_organisation { STRUCT_IDNAT_OID } else { PS_IDNAT_OID };
        let who = json!({ "system": format!("urn:oid:{system}"), "value": it.id });
        let mut part = vec![
            json!({ "name": "who", "valueIdentifier": who }),
            json!({ "name": "name", "valueString": it.name }),
            json!({ "name": "blocked", "valueBoolean": it.blocked }),
            json!({ "name": "attending", "valueBoolean": it.attending }),
            json!({ "name": "since", "valueInstant": it.since.to_string() }),
        ];
        if let Some(until) = it.until {
            part.push(json!({ "name": "until", "valueInstant": until.to_string() }));
        }
        json!({ "name": "line", "part": part })
    };
    json!({ "resourceType": "Parameters", "parameter": lines.iter().map(line).collect::<Vec<_>>() })
}
