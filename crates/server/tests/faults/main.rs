//! What goes wrong around the process: a full disk (abuse case K03), no file handle left (K04), a second process on
//! the folder (K07), an end in the middle of work; and what lies readable anywhere after it (J06).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

#[path = "../common/mod.rs"]
mod common;
#[path = "../kill/load.rs"]
mod load;
#[path = "../kill/process.rs"]
mod process;
mod readable;
#[path = "../kill/wire.rs"]
mod wire;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use common::bundle::Person;
use common::client::Client;
use common::holder::Holder;
use common::{Demo, free_ports};
use load::{Change, Crew, Deeds, Fed, Known};
use process::{assert_whole, is_alive, log, signal};
use rehearsal::SeededDice;
use serde_json::json;
use ureq::Agent;
use wire::Lot;

/// The INS of the first patient whose record is open.
fn somebody(demo: &Demo) -> String {
    demo.patient("open")["ins"].as_str().unwrap().to_owned()
}

/// A crew whose reader is authorised by somebody.
fn crew(demo: &Demo) -> (Crew, String) {
    let (crew, ins) = (Crew::of(demo), somebody(demo));
    wire::authorise(demo, &crew.reader, &ins, "AJOUT").unwrap().must(200);
    (crew, ins)
}

/// Every document of an acknowledged submission is found and is what it was.
fn assert_kept<'a>(demo: &Demo, reader: &Agent, lots: impl IntoIterator<Item = &'a Lot>) -> u64 {
    let mut read = 0;
    for lot in lots {
        let (answer, shown) = wire::search(demo, reader, &lot.ins, &lot.unique_ids()).unwrap();
        answer.must(200);
        assert_eq!(shown.len(), lot.documents.len(), "of {}", lot.unique_id);
        for it in shown {
            let document = lot.documents.iter().find(|document| document.unique_id == it.unique_id).unwrap();
            let answer = wire::read(reader, &it.url).unwrap().must(200);
            assert!(answer.bytes() == document.bytes, "{} came back otherwise", it.unique_id);
            read += 1;
        }
    }
    read
}

fn assert_no_panic(demo: &Demo) {
    let log = log(demo);
    assert!(!log.contains("panic"), "{log}");
}

#[test]
fn a_second_process_is_refused_and_the_first_works_on() {
    let demo = Demo::start();
    let (crew, ins) = crew(&demo);
    let dice = SeededDice::new(1);
    let (house, client) = &crew.houses[0];
    let mut lots = Vec::new();
    for _ in 0..2 {
        let second = Command::new(env!("CARGO_BIN_EXE_carnet"))
            .args(["demo", "--town", "0", "--port-base", &free_ports().to_string(), "--data"])
            .arg(&demo.data)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        assert!(!second.status.success());
        let said = String::from_utf8_lossy(&second.stderr);
        assert!(said.contains("another demo runs on this data folder"), "{said}");
        let lot = Lot::new(&dice, house, &ins, &[100, 200]);
        lot.send(&demo, client).unwrap().must(200);
        lots.push(lot);
    }
    assert_eq!(assert_kept(&demo, &crew.reader, &lots), 4);
    assert_whole(&demo.data);
}

#[test]
fn started_twice_the_same_people_find_the_same_records() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut demo = Demo::start_in(&data);
    let (crew, ins) = crew(&demo);
    let (house, client) = &crew.houses[0];
    let lot = Lot::new(&SeededDice::new(2), house, &ins, &[500, 300_000]);
    let first = lot.send(&demo, client).unwrap().must(200);
    let before = demo.file.clone();
    assert!(demo.terminate().expect("it ends").success());

    let demo = Demo::start_in(&data);
    for field in ["actors", "patients", "revoked", "ca"] {
        assert_eq!(demo.file[field], before[field], "{field}");
    }
    assert_eq!(
        assert_kept(&demo, &crew.reader, [&lot]),
        2,
        "the authorisation stands, the documents are there"
    );
    wire::knock(&demo, &crew.stranger, &ins).unwrap().must(403);
    assert_eq!(lot.send(&demo, client).unwrap().must(200).bytes(), first.bytes(), "asked again");
    let holder = Holder::of(&demo, &demo.patient("open"));
    assert!(holder.trace().iter().any(|line| line["request"] == first.request.as_str()));
    assert_whole(&data);
}

