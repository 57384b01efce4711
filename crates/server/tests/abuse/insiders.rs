//! Those who have a key already, and what surrounds the service: one's own record (H15), addresses that are not
//! believed (A11), a start that is not safe (M06), doors that tell of the service itself (M09).

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::common::bundle::{Document, Person};
use crate::common::client::{Answer, Client};
use crate::common::holder::Holder;
use crate::common::scene::Scene;
use crate::common::{Demo, free_ports};

const PS_IDNAT: &str = "urn:oid:1.2.250.1.71.4.2.1";

#[test]
fn h15_nobody_comes_to_the_care_door_for_their_own_record_or_a_colleague_s() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    // the doctor's own: opened like anybody's, and the counter says who they are
    let (own, absent) = (Person::invented(8701), Person::invented(8799));
    let mut opening = own.opening();
    let ids = opening["parameter"][0]["resource"]["identifier"].as_array_mut().unwrap();
    ids.push(json!({ "system": PS_IDNAT, "value": scene.doctor.text("id") }));
    scene.counter.post("/fhir/Patient/$open-record", &opening).must(201);
    scene.fed(&own, &[Document::text()]);
    let glass = |person: &Person| {
        json!({ "resourceType": "Parameters", "parameter": [
            { "name": "patient", "valueIdentifier": person.identifier() },
            { "name": "family", "valueString": person.family },
            { "name": "given", "valueString": person.given },
            { "name": "birth-date", "valueDate": person.birth_date },
            { "name": "reason", "valueString": "inconscient" },
            { "name": "category", "valueCode": "inconscient" },
            { "name": "declaration", "valueBoolean": true },
        ]})
    };
    let ask = |way: usize, client: &Client<'_>, person: &Person| -> Answer {
        match way {
            0 => client.ask("/fhir/DocumentReference", &[("patient.identifier", &person.token())]),
            1 => client.ask("/fhir/List", &[("patient.identifier", &person.token())]),
            2 => client.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", None)),
            3 => client.post("/fhir/Patient/$authorise", &person.authorise("AJOUT", Some(true))),
            _ => client.post("/fhir/Patient/$break-glass", &glass(person)),
        }
    };
    let flagged = || fs::read_to_string(&demo.log).unwrap().matches("asks for their own record").count();
    for way in 0..5 {
        let before = flagged();
        assert_eq!(
            ask(way, &scene.care, &own).must(403).shape(),
            ask(way, &scene.care, &absent).must(403).shape(),
            "{way}"
        );
        assert_eq!(flagged(), before + 1, "{way}: who runs the service is told of it");
    }
    // another doctor of whom the record knows nothing is not let in either, and may be let in
    let other = demo.actor_where(|it| {
        it["kind"] == "professional" && it["role"] == "10" && it["id"] != scene.doctor.text("id")
    });
    let other = scene.at("care", &other);
    ask(0, &other, &own).must(403);
    ask(2, &other, &own).must(200);
    assert_eq!(ask(0, &other, &own).must(200).total(), 1);
}

#[test]
fn a11_an_address_that_a_request_tells_of_itself_is_not_believed() {
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let patient = demo.patient("open");
    let holder = Holder::of(&demo, &patient);
    let person = Person::known(&patient);
    let path = format!("/fhir/DocumentReference?patient.identifier={}", person.token().replace('|', "%7C"));
    let answer = |headers: &[(&str, &str)]| scene.care.send("GET", &path, headers, None);
    let plain = answer(&[]).must(403).shape();
    for (name, value) in [
        ("X-Forwarded-For", "203.0.113.7"),
        ("Forwarded", "for=203.0.113.7;proto=https"),
        ("X-Real-IP", "203.0.113.7"),
        ("X-Client-Cert", "somebody"),
    ] {
        assert_eq!(answer(&[(name, value)]).must(403).shape(), plain, "{name}");
    }
    let told = serde_json::to_string(&holder.trace()).unwrap();
    assert!(!told.contains("203.0.113") && !told.contains("somebody"));
    assert!(!fs::read_to_string(&demo.log).unwrap().contains("203.0.113"));
}

/// There is nothing to start but the demo until a server can be configured; and no demo with a key others may read.
#[test]
fn m06_what_is_not_safe_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_carnet"));
        command.args(arguments).stdin(Stdio::null()).output().unwrap()
    };
    for arguments in [&["serve"][..], &["serve", "--config", "/dev/null"], &["worker"], &[]] {
        assert!(!run(arguments).status.success(), "{arguments:?}");
    }
    let mut demo = Demo::start_in(&data);
    assert!(demo.terminate().is_some());
    let keeper = fs::read_dir(data.join("keys")).unwrap().map(|it| it.unwrap().path());
    let keeper = keeper.into_iter().find(|it| it.ends_with("keeper")).expect("the keeper's file");
    fs::set_permissions(&keeper, fs::Permissions::from_mode(0o644)).unwrap();
    let port = free_ports().to_string();
    let path = data.to_str().unwrap();
    let output = run(&["demo", "--town", "0", "--port-base", &port, "--data", path]);
    assert!(!output.status.success(), "a key that others may read");
    fs::set_permissions(&keeper, fs::Permissions::from_mode(0o600)).unwrap();
    let demo = Demo::start_in(&data);
    Holder::of(&demo, &demo.patient("open"));
}

#[test]
fn m09_no_door_tells_of_the_service_itself() {
    let demo = Demo::start();
    let ins = demo.patient("open")["ins"].as_str().unwrap().to_owned();
    let clients = [
        Client::new(&demo, "portal", None),
        Client::new(&demo, "care", Some(&demo.of_role("10"))),
        Client::new(&demo, "feed", Some(&demo.actor("organisation"))),
        Client::new(&demo, "steer", Some(&demo.actor("steering"))),
    ];
    for path in [
        "/health",
        "/healthz",
        "/ready",
        "/live",
        "/status",
        "/metrics",
        "/prometheus",
        "/debug",
        "/debug/pprof/",
        "/debug/vars",
        "/actuator",
        "/actuator/env",
        "/actuator/heapdump",
        "/server-status",
        "/info",
        "/env",
        "/.env",
        "/.git/config",
        "/config",
        "/admin",
        "/console",
        "/trace",
        "/dump",
        "/fhir/metrics",
        "/api/health",
    ] {
        for (door, client) in clients.iter().enumerate() {
            let answer = client.get(path);
            assert!(matches!(answer.status, 303 | 401 | 404 | 405), "{path} at {door}: {}", answer.status);
            let text = answer.text();
            let told: Option<Value> = serde_json::from_str(&text).ok();
            let quiet =
                told.is_none_or(|it| it["resourceType"] == "OperationOutcome" || it["status"].is_number());
            assert!(quiet && !text.contains(&ins) && !text.contains("jemalloc"), "{path} at {door}: {text}");
        }
    }
}
