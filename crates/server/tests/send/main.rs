//! `carnet send` and `carnet watch`, as they are typed, against a real door: what arrives arrives once, what is held
//! goes once it may, what is refused says its cure; through cut lines and killed processes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod between;
#[path = "../common/mod.rs"]
mod common;
mod desk;
mod killed;
mod published;
mod watched;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use common::Demo;
use desk::{Desk, files, found, letter, open, titled, titles};
use serde_json::json;

#[test]
fn what_is_sent_arrives_once_however_often_it_is_sent() {
    let demo = Demo::start();
    let doctor = open(&demo);
    let desk = Desk::of(&demo);
    desk.write("letter.xml", letter(1));
    desk.text("night", "Nuit calme.", titled("La nuit"));
    desk.write("scan.pdf", rehearsal::pdf::page("Fictif", &["Une page."]));
    desk.sidecar("scan", |it| {
        it["title"] = json!("Le scan");
        it["visibility"] = json!(["MASQUE_PS"]);
    });
    let all = ["letter.xml", "night.txt", "scan.pdf"];
    desk.send(&all).must(0).says("acknowledged  letter.xml").says("acknowledged  night.txt");
    // the masked one is not the doctor's to see
    assert_eq!(titles(&doctor), ["La nuit", "Lettre de liaison"]);
    let read = found(&doctor);
    let cda = read.iter().find(|it| it["content"][0]["attachment"]["contentType"] == "text/xml").unwrap();
    let url = cda["content"][0]["attachment"]["url"].as_str().unwrap();
    assert_eq!(doctor.get_as(url, "*/*").must(200).body, letter(1).into_bytes());
    // what its header says, far from its top too
    assert_eq!(cda["type"]["coding"][0]["code"], "11490-0");
    assert_eq!(cda["context"]["facilityType"]["coding"][0]["code"], "SA01");
    assert_eq!(cda["context"]["practiceSetting"]["coding"][0]["code"], "ETABLISSEMENT");
    assert_eq!(cda["context"]["period"]["start"], "2026-11-02T07:00:00Z");

    desk.send(&all).must(0).says("already there letter.xml");
    assert_eq!(desk.states(), (vec![], 3));
    // with another queue the door itself remembers: the same answer for the same words, and for others too
    let elsewhere = Desk { queue: desk.path("another"), ..Desk::of(&demo) };
    elsewhere.write("letter.xml", letter(1));
    elsewhere.text("night", "Nuit calme.", titled("Un autre titre"));
    let elsewhere = Desk { queue: elsewhere.path("another"), ..elsewhere };
    elsewhere.send(&["letter.xml", "night.txt"]).must(0);
    assert_eq!(titles(&doctor), ["La nuit", "Lettre de liaison"]);

    // a next version says which one it follows, and takes its place where that was sent
    let following = |id: u32, before: u32| {
        let id_before = format!("8B6D2C0E-5F1A-4C57-9E83-{before:012}");
        let parent = format!("<parentDocument><id root=\"{id_before}\"/></parentDocument>");
        let related = format!("<relatedDocument typeCode=\"RPLC\">{parent}</relatedDocument><componentOf>");
        letter(id).replace("<componentOf>", &related)
    };
    desk.write("next.xml", following(2, 1));
    desk.write("orphan.xml", following(3, 777));
    desk.send(&["next.xml", "orphan.xml"]).must(0);
    let superseded = found(&doctor).iter().filter(|it| it["status"] == "superseded").count();
    assert_eq!(superseded, 1);
}

