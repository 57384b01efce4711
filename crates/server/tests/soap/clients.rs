//! Clients nobody here wrote, made from the WSDL: zeep, and Debian's JAX-WS, with assertions signed by signxml.
//! `cargo xtask tools` installs them; without them this says so and passes, but where `cargo xtask test` demands them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::client::Client;
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
    let patient = described(folder.path(), &person);
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

/// The person as the clients read them.
fn described(folder: &Path, person: &Person) -> PathBuf {
    let patient = folder.join("patient.json");
    let about = json!({
        "ins": person.ins, "oid": person.oid, "family": person.family, "given": person.given,
        "birth_date": person.birth_date, "sex": if person.gender == "male" { "M" } else { "F" },
    });
    std::fs::write(&patient, about.to_string()).unwrap();
    patient
}

/// Debian's JAX-WS: what makes the classes, what compiles them, and where its jars are.
fn java() -> Option<String> {
    let runs =
        |program: &str| Command::new(program).arg("-version").output().is_ok_and(|it| it.status.success());
    let jars: Vec<String> = JARS
        .iter()
        .map(|name| format!("/usr/share/java/{name}.jar"))
        .filter(|path| Path::new(path).exists())
        .collect();
    let here = runs("wsimport") && runs("javac") && runs("java") && jars.len() > 12;
    if !here {
        assert!(std::env::var_os(DEMANDED).is_none(), "JAX-WS is missing");
        eprintln!("SKIPPED: no JAX-WS to try; `cargo xtask tools` installs it");
    }
    here.then(|| jars.join(":"))
}

/// What Debian's `jaxws` depends on; some are there under one name, some under another.
const JARS: [&str; 23] = [
    "jaxws-ri-runtime",
    "jaxws-rt",
    "jaxws-api",
    "jaxws-ri-rt-fastinfoset",
    "jaxb-api",
    "jaxb-core",
    "jaxb-runtime",
    "jaxb-impl",
    "javax.activation",
    "saaj-impl",
    "saaj-api",
    "stax-ex",
    "stax2-api",
    "streambuffer",
    "mimepull",
    "metro-policy",
    "gmbal",
    "jws-api",
    "FastInfoset",
    "management-api",
    "txw2",
    "istack-commons-runtime",
    "woodstox-core",
];

#[test]
fn jaxws_feeds_finds_reads_and_archives() {
    let (Some(python), Some(jars)) = (python(), java()) else { return };
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(94);
    scene.open_to_the_doctor(&person);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let patient = described(folder.path(), &person);
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/soap/clients");
    let run = |command: &mut Command| {
        let ran = command.output().unwrap();
        let told = String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{told}");
        ran.stdout
    };
    run(Command::new(python)
        .arg(clients.join("mint.py"))
        .arg(demo.data.join("demo.json"))
        .arg(&patient)
        .arg(folder.path()));
    for name in ["source", "classes"] {
        std::fs::create_dir(at(name)).unwrap();
    }
    for (door, service, package) in [
        ("feed", "repository", Some("feed")),
        ("care", "repository", Some("care")),
        ("care", "registry", Some("registry")),
        // the same classes as the care door's
        ("feed", "registry", None),
    ] {
        let wsdl = Client::new(&demo, door, None).get(&format!("/xds/{service}?wsdl")).must(200);
        let file = at(&format!("{door}-{service}.wsdl"));
        std::fs::write(&file, wsdl.body).unwrap();
        if let Some(package) = package {
            let mut wsimport = Command::new("wsimport");
            wsimport.args(["-quiet", "-Xnocompile", "-keep", "-extension", "-p", package, "-s"]);
            run(wsimport.arg(at("source")).arg(file));
        }
    }
    let (classes, source) = (at("classes"), at("source"));
    let mut javac = Command::new("javac");
    javac.args(["-nowarn", "-cp", &jars, "-sourcepath"]).arg(&source).arg("-d").arg(&classes);
    for package in ["feed", "care", "registry"] {
        for file in std::fs::read_dir(source.join(package)).unwrap() {
            javac.arg(file.unwrap().path());
        }
    }
    run(javac.arg(clients.join("Vendor.java")));
    let path = format!("{}:{jars}", classes.display());
    let said = run(Command::new("java").args(["-cp", &path, "Vendor"]).arg(folder.path()));
    let said: Value = serde_json::from_slice(&said).unwrap();
    let expected = json!({ "fed": "Success", "found": "Success", "read": "Success", "same": true, "archived": "Success" });
    assert_eq!(said, expected);
}
