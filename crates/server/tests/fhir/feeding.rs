//! ITI-65 and TD3.1b: what is acknowledged is there, once, and only its depositor hears of it.

use std::collections::BTreeSet;

use crate::common::Demo;
use crate::common::bundle::{Document, Person, bundle, locations, urn};
use crate::common::scene::Scene;
use serde_json::json;

#[test]
fn what_is_fed_is_there_once() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    each_entry_is_answered_and_there(&scene);
    the_same_again_gets_the_same_answer(&scene);
    a_unique_id_stands_for_one_document(&scene);
    of_many_at_once_one_wins(&scene);
    its_depositor_finds_it_again(&scene);
    absent_records_answer_alike(&scene);
}

fn each_entry_is_answered_and_there(scene: &Scene<'_>) {
    let person = Person::invented(41);
    scene.open_to_the_doctor(&person);
    let documents = [Document::text(), Document::text(), Document::text()];
    let answer = scene.feed.post("/fhir", &scene.lot(&person, &documents)).must(200).json();
    assert_eq!(answer["type"], "transaction-response");
    let entries = answer["entry"].as_array().unwrap();
    assert_eq!(entries.len(), 7);
    for entry in entries {
        assert!(entry["response"]["status"].as_str().unwrap().starts_with("201"), "{entry}");
    }
    for location in locations(&answer) {
        let there = scene.care.get_as(&format!("/fhir/{location}"), "application/fhir+json").must(200).json();
        assert!(location.starts_with(there["resourceType"].as_str().unwrap()), "{location}");
    }
    assert_eq!(scene.total(&person), 3);
    // with a slash at its end, as some write it
    scene.feed.post("/fhir/", &scene.lot(&person, &[Document::text()])).must(200);
    assert_eq!(scene.total(&person), 4);
    // a person's certificate feeds too
    let doctor = scene.at("feed", &scene.doctor);
    doctor.post("/fhir", &bundle(&person, &scene.doctor, &[Document::text()])).must(200);
    assert_eq!(scene.total(&person), 5);
}

fn the_same_again_gets_the_same_answer(scene: &Scene<'_>) {
    let person = Person::invented(42);
    scene.open_to_the_doctor(&person);
    let lot = scene.lot(&person, &[Document::text(), Document::text()]);
    let first = scene.feed.post("/fhir", &lot).must(200);
    let again = scene.feed.post("/fhir", &lot).must(200);
    assert!(first.body == again.body, "{} then {}", first.text(), again.text());
    assert_eq!(scene.total(&person), 2);
    // another lot under its name
    let mut other = scene.lot(&person, &[Document::text()]);
    let name = lot["entry"][0]["resource"]["identifier"][0]["value"].clone();
    other["entry"][0]["resource"]["identifier"][0]["value"] = name;
    scene.feed.post("/fhir", &other).names(409, "List.identifier");
    // who did not feed it learns nothing of it
    let laboratory = laboratory(scene);
    let mut theirs = bundle(&person, &laboratory, &[Document::text()]);
    theirs["entry"][0]["resource"]["identifier"] = other["entry"][0]["resource"]["identifier"].clone();
    let neutral = scene.at("feed", &laboratory).post("/fhir", &theirs).must(422);
    assert!(!neutral.text().contains("unique") && !neutral.text().contains("already"), "{}", neutral.text());
    assert_eq!(scene.total(&person), 2);
}

fn a_unique_id_stands_for_one_document(scene: &Scene<'_>) {
    let (person, other) = (Person::invented(43), Person::invented(44));
    scene.open_to_the_doctor(&person);
    scene.open_to_the_doctor(&other);
    let document = Document::text();
    let fed = scene.fed(&person, std::slice::from_ref(&document));
    let before = scene.care.get(&format!("/fhir/{}", fed[1])).must(200).json();
    let same = Document { bytes: b"D'autres octets".to_vec(), ..document.clone() };
    let mine = scene.feed.post("/fhir", &scene.lot(&person, std::slice::from_ref(&same)));
    mine.names(409, "masterIdentifier");
    scene
        .feed
        .post("/fhir", &scene.lot(&person, std::slice::from_ref(&document)))
        .names(409, "masterIdentifier");
    let laboratory = laboratory(scene);
    let theirs = bundle(&person, &laboratory, std::slice::from_ref(&same));
    let answer = scene.at("feed", &laboratory).post("/fhir", &theirs).names(422, "resource");
    assert!(!answer.text().contains("masterIdentifier"), "{}", answer.text());
    // under another patient, whoever feeds
    let elsewhere = scene.feed.post("/fhir", &scene.lot(&other, std::slice::from_ref(&same)));
    assert!(matches!(elsewhere.status, 409 | 422), "{}", elsewhere.text());
    assert_eq!((scene.total(&person), scene.total(&other)), (1, 0));
    assert_eq!(scene.care.get(&format!("/fhir/{}", fed[1])).must(200).json(), before, "untouched");
    assert!(scene.care.get_as(&format!("/fhir/{}", fed[2]), "*/*").must(200).body == document.bytes);
    // one lot of two documents under one id
    let twin = [Document::text(), Document::text()].map(|it| Document { unique_id: urn_of_twins(), ..it });
    scene.feed.post("/fhir", &scene.lot(&person, &twin)).names(422, "masterIdentifier");
    // and two under ids that only look different
    let mut twin = [Document::text(), Document::text()];
    twin[1].unique_id = twin[0].unique_id.replace("urn:uuid:", "").to_uppercase();
    twin[1].unique_id.insert_str(0, "urn:uuid:");
    let answer = scene.feed.post("/fhir", &scene.lot(&person, &twin));
    assert!(matches!(answer.status, 400 | 422), "{}", answer.text());
    assert_eq!(scene.total(&person), 1);
}

