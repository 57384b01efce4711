//! ITI-65: a valid bundle is read whole, in each of the ways it may be written.

use ihe::fhir::document_reference::RelationTarget;
use ihe::fhir::iti65::{Slot, Stored, decode, response};
use ihe::fhir::{Outcome, id_pair};
use model::{Confidentiality, EntryId, Instant, RecordId, RelationKind, RowId};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixtures::{BASE, CONTENT, INS_SYSTEM, MATRICULE, RECORD, bundle, ins};

pub fn read(bundle: &Value) -> Result<ihe::fhir::iti65::Submission, Outcome> {
    decode(&serde_json::to_vec(bundle).unwrap(), BASE)
}

#[test]
fn a_valid_submission_is_read_whole() {
    let read = read(&bundle()).unwrap();
    assert_eq!(read.patient.ins, Some(ins()));
    assert_eq!(read.answers, [Slot::List, Slot::Document(0), Slot::Binary(0)]);
    assert_eq!(read.notes, []);
    assert_eq!(read.set.unique_id.unwrap().to_string(), "urn:oid:1.2.250.1.999.4.1");
    assert_eq!(read.set.source_id.to_string(), "urn:oid:1.2.250.1.999");
    assert_eq!(read.set.content_type.code, "04");
    assert_eq!(
        (read.set.title.as_deref(), read.set.comments.as_deref()),
        (Some("Consultation"), Some("Un seul document"))
    );
    assert_eq!(read.set.author.organisation_name.as_deref(), Some("Hôpital des Deux Rives"));
    let document = &read.documents[0];
    assert_eq!(document.content, CONTENT);
    assert_eq!(document.expression, "Bundle.entry[1].resource");
    assert_eq!(document.category.as_ref().unwrap().code, "10");
    assert_eq!(document.author_organisations, [("urn:oid:1.2.250.1.71.4.2.2".into(), "1750100125".into())]);
    assert_eq!(document.subject_traits.birth_name.as_deref(), Some("SOLEIL"));
    assert_eq!(document.subject_traits.first_given.as_deref(), Some("ANAÏS"));
    let it = &document.description;
    assert_eq!(it.unique_id.to_string(), "urn:oid:1.2.250.1.999.2.1");
    assert_eq!(it.authors[0].specialty.as_ref().unwrap().code, "G15_10/SM26");
    assert_eq!(it.authors[0].person_id.as_ref().unwrap().1, "899700366240");
    assert_eq!(it.custodian.as_ref().unwrap().organisation_id.as_ref().unwrap().1, "1750100125");
    assert_eq!(it.source_patient.ids.len(), 2);
    assert_eq!(it.references[0].kind, "urn:ihe:iti:xds:2013:accession");
    assert_eq!(it.events[0].system, "1.2.250.1.213.2.5");
    // a day in France begins at midnight there
    assert_eq!(it.service_start.to_string(), "2026-06-11T22:00:00Z");
    assert_eq!(it.identifiers, [("https://deux-rives.example/documents".into(), "CR-1".into())]);
}

pub fn at<'v>(bundle: &'v mut Value, pointer: &str) -> &'v mut Value {
    bundle.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"))
}

pub fn drop_(bundle: &mut Value, parent: &str, key: &str) {
    at(bundle, parent).as_object_mut().unwrap().remove(key).unwrap_or_else(|| panic!("{parent}/{key}"));
}

pub const DOCUMENT: &str = "/entry/1/resource";

/// Every element the profile requires, and where its absence is told.
#[test]
fn elements_whose_sources_disagree_may_be_missing() {
    for key in ["custodian", "date", "authenticator", "description", "identifier"] {
        let mut bundle = bundle();
        drop_(&mut bundle, DOCUMENT, key);
        assert!(read(&bundle).is_ok(), "{key}");
    }
    let mut bundle = bundle();
    drop_(&mut bundle, "/entry/0/resource", "identifier");
    assert_eq!(read(&bundle).unwrap().set.unique_id, None);
}

