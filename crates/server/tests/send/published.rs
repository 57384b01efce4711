//! Every published example, sent by the kit from the file alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::client::Client;
use crate::desk::Desk;

/// Those a hospital cannot feed, and why (see `examples.rs`).
const REFUSED: [(&str, &str); 8] = [
    ("CANCER-PPS_2022.01_Autopresentable.xml", "traits-differ"),
    ("CNAM-HR_2021.01.xml", "by-rule"),
    ("CSE-CS24_2024.01.xml", "bad-ins"),
    ("CSE-CS9_2024.01.xml", "bad-ins"),
    ("CSE-MDE_2023.01.xml", "bad-ins"),
    ("OBP-SNE_2024.01.xml", "bad-ins"),
    ("VSM_1.4_2022.01.xml", "by-rule"),
    ("eDISP-MED_2024.01.xml", "traits-differ"),
];

#[test]
fn every_published_example_goes_from_its_file_alone() {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/cda-examples");
    if !examples.is_dir() {
        eprintln!("skipped: the reference examples are not here");
        return;
    }
    let demo = Demo::start();
    let desk = Desk::of(&demo);
    let agent = Client::new(&demo, "care", Some(&demo.actor("agent")));
    let mut names: Vec<_> = fs::read_dir(&examples)
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|it| it.ends_with(".xml"))
        .collect();
    names.sort();
    let mut open = BTreeSet::new();
    for name in &names {
        let bytes = fs::read(examples.join(name)).unwrap();
        desk.write(name, &bytes);
        let person = Person::of(&clinical::read_cda(&bytes).unwrap());
        let why = REFUSED.iter().find(|(refused, _)| refused == name).map(|(_, why)| *why);
        if why.is_none_or(|it| it == "by-rule") && open.insert(person.token()) {
            agent.post("/fhir/Patient/$open-record", &person.opening()).must(201);
        }
    }
    let files: Vec<_> = names.iter().map(String::as_str).collect();
    desk.send_with(&["--sector", "SA01"], &files).must(1);
    let list = desk.list();
    let mut refused: Vec<_> = list
        .iter()
        .filter(|it| it["state"] != "acknowledged")
        .map(|it| (it["file"].as_str().unwrap(), it["causes"][0]["why"].as_str().unwrap()))
        .collect();
    refused.sort_unstable();
    assert_eq!(refused, REFUSED);
    assert_eq!(list.len(), names.len());
}