fn urn_of_twins() -> String {
    "urn:uuid:3f2b8f0e-61a5-4a6a-9a0b-0c5f3d1e7a01".into()
}

fn of_many_at_once_one_wins(scene: &Scene<'_>) {
    let person = Person::invented(45);
    scene.open_to_the_doctor(&person);
    let document = Document::text();
    let same = scene.lot(&person, std::slice::from_ref(&document));
    let at_once = |lots: Vec<serde_json::Value>| -> Vec<_> {
        std::thread::scope(|threads| {
            let all: Vec<_> = lots
                .iter()
                .map(|lot| threads.spawn(|| scene.at("feed", &scene.hospital).post("/fhir", lot)))
                .collect();
            all.into_iter().map(|it| it.join().unwrap()).collect()
        })
    };
    let answers = at_once(vec![same; 4]);
    let bodies: BTreeSet<_> = answers.iter().map(|it| it.clone().must(200).body).collect();
    assert_eq!(bodies.len(), 1, "one lot, one answer");
    assert_eq!(scene.total(&person), 1);
    // four lots of their own with one document
    let document = Document::text();
    let lots = (0..4).map(|_| scene.lot(&person, std::slice::from_ref(&document))).collect();
    let mut statuses: Vec<_> = at_once(lots).iter().map(|it| it.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
    assert_eq!(scene.total(&person), 2);
}

fn its_depositor_finds_it_again(scene: &Scene<'_>) {
    let person = Person::invented(46);
    scene.open(&person);
    let document = Document::text();
    let fed = scene.fed(&person, std::slice::from_ref(&document));
    let (token, unique) = (person.token(), format!("urn:ietf:rfc:3986|{}", document.unique_id));
    let pairs = [("patient.identifier", token.as_str()), ("identifier", unique.as_str())];
    let found = scene.feed.form("/fhir/DocumentReference/_search", &pairs).must(200);
    assert_eq!(found.total(), 1);
    assert_eq!(format!("DocumentReference/{}", found.resources()[0]["id"].as_str().unwrap()), fed[1]);
    for secret in [&document.title, &person.ins, &person.family] {
        assert!(!found.text().contains(secret), "nothing else of the document: {}", found.text());
    }
    let get = scene.feed.ask("/fhir/DocumentReference", &pairs).must(200);
    assert_eq!(get.json(), found.json());

    let absent = format!("urn:ietf:rfc:3986|{}", urn());
    let none =
        scene.feed.form("/fhir/DocumentReference/_search", &[pairs[0], ("identifier", &absent)]).must(200);
    assert!(none.total() == 0 && none.json().get("entry").is_none());
    let elsewhere = Person::invented(904).token();
    let strangers = [
        scene.at("feed", &laboratory(scene)).form("/fhir/DocumentReference/_search", &pairs),
        scene.at("feed", &scene.doctor).form("/fhir/DocumentReference/_search", &pairs),
        scene.feed.form("/fhir/DocumentReference/_search", &[("patient.identifier", &elsewhere), pairs[1]]),
    ];
    for answer in strangers {
        assert_eq!(answer.shape(), none.shape());
    }
    for (pairs, element) in [
        (vec![pairs[0]], "http.identifier"),
        (vec![pairs[1]], "http.patient.identifier"),
        (vec![pairs[0], pairs[1], pairs[1]], "http.identifier"),
        (vec![pairs[0], pairs[0], pairs[1]], "http.patient.identifier"),
        (vec![pairs[0], pairs[1], ("type", "11488-4")], "http.type"),
        (vec![pairs[0], ("identifier", "urn:ietf:rfc:3986|nothing")], "http.identifier"),
    ] {
        scene.feed.form("/fhir/DocumentReference/_search", &pairs).names(400, element);
    }
}

/// A record that is not there and one that is closed answer feeding alike; the demo has none closed yet.
fn absent_records_answer_alike(scene: &Scene<'_>) {
    let (person, other) = (Person::invented(905), Person::invented(906));
    let one = scene.feed.post("/fhir", &scene.lot(&person, &[Document::text()]));
    let two = scene.feed.post("/fhir", &scene.lot(&other, &[Document::text()]));
    assert_eq!(one.status, 403, "{}", one.text());
    assert_eq!(one.shape(), two.shape());
    let mut lot = scene.lot(&person, &[Document::text()]);
    let open = Person::invented(46);
    lot["entry"][1]["resource"]["subject"] = json!({ "identifier": open.identifier() });
    scene.feed.post("/fhir", &lot).must(422);
}

fn laboratory(scene: &Scene<'_>) -> crate::common::Actor {
    scene
        .demo
        .actor_where(|it| it["kind"] == "organisation" && it["name"].as_str().unwrap().starts_with("Labo"))
}
