//! Reading by id and ITI-68: the forms of a document, and ids that are malformed, absent or forbidden, which
//! nobody can tell apart.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::holder::Holder;
use crate::common::scene::Scene;

#[test]
fn documents_are_read_by_those_who_may() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    what_was_fed_is_read_in_each_form(&scene);
    what_may_not_be_read_is_not_there(&scene);
    feeders_read_nothing(&scene);
}

fn what_was_fed_is_read_in_each_form(scene: &Scene<'_>) {
    let person = Person::invented(31);
    scene.open_to_the_doctor(&person);
    let document = Document::file("application/pdf", &rehearsal::pdf::page("Fictif", &["Une ligne"]));
    let fed = scene.fed(&person, std::slice::from_ref(&document));
    let [set, reference, binary] = fed.as_slice() else { panic!("three locations: {fed:?}") };

    let read = scene.care.get(&format!("/fhir/{reference}")).must(200);
    assert_eq!(read.header("etag"), Some("W/\"1\""));
    assert!(read.header("content-type").unwrap().starts_with("application/fhir+json"));
    let found = scene.search(&person, "DocumentReference", &[]).must(200).json();
    assert_eq!(found["entry"][0]["resource"], read.json(), "searched and read alike");
    assert_eq!(found["entry"][0]["fullUrl"], scene.demo.at("care", &format!("/fhir/{reference}")));
    let list = scene.care.get(&format!("/fhir/{set}")).must(200).json();
    assert_eq!(list["entry"], json!([{ "item": { "reference": reference } }]));
    let sets = scene.search(&person, "List", &[]).must(200).json();
    assert_eq!(sets["entry"][0]["resource"], list);

    let url = read.json()["content"][0]["attachment"]["url"].as_str().unwrap().to_owned();
    assert_eq!(url, scene.demo.at("care", &format!("/fhir/{binary}")));
    for accept in ["*/*", "application/pdf", "application/*", "application/fhir+json;q=0.1, application/pdf"]
    {
        let raw = scene.care.get_as(&url, accept).must(200);
        assert!(raw.body == document.bytes, "{accept}");
        assert_eq!(raw.header("content-type"), Some("application/pdf"));
        assert_eq!(raw.header("content-disposition"), Some("attachment"));
        assert_eq!(raw.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(raw.header("cache-control"), Some("no-store"));
    }
    let resource = scene.care.get_as(&url, "application/fhir+json").must(200).json();
    assert_eq!(
        (&resource["resourceType"], &resource["contentType"]),
        (&json!("Binary"), &json!("application/pdf"))
    );
    assert!(BASE64_STANDARD.decode(resource["data"].as_str().unwrap()).unwrap() == document.bytes);
    scene.care.get_as(&url, "image/jpeg").must(406);
    // XML says what JSON says
    let same = |path: &str| {
        let xml = scene.care.get_as(path, "application/fhir+xml").must(200);
        assert_eq!(xml.header("content-type"), Some("application/fhir+xml; charset=utf-8"));
        let read = ihe::fhir::xml::to_json(&xml.body, 64 << 20).unwrap();
        let json = scene.care.get_as(path, "application/fhir+json").must(200).json();
        assert!(serde_json::from_slice::<Value>(&read).unwrap() == json, "{}", xml.text());
    };
    same(&url);
    same(&format!("/fhir/{reference}"));
    same("/fhir/metadata");
}

fn what_may_not_be_read_is_not_there(scene: &Scene<'_>) {
    let (mine, other) = (Person::invented(32), Person::invented(33));
    scene.open_to_the_doctor(&mine);
    scene.open(&other);
    let hidden = Document { visibility: vec!["MASQUE_PS"], ..Document::text() };
    let masked = scene.fed(&mine, &[hidden]);
    let foreign = scene.fed(&other, &[Document::text()]);
    let open = scene.fed(&mine, &[Document::text()]);
    let pharmacist = scene.at("care", &scene.demo.of_role("21"));
    // one of the demo's people, masked by the holder
    let patient = scene.demo.patient("open");
    let holder = Holder::of(scene.demo, &patient);
    let someone = Person {
        ins: patient["ins"].as_str().unwrap().into(),
        oid: patient["oid"].as_str().unwrap().into(),
        ..Person::invented(34)
    };
    scene.authorise(&someone);
    let theirs = scene.search(&someone, "DocumentReference", &[]).must(200).resources();
    let id = theirs[0]["id"].as_str().unwrap();
    let own = holder.get("/api/documents").must(200).json();
    let own = own["documents"]
        .as_array()
        .unwrap()
        .iter()
        .find(|it| id.contains(it["id"].as_str().unwrap()))
        .cloned();
    scene.care.get(&format!("/fhir/DocumentReference/{id}")).must(200);
    scene.care.get(&format!("/fhir/Binary/{id}")).must(200);
    let own = own.expect("the same document")["id"].as_str().unwrap().to_owned();
    holder.post(&format!("/api/documents/{own}/mask"), &json!({})).must(200);
    assert_eq!(scene.total(&someone), theirs.len() as u64 - 1, "nor is it counted");

    let nobody = "00000000000000000000000000";
    let (record, entry) = foreign[1].strip_prefix("DocumentReference/").unwrap().split_at(26);
    let ids = [
        ("malformed", "x".to_owned()),
        ("malformed, and long", "x".repeat(3000)),
        ("with a slash in it", "..%2F..%2Fetc%2Fpasswd".to_owned()),
        ("absent", format!("{nobody}-{nobody}")),
        ("absent in a record that is there", format!("{record}-{nobody}")),
        ("of another record", format!("{nobody}{entry}")),
        ("another patient's", foreign[1].strip_prefix("DocumentReference/").unwrap().to_owned()),
        ("masked when fed", masked[1].strip_prefix("DocumentReference/").unwrap().to_owned()),
        ("masked by the holder", id.to_owned()),
    ];
    for kind in ["DocumentReference", "Binary"] {
        let expected = scene.care.get(&format!("/fhir/{kind}/malformed")).must(404).shape();
        for (what, id) in &ids {
            let shape = scene.care.get(&format!("/fhir/{kind}/{id}")).must(404).shape();
            assert_eq!(shape, expected, "{kind} {what}");
        }
        // somebody who may read nothing of it
        let id = &open[1].replace("DocumentReference/", "");
        assert_eq!(pharmacist.get(&format!("/fhir/{kind}/{id}")).must(404).shape(), expected);
    }
    let expected = scene.care.get("/fhir/List/malformed").must(404).shape();
    for (what, location) in [("another patient's", &foreign[0]), ("of masked documents alone", &masked[0])] {
        assert_eq!(scene.care.get(&format!("/fhir/{location}")).must(404).shape(), expected, "{what}");
    }
    scene.care.get(&format!("/fhir/{}", open[0])).must(200);
    // the right is gone on the very next request
    scene.care.post("/fhir/Patient/$authorise", &mine.authorise("SUPPRESSION", None)).must(200);
    for location in &open {
        scene.care.get(&format!("/fhir/{location}")).must(404);
    }
}

/// An organisation's certificate reads nothing, not even what it fed (rules, A1).
fn feeders_read_nothing(scene: &Scene<'_>) {
    let person = Person::invented(35);
    scene.open(&person);
    let fed = scene.fed(&person, &[Document::text()]);
    let at_care = scene.at("care", &scene.hospital);
    for location in &fed {
        // its depositor patches a document; nothing there reads it
        let none = if location.starts_with("DocumentReference/") { 405 } else { 404 };
        scene.feed.get(&format!("/fhir/{location}")).must(none);
        // without a person's token, a house is nobody who reads
        at_care.get(&format!("/fhir/{location}")).must(401);
    }
    let token = person.token();
    scene.feed.ask("/fhir/List", &[("patient.identifier", &token)]).must(404);
    scene.feed.form("/fhir/List/_search", &[("patient.identifier", &token)]).must(404);
    scene
        .feed
        .ask("/fhir/DocumentReference", &[("patient.identifier", &token)])
        .names(400, "http.identifier");
    scene
        .feed
        .ask("/fhir/DocumentReference", &[("patient.identifier", &token), ("type", "11488-4")])
        .must(400);
    // a person's certificate at the feed door reads no more
    let doctor = scene.at("feed", &scene.doctor);
    scene.authorise(&person);
    for location in &fed {
        let answer = doctor.get(&format!("/fhir/{location}"));
        // a path that is there for another method says so
        assert!(matches!(answer.status, 404 | 405), "{}", answer.text());
    }
}
