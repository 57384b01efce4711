//! The ITI-65 transaction that brings one document: the same bytes each time for the same document and the same words
//! about it, so that what is sent again is answered as the first time.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ihe::fhir::document_reference::{self, Context};
use ihe::fhir::list;
use model::code::class_of;
use model::{
    Author, Coding, Depositor, DocumentEntry, DocumentStatus, EntryId, Instant, RecordId, RowId,
    SubmissionSet, UniqueId,
};
use record::Submission;
use serde_json::{Value, json};

use super::cause::{Cause, Why};
use super::draft::{Draft, Settings};
use super::{derive, hex};

/// JDV_J59: what brought the lot about; "07" is an episode of care.
const EPISODE: (&str, &str) = ("1.2.250.1.213.2.2", "07");
const PROFILE: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-provide-document-bundle";
/// Stands for the document until it is put in; longer than base64 may hold by chance.
const CONTENT: &str = "@content@";

/// A document ready to go.
pub struct Ready {
    pub unique_id: UniqueId,
    pub submission: UniqueId,
    /// SHA-256 of the document, in hexadecimal.
    pub sha256: String,
    pub patient: String,
    pub body: Vec<u8>,
}

/// Writes it, and makes the checks the door will make: all but what only the record knows.
pub fn ready(draft: &Draft, settings: &Settings, replaces: Option<&UniqueId>) -> Result<Ready, Vec<Cause>> {
    let sha256 = hex(digest(&SHA256, &draft.bytes).as_ref());
    // the words come first, under no name: their digest is the name of the lot
    let unnamed = write(draft, settings, replaces, &UniqueId::Uuid(uuid::Uuid::nil()));
    let words = [unnamed.0.as_slice(), unnamed.1.as_slice()].concat();
    let submission = UniqueId::Uuid(derive(&[b"submission", &words, sha256.as_bytes()]));
    let (before, after) = write(draft, settings, replaces, &submission);
    let mut body = String::with_capacity(before.len() + after.len() + draft.bytes.len().div_ceil(3) * 4);
    body.push_str(&String::from_utf8_lossy(&before));
    BASE64_STANDARD.encode_string(&draft.bytes, &mut body);
    body.push_str(&String::from_utf8_lossy(&after));
    let body = body.into_bytes();
    let lot = crate::fhir::submission_or_why(&body, "https://localhost/fhir").map_err(|outcome| {
        outcome
            .issues
            .iter()
            .map(|it| Cause::with(Why::NotItsDescription, at(it.expression.as_deref(), &it.diagnostics)))
            .collect::<Vec<_>>()
    })?;
    checked(&lot, settings)?;
    Ok(Ready {
        unique_id: draft.description.unique_id.clone(),
        submission,
        sha256,
        patient: draft.patient(),
        body,
    })
}

/// The door's own checks, made here.
fn checked(lot: &Submission, settings: &Settings) -> Result<(), Vec<Cause>> {
    let problems = record::problems_before(&settings.house.call(), lot);
    if problems.is_empty() {
        return Ok(());
    }
    let cause =
        |element: &str, says: &str| match element.ends_with("content.attachment") && says.contains("INS") {
            true => Cause::with(Why::BadIns, says),
            false => Cause::with(Why::NotItsDescription, at(Some(element), says)),
        };
    Err(problems.iter().map(|it| cause(&it.element, &it.says)).collect())
}

fn at(element: Option<&str>, says: &str) -> String {
    match element.and_then(|it| it.rsplit_once("resource.")) {
        Some((_, element)) => format!("{element}: {says}"),
        None => says.to_owned(),
    }
}

