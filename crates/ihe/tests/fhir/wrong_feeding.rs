//! ITI-65: every missing and every wrong element is named, and nothing of the patient is told.

use serde_json::{Value, json};

use crate::feeding::{DOCUMENT, at, drop_, read};
use crate::fixtures::{MATRICULE, bundle};

type Change = fn(&mut Value);

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
