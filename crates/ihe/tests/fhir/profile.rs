//! What is written keeps to the French profiles: a structural walk of their snapshots (cardinalities,
//! fixed and pattern values, simple types). Skipped where the profiles are not beside the repository.

use ihe::fhir::document_reference::{Context, encode};
use ihe::fhir::list;
use ihe::fhir::paging::{Page, searchset};
use model::{DocumentStatus, EntryId, Instant};
use serde_json::{Value, json};

use crate::fixtures::{BASE, RECORD, document_entry, ins, submission_set};
use crate::published::reference;

/// The faults of a resource against a snapshot.
fn faults(resource: &Value, definition: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    for element in definition["snapshot"]["element"].as_array().unwrap() {
        let id = element["id"].as_str().unwrap();
        let Some((_, path)) = id.split_once('.') else { continue };
        if path.contains("[x]") {
            continue;
        }
        let steps: Vec<_> = path.split('.').collect();
        let (last, parents) = steps.split_last().unwrap();
        for parent in values(resource, parents) {
            let found = values(&parent, &[last]);
            let min = element["min"].as_u64().unwrap() as usize;
            let max = element["max"].as_str().unwrap().parse().unwrap_or(usize::MAX);
            if found.len() < min || found.len() > max {
                faults.push(format!("{id}: {} not in {min}..{}", found.len(), element["max"]));
            }
            for value in &found {
                faults.extend(fixed(id, value, element));
                faults.extend(typed(id, value, element));
            }
        }
    }
    faults
}

/// The values at a path; `name:slice` means those extensions or identifiers the slice is about.
fn values(at: &Value, steps: &[&str]) -> Vec<Value> {
    let Some((step, rest)) = steps.split_first() else { return vec![at.clone()] };
    let (name, slice) = step.split_once(':').map_or((*step, None), |(name, slice)| (name, Some(slice)));
    let found = match &at[name] {
        Value::Null => vec![],
        Value::Array(items) => items.clone(),
        other => vec![other.clone()],
    };
    let kept = found.into_iter().filter(|it| slice.is_none_or(|slice| is_of(it, name, slice)));
    kept.flat_map(|it| values(&it, rest)).collect()
}

fn is_of(value: &Value, name: &str, slice: &str) -> bool {
    let url = value["url"].as_str().unwrap_or_default();
    let kind = value["resource"]["resourceType"].as_str().unwrap_or_default();
    match (name, slice) {
        ("entry", "SubmissionSet") => kind == "List",
        ("entry", "DocumentReference" | "DocumentRefs") => kind == "DocumentReference",
        ("entry", "Documents") => kind == "Binary",
        ("entry", "Patient") => kind == "Patient",
        ("entry", "UpdateDocumentRefs") => kind == "Parameters",
        // neither is sent or answered
        ("entry", "Folder" | "Folders" | "FhirDocuments") => false,
        ("extension", "isArchived") => url.ends_with("/pdsm-ext-is-archived"),
        ("extension", "PDSmintendedRecipient") => url.ends_with("/pdsm-ext-intended-recipient"),
        ("extension", other) => url.ends_with(&format!("/ihe-{other}")),
        ("identifier", "uniqueId") => value["use"] == "usual",
        ("identifier", "entryUUID") => value["use"] == "official",
        ("related", "referenceIdList") => {
            value["identifier"]["type"]["coding"][0]["system"] == "urn:ietf:rfc:3986"
        }
        _ => panic!("a slice this test does not know: {name}:{slice}"),
    }
}

fn fixed(id: &str, value: &Value, element: &Value) -> Option<String> {
    let (_, expected) = element
        .as_object()
        .unwrap()
        .iter()
        .find(|(key, _)| key.starts_with("fixed") || key.starts_with("pattern"))?;
    (!holds(value, expected)).then(|| format!("{id}: not as fixed"))
}

/// Everything the pattern says, the value says too.
fn holds(value: &Value, pattern: &Value) -> bool {
    match pattern {
        Value::Object(map) => map.iter().all(|(key, it)| holds(&value[key], it)),
        Value::Array(items) => {
            items.iter().all(|it| value.as_array().is_some_and(|all| all.iter().any(|one| holds(one, it))))
        }
        other => value == other,
    }
}

fn typed(id: &str, value: &Value, element: &Value) -> Option<String> {
    let code = element["type"][0]["code"].as_str().unwrap_or_default();
    let right = match code {
        "code" | "string" | "uri" | "url" | "canonical" | "id" | "instant" | "dateTime" | "base64Binary" => {
            value.is_string()
        }
        "unsignedInt" => value.is_u64(),
        "boolean" => value.is_boolean(),
        "CodeableConcept" | "Reference" | "Identifier" | "Coding" | "Period" | "Attachment"
        | "BackboneElement" => value.is_object(),
        _ => true,
    };
    (!right).then(|| format!("{id}: not a {code}"))
}

