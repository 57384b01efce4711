//! Writing a DocumentReference: complete in PDSm Comprehensive, so that what is read can be fed again.

use model::code::{TRE_A07, V3_CONFIDENTIALITY};
use model::{Coding, DocumentEntry, DocumentStatus, EntryId, Ins, RecordId, ReferenceId};
use serde_json::Value;

use super::super::datatypes::{system_uri, to_base64, write_coding, write_concept, write_identifier};
use super::super::out::{Out, object};
use super::super::subject::{write_source_patient, write_subject};
use super::super::{id_pair, people, urls};

/// What surrounds an entry that is answered.
pub struct Context<'a> {
    /// This server's FHIR address, without a slash at its end.
    pub base: &'a str,
    pub record: RecordId,
    pub ins: &'a Ins,
}

/// A document that its holder says is wrong bears a tag until its depositor answers (rules, W5).
fn meta(entry: &DocumentEntry) -> Out<'static> {
    let mut meta = object! {
        "versionId": entry.version.to_string(),
        "lastUpdated": entry.updated.to_string(),
        "profile": [urls::PDSM_DOCUMENT],
    };
    let flag = || [object! { "system": urls::FLAGS, "code": "disputed" }];
    meta.set("tag", entry.is_disputed().then(flag));
    meta
}

/// The entry as a resource. Relations to documents the reader may not see must have been taken out before.
pub fn write<'a>(entry: &'a DocumentEntry, context: &Context<'a>) -> Out<'a> {
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
    let custodian =
        description.custodian.as_ref().and_then(|it| people::write_organisation(it, "custodian".to_owned()));
    let custodian_reference = custodian.is_some().then(|| object! { "reference": "#custodian" });
    contained.extend(custodian);
    let (system, value) = description.unique_id.identifier();
    // stable over the versions of the entry, as FHIR wants of an id: `meta.versionId` counts those
    let id = id_pair::format(context.record, entry.logical_id);
    let url = format!("{}/Binary/{id}", context.base);
    let archived = matches!(entry.status, DocumentStatus::Archived { .. });
    let mut out = object! {
        "resourceType": "DocumentReference",
        "id": id,
        "meta": meta(entry),
        "contained": contained,
    };
    out.set("extension", archived.then(|| [object! { "url": urls::IS_ARCHIVED, "valueBoolean": true }]));
    out.set("masterIdentifier", Some(object! { "system": system, "value": value }));
    out.set("identifier", Some(identifiers(entry)));
    let status = match entry.status {
        DocumentStatus::Approved | DocumentStatus::Archived { .. } => "current",
        DocumentStatus::Deprecated { .. } => "superseded",
        DocumentStatus::Deleted { .. } => "entered-in-error",
    };
    out.set("status", Some(status));
    out.set("type", Some(write_concept(&description.type_code)));
    out.set("category", Some([object! { "coding": [class(entry)] }]));
    out.set("subject", Some(write_subject(context.record, context.ins)));
    out.set("date", Some(description.created.to_string()));
    out.set("author", Some(authors));
    out.set("authenticator", authenticator);
    out.set("custodian", custodian_reference);
    out.set("relatesTo", relations(entry, context));
    out.set("description", description.comments.as_deref());
    out.set("securityLabel", Some(security(entry)));
    let attachment = object! {
        "contentType": &description.mime_type,
        "language": &description.language,
        "url": url,
        "size": description.size,
        "hash": to_base64(&description.hash),
        "title": &description.title,
        "creation": description.created.to_string(),
    };
    let content = object! { "attachment": attachment, "format": write_coding(&description.format) };
    out.set("content", Some([content]));
    out.set("context", Some(self::context(entry)));
    out
}

/// The same as a tree that can be looked into.
pub fn encode(entry: &DocumentEntry, context: &Context<'_>) -> Value {
    write(entry, context).to_value()
}

fn class(entry: &DocumentEntry) -> Out<'static> {
    let class = entry.class.coding();
    let mut out = object! { "system": class.system_uri(), "code": class.code };
    out.set("display", class.display);
    out
}

fn relations<'a>(entry: &'a DocumentEntry, context: &Context<'a>) -> Option<Vec<Out<'a>>> {
    let relations = entry.relations.iter().map(|relation| {
        let target = id_pair::format(context.record, relation.target);
        object! {
            "code": relation.kind.fhir(),
            "target": object! { "reference": format!("DocumentReference/{target}") },
        }
    });
    (!entry.relations.is_empty()).then(|| relations.collect())
}

/// The logicalId, the entryUUID of this version, then the producer's own.
fn identifiers(entry: &DocumentEntry) -> Vec<Out<'_>> {
    let ours = |id: EntryId, purpose: &'static str| object! { "use": purpose, "system": model::oid::RFC_3986, "value": id.urn() };
    let version = (entry.id != entry.logical_id).then(|| ours(entry.id, "secondary"));
    std::iter::once(ours(entry.logical_id, "official"))
        .chain(version)
        .chain(entry.description.identifiers.iter().map(write_identifier))
        .collect()
}

/// Confidentiality first, then the visibility codes (dmp-facts, c).
fn security(entry: &DocumentEntry) -> Vec<Out<'_>> {
    let label = |system: &'static str, code: &'static str| {
        let coding = Coding { system: system.to_owned(), code: String::new(), display: None };
        object! { "coding": [object! { "system": coding.system_uri(), "code": code }] }
    };
    std::iter::once(label(V3_CONFIDENTIALITY, entry.description.confidentiality.code()))
        .chain(entry.visibility.codes().into_iter().map(|code| label(TRE_A07, code)))
        .collect()
}

fn context(entry: &DocumentEntry) -> Out<'_> {
    let description = &entry.description;
    let mut period = object! { "start": description.service_start.to_string() };
    period.set("end", description.service_stop.map(|it| it.to_string()));
    let mut out = object! {
        "period": period,
        "facilityType": write_concept(&description.facility_type),
        "practiceSetting": write_concept(&description.practice_setting),
        "sourcePatientInfo": object! { "reference": "#patient" },
    };
    let events: Vec<_> = description.events.iter().map(write_concept).collect();
    out.set("event", (!events.is_empty()).then_some(events));
    let related: Vec<_> = description.references.iter().map(write_reference_id).collect();
    out.set("related", (!related.is_empty()).then_some(related));
    out
}

fn write_reference_id(reference: &ReferenceId) -> Out<'_> {
    let mut identifier = object! {
        "type": object! { "coding": [object! { "system": model::oid::RFC_3986, "code": &reference.kind }] },
        "value": &reference.value,
    };
    identifier.set("system", reference.system.as_deref().map(system_uri));
    object! { "identifier": identifier }
}