#[test]
fn the_end_under_load_is_clean_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let mut kept: Vec<Fed> = Vec::new();
    for turn in 0..3 {
        let mut demo = Demo::start_in(&data);
        let (crew, ins) = crew(&demo);
        let authorised = wire::knock(&demo, &crew.changing, &ins).unwrap().status == 200;
        let known = Known {
            demo: &demo,
            crew: &crew,
            patients: vec![(ins.clone(), authorised)],
            lots: kept.iter().collect(),
            newcomer: Some(Person::invented(900 + turn)),
            seed: u64::from(turn),
        };
        let process = demo.id();
        let Deeds { fed, rights, .. } = known.work_until(|| {
            thread::sleep(Duration::from_millis(400));
            let begun = Instant::now();
            signal(process, "TERM");
            while is_alive(process) && begun.elapsed() < Duration::from_secs(10) {
                thread::sleep(Duration::from_millis(10));
            }
        });
        assert!(!is_alive(process), "ten seconds after SIGTERM it still runs");
        let status = demo.terminate().unwrap();
        assert!(status.success(), "{status}");
        assert_no_panic(&demo);
        assert_whole(&data);
        let demo = Demo::start_in(&data);
        if let Some(Change { what: (_, authorised), answered: true }) = rights.last() {
            let expected = if *authorised { 200 } else { 403 };
            wire::knock(&demo, &crew.changing, &ins).unwrap().must(expected);
        }
        let acknowledged: Vec<_> = fed.into_iter().filter(|it| it.answer.is_some()).collect();
        assert!(!acknowledged.is_empty(), "nothing was fed");
        assert_kept(&demo, &crew.reader, acknowledged.iter().map(|it| &it.lot));
        kept.extend(acknowledged);
    }
}

/// A small disk of its own, unmounted at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path, megabytes: u32) -> Option<Self> {
        fs::create_dir_all(at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={megabytes}m,mode=0700"), "tmpfs"])
            .arg(at)
            .stderr(Stdio::null())
            .status();
        mounted.is_ok_and(|it| it.success()).then(|| Self(at.to_owned()))
    }

    fn resize(&self, megabytes: u32) {
        let options = format!("remount,size={megabytes}m");
        assert!(Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap().success());
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Each login needs a line: at the latest when the last page of the disk is taken, there is no room for one.
fn people_are_told_to_come_back(demo: &Demo) {
    let client = Client::new(demo, "portal", None);
    let patient = demo.patient("open");
    let (login, password) = (patient["login"].as_str().unwrap(), patient["password"].as_str().unwrap());
    let form = format!("login={login}&password={password}");
    let body = serde_json::to_vec(&json!({ "login": login, "password": password })).unwrap();
    let html = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "text/html")];
    for (path, headers, sent, kind) in [
        ("/login", &html[..], form.as_bytes(), "text/html"),
        ("/api/login", &[("Content-Type", "application/json")], &body, "application/problem+json"),
    ] {
        let refused = (0..60).map(|_| client.send("POST", path, headers, Some(sent))).find(|it| {
            assert!([200, 303, 503].contains(&it.status), "{path}: {} {}", it.status, it.text());
            it.status == 503
        });
        let refused = refused.expect("a disk without room");
        assert!(refused.header("retry-after").is_some() && !refused.text().contains("OperationOutcome"));
        assert!(refused.header("content-type").unwrap().starts_with(kind), "{}", refused.text());
        assert!(refused.text().contains("plus de place"), "{}", refused.text());
    }
}

#[test]
fn a_full_disk_refuses_and_goes_on_when_there_is_room_again() {
    let folder = tempfile::tempdir().unwrap();
    let Some(disk) = SmallDisk::mount(&folder.path().join("disk"), 8) else {
        eprintln!("SKIPPED: a small disk cannot be mounted here (needs root)");
        return;
    };
    let data = disk.0.join("data");
    let demo = Demo::start_in(&data);
    let (crew, ins) = crew(&demo);
    let dice = SeededDice::new(3);
    let (house, client) = &crew.houses[0];
    let (mut kept, mut refused, mut no_room) = (Vec::new(), 0, 0);
    for round in 0..3_u32 {
        // with large ones first, then smaller and smaller ones, until nothing fits at all
        for size in [300_000, 100_000, 20_000, 2_000, 100] {
            let mut in_a_row = 0;
            while in_a_row < 3 {
                let lot = Lot::new(&dice, house, &ins, &[size, size / 2]);
                let answer = lot.send(&demo, client);
                let answer =
                    answer.unwrap_or_else(|_| panic!("no answer when the disk is full: {}", log(&demo)));
                if answer.status == 200 {
                    in_a_row = 0;
                    kept.push(lot);
                } else {
                    assert!([500, 503, 507].contains(&answer.status), "{} {}", answer.status, answer.text());
                    assert_eq!(answer.json()["resourceType"], "OperationOutcome");
                    in_a_row += 1;
                    refused += 1;
                    no_room += u32::from(answer.status == 507);
                }
                assert!(kept.len() < 2000, "the disk never fills");
            }
        }
        // reading needs a line of its own: it is answered whole or refused, never anything between
        for lot in kept.iter().rev().take(5) {
            let (answer, shown) = wire::search(&demo, &crew.reader, &ins, &lot.unique_ids()).unwrap();
            match answer.status {
                200 => assert_eq!(shown.len(), 2),
                other => assert!([500, 503, 507].contains(&other), "{other} {}", answer.text()),
            }
        }
        people_are_told_to_come_back(&demo);
        assert!(is_alive(demo.id()), "{}", log(&demo));
        disk.resize(8 + 4 * (round + 1));
        let lot = Lot::new(&dice, house, &ins, &[1_000, 280_000]);
        lot.send(&demo, client).unwrap().must(200);
        kept.push(lot);
        assert_kept(&demo, &crew.reader, kept.iter().rev().take(10));
    }
    assert_no_panic(&demo);
    assert!(no_room > refused / 2, "{no_room} of {refused} refusals said why");
    disk.resize(64);
    assert_whole(&data);
    drop(demo);
    let demo = Demo::start_in(&data);
    let read = assert_kept(&demo, &crew.reader, &kept);
    assert_whole(&data);
    eprintln!("{} submissions kept, {refused} refused, {read} documents read back", kept.len());
}

