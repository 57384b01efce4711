//! Writing a DocumentReference: complete in PDSm Comprehensive, so that what is read can be fed again.

use model::code::{TRE_A07, V3_CONFIDENTIALITY};
use model::{Coding, DocumentEntry, DocumentStatus, EntryId, Ins, RecordId, ReferenceId};
use serde_json::{Value, json};

use super::super::datatypes::{set, system_uri, to_base64, write_coding, write_concept, write_identifier};
use super::super::subject::{write_source_patient, write_subject};
use super::super::{id_pair, people, urls};

/// What surrounds an entry that is answered.
pub struct Context<'a> {
    /// This server's FHIR address, without a slash at its end.
    pub base: &'a str,
    pub record: RecordId,
    pub ins: &'a Ins,
}

/// The entry as a resource. Relations to documents the reader may not see must have been taken out before.
pub fn encode(entry: &DocumentEntry, context: &Context<'_>) -> Value {
    let description = &entry.description;
    let mut contained = vec![write_source_patient(&description.source_patient, "patient")];
    let authors: Vec<_> = description
        .authors
        .iter()
        .enumerate()
        .map(|(place, author)| people::write_author(author, &format!("author-{}", place + 1), &mut contained))
        .collect();
    let authenticator = description
        .authenticator
        .as_ref()
        .map(|it| people::write_author(it, "authenticator", &mut contained));
    let custodian = description.custodian.as_ref().and_then(|it| people::write_organisation(it, "custodian"));
    let (system, value) = description.unique_id.identifier();
    // stable over the versions of the entry, as FHIR wants of an id: `meta.versionId` counts those
    let id = id_pair::format(context.record, entry.logical_id);
    let mut out = json!({
        "resourceType": "DocumentReference",
        "id": id,
        "meta": {
            "versionId": entry.version.to_string(),
            "lastUpdated": entry.updated.to_string(),
            "profile": [urls::PDSM_DOCUMENT],
        },
        "masterIdentifier": { "system": system, "value": value },
        "identifier": identifiers(entry),
        "status": match entry.status {
            DocumentStatus::Approved | DocumentStatus::Archived { .. } => "current",
            DocumentStatus::Deprecated { .. } => "superseded",
            DocumentStatus::Deleted { .. } => "entered-in-error",
        },
        "type": write_concept(&description.type_code),
        "category": [write_concept(&entry.class.coding())],
        "subject": write_subject(context.record, context.ins),
        "date": description.created.to_string(),
        "author": authors,
        "securityLabel": security(entry),
        "content": [{
            "attachment": {
                "contentType": description.mime_type,
                "language": description.language,
                "url": format!("{}/Binary/{id}", context.base),
                "size": description.size,
                "hash": to_base64(&description.hash),
                "title": description.title,
                "creation": description.created.to_string(),
            },
            "format": write_coding(&description.format),
        }],
        "context": self::context(entry),
    });
    if custodian.is_some() {
        out["custodian"] = json!({ "reference": "#custodian" });
    }
    contained.extend(custodian);
    out["contained"] = json!(contained);
    set(&mut out, "authenticator", authenticator);
    set(&mut out, "description", description.comments.clone());
    if matches!(entry.status, DocumentStatus::Archived { .. }) {
        out["extension"] = json!([{ "url": urls::IS_ARCHIVED, "valueBoolean": true }]);
    }
    let relations: Vec<_> = entry
        .relations
        .iter()
        .map(|relation| {
            let target = id_pair::format(context.record, relation.target);
            json!({
                "code": relation.kind.fhir(),
                "target": { "reference": format!("DocumentReference/{target}") },
            })
        })
        .collect();
    set(&mut out, "relatesTo", (!relations.is_empty()).then_some(relations));
    out
}

/// The logicalId, the entryUUID of this version, then the producer's own.
fn identifiers(entry: &DocumentEntry) -> Vec<Value> {
    let ours = |id: EntryId, purpose: &str| json!({ "use": purpose, "system": model::oid::RFC_3986, "value": id.urn() });
    let version = (entry.id != entry.logical_id).then(|| ours(entry.id, "secondary"));
    std::iter::once(ours(entry.logical_id, "official"))
        .chain(version)
        .chain(entry.description.identifiers.iter().map(write_identifier))
        .collect()
}

/// Confidentiality first, then the visibility codes (dmp-facts, c).
fn security(entry: &DocumentEntry) -> Vec<Value> {
    let level = entry.description.confidentiality.code();
    let label = |system: &str, code: &str| {
        write_concept(&Coding { system: system.to_owned(), code: code.to_owned(), display: None })
    };
    std::iter::once(label(V3_CONFIDENTIALITY, level))
        .chain(entry.visibility.codes().into_iter().map(|code| label(TRE_A07, code)))
        .collect()
}

fn context(entry: &DocumentEntry) -> Value {
    let description = &entry.description;
    let mut out = json!({
        "period": { "start": description.service_start.to_string() },
        "facilityType": write_concept(&description.facility_type),
        "practiceSetting": write_concept(&description.practice_setting),
        "sourcePatientInfo": { "reference": "#patient" },
    });
    if let Some(stop) = description.service_stop {
        out["period"]["end"] = json!(stop.to_string());
    }
    let events: Vec<_> = description.events.iter().map(write_concept).collect();
    set(&mut out, "event", (!events.is_empty()).then_some(events));
    let related: Vec<_> = description.references.iter().map(write_reference_id).collect();
    set(&mut out, "related", (!related.is_empty()).then_some(related));
    out
}

fn write_reference_id(reference: &ReferenceId) -> Value {
    let mut identifier = json!({
        "type": { "coding": [{ "system": model::oid::RFC_3986, "code": reference.kind }] },
        "value": reference.value,
    });
    set(&mut identifier, "system", reference.system.as_deref().map(system_uri));
    json!({ "identifier": identifier })
}
