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

pub(super) fn python() -> Option<PathBuf> {
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
    let (script, demo_file) = (sources().join("vendor.py"), demo.data.join("demo.json"));
    let said = run(Command::new(python).arg(script).arg(demo_file).arg(&patient));
    let said: Value = serde_json::from_slice(&said).unwrap();
    let expected = json!({
        "fed": "Success", "found": "Success", "read": "Success", "same": true, "archived": "Success",
        "still_listed": 0,
    });
    assert_eq!(said, expected);
}

/// The person as the clients read them.
pub(super) fn described(folder: &Path, person: &Person) -> PathBuf {
    let patient = folder.join("patient.json");
    let about = json!({
        "ins": person.ins, "oid": person.oid, "family": person.family, "given": person.given,
        "birth_date": person.birth_date, "sex": if person.gender == "male" { "M" } else { "F" },
        "birth_place": person.birth_place,
    });
    std::fs::write(&patient, about.to_string()).unwrap();
    patient
}

/// Debian's JAX-WS: what makes the classes, what compiles them, and where its jars are.
pub(super) fn java() -> Option<String> {
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

pub(super) fn run(command: &mut Command) -> Vec<u8> {
    let ran = command.output().unwrap();
    let told = String::from_utf8_lossy(&ran.stderr).into_owned() + &String::from_utf8_lossy(&ran.stdout);
    assert!(ran.status.success(), "{told}");
    ran.stdout
}

/// Where the clients' own sources are.
pub(super) fn sources() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/soap/clients")
}

/// A door, a service's path there, and the package its classes go to; none: another door's are the same.
pub(super) type Described<'a> = (&'static str, &'a str, Option<&'a str>);

/// A program of ours with the classes that wsimport makes of these descriptions: made, compiled, and run.
pub(super) fn by_jaxws(
    demo: &Demo,
    (python, jars): (PathBuf, String),
    person: &Person,
    services: &[Described<'_>],
    main: &str,
) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let patient = described(folder.path(), person);
    run(Command::new(python)
        .arg(sources().join("mint.py"))
        .arg(demo.data.join("demo.json"))
        .arg(&patient)
        .arg(folder.path()));
    let (classes, source) = (at("classes"), at("source"));
    for folder in [&classes, &source] {
        std::fs::create_dir(folder).unwrap();
    }
    let mut javac = Command::new("javac");
    javac.args(["-nowarn", "-cp", &jars, "-sourcepath"]).arg(&source).arg("-d").arg(&classes);
    for (door, path, package) in services {
        let wsdl = Client::new(demo, door, None).get(&format!("{path}?wsdl")).must(200);
        let file = at(&format!("{door}-{}.wsdl", path.rsplit('/').next().unwrap()));
        std::fs::write(&file, wsdl.body).unwrap();
        if let Some(package) = package {
            let mut wsimport = Command::new("wsimport");
            wsimport.args(["-quiet", "-Xnocompile", "-keep", "-extension", "-p", package, "-s"]);
            run(wsimport.arg(&source).arg(file));
            for file in std::fs::read_dir(source.join(package)).unwrap() {
                javac.arg(file.unwrap().path());
            }
        }
    }
    for name in ["Wire", main] {
        javac.arg(sources().join(format!("{name}.java")));
    }
    run(&mut javac);
    let path = format!("{}:{jars}", classes.display());
    let said = run(Command::new("java").args(["-cp", &path, main]).arg(folder.path()));
    serde_json::from_slice(&said).unwrap()
}

#[test]
fn jaxws_feeds_finds_reads_and_archives() {
    let (Some(python), Some(jars)) = (python(), java()) else { return };
    let demo = Demo::start();
    let scene = Scene::new(&demo);
    let person = Person::invented(94);
    scene.open_to_the_doctor(&person);
    let services = [
        ("feed", "/xds/repository", Some("feed")),
        ("care", "/xds/repository", Some("care")),
        ("care", "/xds/registry", Some("registry")),
        // the same classes as the care door's
        ("feed", "/xds/registry", None),
    ];
    let said = by_jaxws(&demo, (python, jars), &person, &services, "Vendor");
    let expected = json!({ "fed": "Success", "found": "Success", "read": "Success", "same": true, "archived": "Success" });
    assert_eq!(said, expected);
}
