//! What holders settle, see and contest, from outside, as a browser without scripts walks it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::client::Client;
use common::pages::{Browser, is_a_page, links, says, whole};
use common::{Actor, Demo};
use serde_json::{Value, json};

fn named(patient: &Value) -> Value {
    let system = format!("urn:oid:{}", patient["oid"].as_str().unwrap());
    json!({ "name": "patient", "valueIdentifier": { "system": system, "value": patient["ins"] } })
}

fn break_glass(demo: &Demo, doctor: &Actor, patient: &Value) {
    let said = |name: &str, value: &str| json!({ "name": name, "valueString": value });
    let (given, family) = patient["name"].as_str().unwrap().split_once(' ').unwrap();
    let body = json!({ "resourceType": "Parameters", "parameter": [
        named(patient), said("family", family), said("given", given),
        { "name": "birth-date", "valueDate": patient["birth_date"] },
        said("reason", "inconscient"), { "name": "declaration", "valueBoolean": true },
    ] });
    Client::new(demo, "care", Some(doctor)).post("/fhir/Patient/$break-glass", &body).must(200);
}

/// The line says that it was an emergency and leads to contesting it; twice is once.
#[test]
fn an_emergency_is_marked_and_contested_from_its_line() {
    let demo = Demo::start();
    let (patient, doctor) = (demo.patient("open"), demo.of_role("10"));
    break_glass(&demo, &doctor, &patient);
    let browser = Browser::of(&demo, &patient);
    let trace = browser.get("/trace?kind=emergency").must(200);
    is_a_page(&trace);
    says(&trace, "ouvert le carnet en urgence");
    says(&trace, "chip-emergency");
    let link = links(&trace, "/trace/").into_iter().find(|it| it.ends_with("/contest")).unwrap();
    let page = browser.get(&link).must(200);
    is_a_page(&page);
    says(&page, "inconscient");
    says(&browser.submit(&page, &link, &[]).must(200), "Accès contesté");
    says(&browser.submit(&page, &link, &[]).must(200), "déjà fait");
    says(&browser.get("/trace?kind=mine").must(200), "contesté un accès en urgence");
    // what is no emergency is not contested, nor what is not there
    let other = links(&browser.get("/trace?kind=all"), "/trace/");
    let login = other.iter().filter(|it| it.ends_with("/not-me")).last().unwrap();
    browser.get(&login.replace("not-me", "contest")).must(404);
    browser.get("/trace/00000000000000000000000009/contest").must(404);
}

/// Exactly what somebody would see, under whose eyes it is, and why.
#[test]
fn the_record_is_seen_through_another_s_eyes_and_each_document_says_why() {
    let demo = Demo::start();
    let (patient, doctor) = (demo.patient("open"), demo.of_role("10"));
    let id = doctor.text("id").to_owned();
    let browser = Browser::of(&demo, &patient);
    let choose = browser.get("/see-as").must(200);
    is_a_page(&choose);
    let blind = browser.get(&format!("/see-as?person={id}")).must(200);
    is_a_page(&blind);
    says(&blind, "ne verrait aucun de vos documents");
    says(&blind, "peut lever ce refus");
    let unknown = browser.get("/see-as?person=899799999992").must(422);
    is_a_page(&unknown);
    says(&unknown, "pas dans l’annuaire");

    let access = browser.get("/access");
    let given = browser.submit(&access, "/access/authorise", &[("id", &id)]).must(200);
    is_a_page(&given);
    says(&browser.get("/see-as").must(200), doctor.text("name"));
    let seen = browser.get(&format!("/see-as?person={id}")).must(200);
    is_a_page(&seen);
    says(&seen, "band-eyes");
    let before = links(&seen, "/documents/");
    assert!(!before.is_empty());
    let why = browser.get(&before[0].replace("&amp;", "&")).must(200);
    is_a_page(&why);
    says(&why, "peut voir ce document");
    says(&why, "Permis par la règle");

    // a document that is masked is gone from those eyes, and its page says why
    let path = before[0].split_once("/why").unwrap().0.to_owned();
    let page = browser.get(&path).must(200);
    browser.submit(&page, &format!("{path}/mask"), &[]).must(200);
    let after = links(&browser.get(&format!("/see-as?person={id}")).must(200), "/documents/");
    assert_eq!(after.len(), before.len() - 1);
    assert!(!after.contains(&before[0]));
    let why = browser.get(&format!("{path}/why?person={id}")).must(200);
    says(&why, "ne voit pas ce document");
    let who = browser.get(&format!("{path}/who")).must(200);
    assert!(whole(&who).contains(&format!("{path}/why?person={id}")));
    // a profession, as if just authorised
    let pharmacist = browser.get("/see-as?profession=21").must(200);
    is_a_page(&pharmacist);
    assert!(!links(&pharmacist, "/documents/").is_empty());
}
