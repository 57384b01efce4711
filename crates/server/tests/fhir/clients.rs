//! A FHIR client nobody here wrote drives MHD (fhirpy, over mutual TLS), and a validator nobody here wrote (Medplum's)
//! holds every answer to R4 and to the profile it claims. `cargo xtask tools` installs both; without them this says
//! so and passes, but where `cargo xtask test` demands them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::{Document, Person, alone};
use crate::common::scene::Scene;
use crate::subscribing;

/// Set by `cargo xtask test`: what is missing is a failure.
const DEMANDED: &str = "CARNET_BROWSER_DEMANDED";
const DEFINITIONS: &str = "../../../shared/reference/fhir-pdsm/conformance";
const PDSM: &str = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/";

/// Where cargo builds, wherever that is.
fn target() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned()
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fhir/clients").join(name)
}

fn found(what: &str, it: bool) -> bool {
    if !it {
        assert!(std::env::var_os(DEMANDED).is_none(), "{what} is missing");
        eprintln!("SKIPPED: no {what} to try; `cargo xtask tools` installs it");
    }
    it
}

#[test]
fn fhirpy_drives_mhd_and_every_answer_is_valid() {
    let python = target().join("python/bin/python");
    let has =
        Command::new(&python).args(["-c", "import fhirpy"]).output().is_ok_and(|it| it.status.success());
    if !found("fhirpy", has) {
        return;
    }
    let demo = Demo::start();
    let folder = tempfile::tempdir().unwrap();
    let (scene, answers) = (folder.path().join("scene.json"), folder.path().join("answers"));
    fs::create_dir(&answers).unwrap();
    fs::write(&scene, described(&demo).to_string()).unwrap();
    let ran = Command::new(python)
        .arg(here("vendor.py"))
        .arg(demo.data.join("demo.json"))
        .args([&scene, &answers])
        // no proxy stands between a test and its own machine
        .env("NO_PROXY", "*")
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let said: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let expected = json!({
        "patients": 1,
        "at_feed": 1,
        "how_many": 1,
        "located": true,
        "fed": ["201 Created", "201 Created", "201 Created"],
        "again_the_same": true,
        "none_of_another_type": 0,
        "one_alone": true,
        "by_id": true,
        "same_bytes": true,
        "same_in_a_resource": true,
        "set_names_it": true,
        "archived": "2",
        "listed_then": 0,
        "listed_again": 1,
        "description": "OperationOutcome",
        "new_at_first": 0,
        "new": [true],
        "subscription": "Parameters",
        "replaces": true,
        "older": "superseded",
        "current": 2,
        "absent": "ResourceNotFound",
        "another_s_search": "OperationOutcome",
        "traced": true,
    });
    assert_eq!(said, expected);
    every_answer_is_valid(&answers);
}

/// What the client sends: a lot, what replaces it, and a document that comes alone.
fn described(demo: &Demo) -> Value {
    let scene = Scene::new(demo);
    let person = Person::invented(96);
    scene.open_to_the_doctor(&person);
    let (first, second) = (Document::text(), Document::text());
    let mut replacement = scene.lot(&person, std::slice::from_ref(&second));
    let older = json!({ "identifier": { "system": "urn:ietf:rfc:3986", "value": first.unique_id } });
    replacement["entry"][1]["resource"]["relatesTo"] = json!([{ "code": "replaces", "target": older }]);
    json!({
        "patient": person.token(),
        "unique_id": first.unique_id,
        "bytes": BASE64_STANDARD.encode(&first.bytes),
        "lot": scene.lot(&person, std::slice::from_ref(&first)),
        "replacement": replacement,
        "alone": alone(&person, &scene.hospital, &Document::text()),
        "subscription": subscribing::asked(&person),
        "authorise": person.authorise("AJOUT", None),
    })
}

fn every_answer_is_valid(answers: &PathBuf) {
    let modules = target().join("fhir-clients");
    let locked = fs::read(here("package-lock.json")).unwrap();
    let there = modules.join("node_modules/@medplum/core").is_dir()
        && fs::read(modules.join("package-lock.json")).is_ok_and(|it| it == locked);
    if !found("validator of FHIR", there) {
        return;
    }
    let definitions = Path::new(env!("CARGO_MANIFEST_DIR")).join(DEFINITIONS);
    let profiled = definitions.is_dir();
    if !profiled {
        eprintln!("SKIPPED in part: ../shared is absent, answers are held to R4 alone");
    }
    let mut node = Command::new("node");
    node.arg(here("validate.mjs")).args([&modules, answers]);
    if profiled {
        node.args([&definitions, &definitions.with_file_name("examples")]);
    }
    let ran = node.output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let said: Value = serde_json::from_slice(&ran.stdout).unwrap();
    println!("{said:#}");
    assert_eq!(said["faults"], json!([]));
    assert!(said["resources"].as_u64().unwrap() > 40, "{said:#}");
    if profiled {
        for profile in ["pdsm-comprehensive-document-reference", "pdsm-submissionset-comprehensive"] {
            assert!(said["profiles"][format!("{PDSM}{profile}")].as_u64().unwrap() > 0, "{profile}");
        }
    }
}
