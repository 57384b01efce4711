//! The CapabilityStatement of each door (`GET metadata`): the feed door has nothing that reads.

use model::Instant;
use serde_json::{Value, json};

use super::operation_definition;
use super::subscription;
use super::urls;

/// Which of the two FHIR doors.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CapabilityDoor {
    Care,
    Feed,
}

const PDSM_GUIDE: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/ImplementationGuide/ans.fhir.fr.pdsm";
const PDSM_PARAMETERS: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/SearchParameter/";
const MHD_PARAMETERS: &str = "https://profiles.ihe.net/ITI/MHD/SearchParameter/";
const HL7_PARAMETERS: &str = "http://hl7.org/fhir/SearchParameter/";

/// Name, definition below one of the three addresses, type.
type Parameter = (&'static str, &'static str, &'static str, &'static str);

const DOCUMENT_PARAMETERS: &[Parameter] = &[
    ("patient", HL7_PARAMETERS, "clinical-patient", "reference"),
    ("status", HL7_PARAMETERS, "DocumentReference-status", "token"),
    ("identifier", HL7_PARAMETERS, "clinical-identifier", "token"),
    ("type", HL7_PARAMETERS, "clinical-type", "token"),
    ("category", HL7_PARAMETERS, "DocumentReference-category", "token"),
    ("date", HL7_PARAMETERS, "DocumentReference-date", "date"),
    ("creation", MHD_PARAMETERS, "DocumentReference-Creation", "date"),
    ("period", HL7_PARAMETERS, "DocumentReference-period", "date"),
    ("period-start", PDSM_PARAMETERS, "PDSm-DocumentReference-period-start", "date"),
    ("period-end", PDSM_PARAMETERS, "PDSm-DocumentReference-period-end", "date"),
    ("facility", HL7_PARAMETERS, "DocumentReference-facility", "token"),
    ("setting", HL7_PARAMETERS, "DocumentReference-setting", "token"),
    ("format", HL7_PARAMETERS, "DocumentReference-format", "token"),
    ("security-label", HL7_PARAMETERS, "DocumentReference-security-label", "token"),
    ("event", HL7_PARAMETERS, "DocumentReference-event", "token"),
    ("relatesto", HL7_PARAMETERS, "DocumentReference-relatesto", "reference"),
    ("related", HL7_PARAMETERS, "DocumentReference-related", "reference"),
    ("author", HL7_PARAMETERS, "DocumentReference-author", "reference"),
    ("isArchived", PDSM_PARAMETERS, "PDSm-isArchived", "token"),
    ("_id", HL7_PARAMETERS, "Resource-id", "token"),
    ("_lastUpdated", HL7_PARAMETERS, "Resource-lastUpdated", "date"),
];

const LIST_PARAMETERS: &[Parameter] = &[
    ("patient", HL7_PARAMETERS, "clinical-patient", "reference"),
    ("code", HL7_PARAMETERS, "clinical-code", "token"),
    ("status", HL7_PARAMETERS, "List-status", "token"),
    ("identifier", HL7_PARAMETERS, "clinical-identifier", "token"),
    ("date", HL7_PARAMETERS, "clinical-date", "date"),
    ("title", HL7_PARAMETERS, "List-title", "string"),
    ("DesignationType", MHD_PARAMETERS, "List-DesignationType", "token"),
    ("SourceId", MHD_PARAMETERS, "List-SourceId", "token"),
    ("source", HL7_PARAMETERS, "List-source", "reference"),
    ("authorOrg", PDSM_PARAMETERS, "PDSm-List-authorOrg", "reference"),
    ("isArchived", PDSM_PARAMETERS, "PDSm-isArchived", "token"),
    ("_id", HL7_PARAMETERS, "Resource-id", "token"),
    ("_lastUpdated", HL7_PARAMETERS, "Resource-lastUpdated", "date"),
];

const AUDIT_PARAMETERS: &[Parameter] = &[
    ("patient", HL7_PARAMETERS, "AuditEvent-patient", "reference"),
    ("entity", HL7_PARAMETERS, "AuditEvent-entity", "reference"),
    ("date", HL7_PARAMETERS, "AuditEvent-date", "date"),
    ("action", HL7_PARAMETERS, "AuditEvent-action", "token"),
    ("outcome", HL7_PARAMETERS, "AuditEvent-outcome", "token"),
    ("subtype", HL7_PARAMETERS, "AuditEvent-subtype", "token"),
    ("agent", HL7_PARAMETERS, "AuditEvent-agent", "reference"),
];

const LOCATE_PARAMETERS: &[Parameter] = &[
    ("patient", HL7_PARAMETERS, "clinical-patient", "reference"),
    ("identifier", HL7_PARAMETERS, "clinical-identifier", "token"),
];

