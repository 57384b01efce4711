//! "My patients" and the list of who is let in (TD0.4, TD1.6; rules, A1, W10).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use policy::Rule;
use record::{Latest, MyPatients, PATIENTS_AT_ONCE, PatientsAsked, RefusalKind, Target};

fn listed(node: &Node, caller: Caller, asked: &PatientsAsked) -> MyPatients {
    node.records.keep_lists().unwrap();
    node.records.my_patients(&node.call(caller), asked).unwrap()
}

fn patients(node: &Node, caller: Caller) -> Vec<Ins> {
    listed(node, caller, &PatientsAsked::default()).patients.into_iter().map(|it| it.ins).collect()
}

#[test]
fn who_lets_a_professional_in_is_on_their_list_until_they_do_not() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let holder = || node.call(Caller::holder(*record));
    assert!(patients(node, doctor(0)).is_empty());
    authorise_self(node, target, 0);
    let page = listed(node, doctor(0), &PatientsAsked::default());
    assert_eq!((page.patients.len(), page.next.is_none()), (1, true));
    let one = &page.patients[0];
    assert_eq!((&one.ins, one.attending, one.last_document), (&ins(PATIENT), false, None));
    assert_eq!(one.traits.birth_name.as_str(), "LACOMBE-TEST");
    assert!(patients(node, doctor(1)).is_empty());

    // each record is opened and traced, whatever the book says
    let last = trace(node, Caller::holder(*record), *record).pop().unwrap().account;
    assert_eq!((last.act, last.rules.as_slice()), (Act::ListPatients, ["A14".to_owned()].as_slice()));
    node.records.revoke(&holder(), target, &grantee(0)).unwrap();
    let stale = node.records.my_patients(&node.call(doctor(0)), &PatientsAsked::default()).unwrap();
    assert!(stale.patients.is_empty(), "before the book is put right");
    assert!(patients(node, doctor(0)).is_empty());
    authorise_self(node, target, 0);
    assert_eq!(patients(node, doctor(0)).len(), 1);
    node.records.block(&holder(), target, &id_of(0)).unwrap();
    assert!(patients(node, doctor(0)).is_empty());
    node.records.unblock(&holder(), target, &id_of(0)).unwrap();

    // a house that is let in is where its people look too
    let house = Grantee::Organisation("10B0000003".parse().unwrap());
    node.records.authorise(&holder(), target, &house).unwrap();
    assert_eq!(patients(node, doctor(1)), [ins(PATIENT)]);
    node.records.confirm_attending(&holder(), target, &id_of(2)).unwrap();
    let page = listed(node, doctor(2), &PatientsAsked::default());
    assert!(page.patients[0].attending);
    // it ends by itself
    node.advance(SignedDuration::from_hours(24 * 366));
    assert!(patients(node, doctor(1)).is_empty());
    let report = node.verify();
    assert_eq!((report.records, report.faults.len()), (1, 0), "{:?}", report.faults);
}

#[test]
fn a_list_is_asked_by_day_and_by_document_and_by_nobody_else() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    authorise_self(node, target, 0);
    let now = Clock::now(&*node.clock);
    let asked = |by, since| PatientsAsked { by, since: Some(since), after: None };
    let (today, tomorrow) = (now.in_paris().date(), now.in_paris().date().tomorrow().unwrap());
    assert_eq!(listed(node, doctor(0), &asked(Latest::Authorisation, today)).patients.len(), 1);
    assert!(listed(node, doctor(0), &asked(Latest::Authorisation, tomorrow)).patients.is_empty());
    let by_document = listed(node, doctor(0), &asked(Latest::Document, today)).patients;
    assert_eq!(by_document[0].last_document, Some(now));
    assert!(listed(node, doctor(0), &asked(Latest::Document, tomorrow)).patients.is_empty());
    // what is masked is no document of this reader's
    node.records.mask(&node.call(Caller::holder(*record)), *record, *document).unwrap();
    assert!(listed(node, doctor(0), &asked(Latest::Document, today)).patients.is_empty());
    for caller in [hospital(), counter(), feeding(&doctor(0)), Caller::holder(*record), payer()] {
        let no = refused(node.records.my_patients(&node.call(caller), &PatientsAsked::default()));
        assert_eq!(no.kind, RefusalKind::Denied);
    }
}

#[test]
fn a_long_list_comes_in_pages_without_gaps() {
    let node = Node::new();
    let many = PATIENTS_AT_ONCE + 3;
    let number = |which: usize| format!("2840263113{which:05}");
    for which in 0..many {
        let request = opening(&number(which), "LACOMBE-TEST");
        node.records.open_record(&node.call(hospital()), &request).unwrap();
        authorise_self(&node, &Target::Ins(ins(&number(which))), 0);
    }
    while node.records.keep_lists().unwrap() > 0 {}
    // two of them no longer let the doctor in: they leave no hole, and are no reason to turn the page
    for which in [0, 1] {
        let target = Target::Ins(ins(&number(which)));
        node.records.revoke(&node.call(doctor(0)), &target, &grantee(0)).unwrap();
    }
    let ask = |after| {
        node.records
            .my_patients(&node.call(doctor(0)), &PatientsAsked { after, ..Default::default() })
            .unwrap()
    };
    let first = ask(None);
    assert_eq!(first.patients.len(), PATIENTS_AT_ONCE);
    let end = first.next.unwrap();
    assert_eq!(end.to_string().parse::<record::PageEnd>().unwrap(), end);
    let second = ask(Some(end));
    assert_eq!((second.patients.len(), second.next), (1, None));
    let mut all: Vec<_> = first.patients.iter().chain(&second.patients).map(|it| it.ins.clone()).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), many - 2);
    assert!("1-2".parse::<record::PageEnd>().is_err());
    assert!(node.verify().faults.is_empty());
}

#[test]
fn the_attending_doctor_sees_who_is_let_in_and_shut_out() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let holder = || node.call(Caller::holder(*record));
    let list = |caller: Caller| node.records.list_authorised(&node.call(caller), target);
    authorise_self(node, target, 0);
    node.records.authorise(&holder(), target, &grantee(1)).unwrap();
    assert!(refused(list(doctor(0))).rules.contains(&Rule::Default), "let in is not enough");
    node.records.confirm_attending(&holder(), target, &id_of(0)).unwrap();
    node.records.block(&holder(), target, &id_of(2)).unwrap();
    let all = list(doctor(0)).unwrap().into_inner();
    let of = |which: usize| all.iter().find(|it| it.who == grantee(which)).unwrap();
    assert_eq!(all.len(), 3);
    assert!(of(0).attending && of(0).until.is_none() && !of(0).blocked);
    assert!(!of(1).attending && of(1).until.is_some() && !of(1).blocked);
    assert!(of(2).blocked);
    for caller in [doctor(1), doctor(2), hospital(), counter(), feeding(&doctor(0))] {
        assert_eq!(refused(list(caller)).kind, RefusalKind::Denied);
    }
}
