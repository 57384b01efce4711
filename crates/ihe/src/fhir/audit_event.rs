//! A line of the trace as an AuditEvent, in the patterns of IHE BALP where one fits; read by ITI-81.
//!
//! BALP's patterns are for what succeeded, with one object and, for a search, its whole query. A refusal has no
//! pattern, nor has a search, whose query is kept nowhere: both are written alike, and claim no profile.

pub mod search;

use model::{Act, EntryId, Ins, RecordId};
use serde_json::{Value, json};

use super::datatypes::set;
use super::{id_pair, urls};
use crate::atna::{self, Event, Kind, Object, Outcome};

const AGENT_TYPES: &str = "http://dicom.nema.org/resources/ontology/DCM";
const EVENT_TYPES: &str = "http://terminology.hl7.org/CodeSystem/audit-event-type";
const INTERACTIONS: &str = "http://hl7.org/fhir/restful-interaction";
const ENTITY_TYPES: &str = "http://terminology.hl7.org/CodeSystem/audit-entity-type";
const ENTITY_ROLES: &str = "http://terminology.hl7.org/CodeSystem/object-role";
const BALP: &str = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
const BALP_ENTITIES: &str = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType";
const PURPOSES: &str = "urn:oid:1.2.250.1.213.1.1.4.248";

/// What surrounds a line that is answered.
pub struct Context<'a> {
    pub base: &'a str,
    pub record: RecordId,
    /// Where the caller named the patient by it: it is told to nobody who has it not.
    pub ins: Option<&'a Ins>,
}

/// The resource. Its id is the record's and the request's: the number of a line tells of lines not shown, and is
/// shown to nobody.
pub fn encode(event: &Event<'_>, context: &Context<'_>) -> Value {
    let kind = Kind::of(event.act);
    let profile = profile(event, kind);
    let mut out = json!({
        "resourceType": "AuditEvent",
        "id": id_pair::format(context.record, event.request),
        "type": { "system": EVENT_TYPES, "code": "rest", "display": "Restful Operation" },
        "subtype": subtypes(event.act, kind),
        "action": atna::action(event.act),
        "recorded": event.at.to_string(),
        "outcome": event.outcome.indicator(),
        "agent": agents(event, context),
        "source": {
            "observer": { "display": "carnet", "identifier": { "system": "urn:ietf:rfc:3986", "value": context.base } },
            "type": [{ "system": "http://terminology.hl7.org/CodeSystem/security-source-type", "code": "4" }],
        },
        "entity": entities(event, context),
    });
    set(&mut out, "meta", profile.map(|name| json!({ "profile": [format!("{BALP}{name}")] })));
    set(&mut out, "outcomeDesc", event.outcome.words());
    let purpose = atna::purpose(event.purpose);
    let purposes = purpose.map(|code| json!([{ "coding": [{ "system": PURPOSES, "code": code }] }]));
    set(&mut out, "purposeOfEvent", purposes);
    out
}

/// The pattern that fits: one object, and it succeeded.
fn profile(event: &Event<'_>, kind: Kind) -> Option<&'static str> {
    let [object] = event.objects else { return None };
    if event.outcome != Outcome::Done || object.document.is_none() {
        return None;
    }
    match (kind, atna::action(event.act)) {
        (Kind::Export, _) => Some("PatientRead"),
        (Kind::Import, _) => Some("PatientCreate"),
        (Kind::PatientRecord, "U") => Some("PatientUpdate"),
        (Kind::PatientRecord, "D") => Some("PatientDelete"),
        _ => None,
    }
}

/// FHIR's interaction, and the act by its own name.
fn subtypes(act: Act, kind: Kind) -> Value {
    let interaction = match (kind, atna::action(act)) {
        (Kind::Query | Kind::AuditLogUsed, _) => "search-type",
        (Kind::Export, _) => "read",
        (Kind::Import, _) => "create",
        (Kind::PatientRecord, "C") => "create",
        (Kind::PatientRecord, "D") => "delete",
        (Kind::PatientRecord, _) => "update",
        (Kind::Authentication | Kind::SecurityAlert, _) => "operation",
    };
    json!([
        { "system": INTERACTIONS, "code": interaction },
        { "system": format!("{}/CodeSystem/act", urls::OWN), "code": act.to_string() },
    ])
}

fn agents(event: &Event<'_>, context: &Context<'_>) -> Vec<Value> {
    let coded = |system: &str, code: &str| json!({ "coding": [{ "system": system, "code": code }] });
    let mut agents = Vec::new();
    let kind = Kind::of(event.act);
    for (place, who) in atna::who(event.caller).iter().enumerate() {
        let user = match (who.role, kind) {
            ("holder", _) => coded("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "PAT"),
            (_, Kind::Query | Kind::Export | Kind::AuditLogUsed) => {
                coded("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP")
            }
            _ => coded("http://terminology.hl7.org/CodeSystem/v3-RoleClass", "AGNT"),
        };
        let mut reference = json!({});
        set(&mut reference, "display", who.name.clone());
        match who.system {
            Some(oid) => {
                reference["identifier"] = json!({ "system": format!("urn:oid:{oid}"), "value": who.id });
            }
            None if who.role == "holder" => {
                reference["reference"] = json!(format!("Patient/{}", context.record));
            }
            None => reference["display"] = json!(who.id),
        }
        let role = json!([{ "coding": [{ "system": format!("{}/CodeSystem/caller", urls::OWN), "code": who.role }] }]);
        agents.push(json!({ "type": user, "role": role, "who": reference, "requestor": place == 0 }));
    }
    let mut client = json!({ "type": coded(AGENT_TYPES, "110153"), "requestor": false });
    let software = event.caller.software.proved().map_or("software", |it| &it.name);
    client["who"] = json!({ "display": software });
    set(&mut client, "network", event.address.map(|it| json!({ "address": it, "type": "2" })));
    agents.push(client);
    agents.push(json!({
        "type": coded(AGENT_TYPES, "110152"),
        "who": { "display": "carnet" },
        "requestor": false,
        "network": { "address": context.base, "type": "5" },
    }));
    agents
}

fn entities(event: &Event<'_>, context: &Context<'_>) -> Vec<Value> {
    let mut patient = json!({ "reference": format!("Patient/{}", context.record) });
    let identifier = context.ins.map(|ins| json!({ "system": ins.system(), "value": ins.matricule() }));
    set(&mut patient, "identifier", identifier);
    let mut entities = vec![json!({
        "what": patient,
        "type": { "system": ENTITY_TYPES, "code": "1", "display": "Person" },
        "role": { "system": ENTITY_ROLES, "code": "1", "display": "Patient" },
    })];
    entities.extend(event.objects.iter().map(|it| document(it, context.record)));
    entities.push(json!({
        "what": { "identifier": { "value": event.request.to_string() } },
        "type": { "system": BALP_ENTITIES, "code": "XrequestId" },
    }));
    entities
}

fn document(object: &Object<'_>, record: RecordId) -> Value {
    let reference = |id: EntryId| format!("DocumentReference/{}", id_pair::format(record, id));
    let what = match object.document {
        Some(id) => json!({ "reference": reference(id), "type": "DocumentReference" }),
        None => json!({ "display": "a document that was not taken" }),
    };
    json!({
        "what": what,
        "type": { "system": ENTITY_TYPES, "code": "2", "display": "System Object" },
        "role": { "system": ENTITY_ROLES, "code": "4", "display": "Domain Resource" },
        "detail": [
            { "type": "typeCode", "valueString": object.type_code },
            { "type": "given", "valueString": if object.given { "true" } else { "false" } },
        ],
    })
}
