//! What the demo promises: the shape of `demo.json`, a state that is kept, a clock and an outbox.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};

use common::holder::Holder;
use common::{Demo, free_ports};
use model::{Ins, PsIdNat, StructIdNat};
use serde_json::{Value, json};

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

#[test]
fn demo_json_has_the_shape_of_the_design() {
    let demo = Demo::start();
    let file = &demo.file;
    let top =
        ["portal", "care", "feed", "steer", "outbox", "ca", "actors", "patients", "revoked", "town"].into();
    assert_eq!(keys(file), top);
    assert_eq!(file["ca"], "pki/ca.pem");
    assert_eq!(file["outbox"], format!("{}/demo/outbox", file["portal"].as_str().unwrap()));
    for (place, door) in ["portal", "care", "feed", "steer"].into_iter().enumerate() {
        assert_eq!(usize::from(demo.port(door)), usize::from(demo.port("portal")) + place);
    }

    let fields = ["name", "kind", "id", "role", "specialty", "organisation", "cert", "key"].into();
    let mut kinds = BTreeSet::new();
    for actor in demo.actors().into_iter().chain([demo.revoked()]) {
        assert_eq!(keys(&actor.value), fields);
        let id = actor.text("id");
        assert!(id.parse::<PsIdNat>().is_ok() || id.parse::<StructIdNat>().is_ok(), "{id}");
        assert!(actor.text("organisation").parse::<StructIdNat>().is_ok(), "{id}");
        assert!(actor.cert.is_file());
        assert_eq!(fs::metadata(&actor.key).unwrap().permissions().mode() & 0o777, 0o600);
        kinds.insert(actor.text("kind").to_owned());
    }
    let expected = [
        "administrator",
        "agent",
        "organisation",
        "payer",
        "professional",
        "regulator",
        "reviewer",
        "steering",
    ];
    assert_eq!(kinds, expected.into_iter().map(str::to_owned).collect());

    let fields = ["name", "ins", "oid", "birth_date", "login", "password", "parent", "record"].into();
    let patients = file["patients"].as_array().unwrap();
    assert_eq!(patients.len(), 5);
    for patient in patients {
        assert_eq!(keys(patient), fields);
        let (oid, ins) = (patient["oid"].as_str().unwrap(), patient["ins"].as_str().unwrap());
        assert!(Ins::from_identifier(oid, ins).is_ok());
        assert!(["open", "none", "closed"].contains(&patient["record"].as_str().unwrap()));
    }
    let mode = fs::metadata(demo.data.join("demo.json")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "it holds passwords");
}

/// Of a child, who answers for them.
#[test]
fn whoever_has_a_record_logs_in() {
    let demo = Demo::start();
    let patients = demo.file["patients"].as_array().unwrap();
    let mut parents = 0;
    for patient in patients.iter().filter(|it| it["record"] == "open") {
        let listed = Holder::of(&demo, patient).get("/api/records").must(200).json();
        let parent = patient["parent"].is_string();
        parents += usize::from(parent);
        assert_eq!(listed["records"][0]["as"], if parent { "representative" } else { "holder" });
    }
    assert_eq!(parents, 1);
}

#[test]
fn nothing_readable_lies_beside_demo_json() {
    let demo = Demo::start();
    let patients = demo.file["patients"].as_array().unwrap().clone();
    let mut folders = vec![demo.data.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else if entry.file_name() != "demo.json" {
                let bytes = fs::read(entry.path()).unwrap();
                for patient in &patients {
                    for field in ["name", "ins", "login", "password"] {
                        let needle = patient[field].as_str().unwrap().as_bytes();
                        let found = bytes.windows(needle.len()).any(|window| window == needle);
                        assert!(!found, "{field} in {:?}", entry.path());
                    }
                }
            }
        }
    }
}

#[test]
fn a_data_folder_keeps_its_certificates_and_its_time() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut demo = Demo::start_in(&data);
    let certificate = fs::read(demo.actor("professional").cert).unwrap();
    let clock = demo.at("portal", "/demo/clock");
    let client = demo.client(None);
    let before: Value = client.get(&clock).call().unwrap().body_mut().read_json().unwrap();
    let mut moved = client.post(&clock).send_json(json!({ "advance": "P2M" })).unwrap();
    assert_eq!(moved.status().as_u16(), 200);
    let moved: Value = moved.body_mut().read_json().unwrap();
    assert!(moved["now"].as_str() > before["now"].as_str());
    assert!(demo.terminate().expect("it ends").success());

    let demo = Demo::start_in(&data);
    assert_eq!(certificate, fs::read(demo.actor("professional").cert).unwrap());
    let client = demo.client(None);
    let now: Value =
        client.get(demo.at("portal", "/demo/clock")).call().unwrap().body_mut().read_json().unwrap();
    assert!(now["now"].as_str() >= moved["now"].as_str(), "{now} after {moved}");
    for (refused, status) in
        [("{}", 400), ("[]", 400), (r#"{"advance":"soon"}"#, 422), (r#"{"now":"1815-06-18T12:00:00Z"}"#, 422)]
    {
        let answer = client.post(demo.at("portal", "/demo/clock")).send(refused).unwrap();
        assert_eq!(answer.status().as_u16(), status, "{refused}");
    }
    let foreign = client
        .post(demo.at("portal", "/demo/clock"))
        .header("Sec-Fetch-Site", "cross-site")
        .send(r#"{"advance":"P1D"}"#)
        .unwrap();
    assert_eq!(foreign.status().as_u16(), 403);
}

#[test]
fn two_demos_do_not_share_a_folder() {
    let demo = Demo::start();
    let second = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["demo", "--town", "0", "--port-base", &free_ports().to_string(), "--data"])
        .arg(&demo.data)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("another demo"));
    assert!(demo.data.join("demo.json").is_file(), "the first one's file is left alone");
}

#[test]
fn the_outbox_is_a_page_for_browsers_and_json_for_others() {
    let demo = Demo::start();
    let client = demo.client(None);
    let url = demo.at("portal", "/demo/outbox");
    let json: Value =
        client.get(&url).header("Accept", "application/json").call().unwrap().body_mut().read_json().unwrap();
    assert!(json["messages"].is_array());
    let page = client
        .get(&url)
        .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
        .call()
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    assert!(page.starts_with("<!doctype html>") && page.contains("fictives"), "{page}");
}

#[test]
fn without_a_folder_nothing_is_left() {
    let temporary = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["demo", "--town", "0", "--port-base", &free_ports().to_string()])
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let ready = || {
        let folder = fs::read_dir(temporary.path()).unwrap().next();
        folder.is_some_and(|it| it.unwrap().path().join("demo.json").is_file())
    };
    while !ready() {
        assert!(child.try_wait().unwrap().is_none(), "it ended early");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let sent = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success() && child.wait().unwrap().success());
    assert_eq!(fs::read_dir(temporary.path()).unwrap().count(), 0);
}
