//! Abuse cases that need no door: a software whose users each ask for little (A07; no door proves a software yet), somebody who acts for another (H16), a crash between an access and what its holder
//! is told (I05), a trace that somebody with the database in hand has cut off (M03).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use common::*;
use model::*;
use policy::{Matrix, Policy, ProfileName};
use record::account::Verdict;
use record::upkeep::notices::Message;
use record::{Asked, Failure, RefusalKind, Target};
use rusqlite::Connection;

/// A nurse under the first doctor, by the directory's word or by their own alone.
fn assistant(proved: bool) -> Caller {
    let Some(Person::Professional(principal)) = doctor(0).person.proved().cloned() else { panic!() };
    let (from, until) = ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z");
    let named = principal.id.clone();
    let delegation =
        Delegation::new(DelegationKind::Assistant, principal, from.parse().unwrap(), until.parse().unwrap());
    let nurse = professional("310B0000002/9", "60", None, "10B0000002");
    Caller {
        delegator: if proved { Fact::Proved(named) } else { Fact::Claimed(named) },
        situation: Situation { delegation: Some(delegation.unwrap()), ..Situation::default() },
        ..nurse
    }
}

#[test]
fn h16_who_acts_for_a_doctor_has_what_both_may_and_both_stand_in_the_line() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let open = |caller: Caller| read(node, caller, *record, *document).map(drop);
    assert_eq!(refused(open(assistant(true))).kind, RefusalKind::NotFound, "the doctor may not either");
    authorise_self(node, target, 0);
    assert_eq!(refused(open(assistant(false))).kind, RefusalKind::NotFound, "on their own word");
    open(assistant(true)).unwrap();
    // no right of the doctor's over rights, no window of emergency
    let grant = node.records.authorise(&node.call(assistant(true)), target, &grantee(2));
    assert_eq!(refused(grant).kind, RefusalKind::Denied);
    node.records.mask(&node.call(Caller::holder(*record)), *record, *document).unwrap();
    assert_eq!(refused(open(assistant(true))).kind, RefusalKind::NotFound, "masked for both");
    node.records.unmask(&node.call(Caller::holder(*record)), *record, *document).unwrap();
    node.records.block(&node.call(Caller::holder(*record)), target, &id_of(0)).unwrap();
    assert_eq!(refused(open(assistant(true))).kind, RefusalKind::NotFound, "the doctor is blocked");

    let lines = trace(node, Caller::holder(*record), *record);
    let theirs: Vec<_> = lines.iter().filter(|it| it.account.caller.delegator.proved().is_some()).collect();
    assert!(theirs.len() >= 4);
    for line in theirs {
        let own = line.account.caller.professional().expect("their own identity");
        assert_eq!(own.id.to_string(), "310B0000002/9");
        assert_eq!(line.account.caller.delegation().map(|it| &it.principal.id), Some(&id_of(0)));
    }
    let given = lines.iter().filter(|it| it.account.act == Act::Consult);
    assert_eq!(given.filter(|it| it.account.verdict == Verdict::Accepted).count(), 1);
}

/// Messages about the access, by their ids: each of one id is one message that left once or more.
fn about(outbox: &Outbox) -> BTreeSet<String> {
    let sent = outbox.0.lock().unwrap();
    sent.iter()
        .filter(|it: &&Message| it.text.contains("consulté"))
        .map(|it| format!("{:?}", it.id))
        .collect()
}