#[test]
fn what_is_not_surely_whose_is_held_until_it_is() {
    let demo = Demo::start();
    let doctor = open(&demo);
    let desk = Desk::of(&demo);
    desk.write("bare.txt", "De qui ?");
    desk.text("unqualified", "Pas encore.", |it| it["patient"]["qualified"] = json!(false));
    desk.text("unnamed", "Sans numéro.", |it| {
        it["patient"].as_object_mut().unwrap().remove("ins");
    });
    desk.text("elsewhen", "Née un autre jour.", |it| it["patient"]["birth_date"] = json!("1992-09-06"));
    desk.write("no-ins.xml", letter(1).replace("1.2.250.1.213.1.4.10", "1.2.250.1.999.1"));
    let all = ["bare.txt", "unqualified.txt", "unnamed.txt", "elsewhen.txt", "no-ins.xml"];
    desk.send(&all).must(1).says("held          elsewhen.txt").says("date of birth");
    let why = |file: &str| {
        let list = desk.list();
        let entry = list.iter().find(|it| it["file"] == file).unwrap();
        (entry["state"].as_str().unwrap().to_owned(), entry["causes"][0]["why"].as_str().unwrap().to_owned())
    };
    for (file, expected) in
        all.iter().zip(["no-sidecar", "not-qualified", "no-ins", "traits-differ", "no-ins"])
    {
        assert_eq!(why(file), ("held".to_owned(), expected.to_owned()), "{file}");
    }
    assert_eq!(titles(&doctor).len(), 0);
    desk.send(&[]).must(1);

    for name in ["bare", "unqualified", "unnamed", "elsewhen"] {
        desk.sidecar(name, titled(name));
    }
    desk.send(&[]).must(1).says("held          no-ins.xml");
    assert_eq!(titles(&doctor), ["bare", "elsewhen", "unnamed", "unqualified"]);
    desk.write("no-ins.xml", letter(1));
    desk.send(&[]).must(0);
    assert_eq!(desk.states(), (vec![], 5));
}

#[test]
fn what_is_refused_says_its_cure_and_goes_once_it_is_cured() {
    let demo = Demo::start();
    let desk = Desk::of(&demo);
    desk.write("letter.xml", letter(1));
    desk.send(&["letter.xml"])
        .must(1)
        .says("no open record for this person")
        .says("-> ask the person (or who represents them) whether their record is open");
    assert_eq!(desk.states(), (vec!["rejected".to_owned()], 0));
    let doctor = open(&demo);
    // not looked at again unless asked to
    desk.send(&[]).must(1);
    desk.send_with(&["--again"], &[]).must(0);
    assert_eq!(titles(&doctor), ["Lettre de liaison"]);

    desk.text("type", "x", |it| it["type"] = json!("0000-0"));
    desk.text("payer", "x", |it| it["type"] = json!("REMB"));
    desk.text("field", "x", |it| it["titel"] = json!("x"));
    desk.text("sector", "x", |it| {
        it.as_object_mut().unwrap().remove("sector");
    });
    desk.text("replaces", "x", |it| it["replaces"] = json!("urn:uuid:8b6d2c0e-5f1a-4c57-9e83-000000000999"));
    desk.write("broken.pdf", "%PDF-1.7 and no more");
    desk.sidecar("broken", |_| {});
    desk.write("letter.docx", "x");
    desk.write("other.xml", letter(1).replace("Attelle trois semaines", "Attelle quatre semaines"));
    let files = [
        ("type.txt", "type-unknown"),
        ("payer.txt", "by-rule"),
        ("field.txt", "sidecar-unreadable"),
        ("sector.txt", "sector-missing"),
        ("replaces.txt", "replaced-unknown"),
        ("broken.pdf", "does-not-open"),
        ("letter.docx", "file-type"),
        ("other.xml", "other-document"),
    ];
    desk.send(&files.map(|(file, _)| file)).must(1);
    let list = desk.list();
    for (file, why) in files {
        let entry = list.iter().find(|it| it["file"] == file).unwrap_or_else(|| panic!("{file} is lost"));
        assert_eq!(
            (entry["state"].as_str(), entry["causes"][0]["why"].as_str()),
            (Some("rejected"), Some(why)),
            "{file}"
        );
        assert!(!entry["causes"][0]["cure_fr"].as_str().unwrap().is_empty());
    }
    // the sector can be said for all
    desk.send_with(&["--sector", "SA17"], &["sector.txt"]).must(0);
    desk.send_with(&["--forget"], &["type.txt", "type.txt"])
        .must(0)
        .says("forgotten     type.txt")
        .says("not there");
    assert_eq!(desk.states().0.len(), files.len() - 2);
}