#[test]
fn the_same_patient_may_be_named_in_several_ways() {
    let token = format!("Patient?identifier={INS_SYSTEM}|{MATRICULE}");
    for subject in [
        json!({ "reference": token }),
        json!({ "reference": token.replace('|', "%7C") }),
        json!({ "reference": "#patient" }),
        json!({ "reference": format!("Patient/{RECORD}") }),
        json!({ "reference": format!("{BASE}/Patient/{RECORD}"), "identifier": { "system": INS_SYSTEM, "value": MATRICULE } }),
    ] {
        let mut bundle = bundle();
        bundle["entry"][0]["resource"]["subject"] = subject.clone();
        let read = read(&bundle).unwrap_or_else(|outcome| panic!("{subject}: {outcome}"));
        assert_eq!(read.patient.ins, Some(ins()), "{subject}");
    }
    let mut bundle = bundle();
    bundle["entry"].as_array_mut().unwrap().push(json!({
        "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000005",
        "resource": { "resourceType": "Patient", "identifier": [{ "system": INS_SYSTEM, "value": MATRICULE }] },
        "request": { "method": "POST", "url": "Patient" }
    }));
    bundle["entry"][1]["resource"]["subject"] =
        json!({ "reference": "urn:uuid:00000000-0000-4000-8000-000000000005" });
    assert_eq!(read(&bundle).unwrap().answers[3], Slot::Patient);
    for (key, value) in [
        ("gender", json!("male")),
        ("birthDate", json!("1991-03-15")),
        ("name", json!([{ "family": "LUNE" }])),
    ] {
        let mut other = bundle.clone();
        other["entry"][3]["resource"][key] = value;
        let told = read(&other).err().unwrap().issues[0].expression.clone();
        assert_eq!(told.as_deref(), Some("Bundle.entry[1].resource.subject"), "{key}");
    }
    bundle["entry"][3]["resource"]["identifier"][0]["value"] = json!("279035121518989");
    assert_eq!(read(&bundle).err().unwrap().status, 422);
}

#[test]
fn labels_add_up_and_narrative_and_meta_are_not_read() {
    let mut bundle = bundle();
    let document = at(&mut bundle, DOCUMENT);
    document["meta"] = json!({ "profile": ["urn:x"], "security": [{ "code": "MASQUE_PS" }] });
    document["text"] = json!({ "status": "generated", "div": "<div><script>alert(1)</script></div>" });
    document["securityLabel"] = json!([
        { "coding": [{ "system": "urn:oid:2.16.840.1.113883.5.25", "code": "R" }] },
        { "coding": [{ "system": "https://mos.esante.gouv.fr/NOS/TRE_A07-StatusVisibiliteDocument/FHIR/TRE-A07-StatusVisibiliteDocument", "code": "N" }] },
        { "coding": [{ "system": "urn:oid:1.2.250.1.213.1.1.4.13", "code": "INVISIBLE_REPRESENTANTS_LEGAUX" }] }
    ]);
    let read = read(&bundle).unwrap();
    let document = &read.documents[0];
    assert_eq!(document.description.confidentiality, Confidentiality::Restricted);
    assert_eq!(document.visibility.codes(), ["INVISIBLE_REPRESENTANTS_LEGAUX"]);
}

#[test]
fn what_has_no_room_is_said_to_be_left() {
    let mut bundle = bundle();
    at(&mut bundle, DOCUMENT)["extension"] =
        json!([{ "url": "https://vendor.example/colour", "valueString": "blue" }]);
    at(&mut bundle, DOCUMENT)["date"] = json!("2026-06-13T10:00:00+02:00");
    let read = read(&bundle).unwrap();
    let told: Vec<_> = read.notes.iter().filter_map(|note| note.expression.as_deref()).collect();
    assert_eq!(
        told,
        ["Bundle.entry[1].resource.extension[0]", "Bundle.entry[1].resource.content[0].attachment.creation"]
    );
}

