//! `carnet verify` as an operator runs it: on a running demo, on a stopped one, and after a byte has changed. And
//! what an operator, or a thief, finds in the data folder: nothing about anybody.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::Demo;
use common::bundle::{AUTHOR, Document, Person, bundle};
use common::holder::{Holder, last_message, word_after};
use common::scene::Scene;
use model::RecordId;
use serde_json::{Value, json};

const TITLE: &str = "Titre que le disque ne dit pas";
const WORD: &str = "coqueluchonnerie";

/// A page of the database.
const PAGE: usize = 4096;
/// From the id of its record to the middle of what is sealed in a row.
const SEALED: usize = 90;

#[test]
fn a_store_is_verified_and_a_changed_byte_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut demo = Demo::start_in(&data);
    let (person, record) = live(&demo);

    let running = verify(&data);
    whole(&running);
    nothing_readable(&demo, &person);
    // what the clients do is in what verify counts
    let scene = Scene::new(&demo);
    scene.search(&person, "DocumentReference", &[]).must(200);
    scene.search(&Person::invented(999), "DocumentReference", &[]).must(403);
    let later = verify(&data).1;
    let grown = |name: &str| later[name].as_u64().unwrap() - running.1[name].as_u64().unwrap();
    assert_eq!((grown("accepted"), grown("refused"), grown("lines")), (1, 1, 2), "{later}");

    assert!(demo.terminate().expect("it ends").success());
    nothing_readable(&demo, &person);
    whole(&verify(&data));
    each_changed_byte_is_found(&data, record);
    // as it was, it is whole, and starts again
    whole(&verify(&data));
    drop(demo);
    let demo = Demo::start_in(&data);
    assert!(Scene::new(&demo).total(&person) >= 3);
}

#[test]
fn a_folder_without_a_store_is_not_whole() {
    let folder = tempfile::tempdir().unwrap();
    for data in [folder.path().to_owned(), folder.path().join("nothing")] {
        let ended = Command::new(env!("CARGO_BIN_EXE_carnet"))
            .arg("verify")
            .arg("--data")
            .arg(&data)
            .output()
            .unwrap();
        assert!(!ended.status.success());
        assert!(!ended.stderr.is_empty() && ended.stdout.is_empty(), "{ended:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
    }
}

/// A life of a record: opened, fed, refused, let in, read, masked, blocked; its patient and its id.
fn live(demo: &Demo) -> (Person, RecordId) {
    let scene = Scene::new(demo);
    let person = Person::invented(91);
    let before = last_message(demo);
    let opened = scene.open(&person).json();
    let text =
        |words: &str| Document { title: TITLE.into(), ..Document::file("text/plain", words.as_bytes()) };
    let long = text(&format!("{WORD}\n").repeat(30_000));
    let masked = Document { visibility: vec!["MASQUE_PS"], ..text(WORD) };
    let fed = scene.fed(&person, &[text(WORD), long, masked]);
    scene.search(&person, "DocumentReference", &[]).must(403);
    scene.authorise(&person);
    scene.search(&person, "DocumentReference", &[]).must(200);
    for location in &fed[..5] {
        scene.care.get_as(&format!("/fhir/{location}"), "application/fhir+json").must(200);
    }
    let mut newer = scene.lot(&person, &[text(WORD)]);
    newer["entry"][1]["resource"]["relatesTo"] =
        json!([{ "code": "replaces", "target": { "reference": fed[1] } }]);
    scene.feed.post("/fhir", &newer).must(200);
    scene
        .feed
        .post("/fhir", &scene.lot(&person, &[Document::file("application/pdf", WORD.as_bytes())]))
        .must(422);
    scene.at("feed", &scene.doctor).post("/fhir", &bundle(&person, &scene.doctor, &[text(WORD)])).must(200);

    let patient = demo.patient("open");
    let holder = Holder::of(demo, &patient);
    let documents = holder.get("/api/documents").must(200).json();
    let id = documents["documents"][0]["id"].as_str().unwrap();
    holder.get(&format!("/api/documents/{id}/content")).must(200);
    holder.post(&format!("/api/documents/{id}/mask"), &json!({})).must(200);
    holder.post("/api/block", &json!({ "person": demo.of_role("60").text("id") })).must(200);
    holder.trace();
    // verify does not speak of the queue: let it be empty
    for lead in ["Identifiant : ", "vient d'être ouvert", "a enregistré une", "pour la première"] {
        word_after(demo, before, lead);
    }
    (person, opened["id"].as_str().unwrap().parse().unwrap())
}

/// Exit status and report of `carnet verify --json`.
fn verify(data: &Path) -> (bool, Value) {
    let ended = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["verify", "--json", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let report = serde_json::from_slice(&ended.stdout).unwrap_or(Value::Null);
    (ended.status.success(), report)
}

#[track_caller]
fn whole((success, report): &(bool, Value)) {
    assert!(*success && report["faults"] == json!([]), "{report}");
    let count = |name: &str| report[name].as_u64().unwrap();
    assert!(count("records") >= 5 && count("documents") >= 20, "{report}");
    assert!(count("accepted") > 0 && count("refused") > 0, "{report}");
    assert_eq!(count("lines"), count("accepted") + count("refused"), "{report}");
}

/// The ids of the jobs in a store.
fn waiting(file: &Path) -> Vec<Vec<u8>> {
    let read = "import sqlite3, sys\nfor it in sqlite3.connect(sys.argv[1]).execute('select hex(id) from job'): print(it[0])";
    let said = Command::new("python3").arg("-c").arg(read).arg(file).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).unwrap(), 16).unwrap();
    let said = String::from_utf8(said.stdout).unwrap();
    said.lines().map(|line| line.as_bytes().chunks(2).map(byte).collect()).collect()
}