const PATIENT_PARAMETERS: &[Parameter] = &[("identifier", HL7_PARAMETERS, "Patient-identifier", "token")];

/// The statement of a door. `version` of the software, `since` when this description last changed.
pub fn encode(door: CapabilityDoor, base: &str, version: &str, since: Instant) -> Value {
    let (resources, interactions) = match door {
        CapabilityDoor::Care => (care(base), json!([])),
        CapabilityDoor::Feed => (feed(base), json!([{ "code": "transaction" }])),
    };
    let security = match door {
        CapabilityDoor::Care => {
            "mutual TLS with a person's certificate, or with an organisation's and the person's access token bound to \
             it (RFC 8705)"
        }
        CapabilityDoor::Feed => "mutual TLS",
    };
    let mut rest = json!({
        "mode": "server",
        "security": { "cors": false, "description": security },
        "resource": resources,
    });
    if interactions.as_array().is_some_and(|it| !it.is_empty()) {
        rest["interaction"] = interactions;
    }
    json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": since.to_string(),
        "kind": "instance",
        "software": { "name": "carnet", "version": version },
        "implementation": {
            "description": match door {
                CapabilityDoor::Care => "care door: reading",
                CapabilityDoor::Feed => "feed door: feeding",
            },
            "url": base,
        },
        "fhirVersion": "4.0.1",
        "format": ["json", "xml"],
        "patchFormat": ["application/json-patch+json", "application/fhir+json", "application/fhir+xml"],
        "implementationGuide": [PDSM_GUIDE],
        "rest": [rest],
    })
}

fn care(base: &str) -> Value {
    let documents = searched("DocumentReference", urls::PDSM_DOCUMENT, DOCUMENT_PARAMETERS, true);
    let mut audit = searched("AuditEvent", "", AUDIT_PARAMETERS, false);
    if let Some(fields) = audit.as_object_mut() {
        // BALP's patterns are claimed by those they fit
        fields.remove("supportedProfile");
    }
    json!([
        managed(base, with(documents, &["patch"])),
        searched("List", urls::PDSM_SET, LIST_PARAMETERS, true),
        { "type": "Binary", "interaction": [{ "code": "read" }] },
        audit,
        subscription(),
        patient(base, &operation_definition::codes()),
    ])
}

/// New documents, pulled; the topic that can be asked for is said as the Backport says it.
fn subscription() -> Value {
    let operation = |code: &str, name: &str| {
        let of = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition";
        json!({ "name": code, "definition": format!("{of}/backport-subscription-{name}") })
    };
    let topics = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/capabilitystatement-subscriptiontopic-canonical";
    json!({
        "extension": [{ "url": topics, "valueCanonical": subscription::TOPIC }],
        "type": "Subscription",
        "supportedProfile": [subscription::PROFILE],
        "interaction": [{ "code": "create" }, { "code": "read" }],
        "operation": [operation("events", "events"), operation("status", "status")],
    })
}

/// Documents arrive by the transaction, or alone; the search finds the id of what the caller fed itself (TD3.1b).
fn feed(base: &str) -> Value {
    let mut located = searched("DocumentReference", urls::PDSM_DOCUMENT, LOCATE_PARAMETERS, false);
    located["supportedProfile"] = json!([urls::PDSM_DOCUMENT, urls::PDSM_SIMPLIFIED]);
    let located = with(located, &["create", "patch"]);
    json!([managed(base, located), patient(base, &["open-record", "open-records", "oppose"])])
}

fn with(mut resource: Value, interactions: &[&str]) -> Value {
    if let Some(all) = resource["interaction"].as_array_mut() {
        all.extend(interactions.iter().map(|code| json!({ "code": code })));
    }
    resource
}

fn managed(base: &str, mut documents: Value) -> Value {
    let code = operation_definition::MANAGE;
    let definition = operation_definition::address(base, code);
    documents["operation"] = json!([{ "name": code, "definition": definition }]);
    documents
}

fn patient(base: &str, operations: &[&str]) -> Value {
    let mut out = searched("Patient", urls::FR_PATIENT_INS, PATIENT_PARAMETERS, false);
    out["operation"] = operations
        .iter()
        .map(|code| json!({ "name": code, "definition": operation_definition::address(base, code) }))
        .collect();
    out
}

fn searched(of_type: &str, profile: &str, parameters: &[Parameter], read: bool) -> Value {
    let mut interactions = vec![json!({ "code": "search-type" })];
    if read {
        interactions.push(json!({ "code": "read" }));
    }
    json!({
        "type": of_type,
        "supportedProfile": [profile],
        "interaction": interactions,
        "searchParam": parameters
            .iter()
            .map(|(name, address, definition, kind)| {
                json!({ "name": name, "definition": format!("{address}{definition}"), "type": kind })
            })
            .collect::<Vec<_>>(),
    })
}
