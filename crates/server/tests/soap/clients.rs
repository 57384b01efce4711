//! Clients nobody here wrote, made from the WSDL: zeep, with assertions signed by signxml. They live in a folder of
//! Python that `cargo xtask tools` fills; without it this says so and passes, but where `cargo xtask test` demands it.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::scene::Scene;

/// Set by `cargo xtask test`: what is missing is a failure.
const DEMANDED: &str = "CARNET_BROWSER_DEMANDED";

fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../python/bin/python");
    let has = |it: &PathBuf| {
        Command::new(it).args(["-c", "import zeep, signxml"]).output().is_ok_and(|it| it.status.success())
    };
    let found = Some(python).filter(has);
    if found.is_none() {
        assert!(std::env::var_os(DEMANDED).is_none(), "zeep and signxml are missing");
        eprintln!("SKIPPED: no zeep to try; `cargo xtask tools` installs it");
    }
    found
}

#[test]
fn zeep_feeds_finds_reads_and_archives() {
    let Some(python) = python() else { return };
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(95);
    scene.open_to_the_doctor(&person);
    let folder = tempfile::tempdir().unwrap();
    let patient = folder.path().join("patient.json");
    let about = json!({
        "ins": person.ins, "oid": person.oid, "family": person.family, "given": person.given,
        "birth_date": person.birth_date, "sex": if person.gender == "male" { "M" } else { "F" },
    });
    std::fs::write(&patient, about.to_string()).unwrap();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/soap/clients/vendor.py");
    let ran =
        Command::new(python).arg(script).arg(demo.data.join("demo.json")).arg(&patient).output().unwrap();
    let told = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{told}");
    let said: Value = serde_json::from_slice(&ran.stdout).unwrap();
    let expected = json!({
        "fed": "Success", "found": "Success", "read": "Success", "same": true, "archived": "Success",
        "still_listed": 0,
    });
    assert_eq!(said, expected);
}
