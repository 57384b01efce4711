//! ITI-65: a valid bundle is read whole; each wrong element is named.

use ihe::fhir::document_reference::RelationTarget;
use ihe::fhir::iti65::{Slot, Stored, decode, response};
use ihe::fhir::{Outcome, id_pair};
use model::{Confidentiality, EntryId, Instant, RecordId, RelationKind, RowId};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::fixtures::{BASE, CONTENT, INS_SYSTEM, MATRICULE, RECORD, bundle, ins};

fn read(bundle: &Value) -> Result<ihe::fhir::iti65::Submission, Outcome> {
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
    assert_eq!(document.category.code, "10");
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

type Change = fn(&mut Value);

fn at<'v>(bundle: &'v mut Value, pointer: &str) -> &'v mut Value {
    bundle.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}"))
}

fn drop_(bundle: &mut Value, parent: &str, key: &str) {
    at(bundle, parent).as_object_mut().unwrap().remove(key).unwrap_or_else(|| panic!("{parent}/{key}"));
}

const DOCUMENT: &str = "/entry/1/resource";

/// Every element the profile requires, and where its absence is told.
#[test]
fn a_missing_element_is_named() {
    for (parent, key) in [
        ("", "type"),
        ("/entry/1", "resource"),
        ("/entry/1", "request"),
        ("/entry/1/request", "method"),
        (DOCUMENT, "contained"),
        (DOCUMENT, "masterIdentifier"),
        ("/entry/1/resource/masterIdentifier", "system"),
        ("/entry/1/resource/masterIdentifier", "value"),
        (DOCUMENT, "status"),
        (DOCUMENT, "type"),
        ("/entry/1/resource/type/coding/0", "system"),
        ("/entry/1/resource/type/coding/0", "code"),
        (DOCUMENT, "category"),
        (DOCUMENT, "subject"),
        (DOCUMENT, "author"),
        (DOCUMENT, "securityLabel"),
        (DOCUMENT, "content"),
        (DOCUMENT, "context"),
        ("/entry/1/resource/content/0", "attachment"),
        ("/entry/1/resource/content/0", "format"),
        ("/entry/1/resource/content/0/attachment", "contentType"),
        ("/entry/1/resource/content/0/attachment", "language"),
        ("/entry/1/resource/content/0/attachment", "url"),
        ("/entry/1/resource/content/0/attachment", "size"),
        ("/entry/1/resource/content/0/attachment", "hash"),
        ("/entry/1/resource/content/0/attachment", "title"),
        ("/entry/1/resource/content/0/attachment", "creation"),
        ("/entry/1/resource/context", "period"),
        ("/entry/1/resource/context/period", "start"),
        ("/entry/1/resource/context", "facilityType"),
        ("/entry/1/resource/context", "practiceSetting"),
        ("/entry/1/resource/context", "sourcePatientInfo"),
        ("/entry/0/resource", "code"),
        ("/entry/0/resource", "status"),
        ("/entry/0/resource", "mode"),
        ("/entry/0/resource", "subject"),
        ("/entry/0/resource", "date"),
        ("/entry/0/resource", "source"),
        ("/entry/0/resource", "entry"),
        ("/entry/0/resource", "extension"),
        ("/entry/0/resource", "contained"),
        ("/entry/2/resource", "contentType"),
        ("/entry/2/resource", "data"),
    ] {
        let mut bundle = bundle();
        drop_(&mut bundle, parent, key);
        let outcome = read(&bundle).err().unwrap_or_else(|| panic!("{parent}/{key} was not missed"));
        let path = fhir_path(&format!("{parent}/{key}"));
        assert_eq!((outcome.status, outcome.issues[0].expression.as_deref()), (400, Some(path.as_str())));
    }
}