/// How many files the process may have open from now on.
fn limit_files(process: u32, files: usize) -> bool {
    let limits = ["--pid".to_owned(), process.to_string(), format!("--nofile={files}:")];
    Command::new("prlimit").args(limits).status().is_ok_and(|it| it.success())
}

#[test]
fn without_a_file_handle_left_it_refuses_and_recovers() {
    let demo = Demo::start();
    let (crew, ins) = crew(&demo);
    let process = demo.id();
    let open = || fs::read_dir(format!("/proc/{process}/fd")).unwrap().count();
    let usual = fs::read_to_string(format!("/proc/{process}/limits")).unwrap();
    let usual = usual.lines().find(|it| it.starts_with("Max open files")).unwrap();
    let usual: usize = usual.split_whitespace().nth(3).unwrap().parse().unwrap();
    if !limit_files(process, usual) {
        eprintln!("SKIPPED: prlimit does not work here");
        return;
    }
    let dice = SeededDice::new(4);
    let (mut kept, mut refused, mut silent) = (Vec::new(), 0, 0);
    for spare in [0, 1, 2, 4, 7] {
        assert!(limit_files(process, open() + spare));
        thread::scope(|scope| {
            let workers: Vec<_> = (0..6)
                .map(|turn| {
                    let (house, client) = &crew.houses[turn % 2];
                    let lots: Vec<_> = (0..4)
                        .map(|at| Lot::new(&dice, house, &ins, &[if at == 3 { 300_000 } else { 500 }]))
                        .collect();
                    let (demo, reader, ins) = (&demo, &crew.reader, &ins);
                    scope.spawn(move || {
                        let told: Vec<_> = lots.iter().map(|lot| lot.send(demo, client)).collect();
                        let found = wire::knock(demo, reader, ins);
                        (lots, told, found)
                    })
                })
                .collect();
            thread::sleep(Duration::from_millis(500));
            // whoever still waits is served now
            assert!(limit_files(process, usual));
            for worker in workers {
                let (lots, told, found) = worker.join().unwrap();
                for (lot, told) in lots.into_iter().zip(told) {
                    match told {
                        Ok(answer) if answer.status == 200 => kept.push(lot),
                        Ok(answer) => {
                            assert!(
                                [500, 503].contains(&answer.status),
                                "{} {}",
                                answer.status,
                                answer.text()
                            );
                            refused += 1;
                        }
                        Err(_) => silent += 1,
                    }
                }
                if let Ok(answer) = found {
                    assert!([200, 500, 503].contains(&answer.status), "{} {}", answer.status, answer.text());
                }
            }
        });
        assert!(is_alive(process), "with {spare} handles to spare: {}", log(&demo));
        let (house, client) = &crew.houses[0];
        let lot = Lot::new(&dice, house, &ins, &[400, 290_000]);
        lot.send(&demo, client).expect("an answer").must(200);
        kept.push(lot);
    }
    assert_no_panic(&demo);
    assert!(refused + silent > 0, "the handles were never short");
    let read = assert_kept(&demo, &crew.reader, &kept);
    assert_whole(&demo.data);
    eprintln!(
        "{} submissions kept, {refused} refused, {silent} without answer, {read} read back",
        kept.len()
    );
}