#[test]
fn i05_a_crash_between_access_and_notice_loses_none_and_a_second_one_bears_the_same_name() {
    let mut twice = 0;
    for looks in 0..1000 {
        let folder = tempfile::tempdir().unwrap();
        let node = Node::at(folder.path().to_owned(), 1);
        let opened = node.records.open_record(&node.call(hospital()), &opening(PATIENT, "LACOMBE-TEST"));
        let record = opened.unwrap().into_inner().record;
        let target = Target::Ins(ins(PATIENT));
        let sent = lot(PATIENT, "1.2.250.1.999.1", vec![text_document("1.2.250.1.999.1.1", CONTENT)]);
        let document = node.records.feed(&node.call(hospital()), &sent).unwrap().get().documents[0];
        authorise_self(&node, &target, 0);
        let outbox = Outbox::default();
        for _ in 0..5 {
            node.records.send_notices(&outbox).unwrap();
        }
        assert!(about(&outbox).is_empty());
        read(&node, doctor(0), record, document).unwrap();
        let done = ended_after(looks, || node.records.send_notices(&outbox).unwrap()).is_some();
        drop(node);
        let node = Node::at(folder.path().to_owned(), 2);
        // what the first one had taken in hand is free again
        node.advance(jiff::SignedDuration::from_hours(1));
        for _ in 0..5 {
            node.records.send_notices(&outbox).unwrap();
        }
        assert_eq!(about(&outbox).len(), 1, "ended after {looks} looks");
        let left = outbox.0.lock().unwrap().iter().filter(|it| it.text.contains("consulté")).count();
        twice += usize::from(left > 1);
        let report = node.verify();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        if done {
            assert!(looks > 1 && twice > 0, "no crash fell between the sending and its note");
            return;
        }
    }
    panic!("the post never rests");
}

#[test]
fn m03_without_its_trace_nothing_is_answered_nor_taken() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    authorise_self(node, target, 0);
    read(node, doctor(0), *record, *document).unwrap();
    let conn = Connection::open(node.folder.join("data/records.db")).unwrap();
    let before = trace(node, Caller::holder(*record), *record).len();
    for (off, on) in [
        (
            "CREATE TRIGGER off BEFORE INSERT ON line BEGIN SELECT RAISE(ABORT, 'off'); END",
            "DROP TRIGGER off",
        ),
        // swallowed without a word
        ("CREATE TRIGGER off BEFORE INSERT ON line BEGIN SELECT RAISE(IGNORE); END", "DROP TRIGGER off"),
        ("ALTER TABLE line RENAME TO elsewhere", "ALTER TABLE elsewhere RENAME TO line"),
    ] {
        conn.execute_batch(off).unwrap();
        let call = || node.call(doctor(0));
        let asked = Asked::default();
        let given: [Result<(), Failure>; 6] = [
            read(node, doctor(0), *record, *document).map(drop),
            node.records.search(&call(), target, asked, |_, _| true).map(drop),
            node.records.list(&call(), target, asked, |_, _| Ok(true)).map(drop),
            node.records.mask(&node.call(Caller::holder(*record)), *record, *document).map(drop),
            {
                let name = "1.2.250.1.999.3";
                let sent = lot(PATIENT, name, vec![text_document(&format!("{name}.1"), b"Jamais.")]);
                node.records.feed(&node.call(hospital()), &sent).map(drop)
            },
            // a refusal is a line too
            node.records.search(&node.call(doctor(1)), target, asked, |_, _| true).map(drop),
        ];
        for (which, it) in given.into_iter().enumerate() {
            assert!(matches!(it, Err(Failure::Fault(_))), "{off}: {which} was answered");
        }
        conn.execute_batch(on).unwrap();
    }
    let found = found(node, doctor(0), target);
    assert_eq!((found.len(), found[0].visibility.masked), (1, false), "nothing was taken meanwhile");
    let after = trace(node, Caller::holder(*record), *record).len();
    // the search just now, and each reading of the trace
    assert_eq!(after, before + 2);
    let report = node.verify();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

#[test]
fn a07_the_users_of_one_proved_software_share_its_budget() {
    let text = ProfileName::Dmp2018.text().replacen(
        "\"identities_tested_per_hour\": 2000000",
        "\"identities_tested_per_hour\": 6",
        1,
    );
    let node = Node::with_policy(Policy::from_text(&text, Matrix::PROVISIONAL).unwrap());
    let with = |which: usize, software: Fact<Software>| Caller { software, ..doctor(which) };
    let named = || Software { name: "Fictif".into(), version: None };
    let tests = |caller: Caller, number: usize| {
        let ins = ins(&format!("2840263113{number:05}"));
        node.records.know_status(&node.call(caller), &ins).map(drop)
    };
    for number in 0..6 {
        tests(with(number % 3, Fact::Proved(named())), number).unwrap();
    }
    for which in 0..3 {
        let no = refused(tests(with(which, Fact::Proved(named())), 10 + which));
        assert_eq!(no.kind, RefusalKind::TooMany, "{which}");
        // what only says that it is this software is not counted, nor cut off
        tests(with(which, Fact::Claimed(named())), 20 + which).unwrap();
    }
}
