//! A document as the door that feeds answers it, to who fed it: its ids, its version and its state. What it says is not
//! read there, and the resource says so instead of leaving out what FHIR wants.

use model::{DocumentStatus, EntryId, RecordId, UniqueId};
use serde_json::{Value, json};

use crate::fhir::{id_pair, urls};

/// What that door knows of a document.
pub struct Unread<'a> {
    pub record: RecordId,
    pub logical_id: EntryId,
    pub version: u32,
    /// The id of the version that now stands.
    pub entry: EntryId,
    pub status: &'a DocumentStatus,
    /// Where the caller named it so.
    pub unique_id: Option<&'a UniqueId>,
}

pub fn encode_unread(it: &Unread<'_>) -> Value {
    let status = match it.status {
        DocumentStatus::Approved | DocumentStatus::Archived { .. } => "current",
        DocumentStatus::Deprecated { .. } => "superseded",
        DocumentStatus::Deleted { .. } => "entered-in-error",
    };
    let archived = matches!(it.status, DocumentStatus::Archived { .. });
    let absent = json!({ "url": DATA_ABSENT, "valueCode": "masked" });
    let mut out = json!({
        "resourceType": "DocumentReference",
        "id": id_pair::format(it.record, it.logical_id),
        "meta": {
            "versionId": it.version.to_string(),
            "tag": [{ "system": OBSERVATION_VALUE, "code": "SUBSETTED" }],
        },
        "extension": [{ "url": urls::IS_ARCHIVED, "valueBoolean": archived }],
        "identifier": [{ "use": "official", "system": model::oid::RFC_3986, "value": it.entry.urn() }],
        "status": status,
        "content": [{ "attachment": { "extension": [absent] } }],
    });
    if let Some(unique) = it.unique_id {
        let (system, value) = unique.identifier();
        out["masterIdentifier"] = json!({ "system": system, "value": value });
    }
    out
}

const DATA_ABSENT: &str = "http://hl7.org/fhir/StructureDefinition/data-absent-reason";
const OBSERVATION_VALUE: &str = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue";
