//! "Voir comme…" through the portal, against what each professional of the demo finds at the care door.

use serde_json::json;

use crate::common::Demo;
use crate::common::client::Client;
use crate::common::holder::Holder;

#[test]
fn it_is_what_each_professional_of_the_demo_finds_at_the_care_door() {
    let demo = Demo::start();
    let patient = demo.patient("open");
    let holder = Holder::of(&demo, &patient);
    let token = format!("urn:oid:{}|{}", patient["oid"].as_str().unwrap(), patient["ins"].as_str().unwrap());
    let professionals: Vec<_> =
        demo.actors().into_iter().filter(|it| it.value["kind"] == "professional").collect();
    let first = professionals[0].text("id").to_owned();
    let agree = |state: &str| {
        let mut seen = 0;
        for actor in &professionals {
            if actor.value["id"] == demo.revoked().value["id"] {
                continue;
            }
            let theirs = Client::new(&demo, "care", Some(actor))
                .ask("/fhir/DocumentReference", &[("patient.identifier", &token)]);
            let found = if theirs.status == 200 { theirs.total() } else { 0 };
            let path = format!("/api/see-as?person={}", actor.text("id"));
            let shown = holder.get(&path).must(200).json();
            let shown = shown["documents"].as_array().unwrap().len() as u64;
            assert_eq!(shown, found, "{state}: {}", actor.text("id"));
            seen += shown;
        }
        seen
    };
    let before = agree("as the demo begins");
    holder.post("/api/authorise", &json!({ "person": first })).must(200);
    assert!(agree("one more authorised") >= before);
    let document = holder.get("/api/documents").must(200).json()["documents"][0]["id"].clone();
    let document = document.as_str().unwrap();
    holder.post(&format!("/api/documents/{document}/mask"), &json!({})).must(200);
    agree("one masked");
    let why = |person: &str| {
        let documents = holder.get("/api/documents").must(200).json();
        let id = documents["documents"][0]["id"].as_str().unwrap();
        holder.get(&format!("/api/why?person={person}&document={id}")).must(200).json()
    };
    holder.post("/api/block", &json!({ "person": first })).must(200);
    assert!(agree("and blocked") <= before);
    let no = why(&first);
    assert_eq!(no["sees"], false);
    let blocked = no["reasons"].as_array().unwrap().iter().find(|it| it["rule"] == "A13").cloned().unwrap();
    assert!(
        blocked["words"].as_str().unwrap().ends_with('.') && blocked["liftedBy"].is_string(),
        "{blocked}"
    );

    let today = holder.trace()[0]["at"].as_str().unwrap()[..10].to_owned();
    let receipts = holder.get(&format!("/api/receipts?person={first}&day={today}")).must(200).json();
    let lines = receipts["lines"].as_array().unwrap();
    assert!(lines.iter().any(|it| it["objects"].as_array().unwrap().iter().any(|it| it["fate"] == "shown")));
    for wrong in [
        "/api/see-as",
        "/api/see-as?person=12",
        "/api/see-as?profession=10&person=899700366240",
        "/api/why?person=",
        "/api/receipts?person=899700366240&day=hier",
    ] {
        holder.get(wrong).must(400);
    }
}