const DOCUMENT: &str = "fhir-pdsm/conformance/StructureDefinition-pdsm-comprehensive-document-reference.json";
const SET: &str = "fhir-pdsm/conformance/StructureDefinition-pdsm-submissionset-comprehensive.json";

#[test]
fn documents_keep_to_their_profile() {
    let Some(definition) = reference(DOCUMENT) else { return };
    let ins = ins();
    let context = Context { base: BASE, record: RECORD, ins: &ins };
    let mut entry = document_entry();
    for status in [
        DocumentStatus::Approved,
        DocumentStatus::Archived { at: Instant::EPOCH },
        DocumentStatus::Deprecated { at: Instant::EPOCH, by: EntryId::from_bytes([8; 16]) },
    ] {
        entry.status = status;
        let resource = encode(&entry, &context);
        assert_eq!(faults(&resource, &definition), Vec::<String>::new());
        internal_references_resolve(&resource);
    }
}

#[test]
fn sets_keep_to_their_profile() {
    let Some(definition) = reference(SET) else { return };
    let resource = list::encode(&submission_set(), RECORD, &ins(), &[EntryId::from_bytes([3; 16])]);
    assert_eq!(faults(&resource, &definition), Vec::<String>::new());
    internal_references_resolve(&resource);
}

/// A page of each search, and the document that comes alone.
#[test]
fn bundles_keep_to_their_profiles() {
    let names = [
        "pdsm-find-documentreferences-comprehensive-response",
        "pdsm-find-lists-response",
        "pdsm-comprehensive-provide-document-bundle",
        "pdsm-simplified-publish",
    ];
    let all: Vec<_> = names
        .iter()
        .map_while(|name| reference(&format!("fhir-pdsm/conformance/StructureDefinition-{name}.json")))
        .collect();
    let [documents, lists, provided, simplified] = all.as_slice() else { return };
    let ins = ins();
    let document = encode(&document_entry(), &Context { base: BASE, record: RECORD, ins: &ins });
    let list = list::encode(&submission_set(), RECORD, &ins, &[EntryId::from_bytes([3; 16])]);
    let page = |of_type, resource: Value| {
        let page = Page { base: BASE, of_type, pairs: &[], total: 1, next: None };
        searchset(&page, vec![resource]).to_value()
    };
    assert_eq!(faults(&page("DocumentReference", document), documents), Vec::<String>::new());
    assert_eq!(faults(&page("List", list), lists), Vec::<String>::new());
    // what the tests send is what the profiles mean
    assert_eq!(faults(&crate::fixtures::bundle(), provided), Vec::<String>::new());
    assert_eq!(faults(&crate::simplified::document(), simplified), Vec::<String>::new());
}

#[test]
fn the_walk_finds_what_is_wrong() {
    let Some(definition) = reference(DOCUMENT) else { return };
    let ins = ins();
    let whole = encode(&document_entry(), &Context { base: BASE, record: RECORD, ins: &ins });
    for (pointer, key) in [
        ("", "masterIdentifier"),
        ("/content/0/attachment", "hash"),
        ("/context", "period"),
        ("/context/related/0/identifier", "value"),
    ] {
        let mut resource = whole.clone();
        resource.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key);
        assert_eq!(faults(&resource, &definition).len(), 1, "{pointer}/{key}");
    }
    let mut resource = whole.clone();
    resource["docStatus"] = json!("final");
    resource["content"][0]["attachment"]["size"] = json!("1");
    resource["context"]["related"][0]["identifier"]["type"]["coding"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "system": "urn:other" }));
    assert_eq!(faults(&resource, &definition).len(), 3);
}

/// dom-3 and ref-1: what is contained is referred to, and what is referred to is contained.
fn internal_references_resolve(resource: &Value) {
    let mut said = Vec::new();
    references(resource, &mut said);
    let mut contained: Vec<_> = resource["contained"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("#{}", it["id"].as_str().unwrap()))
        .collect();
    contained.sort();
    said.sort();
    said.dedup();
    assert_eq!(said, contained);
}

fn references(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(text) = map.get("reference").and_then(Value::as_str).filter(|it| it.starts_with('#'))
            {
                into.push(text.to_owned());
            }
            map.values().for_each(|it| references(it, into));
        }
        Value::Array(items) => items.iter().for_each(|it| references(it, into)),
        _ => {}
    }
}

#[test]
fn a_document_is_written_as_the_conventions_say() {
    let ins = ins();
    let resource = encode(&document_entry(), &Context { base: BASE, record: RECORD, ins: &ins });
    let id = resource["id"].as_str().unwrap();
    assert_eq!(id.len(), 53);
    assert_eq!(resource["content"][0]["attachment"]["url"], format!("{BASE}/Binary/{id}"));
    assert_eq!(resource["meta"]["versionId"], "2");
    assert_eq!(resource["identifier"][0]["value"], EntryId::from_bytes([2; 16]).urn());
    let labels: Vec<_> = resource["securityLabel"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["coding"][0]["code"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["R", "MASQUE_PS", "INVISIBLE_REPRESENTANTS_LEGAUX"]);
}
