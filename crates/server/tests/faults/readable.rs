//! What lies readable anywhere after a day of work, and after requests refused in every way (abuse case J06).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rehearsal::SeededDice;
use serde_json::{Value, json};

use crate::common::Demo;
use crate::common::bundle::Person;
use crate::common::holder::Holder;
use crate::load::Crew;
use crate::wire::{self, Lot};
use crate::{assert_kept, crew};

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found
}

/// Texts looked for in bytes, all at once.
struct Needles(Vec<Vec<u8>>);

impl Needles {
    fn find(&self, bytes: &[u8]) -> BTreeSet<String> {
        let mut by_start: Vec<Vec<&[u8]>> = vec![Vec::new(); 1 << 16];
        for needle in &self.0 {
            by_start[usize::from(u16::from_be_bytes([needle[0], needle[1]]))].push(needle);
        }
        let mut found = BTreeSet::new();
        for (at, pair) in bytes.windows(2).enumerate() {
            let here = &by_start[usize::from(u16::from_be_bytes([pair[0], pair[1]]))];
            found.extend(here.iter().filter(|it| bytes[at..].starts_with(it)).copied());
        }
        found.into_iter().map(|it: &[u8]| String::from_utf8_lossy(it).into_owned()).collect()
    }
}

/// What nobody but the parties may read of these people and submissions.
fn secrets(demo: &Demo, people: &[Person], lots: &[&Lot]) -> Needles {
    let mut texts = BTreeSet::new();
    for patient in demo.file["patients"].as_array().unwrap() {
        for field in ["name", "ins", "login", "password"] {
            texts.insert(patient[field].as_str().unwrap().to_owned());
        }
        texts.extend(patient["name"].as_str().unwrap().split(' ').map(str::to_uppercase));
    }
    for person in people {
        texts.extend([&person.ins, &person.family, &person.given].map(Clone::clone));
        texts.extend([person.family.to_lowercase(), "fictif@example.org".to_owned()]);
    }
    for document in lots.iter().flat_map(|lot| &lot.documents) {
        texts.extend([document.title.clone(), document.unique_id.clone()]);
        texts.insert(document.unique_id.replace("urn:uuid:", ""));
        // from the middle too, in clear and as it came over the wire
        for place in [12, document.bytes.len() / 6 * 3] {
            let piece = &document.bytes[place..document.bytes.len().min(place + 24)];
            texts.insert(String::from_utf8(piece.to_vec()).unwrap());
            texts.insert(BASE64_STANDARD.encode(&piece[..piece.len() / 3 * 3]));
        }
    }
    Needles(texts.into_iter().map(String::into_bytes).filter(|it| it.len() > 4).collect())
}

#[test]
fn nothing_readable_lies_anywhere_after_a_day_of_work() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut demo = Demo::start_in(&data);
    let (crew, ins) = crew(&demo);
    let people: Vec<_> = (700..702).map(Person::invented).collect();
    let mut lots = Vec::new();
    let dice = SeededDice::new(5);
    let (house, client) = &crew.houses[0];
    for person in &people {
        wire::open(&demo, &crew.counter, person).unwrap().must(201);
        wire::authorise(&demo, &crew.reader, &person.ins, "AJOUT").unwrap().must(200);
    }
    for ins in [&ins, &people[0].ins, &people[1].ins] {
        for sizes in [&[120, 4_000][..], &[400_000]] {
            let lot = Lot::new(&dice, house, ins, sizes);
            lot.send(&demo, client).unwrap().must(200);
            lots.push(lot);
        }
    }
    assert_kept(&demo, &crew.reader, &lots);
    refused_in_every_way(&demo, &crew, &people[0], &lots[0]);
    let holder = Holder::of(&demo, &demo.patient("open"));
    holder.get("/api/documents").must(200);
    holder.trace();

    let all: Vec<_> = lots.iter().collect();
    let needles = secrets(&demo, &people, &all);
    let process = PathBuf::from(format!("/proc/{}", demo.id()));
    // the search finds what there is to find
    assert!(needles.find(&fs::read(data.join("demo.json")).unwrap()).len() >= 20);
    assert!(needles.find(&lots[0].body).len() >= 5);
    let mut looked_at = 0_u64;
    let mut assert_clean = |file: &Path| {
        let bytes = fs::read(file).unwrap();
        looked_at += bytes.len() as u64;
        let found = needles.find(&bytes);
        assert!(found.is_empty(), "{}: {found:?}", file.display());
        let found = needles.find(file.to_string_lossy().as_bytes());
        assert!(found.is_empty(), "{found:?} in the name of {}", file.display());
    };
    for file in ["environ", "cmdline", "status", "maps"] {
        assert_clean(&process.join(file));
    }
    // nothing it has open lies elsewhere
    for handle in fs::read_dir(process.join("fd")).unwrap() {
        let Ok(target) = fs::read_link(handle.unwrap().path()) else { continue };
        let known = target.starts_with(&data) || target == demo.log || !target.starts_with(folder.path());
        let device = ["/dev", "/proc"].iter().any(|it| target.starts_with(it)) || !target.is_absolute();
        assert!(known && (device || target.starts_with(folder.path())), "{} is open", target.display());
    }
    for round in 0..2 {
        assert_clean(&demo.log);
        for file in files(&data).into_iter().filter(|it| !it.ends_with("demo.json")) {
            assert_clean(&file);
        }
        if round == 0 {
            // once while it runs, once after its end
            assert!(demo.terminate().expect("it ends").success());
        }
    }
    eprintln!("{} texts looked for in {looked_at} bytes", needles.0.len());
}

/// Errors that could quote what was sent: each with an INS, a name or a title where it does not belong.
fn refused_in_every_way(demo: &Demo, crew: &Crew, person: &Person, lot: &Lot) {
    let (_, client) = &crew.houses[0];
    let feed = demo.at("feed", "/fhir");
    let sent = String::from_utf8(lot.body.clone()).unwrap();
    for broken in [
        sent.replace("\"transaction\"", "\"batch\""),
        sent.replace(&lot.ins, "299999999999999"),
        sent[..sent.len() / 2].to_owned(),
        sent.replace("\"size\":", "\"size\":1"),
        sent.replace("text/plain", "text/xml"),
    ] {
        let answer = client.post(&feed).content_type("application/fhir+json").send(&broken).unwrap();
        assert!(answer.status().is_client_error(), "{}", answer.status());
    }
    wire::knock(demo, &crew.stranger, &person.ins).unwrap().must(403);
    wire::open(demo, &crew.counter, person).unwrap().must(409);
    for path in [
        format!("/fhir/DocumentReference?patient.identifier=urn:oid:1.2.250.1.213.1.4.10%7C{}", person.ins),
        format!("/fhir/Patient?identifier={}&family={}", person.ins, person.family),
        format!("/fhir/{}/{}", person.family, person.ins),
    ] {
        let _ = crew.reader.get(demo.at("care", &path)).call().unwrap();
    }
    let portal = demo.client(None);
    let login = json!({ "login": person.family, "password": person.ins });
    let answer = portal.post(demo.at("portal", "/api/login")).send_json(&login).unwrap();
    assert!(answer.status().as_u16() < 500);
    let wrong: Value = json!({ "login": demo.patient("open")["login"], "password": person.family });
    let _ = portal.post(demo.at("portal", "/api/login")).send_json(&wrong).unwrap();
}
