//! What is new for a patient, pulled by practice software (IHE DSUBm): each pull is decided, and nothing is sent.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person};
use crate::common::client::{Answer, Client};
use crate::common::scene::Scene;

pub const TOPIC: &str = "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/DSUBm-SubscriptionTopic-DocumentReference-PatientDependent";
const FILTER: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria";

#[test]
fn what_is_new_is_pulled() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(311);
    scene.open_to_the_doctor(&person);
    scene.fed(&person, &[Document::text()]);
    let made = scene.care.post("/fhir/Subscription", &asked(&person)).must(201);
    let at = made.header("location").unwrap().to_owned();
    assert_eq!(scene.care.get(&at).must(200).json(), made.json());
    assert!(made.json()["channel"]["endpoint"].is_null());
    // what was there before is not new
    assert!(new(&scene.care, &at, "").is_empty());

    let fed = scene.fed(&person, &[Document::text(), Document::text()]);
    let found = new(&scene.care, &at, "");
    let mut told: Vec<_> = found.iter().map(|(_, focus)| focus.rsplit('/').next().unwrap()).collect();
    told.sort_unstable();
    let mut sent: Vec<_> = [&fed[1], &fed[3]].map(|it| it.rsplit('/').next().unwrap()).to_vec();
    sent.sort_unstable();
    assert_eq!(told, sent);
    let last = found.iter().map(|it| it.0).max().unwrap();
    let status = parameters(&scene.care.get(&format!("{at}/$status")).must(200).json()["entry"][0]);
    assert_eq!(value(&status, "events-since-subscription-start"), last.to_string());
    assert_eq!(value(&status, "type"), "query-status");
    // from the last one on, and after it
    assert!(!new(&scene.care, &at, &format!("?eventsSinceNumber={last}")).is_empty());
    let after = format!("?eventsSinceNumber={}", last + 1);
    assert!(new(&scene.care, &at, &after).is_empty());
    assert!(new(&scene.care, &at, "?eventsUntilNumber=0").is_empty());
    let whole = scene.care.get(&format!("{at}/$events?content=full-resource")).must(200).json();
    assert_eq!(whole["entry"][1]["resource"]["resourceType"], "DocumentReference");
    let empty = scene.care.get(&format!("{at}/$events?content=empty")).must(200).json();
    assert_eq!(empty["entry"].as_array().unwrap().len(), 1);
    let xml = scene.care.get_as(&format!("{at}/$events"), "application/fhir+xml").must(200);
    assert!(xml.text().contains("<type value=\"history\"/>"), "{}", xml.text());
    scene.care.get(&format!("{at}/$events?since=x")).must(400);

    // what is withdrawn is told no more, and what comes back is told again
    let withdraw = |status: &str| json!([{ "op": "replace", "path": "/status", "value": status }]);
    let document = format!("/fhir/{}", fed[1]);
    scene.feed.patch(&document, &withdraw("entered-in-error")).must(200);
    assert_eq!(new(&scene.care, &at, "").len(), 1);
    scene.feed.patch(&document, &withdraw("current")).must(200);
    assert_eq!(new(&scene.care, &at, &after).len(), 1);

    who_may_not_search_is_told_nothing(&scene, &person, &at);
    what_is_not_served_is_refused(&scene, &person);
    // let in no longer: as if there were none
    scene.care.post("/fhir/Patient/$authorise", &person.authorise("SUPPRESSION", None)).must(200);
    scene.care.get(&format!("{at}/$events")).must(404);
}

fn who_may_not_search_is_told_nothing(scene: &Scene<'_>, person: &Person, at: &str) {
    let stranger = scene.at("care", &scene.demo.of_role("21"));
    stranger.post("/fhir/Subscription", &asked(person)).must(403);
    let shape = |answer: Answer| (answer.status, answer.shape());
    let absent = stranger.get("/fhir/Subscription/nobody/$events").must(404);
    for path in [at.to_owned(), format!("{at}/$events"), format!("{at}/$status")] {
        assert_eq!(shape(stranger.get(&path)), shape(absent.clone()));
    }
}

fn what_is_not_served_is_refused(scene: &Scene<'_>, person: &Person) {
    let refused = |status, element: &str, spoil: &dyn Fn(&mut Value)| {
        let mut body = asked(person);
        spoil(&mut body);
        scene.care.post("/fhir/Subscription", &body).names(status, element);
    };
    // an address to send to: this server fetches none
    refused(422, "endpoint", &|it| it["channel"]["endpoint"] = json!("https://localhost:1/hook"));
    refused(422, "header", &|it| it["channel"]["header"] = json!(["Authorization: x"]));
    refused(422, "criteria", &|it| it["criteria"] = json!("Observation?code=x"));
    refused(422, "end", &|it| it["end"] = json!("2030-01-01T00:00:00Z"));
    refused(400, "reason", &|it| drop(it.as_object_mut().unwrap().remove("reason")));
    let filter = |text: &str| json!({ "extension": [{ "url": FILTER, "valueString": text }] });
    refused(422, "valueString", &|it| {
        it["_criteria"] = filter("DocumentReference?type=http://loinc.org|11488-4")
    });
    refused(422, "valueString", &|it| it["_criteria"] = filter("List?patient=x"));
}

pub fn asked(person: &Person) -> Value {
    let filter = format!("DocumentReference?patient.identifier={}", person.token());
    json!({
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "les nouveaux documents de nos patients",
        "criteria": TOPIC,
        "_criteria": { "extension": [{ "url": FILTER, "valueString": filter }] },
        "channel": { "type": "rest-hook", "payload": "application/fhir+json" },
    })
}

/// The events of a pull: their numbers and what they are of.
fn new(client: &Client<'_>, at: &str, more: &str) -> Vec<(i64, String)> {
    let bundle = client.get(&format!("{at}/$events{more}")).must(200).json();
    assert_eq!(bundle["type"], "history");
    let events = parameters(&bundle["entry"][0]);
    assert_eq!(value(&events, "type"), "query-event");
    let events: Vec<_> = events
        .iter()
        .filter(|it| it["name"] == "notification-event")
        .map(|it| {
            let parts = it["part"].as_array().unwrap();
            let focus = parts.iter().find(|it| it["name"] == "focus").unwrap();
            let focus = focus["valueReference"]["reference"].as_str().unwrap().to_owned();
            (value(parts, "event-number").parse().unwrap(), focus)
        })
        .collect();
    assert_eq!(bundle["entry"].as_array().unwrap().len(), events.len() + 1);
    events
}

fn parameters(entry: &Value) -> Vec<Value> {
    entry["resource"]["parameter"].as_array().unwrap().clone()
}

fn value(parameters: &[Value], name: &str) -> String {
    let found = parameters.iter().find(|it| it["name"] == name).unwrap_or_else(|| panic!("no {name}"));
    let (_, value) = found.as_object().unwrap().iter().find(|(key, _)| key.starts_with("value")).unwrap();
    value.as_str().unwrap().to_owned()
}
