//! A record's life through the doors: a document managed by its depositor, opposed feeding, closed with its
//! certificate, reopened, a death notified at a counter and found to be in error.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::Demo;
use common::bundle::{Document, Person, bundle};
use common::client::{Answer, Client};
use common::holder::Holder;
use common::scene::Scene;
use serde_json::{Value, json};

fn parameters(all: &[(&str, &str, Value)]) -> Value {
    let all: Vec<_> = all.iter().map(|(name, kind, value)| json!({ "name": name, *kind: value })).collect();
    json!({ "resourceType": "Parameters", "parameter": all })
}

fn manage(client: &Client<'_>, id: &str, action: &str) -> Answer {
    let said = [("document", "valueString", json!(id)), ("action", "valueCode", json!(action))];
    client.post("/fhir/DocumentReference/$manage", &parameters(&said))
}

fn status(answer: &Answer) -> Value {
    let all = answer.json();
    let found = all["parameter"].as_array().unwrap().iter().find(|it| it["name"] == "status").cloned();
    found.unwrap()["valueCode"].clone()
}

#[test]
fn a_document_is_managed_by_its_depositor_at_the_feed_door() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(91);
    scene.open_to_the_doctor(&person);
    let fed = scene.fed(&person, &[Document::text()]);
    let id = fed.iter().find_map(|it| it.strip_prefix("DocumentReference/")).unwrap();
    assert_eq!(scene.total(&person), 1);
    // nobody else's, and as what is not there
    let stranger = scene.at("feed", &demo.actor("payer"));
    let absent = manage(&scene.feed, "nothing", "ARCHIVE").must(404).shape();
    for client in [&stranger, &scene.care] {
        assert_eq!(manage(client, id, "DELETE").must(404).status, 404);
    }
    assert_eq!(manage(&stranger, id, "ARCHIVE").must(404).shape(), absent);
    manage(&Client::new(&demo, "feed", None), id, "ARCHIVE").must(401);
    manage(&scene.feed, id, "SOMETHING").must(422);
    assert_eq!(status(&manage(&scene.feed, id, "ARCHIVE").must(200)), "archived");
    assert_eq!(status(&manage(&scene.feed, id, "UNARCHIVE").must(200)), "approved");
    assert_eq!(status(&manage(&scene.feed, id, "DELETE").must(200)), "deleted");
    assert_eq!(scene.total(&person), 0);
    assert_eq!(status(&manage(&scene.feed, id, "RESTORE").must(200)), "approved");
    assert_eq!(scene.total(&person), 1);
    assert_eq!(status(&manage(&scene.feed, id, "RECALL").must(200)), "deleted");
    assert_eq!(scene.total(&person), 0);
    manage(&scene.feed, id, "RESTORE").must(404);
    // opposed by its producer, and then not fed
    let document = Document::text();
    let oppose = |client: &Client<'_>, document: &Document| {
        let said = [
            ("patient", "valueIdentifier", person.identifier()),
            ("document", "valueString", json!(document.unique_id)),
        ];
        client.post("/fhir/Patient/$oppose", &parameters(&said))
    };
    oppose(&scene.counter, &document).must(403);
    oppose(&scene.feed, &document).must(200);
    let refused = scene.feed.post("/fhir", &bundle(&person, &scene.hospital, &[document])).must(422);
    assert!(!refused.text().contains("oppos"), "{}", refused.text());
    scene.fed(&person, &[Document::text()]);
}

#[test]
fn closed_reopened_and_a_death_in_error() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let patient = demo.patient("open");
    let person = Person::known(&patient);
    let holder = Holder::of(&demo, &patient);
    scene.authorise(&person);
    holder.get("/api/record/closure").must(403);
    let closed = holder.post("/api/record/close", &json!({})).must(200).json();
    assert_eq!(closed["closed"], true);
    // nothing is read, by anybody; the holder keeps certificate, trace and reopening
    scene.search(&person, "DocumentReference", &[]).must(403);
    holder.get("/api/documents").must(403);
    let certificate = holder.get("/api/record/closure").must(200).json();
    assert_eq!((&certificate["closed"], &certificate["reason"]), (&closed["at"], &json!("request")));
    assert!(!holder.trace().is_empty());
    let reopen = |client: &Client<'_>, consent: bool| {
        let said = [
            ("patient", "valueIdentifier", person.identifier()),
            ("consent", "valueBoolean", json!(consent)),
        ];
        client.post("/fhir/Patient/$reopen", &parameters(&said))
    };
    reopen(&scene.care, false).must(403);
    reopen(&Client::new(&demo, "care", None), true).must(401);
    reopen(&scene.care, true).must(200);
    holder.get("/api/documents").must(200);
    let death = |client: &Client<'_>, in_error: bool| {
        let said = [
            ("patient", "valueIdentifier", person.identifier()),
            ("proved", "valueBoolean", json!(true)),
            ("in-error", "valueBoolean", json!(in_error)),
        ];
        client.post("/fhir/Patient/$notice-death", &parameters(&said))
    };
    death(&scene.care, false).must(403);
    death(&scene.counter, false).must(200);
    // the service closes, as soon as it comes to it
    while holder.get("/api/documents").status == 200 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    holder.get("/api/record/closure").must(403);
    death(&scene.counter, true).must(200);
    holder.post("/api/record/reopen", &json!({})).must(200);
    holder.get("/api/documents").must(200);
}