#[test]
fn nothing_of_a_person_is_shown_or_kept_longer_than_it_must() {
    let demo = Demo::start();
    open(&demo);
    let desk = Desk::of(&demo);
    let people = ["TRÉGOUBIHAN", "292099741190849", "Nuit calme"];
    desk.text("waits", "Nuit calme.", |it| it["patient"]["qualified"] = json!(false));
    desk.write("letter.xml", letter(1));
    desk.send(&["waits.txt"]).must(1);
    for options in [&["--list"][..], &["--list", "--json"]] {
        let said = desk.send_with(options, &[]).text;
        assert!(people.iter().all(|it| !said.contains(it)), "{said}");
    }
    desk.send_with(&["--list", "--names"], &[]).must(1).says("TRÉGOUBIHAN");
    desk.sidecar("waits", |_| {});
    desk.send(&["waits.txt", "letter.xml"]).must(0);
    let kept = files(&desk.queue);
    assert!(kept.len() >= 3, "two receipts and their folder");
    for (path, mode) in kept {
        assert_eq!(mode & 0o077, 0, "{path:?}");
        if path.is_file() {
            let text = fs::read_to_string(&path).unwrap();
            assert!(people.iter().all(|it| !text.contains(it)), "{path:?}: {text}");
        }
    }
}

#[test]
fn wrong_use_is_2_and_a_door_that_will_not_have_us_stops_it() {
    let demo = Demo::start();
    open(&demo);
    let desk = Desk::of(&demo);
    desk.write("letter.xml", letter(1));
    let run = |desk: &Desk<'_>| desk.send(&["letter.xml"]);
    run(&Desk { to: "http://localhost:1".into(), ..again(&demo, &desk) }).must(2).says("https://");
    desk.send(&["nowhere.xml"]).must(2).says("nowhere.xml is not a file");
    let key = desk.path("open.key");
    fs::copy(&desk.house.key, &key).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let open_key = common::Actor { key, ..desk.house.clone() };
    run(&Desk { house: open_key, ..again(&demo, &desk) }).must(2).says("chmod 600");

    // a certificate of nobody's the door trusts, and one it no longer trusts
    run(&Desk { house: demo.revoked(), ..again(&demo, &desk) })
        .must(1)
        .says("does not take this certificate");
    let stranger = desk.command("send").arg("--ca").arg(&desk.house.cert).output().unwrap();
    assert_eq!(stranger.status.code(), Some(2), "an option given twice is wrong use");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_carnet"));
    command
        .args(["send", "--to", &desk.to])
        .arg("--queue")
        .arg(&desk.queue)
        .arg("--ca")
        .arg(&desk.house.cert);
    command
        .arg("--cert")
        .arg(&desk.house.cert)
        .arg("--key")
        .arg(&desk.house.key)
        .arg(desk.path("letter.xml"));
    desk::Said::from(command.output().unwrap()).must(1).says("--ca vouches for");
    assert_eq!(desk.states(), (vec!["validated".to_owned()], 0), "nothing is lost by it");
    // the care door takes no house, and is no feed door for a doctor either
    run(&Desk { to: demo.at("care", ""), ..again(&demo, &desk) })
        .must(1)
        .says("does not take this certificate");
    let doctor = Desk { house: demo.of_role("10"), to: demo.at("care", ""), ..again(&demo, &desk) };
    run(&doctor).must(1).says("no feed door");
    // a doctor feeds with their own certificate
    run(&Desk { to: demo.at("feed", ""), ..doctor }).must(0);
    // what the house had waiting is another depositor's now
    desk.send(&[]).must(1).says("did not take this document");
}

/// The same desk and queue.
fn again<'d>(demo: &'d Demo, desk: &Desk<'d>) -> Desk<'d> {
    let fresh = Desk::of(demo);
    fs::copy(desk.path("letter.xml"), fresh.path("letter.xml")).unwrap();
    fresh
}
