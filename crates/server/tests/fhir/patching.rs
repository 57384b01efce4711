//! A document's state changed by PATCH (TD3.3a to d), a document that comes alone (ITI-105), and the trace read back
//! as AuditEvents (ITI-81).

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person, alone, bundle};
use crate::common::client::{Answer, Client, FHIR_JSON, query};
use crate::common::scene::Scene;

const ARCHIVED: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-ext-is-archived";
const TRE_A07: &str =
    "https://mos.esante.gouv.fr/NOS/TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";

#[test]
fn documents_change_by_patch_come_alone_and_are_traced() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    the_depositor_archives_deletes_and_restores(&scene);
    a_doctor_masks_what_they_fed(&scene);
    nothing_else_is_changed(&scene);
    one_document_comes_alone(&scene);
    the_trace_is_read_as_audit_events(&scene);
}

fn conditional(document: &Document) -> String {
    let pairs = [("identifier", format!("urn:ietf:rfc:3986|{}", document.unique_id))];
    format!(
        "/fhir/DocumentReference?{}",
        query(&pairs.each_ref().map(|(name, value)| (*name, value.as_str())))
    )
}

fn archive(yes: bool) -> Value {
    json!([{ "op": "replace", "path": format!("/extension[url:'{ARCHIVED}']/valueBoolean"), "value": yes }])
}

fn status(code: &str) -> Value {
    json!([{ "op": "replace", "path": "/status", "value": code }])
}

/// As the draft for the DMP writes it.
fn label(system: &str, code: &str) -> Value {
    json!([{ "op": "replace", "path": "/securityLabel/0", "value": { "coding": [{ "system": system, "code": code }] } }])
}

fn masked() -> Value {
    label(TRE_A07, "MASQUE_PS")
}

