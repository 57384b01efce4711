//! Replacing and completing (rules, W5): one's own, once, and the older version stays behind.

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person, bundle, locations};
use crate::common::client::Answer;
use crate::common::scene::Scene;

#[test]
fn a_depositor_replaces_what_is_theirs() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    each_way_of_naming_the_older_one(&scene);
    strangers_replace_nothing(&scene);
    what_cannot_be_replaced(&scene);
}

/// The lot with this target.
fn relating(mut lot: Value, code: &str, target: &Value) -> Value {
    lot["entry"][1]["resource"]["relatesTo"] = json!([{ "code": code, "target": target }]);
    lot
}

fn patch(url: &str, part: &str) -> Value {
    json!({
        "fullUrl": "urn:uuid:8d0b8b8e-7a7e-4a67-9a3c-0a1b2c3d4e5f",
        "resource": { "resourceType": "Parameters", "parameter": [{ "name": "operation", "part": [
            { "name": "type", "valueCode": "replace" },
            { "name": "path", "valueString": "DocumentReference.status" },
            { "name": "value", "valueCode": part },
        ] }] },
        "request": { "method": "PATCH", "url": url },
    })
}

/// The target, from the older document and its location.
type Way<'w> = &'w dyn Fn(&Document, &str) -> Value;

fn each_way_of_naming_the_older_one(scene: &Scene<'_>) {
    let person = Person::invented(51);
    scene.open_to_the_doctor(&person);
    let by_id = |_: &Document, location: &str| json!({ "reference": location });
    let by_address = |_: &Document, location: &str| json!({ "reference": scene.demo.at("feed", &format!("/fhir/{location}")) });
    let by_unique_id = |it: &Document, _: &str| json!({ "identifier": { "system": "urn:ietf:rfc:3986", "value": it.unique_id } });
    let ways: [Way<'_>; 3] = [&by_id, &by_address, &by_unique_id];
    for (number, way) in ways.into_iter().enumerate() {
        let older = Document::text();
        let first = scene.fed(&person, std::slice::from_ref(&older));
        let newer = Document::text();
        let mut lot =
            relating(scene.lot(&person, std::slice::from_ref(&newer)), "replaces", &way(&older, &first[1]));
        if number < 2 {
            lot["entry"].as_array_mut().unwrap().push(patch(&first[1], "superseded"));
        }
        let answer = scene.feed.post("/fhir", &lot).must(200).json();
        let status = answer["entry"][3]["response"]["status"].as_str();
        assert_eq!(status, (number < 2).then_some("200 OK"));
        let second = answer["entry"][1]["response"]["location"].as_str().unwrap();

        let pairs = [("identifier", older.unique_id.as_str())];
        let found = |more: &[(&str, &str)]| {
            scene.search(&person, "DocumentReference", &[&pairs[..], more].concat()).must(200).resources()
        };
        assert!(found(&[]).is_empty(), "a replaced document shows only when asked for");
        let shown = found(&[("status", "superseded")]);
        assert_eq!(shown[0]["status"], "superseded");
        let now = scene.care.get(&format!("/fhir/{second}")).must(200).json();
        assert_eq!(now["relatesTo"][0]["code"], "replaces");
        assert_eq!(now["relatesTo"][0]["target"]["reference"], first[1].as_str());
        // an older one named by its id is asked for expressly; its bytes are the same
        scene.care.get(&format!("/fhir/{}", first[1])).must(200);
        assert!(scene.care.get_as(&format!("/fhir/{}", first[2]), "*/*").must(200).body == older.bytes);
        let by_relation = [("relatesto", first[1].as_str())];
        assert_eq!(scene.search(&person, "DocumentReference", &by_relation).must(200).total(), 1);
    }
    assert_eq!(scene.total(&person), 3);
    // what was masked stays so
    let masked = Document { visibility: vec!["MASQUE_PS"], ..Document::text() };
    let first = scene.fed(&person, &[masked]);
    let lot = scene.lot(&person, &[Document::text()]);
    let lot = relating(lot, "replaces", &json!({ "reference": first[1] }));
    let second = locations(&scene.feed.post("/fhir", &lot).must(200).json());
    scene.care.get(&format!("/fhir/{}", second[1])).must(404);
    assert_eq!(scene.total(&person), 3);
    // completing leaves the other where it was
    let first = scene.fed(&person, &[Document::text()]);
    let lot = relating(scene.lot(&person, &[Document::text()]), "appends", &json!({ "reference": first[1] }));
    scene.feed.post("/fhir", &lot).must(200);
    assert_eq!(scene.total(&person), 5);
    // and so does another form of the same
    let lot =
        relating(scene.lot(&person, &[Document::text()]), "transforms", &json!({ "reference": first[1] }));
    let other = locations(&scene.feed.post("/fhir", &lot).must(200).json());
    assert_eq!(scene.total(&person), 6);
    let now = scene.care.get(&format!("/fhir/{}", other[1])).must(200).json();
    assert_eq!(now["relatesTo"][0]["code"], "transforms");
}

fn strangers_replace_nothing(scene: &Scene<'_>) {
    let (person, other) = (Person::invented(52), Person::invented(53));
    scene.open_to_the_doctor(&person);
    scene.open_to_the_doctor(&other);
    let document = Document::text();
    let fed = scene.fed(&person, std::slice::from_ref(&document));
    let foreign = scene.fed(&other, &[Document::text()]);
    let laboratory = scene
        .demo
        .actor_where(|it| it["kind"] == "organisation" && it["name"].as_str().unwrap().starts_with("Labo"));
    // its doctors work in the house that fed: colleagues, and nobody's depositor
    let colleague = scene.demo.actor_where(|it| {
        it["kind"] == "professional" && it["organisation"] == scene.hospital.text("organisation")
    });
    let nobody = "00000000000000000000000000";
    let mut refused: Vec<Answer> = Vec::new();
    for who in [&laboratory, &scene.doctor, &colleague] {
        for code in ["replaces", "appends", "transforms"] {
            let lot = bundle(&person, who, &[Document::text()]);
            let by_id = relating(lot, code, &json!({ "reference": fed[1] }));
            refused.push(scene.at("feed", who).post("/fhir", &by_id).names(422, "relatesTo"));
        }
        let lot = bundle(&person, who, &[Document::text()]);
        let unique = json!({ "identifier": { "system": "urn:ietf:rfc:3986", "value": document.unique_id } });
        refused.push(
            scene.at("feed", who).post("/fhir", &relating(lot, "replaces", &unique)).names(422, "relatesTo"),
        );
    }
    for target in [
        json!({ "reference": format!("DocumentReference/{nobody}-{nobody}") }),
        json!({ "reference": "DocumentReference/nothing" }),
        json!({ "reference": foreign[1] }),
        json!({ "identifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.250.1.999.404" } }),
    ] {
        let lot = relating(scene.lot(&person, &[Document::text()]), "replaces", &target);
        refused.push(scene.feed.post("/fhir", &lot).names(422, "relatesTo"));
    }
    // whether it is somebody else's or nowhere cannot be told
    assert!(refused.iter().all(|it| it.shape() == refused[0].shape()));
    assert_eq!((scene.total(&person), scene.total(&other)), (1, 1));
    let there = scene.care.get(&format!("/fhir/{}", fed[1])).must(200);
    assert_eq!((&there.json()["status"], there.header("etag")), (&json!("current"), Some("W/\"1\"")));
}