/// What stands before and after the document's bytes.
fn write(
    draft: &Draft,
    settings: &Settings,
    replaces: Option<&UniqueId>,
    submission: &UniqueId,
) -> (Vec<u8>, Vec<u8>) {
    let urn = |what: &str| {
        let id = derive(&[what.as_bytes(), draft.description.unique_id.to_string().as_bytes()]);
        format!("urn:uuid:{id}")
    };
    let (reference, binary) = (urn("reference"), urn("binary"));
    let bundle = json!({
        "resourceType": "Bundle",
        "meta": { "profile": [PROFILE] },
        "type": "transaction",
        "entry": [
            entry(&urn("list"), "List", set(draft, settings, submission, &reference)),
            entry(&reference, "DocumentReference", document(draft, replaces, &binary)),
            entry(&binary, "Binary", json!({
                "resourceType": "Binary", "contentType": draft.description.mime_type, "data": CONTENT,
            })),
        ],
    })
    .to_string();
    // the Binary is the last of the bundle, whatever a title says
    match bundle.rsplit_once(CONTENT) {
        Some((before, after)) => (before.into(), after.into()),
        None => (bundle.into(), Vec::new()),
    }
}

fn entry(full_url: &str, of_type: &str, resource: Value) -> Value {
    json!({ "fullUrl": full_url, "resource": resource, "request": { "method": "POST", "url": of_type } })
}

fn subject(draft: &Draft) -> Value {
    json!({ "identifier": { "system": draft.ins.system(), "value": draft.ins.matricule() } })
}

/// As the registry would write it, less what only the registry gives.
fn document(draft: &Draft, replaces: Option<&UniqueId>, binary: &str) -> Value {
    let created = Instant::from(draft.description.created);
    let nobody = EntryId::from_bytes([0; 16]);
    let entry = DocumentEntry {
        id: nobody,
        logical_id: nobody,
        version: 1,
        status: DocumentStatus::Approved,
        visibility: draft.visibility,
        class: class_of(&draft.description.type_code),
        description: draft.description.clone(),
        relations: Vec::new(),
        depositor: depositor(),
        deposited: created,
        updated: created,
        submission: RowId::from_bytes([0; 16]),
        dispute: None,
    };
    let context = Context { base: "", record: RecordId::from_bytes([0; 16]), ins: &draft.ins };
    let mut document = document_reference::encode(&entry, &context);
    own(&mut document);
    document["subject"] = subject(draft);
    document["content"][0]["attachment"]["url"] = binary.into();
    if let Some(before) = replaces {
        let (system, value) = before.identifier();
        let target = json!({ "identifier": { "system": system, "value": value } });
        document["relatesTo"] = json!([{ "code": "replaces", "target": target }]);
    }
    document
}

fn set(draft: &Draft, settings: &Settings, submission: &UniqueId, reference: &str) -> Value {
    let description = &draft.description;
    let house = settings.house.id();
    let source = derive(&[b"source", house.as_bytes()]);
    let set = SubmissionSet {
        id: RowId::from_bytes([0; 16]),
        unique_id: submission.clone(),
        source_id: UniqueId::from_urn(&format!("urn:oid:2.25.{}", source.as_u128()))
            .unwrap_or(UniqueId::Uuid(source)),
        content_type: Coding { system: EPISODE.0.into(), code: EPISODE.1.into(), display: None },
        title: None,
        comments: None,
        submitted: description.created,
        author: description.authors.first().cloned().unwrap_or_else(Author::default),
        recipients: Vec::new(),
        depositor: depositor(),
        accepted: Instant::from(description.created),
        members: Vec::new(),
    };
    let mut list = list::encode(&set, RecordId::from_bytes([0; 16]), &draft.ins, &[]);
    own(&mut list);
    let (system, value) = submission.identifier();
    list["identifier"] = json!([{ "use": "usual", "system": system, "value": value }]);
    list["subject"] = subject(draft);
    list["entry"] = json!([{ "item": { "reference": reference } }]);
    list
}

/// Takes away what the registry sets.
fn own(resource: &mut Value) {
    if let Some(members) = resource.as_object_mut() {
        members.remove("id");
        members.remove("identifier");
        if let Some(meta) = members.get_mut("meta").and_then(Value::as_object_mut) {
            meta.retain(|name, _| name == "profile");
        }
    }
}

fn depositor() -> Depositor {
    Depositor { organisation: None, person: None, holder: false }
}
