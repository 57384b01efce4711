//! The DMP's own messages by clients nobody here wrote: zeep and JAX-WS, made from `?wsdl` of `/dmp/patients` and
//! `/dmp/authorisations`, drive TD0.2, TD0.3, TD1.1 and TD1.3.

use std::process::Command;

use serde_json::{Value, json};

use super::clients::{by_jaxws, described, java, python, run, sources};
use crate::common::Demo;
use crate::common::bundle::Person;

/// What both are answered, step by step; a doctor does not close a record.
fn expected(person: &Person) -> Value {
    json!({
        "before": "NF NON_EXISTE", "created": "AA", "again": "DMPFound", "authorised": "DMPOk",
        "after": "OK VALIDE", "name": person.family, "closed": "DMPForbidden",
    })
}

#[test]
fn zeep_opens_is_let_in_and_reads() {
    let Some(python) = python() else { return };
    let demo = Demo::start();
    let person = Person::invented(92);
    let folder = tempfile::tempdir().unwrap();
    let patient = described(folder.path(), &person);
    let (script, demo_file) = (sources().join("cabinet.py"), demo.data.join("demo.json"));
    let said = run(Command::new(python).arg(script).arg(demo_file).arg(&patient));
    assert_eq!(serde_json::from_slice::<Value>(&said).unwrap(), expected(&person));
}

#[test]
fn jaxws_opens_is_let_in_and_reads() {
    let (Some(python), Some(jars)) = (python(), java()) else { return };
    let demo = Demo::start();
    let person = Person::invented(93);
    let services = [
        ("care", "/dmp/patients", Some("patients")),
        ("care", "/dmp/authorisations", Some("authorisations")),
    ];
    let said = by_jaxws(&demo, (python, jars), &person, &services, "Cabinet");
    assert_eq!(said, expected(&person));
}
