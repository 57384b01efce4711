//! ITI-105: one document with its bytes inside, and what may be left out of it.

use ihe::fhir::iti65::Submission;
use ihe::fhir::iti105::decode;
use serde_json::{Value, json};

use crate::fixtures::{BASE, CONTENT, MATRICULE};
use crate::published::reference;

/// The fixtures' document, its bytes inside.
pub fn document() -> Value {
    let mut document = crate::fixtures::document(CONTENT);
    // the profile allows no other identifier than the master's
    document.as_object_mut().unwrap().remove("identifier");
    let attachment = document["content"][0]["attachment"].as_object_mut().unwrap();
    attachment.remove("url");
    attachment.insert("data".to_owned(), json!(ihe::fhir::datatypes::to_base64(CONTENT)));
    document
}

fn read(document: &Value) -> Submission {
    match decode(document.to_string().as_bytes(), BASE) {
        Ok(read) => read,
        Err(outcome) => panic!("{outcome}"),
    }
}

fn refusal(document: &Value) -> (u16, String) {
    let outcome = decode(document.to_string().as_bytes(), BASE).err().expect("refused");
    (outcome.status, outcome.issues[0].expression.clone().unwrap_or_default())
}

fn without(pointer: &str, key: &str) -> Value {
    let mut out = document();
    out.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key).unwrap_or_else(|| panic!("{key}"));
    out
}

#[test]
fn a_document_alone_is_a_submission_of_one() {
    let lot = read(&document());
    assert_eq!(lot.documents.len(), 1);
    let one = &lot.documents[0];
    assert_eq!(one.content, CONTENT);
    assert_eq!(lot.patient.ins.as_ref().unwrap().matricule(), MATRICULE);
    assert!(lot.set.unique_id.is_none());
    assert_eq!(lot.set.content_type, one.description.facility_type);
    assert!(lot.set.author == one.description.authors[0]);
    // nothing is said twice in another way: the same document in a bundle is the same
    let mut bundle = crate::fixtures::bundle();
    bundle["entry"][1]["resource"].as_object_mut().unwrap().remove("identifier");
    let bundle = ihe::fhir::iti65::decode(bundle.to_string().as_bytes(), BASE).ok().unwrap();
    assert_eq!(bundle.documents[0].description, one.description);
}

#[test]
fn what_can_be_known_otherwise_may_be_left_out() {
    for (pointer, key) in [
        ("", "category"),
        ("", "custodian"),
        ("", "securityLabel"),
        ("", "date"),
        ("/content/0/attachment", "size"),
        ("/content/0/attachment", "hash"),
        ("/content/0/attachment", "language"),
        ("/content/0/attachment", "creation"),
        ("/content/0", "format"),
        ("/context", "period"),
        ("/context", "sourcePatientInfo"),
    ] {
        let one = read(&without(pointer, key)).documents.remove(0);
        assert_eq!(one.description.hash, crate::fixtures::sha1(CONTENT), "{key}");
        assert_eq!(one.description.size, CONTENT.len() as u64, "{key}");
        assert_eq!(one.description.language, "fr-FR", "{key}");
        assert_eq!(one.description.created.to_string(), "2026-06-12T08:00:00Z", "{key}");
        match key {
            "category" => assert!(one.category.is_none()),
            "format" => assert_eq!(one.description.format.code, model::code::FALLBACK_FORMAT),
            "period" => assert_eq!(one.description.service_start, one.description.created),
            "sourcePatientInfo" => assert_eq!(one.description.source_patient.ids[0].1, MATRICULE),
            _ => {}
        }
    }
}

#[test]
fn what_the_record_needs_may_not() {
    for (pointer, key, place) in [
        ("", "masterIdentifier", "DocumentReference.masterIdentifier"),
        ("", "type", "DocumentReference.type"),
        ("", "subject", "DocumentReference.subject"),
        ("", "author", "DocumentReference.author"),
        ("", "context", "DocumentReference.context"),
        ("/content/0/attachment", "data", "DocumentReference.content[0].attachment.data"),
        ("/content/0/attachment", "title", "DocumentReference.content[0].attachment.title"),
        ("/content/0/attachment", "contentType", "DocumentReference.content[0].attachment.contentType"),
        ("/context", "facilityType", "DocumentReference.context.facilityType"),
        ("/context", "practiceSetting", "DocumentReference.context.practiceSetting"),
    ] {
        assert_eq!(refusal(&without(pointer, key)), (400, place.to_owned()));
    }
    let mut undated = without("", "date");
    undated["content"][0]["attachment"].as_object_mut().unwrap().remove("creation");
    assert_eq!(refusal(&undated).0, 400);
}

#[test]
fn what_is_said_of_the_bytes_must_be_so() {
    let changed = |pointer: &str, value: Value| {
        let mut out = document();
        *out.pointer_mut(pointer).unwrap() = value;
        refusal(&out)
    };
    let at = |name: &str| format!("DocumentReference.content[0].attachment.{name}");
    assert_eq!(changed("/content/0/attachment/size", json!(3)), (422, at("size")));
    assert_eq!(
        changed("/content/0/attachment/hash", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
        (422, at("hash"))
    );
    assert_eq!(changed("/content/0/attachment/data", json!("####")), (400, at("data")));
    assert_eq!(changed("/status", json!("superseded")).0, 422);
    let mut elsewhere = document();
    elsewhere["content"][0]["attachment"]["url"] = json!("http://169.254.169.254/");
    assert_eq!(refusal(&elsewhere), (422, at("url")));
}

#[test]
fn the_published_examples_say_what_they_lack() {
    let Some(mut draft) =
        reference("fhir-pdsm4dmp/examples/DocumentReference-example-td2-iti105-publication-simplifiee.json")
    else {
        return;
    };
    // its INS has a wrong key, and it has no context: DocumentEntry needs the kind of house and the setting
    assert_eq!(refusal(&draft), (422, "DocumentReference.subject.reference".to_owned()));
    draft["subject"]["reference"] = json!("Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|123456789012345");
    assert_eq!(refusal(&draft), (400, "DocumentReference.context".to_owned()));
    draft["context"] = document()["context"].clone();
    draft["context"].as_object_mut().unwrap().remove("sourcePatientInfo");
    assert_eq!(read(&draft).documents.len(), 1);
}