fn ordinary() -> Value {
    label("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "N")
}

fn labels(resource: &Value) -> Vec<&str> {
    let all = resource["securityLabel"].as_array().unwrap();
    all.iter().map(|it| it["coding"][0]["code"].as_str().unwrap()).collect()
}

fn the_depositor_archives_deletes_and_restores(scene: &Scene<'_>) {
    let (person, document) = (Person::invented(301), Document::text());
    scene.open_to_the_doctor(&person);
    let at = format!("/fhir/{}", scene.fed(&person, std::slice::from_ref(&document))[1]);
    let by_identifier = conditional(&document);

    let answer = scene.feed.patch(&by_identifier, &archive(true)).must(200);
    assert_eq!(answer.json()["meta"]["versionId"], "2");
    assert_eq!(answer.header("etag"), Some("W/\"2\""));
    // the door that feeds reads nothing back
    let content = &answer.json()["content"];
    assert_eq!(content[0]["attachment"].as_object().unwrap().len(), 1, "{content}");
    assert_eq!(content[0]["attachment"]["extension"][0]["valueCode"], "masked");
    assert!(answer.json()["subject"].is_null() && answer.json()["type"].is_null(), "{}", answer.text());
    assert_eq!(scene.total(&person), 0);
    assert_eq!(scene.care.get(&at).must(200).json()["extension"][0]["valueBoolean"], true);
    // the same in FHIR's own way of patching, in XML
    let parts = format!(
        r#"<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part><part><name value="path"/><valueString value="DocumentReference.extension.where(url='{ARCHIVED}').value"/></part><part><name value="value"/><valueBoolean value="false"/></part></parameter></Parameters>"#
    );
    let kind = [("Content-Type", "application/fhir+xml")];
    scene.feed.send("PATCH", &at, &kind, Some(parts.as_bytes())).must(200);
    assert_eq!(scene.total(&person), 1);

    // of one version and no other: this door reads nothing first, the act itself compares
    let of_version = |version: &str, change: &Value| {
        let headers = [("Content-Type", "application/json-patch+json"), ("If-Match", version)];
        scene.feed.send("PATCH", &at, &headers, Some(change.to_string().as_bytes()))
    };
    of_version("W/\"2\"", &archive(true)).must(412);
    assert_eq!(scene.total(&person), 1);
    assert_eq!(of_version("W/\"3\"", &archive(true)).must(200).header("etag"), Some("W/\"4\""));
    of_version("W/\"4\"", &archive(false)).must(200);

    let deleted = scene.feed.patch(&by_identifier, &status("entered-in-error")).must(200).json();
    assert_eq!(deleted["status"], "entered-in-error");
    scene.care.get(&at).must(404);
    assert_eq!(scene.feed.patch(&at, &status("current")).must(200).json()["status"], "current");
    scene.care.get(&at).must(200);

    // by nobody else: the doctor reads it and did not feed it, another house did not either
    for change in [archive(true), status("entered-in-error")] {
        scene.care.patch(&at, &change).must(404);
        scene.at("feed", &scene.demo.actor("payer")).patch(&at, &change).must(404);
    }
    // absent and another's are one answer
    let shape = |answer: Answer| (answer.status, answer.shape());
    let absent = conditional(&Document::text());
    let payer = scene.at("feed", &scene.demo.actor("payer"));
    assert_eq!(
        shape(payer.patch(&absent, &archive(true))),
        shape(payer.patch(&by_identifier, &archive(true)))
    );
}

fn a_doctor_masks_what_they_fed(scene: &Scene<'_>) {
    let (person, document) = (Person::invented(302), Document::text());
    scene.open_to_the_doctor(&person);
    // the doctor feeds with their own certificate, and so may mask
    let feed = scene.at("feed", &scene.doctor);
    feed.post("/fhir", &bundle(&person, &scene.doctor, std::slice::from_ref(&document))).must(200);
    let at = conditional(&document);

    let first = scene.care.patch(&at, &status("current")).must(200);
    assert_eq!((first.header("etag"), labels(&first.json())), (Some("W/\"1\""), vec!["N"]));
    let now = scene.care.patch(&at, &masked()).must(200);
    assert_eq!((labels(&now.json()), now.header("etag")), (vec!["N", "MASQUE_PS"], Some("W/\"2\"")));
    assert_eq!(now.json()["masterIdentifier"]["value"], document.unique_id);
    // nothing is done twice
    assert_eq!(scene.care.patch(&at, &masked()).must(200).header("etag"), Some("W/\"2\""));
    let if_match = |version: &str| {
        let headers = [("Content-Type", "application/json-patch+json"), ("If-Match", version)];
        scene.care.send("PATCH", &at, &headers, Some(ordinary().to_string().as_bytes()))
    };
    if_match("W/\"1\"").must(412);
    if_match("2").must(400);
    assert_eq!(labels(&if_match("W/\"2\"").must(200).json()), ["N"]);

    // what the caller has is still so, or is not
    let location = format!("/fhir/DocumentReference/{}", now.json()["id"].as_str().unwrap());
    let known = |tag: &str| scene.care.send("GET", &location, &[("If-None-Match", tag)], None);
    assert!(known("W/\"3\"").must(304).body.is_empty());
    known("W/\"2\"").must(200);
    // by the id of the entry, which its record alone knows: the patient is named too
    let entry = now.json()["identifier"][0]["value"].as_str().unwrap().to_owned();
    let by_entry = |client: &Client<'_>, patient: Option<&Person>, change: &Value| {
        let token = patient.map(Person::token);
        let identifier = format!("urn:ietf:rfc:3986|{entry}");
        let mut pairs = vec![("identifier", identifier.as_str())];
        pairs.extend(token.as_deref().map(|it| ("patient.identifier", it)));
        client.patch(&format!("/fhir/DocumentReference?{}", query(&pairs)), change)
    };
    by_entry(&scene.care, None, &masked()).must(404);
    by_entry(&scene.care, Some(&Person::invented(301)), &masked()).must(404);
    assert_eq!(labels(&by_entry(&scene.care, Some(&person), &masked()).must(200).json()), ["N", "MASQUE_PS"]);
    by_entry(&scene.care, Some(&person), &ordinary()).must(200);
    by_entry(&feed, Some(&person), &archive(true)).must(200);
    by_entry(&feed, Some(&person), &archive(false)).must(200);
    // a document's own id, and another person's
    let elsewhere = format!("{at}&{}", query(&[("patient.identifier", &Person::invented(301).token())]));
    scene.care.patch(&elsewhere, &masked()).must(404);

    // hidden from the holder afterwards: never
    scene.care.patch(&at, &label(TRE_A07, "INVISIBLE_PATIENT")).must(422);
    scene.care.patch(&at, &label("http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "V")).must(422);
    let both = [masked(), archive(true)].map(|it| it[0].clone());
    scene.care.patch(&at, &json!(both)).must(422);
    // a reader who fed nothing masks nothing
    let foreign = Document::text();
    scene.fed(&person, std::slice::from_ref(&foreign));
    scene.care.patch(&conditional(&foreign), &masked()).must(404);

    // one act, one line: to know what it changes is part of it; and each look at the trace is a line too
    let lines = || scene.search(&person, "AuditEvent", &[("_count", "500")]).must(200).resources().len();
    let before = lines();
    scene.care.patch(&at, &masked()).must(200);
    assert_eq!(lines(), before + 2);
}

fn nothing_else_is_changed(scene: &Scene<'_>) {
    let (person, document) = (Person::invented(303), Document::text());
    scene.open_to_the_doctor(&person);
    let at = format!("/fhir/{}", scene.fed(&person, std::slice::from_ref(&document))[1]);
    for client in [&scene.care, &scene.feed] {
        let no =
            client.patch(&at, &json!([{ "op": "replace", "path": "/description", "value": "x" }])).must(405);
        assert_eq!(no.elements(), ["DocumentReference.description"]);
        assert_eq!(no.header("allow"), Some("GET, HEAD, PATCH"));
        client.patch(&at, &json!([])).must(400);
        client.patch("/fhir/DocumentReference", &archive(true)).must(400);
        client.patch("/fhir/DocumentReference/nobody", &archive(true)).must(404);
        client
            .send("PATCH", &at, &[("Content-Type", "application/xml-patch+xml")], Some(b"<diff/>"))
            .must(415);
        let stranger = Client::new(scene.demo, client.door, None);
        stranger.patch(&at, &archive(true)).must(401);
    }
    // the feed door has no labels to change: it does not know them
    scene.feed.patch(&at, &masked()).must(422);
}

fn one_document_comes_alone(scene: &Scene<'_>) {
    let (person, document) = (Person::invented(304), Document::text());
    scene.open_to_the_doctor(&person);
    let answer =
        scene.feed.post("/fhir/DocumentReference", &alone(&person, &scene.hospital, &document)).must(201);
    let location = answer.header("location").unwrap().to_owned();
    let id = location.rsplit('/').next().unwrap();
    assert_eq!(answer.json()["resourceType"], "OperationOutcome");
    let read = scene.care.get(&format!("/fhir/DocumentReference/{id}")).must(200).json();
    assert_eq!(read["masterIdentifier"]["value"], document.unique_id);
    let bytes = scene.care.get_as(&format!("/fhir/Binary/{id}"), "*/*").must(200);
    assert!(bytes.body == document.bytes);
    // it is a submission like another: a set names it, and it is fed once
    let sets = scene.search(&person, "List", &[("code", "submissionset"), ("status", "current")]).must(200);
    assert_eq!(sets.resources()[0]["entry"][0]["item"]["reference"], format!("DocumentReference/{id}"));
    scene.feed.post("/fhir/DocumentReference", &alone(&person, &scene.hospital, &document)).must(409);

    // unless it is there: the same once more is answered with where it is
    let publish = |resource: &Value, condition: &str| {
        let headers = [("Content-Type", FHIR_JSON), ("If-None-Exist", condition)];
        let body = resource.to_string();
        scene.feed.send("POST", "/fhir/DocumentReference", &headers, Some(body.as_bytes()))
    };
    let own = format!("identifier={}", document.unique_id);
    let same = alone(&person, &scene.hospital, &document);
    let again = publish(&same, &own).must(200);
    assert_eq!((again.header("location"), again.header("etag")), (Some(&*location), Some("W/\"1\"")));
    assert_eq!(scene.total(&person), 1);
    // other bytes under the same id are not there; a condition on another document is no condition here
    let changed = Document { unique_id: document.unique_id.clone(), ..Document::text() };
    publish(&alone(&person, &scene.hospital, &changed), &own).must(409);
    publish(&alone(&person, &scene.hospital, &Document::text()), &own).names(422, "If-None-Exist");
    assert_eq!(scene.total(&person), 1);

    // in XML, and with less said
    let next = Document::text();
    let mut resource = alone(&person, &scene.hospital, &next);
    for (pointer, key) in
        [("/content/0/attachment", "size"), ("/content/0/attachment", "hash"), ("", "category")]
    {
        resource.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(key);
    }
    let xml = ihe::fhir::xml::encode(&resource).unwrap();
    let kind = [("Content-Type", "application/fhir+xml")];
    scene.feed.send("POST", "/fhir/DocumentReference", &kind, Some(xml.as_bytes())).must(201);
    assert_eq!(scene.total(&person), 2);
    // what is wrong is named; what it says of its bytes must be so
    let mut wrong = alone(&person, &scene.hospital, &Document::text());
    wrong["content"][0]["attachment"]["size"] = json!(1);
    scene.feed.post("/fhir/DocumentReference", &wrong).names(422, "attachment.size");
    // the door that reads takes none
    scene.care.post("/fhir/DocumentReference", &wrong).must(405);
}

fn the_trace_is_read_as_audit_events(scene: &Scene<'_>) {
    let (person, document) = (Person::invented(305), Document::text());
    scene.open_to_the_doctor(&person);
    let fed = scene.fed(&person, std::slice::from_ref(&document));
    let reference = &fed[1];
    scene.care.get_as(&format!("/fhir/{}", fed[2]), "*/*").must(200);
    let events = |more: &[(&str, &str)]| scene.search(&person, "AuditEvent", more).must(200);
    let all = events(&[]).resources();
    // a professional reads their own, and nothing of the counter's and the hospital's
    let me = scene.doctor.text("id");
    assert!(!all.is_empty());
    for event in &all {
        assert_eq!(event["resourceType"], "AuditEvent");
        assert_eq!(event["agent"][0]["who"]["identifier"]["value"], me, "{event}");
    }
    let read = events(&[("subtype", "read")]).resources();
    assert_eq!(read.len(), 1, "{read:?}");
    assert_eq!(
        read[0]["meta"]["profile"][0],
        "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"
    );
    let entity = |event: &Value| {
        event["entity"].as_array().unwrap().iter().any(|it| it["what"]["reference"] == reference.as_str())
    };
    assert!(entity(&read[0]));
    assert_eq!(events(&[("entity", reference), ("action", "R")]).resources().len(), 1);
    assert!(events(&[("date", "lt2020")]).resources().is_empty());
    // by pages, each line once; how many there are in all is not said
    let answer = events(&[("_count", "1")]);
    assert!(answer.json()["total"].is_null());
    let next = answer.json()["link"].as_array().unwrap().iter().find(|it| it["relation"] == "next").unwrap()
        ["url"]
        .clone();
    let second = scene.care.get(next.as_str().unwrap()).must(200).resources();
    assert_eq!(second.len(), 1);
    assert_ne!(answer.resources()[0]["id"], second[0]["id"]);
    // in XML as well
    let token = person.token();
    let page = format!("/fhir/AuditEvent?{}", query(&[("patient.identifier", &token), ("_count", "2")]));
    let xml = scene.care.get_as(&page, "application/fhir+xml").must(200);
    assert!(xml.text().contains("<AuditEvent>"), "{}", xml.text());
    // another professional, whom nobody let in
    let stranger = scene.at("care", &scene.demo.of_role("21"));
    let asked = stranger.form("/fhir/AuditEvent/_search", &[("patient.identifier", &token)]);
    assert!(asked.status == 403 || asked.resources().is_empty(), "{}", asked.text());
    scene.care.ask("/fhir/AuditEvent", &[("date", "2026")]).must(400);
}