#[test]
fn a_replacement_names_what_it_replaces() {
    let (record, old) = (RecordId::from_bytes([5; 16]), EntryId::from_bytes([6; 16]));
    let url = format!("DocumentReference/{}", id_pair::format(record, old));
    let patch = |status: &str, url: &str| {
        json!({
            "resource": { "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": [
                { "name": "type", "valueCode": "replace" },
                { "name": "path", "valueString": "DocumentReference.status" },
                { "name": "value", "valueCode": status }
            ]}]},
            "request": { "method": "PATCH", "url": url }
        })
    };
    let with = |target: Value, patch: Value| {
        let mut bundle = bundle();
        at(&mut bundle, DOCUMENT)["relatesTo"] = json!([{ "code": "replaces", "target": target }]);
        bundle["entry"].as_array_mut().unwrap().push(patch);
        bundle
    };
    let replacement =
        read(&with(json!({ "reference": format!("{BASE}/{url}") }), patch("superseded", &url))).unwrap();
    assert_eq!(
        replacement.documents[0].relates,
        [(RelationKind::Replaces, RelationTarget::Entry(record, old))]
    );
    assert_eq!(replacement.answers[3], Slot::Supersede(0));

    let unknown = read(&with(
        json!({ "reference": "DocumentReference/doc-x" }),
        patch("superseded", "DocumentReference/doc-x"),
    ));
    assert_eq!(unknown.unwrap().documents[0].relates, [(RelationKind::Replaces, RelationTarget::Unknown)]);

    let refused = |target: &str, status: &str, patched: &str| {
        read(&with(json!({ "reference": target }), patch(status, patched))).err().unwrap().issues[0]
            .expression
            .clone()
    };
    assert_eq!(refused(&url, "current", &url).as_deref(), Some("Bundle.entry[3].resource.parameter[0]"));
    assert_eq!(
        refused(&url, "superseded", &format!("DocumentReference/{}", id_pair::format(record, record)))
            .as_deref(),
        Some("Bundle.entry[3].request.url")
    );
    assert_eq!(
        refused("http://169.254.169.254/DocumentReference/1", "superseded", &url).as_deref(),
        Some("Bundle.entry[1].resource.relatesTo[0].target.reference")
    );
}

#[test]
fn errors_of_all_documents_are_told_together() {
    let mut bundle = bundle();
    let mut second = bundle["entry"][1].clone();
    second["fullUrl"] = json!("urn:uuid:00000000-0000-4000-8000-000000000007");
    bundle["entry"].as_array_mut().unwrap().push(second);
    drop_(&mut bundle, DOCUMENT, "type");
    drop_(&mut bundle, "/entry/3/resource", "category");
    let told: Vec<_> =
        read(&bundle).err().unwrap().issues.into_iter().filter_map(|it| it.expression).collect();
    assert_eq!(told, ["Bundle.entry[1].resource.type", "Bundle.entry[3].resource.category"]);
}

#[test]
fn the_answer_mirrors_the_entries() {
    let documents = [EntryId::from_bytes([2; 16])];
    let stored = Stored {
        record: RECORD,
        set: RowId::from_bytes([4; 16]),
        documents: &documents,
        accepted: Instant::EPOCH,
    };
    let slots = [Slot::Binary(0), Slot::Document(0), Slot::Supersede(0), Slot::List];
    let answer = response(&slots, &stored, &[]);
    let id = id_pair::format(RECORD, documents[0]);
    let told: Vec<_> = answer["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["response"]["status"].as_str().unwrap(),
                it["response"]["location"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("201 Created", format!("Binary/{id}")),
            ("201 Created", format!("DocumentReference/{id}")),
            ("200 OK", String::new()),
            ("201 Created", format!("List/{}", id_pair::format(RECORD, stored.set))),
        ]
    );
    assert_eq!(answer["entry"][0]["response"]["lastModified"], "1970-01-01T00:00:00.000Z");
}

/// Any JSON value, a few levels deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(json!("#patient")),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::hash_map("[a-zA-Z]{1,8}", inner, 0..4).prop_map(|map| json!(map)),
        ]
    })
}

pub fn pointers(value: &Value, at: &str, into: &mut Vec<String>) {
    into.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(place, it)| pointers(it, &format!("{at}/{place}"), into));
        }
        Value::Object(map) => map.iter().for_each(|(key, it)| pointers(it, &format!("{at}/{key}"), into)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Whatever stands at any place of a bundle, it is read or refused with an element named.
    #[test]
    fn nothing_makes_the_reader_panic(place in any::<prop::sample::Index>(), value in any_json()) {
        let mut bundle = bundle();
        let mut all = Vec::new();
        pointers(&bundle, "", &mut all);
        *bundle.pointer_mut(place.get::<String>(&all)).unwrap() = value;
        if let Err(outcome) = read(&bundle) {
            prop_assert!(matches!(outcome.status, 400 | 422));
            prop_assert!(outcome.issues.iter().all(|issue| issue.expression.is_some()));
        }
    }
}
