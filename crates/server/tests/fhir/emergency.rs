//! Emergencies through the care door, and what the holder does about them at the portal (rules, A18 to A21).

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::client::{Answer, Client};
use crate::common::holder::{Holder, last_message, outbox};
use crate::common::scene::Scene;

const GLASS: (&str, &str) = ("X-Purpose-Of-Use", "bris_de_glace");

fn asked(patient: &Value) -> Value {
    let text = |field: &str| patient[field].as_str().unwrap();
    let (given, family) = text("name").split_once(' ').unwrap();
    json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": identifier(patient) },
        { "name": "family", "valueString": family.to_lowercase() },
        { "name": "given", "valueString": given },
        { "name": "birth-date", "valueDate": patient["birth_date"] },
        { "name": "reason", "valueString": "inconscient aux urgences" },
        { "name": "category", "valueCode": "inconscient" },
        { "name": "declaration", "valueBoolean": true },
    ]})
}

fn identifier(patient: &Value) -> Value {
    json!({ "system": format!("urn:oid:{}", patient["oid"].as_str().unwrap()), "value": patient["ins"] })
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    let all = body["parameter"].as_array_mut().unwrap();
    let it = all.iter_mut().find(|it| it["name"] == name).unwrap();
    let key = it.as_object().unwrap().keys().find(|it| it.starts_with("value")).unwrap().clone();
    it[key.as_str()] = value;
    body
}

fn search(client: &Client<'_>, patient: &Value, headers: &[(&str, &str)]) -> Answer {
    let token = format!("urn:oid:{}|{}", patient["oid"].as_str().unwrap(), patient["ins"].as_str().unwrap());
    let path = format!("/fhir/DocumentReference?patient.identifier={}", token.replace('|', "%7C"));
    client.send("GET", &path, headers, None)
}

#[test]
fn a_window_serves_its_certificate_and_purpose_and_the_holder_contests_it() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let patient = demo.patient("open");
    let stranger = scene.at(
        "care",
        &demo.actor_where(|it| {
            it["name"].as_str().unwrap().contains("Dr")
                && it["kind"] == "professional"
                && it["id"] != scene.doctor.value["id"]
        }),
    );
    let break_glass = |client: &Client<'_>, body: &Value| client.post("/fhir/Patient/$break-glass", body);

    // what does not match, and who is not there, answer alike
    let other_name = break_glass(&scene.care, &with(asked(&patient), "family", json!("Personne"))).must(403);
    let absent = with(asked(&patient), "patient", Person::invented(902).identifier());
    assert_eq!(other_name.shape(), break_glass(&scene.care, &absent).shape());
    let undeclared = with(asked(&patient), "declaration", json!(false));
    assert!(break_glass(&scene.care, &undeclared).must(422).text().contains("declar"));
    search(&scene.care, &patient, &[GLASS]).must(403);

    let before = last_message(&demo);
    let opened = break_glass(&scene.care, &asked(&patient)).must(200).json();
    assert_eq!(opened["parameter"][0]["name"], "until");
    assert!(search(&scene.care, &patient, &[GLASS]).must(200).total() > 0);
    // for that purpose alone, and for that certificate alone
    search(&scene.care, &patient, &[("X-Purpose-Of-Use", "normal")]).must(403);
    search(&scene.care, &patient, &[("X-Purpose-Of-Use", "centre_15")]).must(403);
    search(&stranger, &patient, &[GLASS]).must(403);
    for wrong in ["", "BRIS_DE_GLACE", "bris_de_glace, normal"] {
        search(&scene.care, &patient, &[("X-Purpose-Of-Use", wrong)]).must(400);
    }
    // a second connection of the same card
    search(&scene.at("care", &scene.doctor), &patient, &[GLASS]).must(200);
    // whoever opened it ends it, and nobody else does
    let end = |client: &Client<'_>| {
        let patient = json!({ "name": "patient", "valueIdentifier": identifier(&patient) });
        client.post(
            "/fhir/Patient/$end-emergency",
            &json!({ "resourceType": "Parameters", "parameter": [patient] }),
        )
    };
    assert_eq!(end(&stranger).must(403).shape(), end(&scene.counter).must(403).shape());
    search(&scene.care, &patient, &[GLASS]).must(200);
    end(&scene.care).must(200);
    search(&scene.care, &patient, &[GLASS]).must(403);
    end(&scene.care).must(403);
    break_glass(&scene.care, &asked(&patient)).must(200);

    let holder = Holder::of(&demo, &patient);
    assert!(outbox(&demo).iter().any(|it| {
        it["id"].as_u64().unwrap() > before && it["text"].as_str().unwrap().contains("en urgence")
    }));
    let trace = holder.trace();
    let line = trace.iter().find(|it| it["act"] == "break_glass" && it["verdict"] == "accepted").unwrap();
    assert_eq!(line["purpose"]["break_glass"]["reason"], "inconscient aux urgences");
    assert!(trace.iter().any(|it| it["act"] == "search" && it["purpose"]["break_glass"].is_object()));
    let contest = json!({ "request": line["request"] });
    let contested = holder.post("/api/emergency/contest", &contest).must(200).json();
    assert_eq!(contested["person"]["id"], scene.doctor.text("id"));
    holder.post("/api/emergency/contest", &contest).must(422);
    for nonsense in [json!({}), json!({ "request": 1 }), json!({ "request": "non" })] {
        holder.post("/api/emergency/contest", &nonsense).must(400);
    }
    // an opposition ends the window on the next request
    holder.post("/api/emergency", &json!({ "breakGlass": false, "regulation": true })).must(200);
    search(&scene.care, &patient, &[GLASS]).must(403);
    holder.post("/api/emergency", &json!({ "breakGlass": true, "regulation": true })).must(200);
    search(&scene.care, &patient, &[GLASS]).must(403);

    let regulator = scene.at("care", &demo.actor("regulator"));
    let body = json!({ "resourceType": "Parameters", "parameter": [
        { "name": "patient", "valueIdentifier": identifier(&patient) } ]});
    regulator.post("/fhir/Patient/$regulate", &body).must(200);
    search(&regulator, &patient, &[("X-Purpose-Of-Use", "centre_15")]).must(200);
    scene.care.post("/fhir/Patient/$regulate", &body).must(403);
}