fn what_cannot_be_replaced(scene: &Scene<'_>) {
    let person = Person::invented(54);
    scene.open_to_the_doctor(&person);
    let first = scene.fed(&person, &[Document::text()]);
    let target = json!({ "reference": first[1] });
    let lot = |documents: &[Document]| relating(scene.lot(&person, documents), "replaces", &target);

    // a patch that says something else, or of something else
    let mut spoilt = lot(&[Document::text()]);
    spoilt["entry"].as_array_mut().unwrap().push(patch(&first[1], "entered-in-error"));
    scene.feed.post("/fhir", &spoilt).names(422, "entry[3].resource.parameter[0]");
    let mut alone = scene.lot(&person, &[Document::text()]);
    alone["entry"].as_array_mut().unwrap().push(patch(&first[1], "superseded"));
    scene.feed.post("/fhir", &alone).names(422, "entry[3].request.url");
    // two successors in one lot
    let mut two = lot(&[Document::text(), Document::text()]);
    two["entry"][3]["resource"]["relatesTo"] = two["entry"][1]["resource"]["relatesTo"].clone();
    scene.feed.post("/fhir", &two).names(422, "entry[3].resource.relatesTo");
    // a document that replaces itself
    let own = Document::text();
    let named = json!({ "identifier": { "system": "urn:ietf:rfc:3986", "value": own.unique_id } });
    scene
        .feed
        .post("/fhir", &relating(scene.lot(&person, &[own]), "replaces", &named))
        .names(422, "relatesTo");
    assert_eq!(scene.total(&person), 1);
    assert_eq!(scene.care.get(&format!("/fhir/{}", first[1])).must(200).json()["status"], "current");

    scene.feed.post("/fhir", &lot(&[Document::text()])).must(200);
    // once only
    scene.feed.post("/fhir", &lot(&[Document::text()])).names(422, "relatesTo");
    scene
        .feed
        .post("/fhir", &relating(scene.lot(&person, &[Document::text()]), "appends", &target))
        .names(422, "relatesTo");
    assert_eq!(scene.total(&person), 1);
}