fn each_changed_byte_is_found(data: &Path, record: RecordId) {
    let mut changed = 0;
    for file in files(data) {
        let name = file.strip_prefix(data).unwrap().to_string_lossy().into_owned();
        if !name.starts_with("store") && !name.starts_with("keys") {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        // what waits is in no line of the trace, and not looked at (SECURITY.md)
        let waiting = if name == "store/records.db" { waiting(&file) } else { Vec::new() };
        let waits = |at: usize| {
            let near = &bytes[at.saturating_sub(200)..(at + 400).min(bytes.len())];
            waiting.iter().any(|it| near.windows(it.len()).any(|window| window == it.as_slice()))
        };
        // a row begins with its record's id: what follows is its place, then what is sealed
        let rows: Vec<_> = (0..bytes.len().saturating_sub(16))
            .filter(|at| bytes[*at..at + 16] == *record.as_bytes())
            .filter(|at| !waits(*at))
            // what follows on the next page is another's
            .filter(|at| at / PAGE == (at + SEALED) / PAGE)
            .collect();
        let few = rows.len().div_ceil(12).max(1);
        let mut places: Vec<_> = rows.iter().step_by(few).map(|row| row + SEALED).collect();
        if rows.is_empty() && name.contains("objects") {
            places = vec![0, bytes.len() / 2, bytes.len() - 1];
        }
        for place in places.into_iter().filter(|place| *place < bytes.len()) {
            let handle = File::options().write(true).open(&file).unwrap();
            handle.write_all_at(&[bytes[place] ^ 0x10], place as u64).unwrap();
            let (success, report) = verify(data);
            assert!(!success, "byte {place} of {name} is changed, and all is whole: {report}");
            // a page that does not even read ends it before there is a report
            for fault in report["faults"].as_array().into_iter().flatten() {
                assert!(fault["where"].as_str().is_some_and(|it| !it.is_empty()), "{fault}");
                assert!(fault["what"].as_str().is_some_and(|it| !it.is_empty()), "{fault}");
            }
            handle.write_all_at(&bytes[place..=place], place as u64).unwrap();
            changed += 1;
        }
    }
    assert!(changed > 15, "only {changed} bytes were tried");
}

/// No file but demo.json holds a name, an INS, a title, a login, a code of a document, or a word of one.
fn nothing_readable(demo: &Demo, person: &Person) {
    let mut secrets: Vec<String> = [
        &person.ins,
        &person.family,
        &person.given,
        TITLE,
        WORD,
        AUTHOR.1,
        "fictif@example.org",
        "Maison fictive",
    ]
    .map(str::to_owned)
    .to_vec();
    for patient in demo.file["patients"].as_array().unwrap() {
        for field in ["ins", "login", "password"] {
            secrets.push(patient[field].as_str().unwrap().to_owned());
        }
        secrets.extend(patient["name"].as_str().unwrap().split(' ').map(str::to_owned));
    }
    for patient in rehearsal::people() {
        let traits = &patient.identity.traits;
        secrets.push(traits.birth_name.as_str().to_owned());
        secrets.extend(traits.given_names.iter().map(|it| it.as_str().to_owned()));
        let now = "2026-11-20T08:00:00Z".parse().unwrap();
        secrets
            .extend(rehearsal::examples(&rehearsal::cast(), &patient, 1, now).into_iter().map(|it| it.title));
    }
    // shorter ones stand in any file by chance
    secrets.retain(|it| it.len() >= 5);
    secrets.sort();
    secrets.dedup();
    let mut searched = 0;
    for file in files(&demo.data) {
        if file.file_name().unwrap() == "demo.json" {
            continue;
        }
        let bytes = fs::read(&file).unwrap();
        searched += bytes.len();
        for secret in &secrets {
            for form in [secret.clone(), secret.to_lowercase(), secret.to_uppercase()] {
                assert!(!holds(&bytes, form.as_bytes()), "{secret} in {}", file.display());
            }
        }
    }
    assert!(searched > 500_000, "only {searched} bytes");
    let log = fs::read(&demo.log).unwrap();
    for secret in &secrets {
        assert!(!holds(&log, secret.as_bytes()), "{secret} in the log");
    }
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    let first = needle[0];
    let mut from = 0;
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == first) {
        if bytes[from + at..].starts_with(needle) {
            return true;
        }
        from += at + 1;
    }
    false
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}