/// `/entry/1/resource` as FHIRPath says it.
fn fhir_path(pointer: &str) -> String {
    pointer.split('/').skip(1).fold("Bundle".to_owned(), |path, step| match step.parse::<usize>() {
        Ok(index) => format!("{path}[{index}]"),
        Err(_) => format!("{path}.{step}"),
    })
}

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
fn a_wrong_element_is_named() {
    let changes: &[(Change, u16, &str)] = &[
        // shape
        (|b| b["type"] = json!("batch"), 422, "Bundle.type"),
        (|b| b["colour"] = json!("blue"), 400, "Bundle.colour"),
        (|b| at(b, DOCUMENT)["colour"] = json!("blue"), 400, "Bundle.entry[1].resource.colour"),
        (|b| at(b, DOCUMENT)["status"] = json!(true), 400, "Bundle.entry[1].resource.status"),
        (|b| at(b, DOCUMENT)["status"] = Value::Null, 400, "Bundle.entry[1].resource.status"),
        (|b| at(b, DOCUMENT)["author"] = json!([]), 400, "Bundle.entry[1].resource.author"),
        (|b| at(b, DOCUMENT)["author"] = json!({}), 400, "Bundle.entry[1].resource.author"),
        (
            |b| at(b, DOCUMENT)["modifierExtension"] = json!([{ "url": "urn:x" }]),
            422,
            "Bundle.entry[1].resource.modifierExtension",
        ),
        (
            |b| at(b, DOCUMENT)["implicitRules"] = json!("urn:x"),
            422,
            "Bundle.entry[1].resource.implicitRules",
        ),
        (|b| at(b, DOCUMENT)["_status"] = json!({ "id": "x" }), 422, "Bundle.entry[1].resource._status"),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["size"] = json!("19"),
            400,
            "Bundle.entry[1].resource.content[0].attachment.size",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["size"] = json!(-1),
            400,
            "Bundle.entry[1].resource.content[0].attachment.size",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["data"] = json!("AAAA"),
            422,
            "Bundle.entry[1].resource.content[0].attachment.data",
        ),
        (|b| at(b, DOCUMENT)["meta"] = json!("x"), 400, "Bundle.entry[1].resource.meta"),
        (|b| at(b, DOCUMENT)["id"] = json!(1), 400, "Bundle.entry[1].resource.id"),
        (
            |b| at(b, "/entry/1/resource/context")["extension"] = json!([{ "valueString": "x" }]),
            400,
            "Bundle.entry[1].resource.context.extension[0].url",
        ),
        (
            |b| at(b, "/entry/1/resource/contained/2")["modifierExtension"] = json!([{ "url": "urn:x" }]),
            422,
            "Bundle.entry[1].resource.contained[2].modifierExtension",
        ),
        (
            |b| at(b, "/entry/1/resource/contained/2")["id"] = json!("patient"),
            400,
            "Bundle.entry[1].resource.contained[2].id",
        ),
        (
            |b| at(b, "/entry/1/resource/contained/0")["gender"] = json!("f"),
            400,
            "Bundle.entry[1].resource.contained[0].gender",
        ),
        // values
        (|b| at(b, DOCUMENT)["status"] = json!("superseded"), 422, "Bundle.entry[1].resource.status"),
        (|b| at(b, DOCUMENT)["docStatus"] = json!("final"), 422, "Bundle.entry[1].resource.docStatus"),
        (|b| at(b, DOCUMENT)["date"] = json!("2026-06-12"), 400, "Bundle.entry[1].resource.date"),
        (|b| at(b, DOCUMENT)["date"] = json!("hier"), 400, "Bundle.entry[1].resource.date"),
        (
            |b| at(b, "/entry/1/resource/masterIdentifier")["value"] = json!("../../etc/passwd"),
            422,
            "Bundle.entry[1].resource.masterIdentifier.value",
        ),
        (
            |b| {
                let again = at(b, "/entry/1/resource/category/0").clone();
                at(b, "/entry/1/resource/category").as_array_mut().unwrap().push(again)
            },
            400,
            "Bundle.entry[1].resource.category",
        ),
        (
            |b| {
                let again = at(b, "/entry/1/resource/content/0").clone();
                at(b, "/entry/1/resource/content").as_array_mut().unwrap().push(again)
            },
            400,
            "Bundle.entry[1].resource.content",
        ),
        (
            |b| at(b, "/entry/1/resource/securityLabel/0/coding/0")["code"] = json!("TOP_SECRET"),
            422,
            "Bundle.entry[1].resource.securityLabel[0].coding[0].code",
        ),
        (
            |b| at(b, "/entry/1/resource/securityLabel/0/coding/0")["code"] = json!("MASQUE_PS"),
            422,
            "Bundle.entry[1].resource.securityLabel[0].coding[0].code",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["hash"] = json!("a".repeat(40)),
            400,
            "Bundle.entry[1].resource.content[0].attachment.hash",
        ),
        (
            |b| {
                at(b, "/entry/1/resource/content/0/attachment")["hash"] =
                    json!("2jmj7l5rSw0yVb/vlWAYkK/YBwk=")
            },
            422,
            "Bundle.entry[1].resource.content[0].attachment.hash",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["size"] = json!(20),
            422,
            "Bundle.entry[1].resource.content[0].attachment.size",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["contentType"] = json!("pdf"),
            422,
            "Bundle.entry[1].resource.content[0].attachment.contentType",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["language"] = json!("<script>"),
            422,
            "Bundle.entry[1].resource.content[0].attachment.language",
        ),
        (
            |b| at(b, "/entry/1/resource/context/period")["end"] = json!("2026-06-01"),
            422,
            "Bundle.entry[1].resource.context.period.end",
        ),
        (
            |b| at(b, DOCUMENT)["extension"] = json!([{ "url": "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived", "valueBoolean": true }]),
            422,
            "Bundle.entry[1].resource.extension[0].valueBoolean",
        ),
        // nothing outside the bundle is read (E06)
        (
            |b| {
                at(b, "/entry/1/resource/content/0/attachment")["url"] =
                    json!("http://169.254.169.254/latest")
            },
            422,
            "Bundle.entry[1].resource.content[0].attachment.url",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["url"] = json!("file:///etc/passwd"),
            422,
            "Bundle.entry[1].resource.content[0].attachment.url",
        ),
        (
            |b| at(b, "/entry/1/resource/content/0/attachment")["url"] = json!("Binary/elsewhere"),
            422,
            "Bundle.entry[1].resource.content[0].attachment.url",
        ),
        (
            |b| {
                at(b, "/entry/1/resource/author/0")["reference"] =
                    json!("https://annuaire.example/Practitioner/1")
            },
            422,
            "Bundle.entry[1].resource.author[0].reference",
        ),
        (
            |b| at(b, "/entry/1/resource/author/0")["reference"] = json!("#nobody"),
            422,
            "Bundle.entry[1].resource.author[0].reference",
        ),
        (
            |b| at(b, "/entry/1/resource/context/sourcePatientInfo")["reference"] = json!("Patient/1"),
            422,
            "Bundle.entry[1].resource.context.sourcePatientInfo.reference",
        ),
        // one patient (B15, E03)
        (
            |b| at(b, "/entry/1/resource/subject/identifier")["value"] = json!("279035121518989"),
            422,
            "Bundle.entry[1].resource.context.sourcePatientInfo.reference",
        ),
        (
            |b| at(b, "/entry/0/resource/subject/identifier")["value"] = json!("279035121518989"),
            422,
            "Bundle.entry[1].resource.subject",
        ),
        (
            |b| at(b, "/entry/1/resource/contained/0/identifier/0")["value"] = json!("279035121518989"),
            422,
            "Bundle.entry[1].resource.context.sourcePatientInfo.reference",
        ),
        (
            |b| at(b, "/entry/0/resource/subject/identifier")["system"] = json!("urn:oid:1.2.250.1.999.1"),
            422,
            "Bundle.entry[0].resource.subject.identifier.value",
        ),
        (
            |b| {
                at(b, "/entry/0/resource")["subject"] =
                    json!({ "reference": "http://169.254.169.254/Patient/1" })
            },
            422,
            "Bundle.entry[0].resource.subject.reference",
        ),
        // the key of a real INS
        (
            |b| {
                at(b, "/entry/0/resource")["subject"] =
                    json!({ "reference": "Patient?identifier=urn:oid:1.2.250.1.213.1.4.8|279035121518900" })
            },
            422,
            "Bundle.entry[0].resource.subject.reference",
        ),
        // the set
        (
            |b| at(b, "/entry/0/resource/code/coding/0")["code"] = json!("folder"),
            422,
            "Bundle.entry[0].resource.code",
        ),
        (|b| at(b, "/entry/0/resource")["mode"] = json!("snapshot"), 422, "Bundle.entry[0].resource.mode"),
        (
            |b| {
                at(b, "/entry/0/resource/entry/0/item")["reference"] =
                    json!("urn:uuid:00000000-0000-4000-8000-000000000003")
            },
            422,
            "Bundle.entry[0].resource.entry[0].item.reference",
        ),
        (
            |b| at(b, "/entry/0/resource/entry/0")["deleted"] = json!(true),
            422,
            "Bundle.entry[0].resource.entry[0].deleted",
        ),
        (
            |b| {
                at(b, "/entry/0/resource/extension").as_array_mut().unwrap().pop();
            },
            400,
            "Bundle.entry[0].resource.extension",
        ),
        (
            |b| {
                let again = at(b, "/entry/0/resource/extension/0").clone();
                at(b, "/entry/0/resource/extension").as_array_mut().unwrap().push(again)
            },
            400,
            "Bundle.entry[0].resource.extension[2]",
        ),
        // the bundle
        (
            |b| {
                let mut again = b["entry"][0].clone();
                again["fullUrl"] = json!("urn:uuid:00000000-0000-4000-8000-000000000008");
                b["entry"].as_array_mut().unwrap().push(again)
            },
            422,
            "Bundle.entry[3].resource",
        ),
        (
            |b| {
                let mut folder = b["entry"][0].clone();
                folder["fullUrl"] = json!("urn:x");
                folder["resource"]["code"]["coding"][0]["code"] = json!("folder");
                b["entry"].as_array_mut().unwrap().push(folder)
            },
            422,
            "Bundle.entry[3].resource.code",
        ),
        (
            |b| {
                let again = b["entry"][2].clone();
                b["entry"].as_array_mut().unwrap().push(again)
            },
            400,
            "Bundle.entry[3].fullUrl",
        ),
        (
            |b| {
                let mut again = b["entry"][2].clone();
                again["fullUrl"] = json!("urn:x");
                b["entry"].as_array_mut().unwrap().push(again)
            },
            422,
            "Bundle.entry[3].resource",
        ),
        (
            |b| {
                let mut again = b["entry"][1].clone();
                again["fullUrl"] = json!("urn:x");
                b["entry"].as_array_mut().unwrap().push(again)
            },
            422,
            "Bundle.entry[3].resource.masterIdentifier",
        ),
        (
            |b| {
                b["entry"].as_array_mut().unwrap().remove(0);
            },
            400,
            "Bundle.entry",
        ),
        (
            |b| {
                b["entry"].as_array_mut().unwrap().remove(1);
            },
            400,
            "Bundle.entry",
        ),
        (|b| at(b, "/entry/1/request")["method"] = json!("PUT"), 422, "Bundle.entry[1].request"),
        (
            |b| at(b, "/entry/1/request")["ifNoneExist"] = json!("x=y"),
            422,
            "Bundle.entry[1].request.ifNoneExist",
        ),
        (
            |b| at(b, "/entry/1/resource")["resourceType"] = json!("Observation"),
            422,
            "Bundle.entry[1].resource.resourceType",
        ),
        (
            |b| at(b, "/entry/2/resource")["contentType"] = json!("application/pdf"),
            422,
            "Bundle.entry[2].resource.contentType",
        ),
        (|b| at(b, "/entry/2/resource")["data"] = json!("PENs\naW5p"), 400, "Bundle.entry[2].resource.data"),
        (|b| at(b, "/entry/2/resource")["data"] = json!("!!!"), 400, "Bundle.entry[2].resource.data"),
    ];
    for (place, (change, status, expression)) in changes.iter().enumerate() {
        let mut bundle = bundle();
        change(&mut bundle);
        let outcome = read(&bundle).err().unwrap_or_else(|| panic!("{place} {expression} was accepted"));
        assert_eq!(
            (outcome.status, outcome.issues[0].expression.as_deref()),
            (*status, Some(*expression)),
            "{place}: {outcome}"
        );
        let told = outcome.to_json().to_string();
        for private in ["SOLEIL", "ANAÏS", MATRICULE, "279035121518989", "Compte rendu", "FABRE", "passwd"] {
            assert!(!told.contains(private), "{told}");
        }
    }
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
