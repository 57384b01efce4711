//! A minor's own account, and what stays secret from representatives (rules, A7, A9 and W9).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use policy::Rule;
use record::circle::AccountOf;
use record::{Letter, MinorAccount, NewSecretAct, RefusalKind, Target};

const CHILD: &str = "112056311300173";

fn account() -> MinorAccount {
    MinorAccount { consent: true, email: Some("ado@example.org".into()), phone: None, letter: Letter::Handed }
}

/// A record of somebody born that day, with a parent's account.
fn child(born: &str) -> (Node, RecordId, Target, Caller) {
    let node = Node::new();
    let mut asked = opening(CHILD, "LACOMBE-TEST");
    asked.traits.birth_date = born.parse().unwrap();
    let record = node.records.open_record(&node.call(doctor(2)), &asked).unwrap().into_inner().record;
    let target = Target::Ins(ins(CHILD));
    let view = node
        .records
        .add_representative(&node.call(counter()), &target, &parent("Lou", Letter::Posted))
        .unwrap()
        .into_inner();
    (node, record, target, AccountOf::Representative(view.mandate.id).caller(record))
}

#[test]
fn a_minor_has_an_account_of_their_own_from_fifteen_and_keeps_its_contacts() {
    let (node, record, target, mother) = child("2011-11-24");
    let holder = || node.call(Caller::holder(record));
    let open = |caller: Caller, account: &MinorAccount| {
        node.records.open_minor_account(&node.call(caller), &target, account)
    };
    // the day before they are fifteen
    assert!(refused(open(counter(), &account())).rules.contains(&Rule::A7));
    assert!(refused(node.records.overview(&holder(), record)).rules.contains(&Rule::A7));
    node.advance(SignedDuration::from_hours(24));
    for wrong in [doctor(0), mother.clone(), Caller::nobody(Door::Portal)] {
        assert_eq!(refused(open(wrong, &account())).kind, RefusalKind::Denied);
    }
    let without = MinorAccount { consent: false, ..account() };
    assert!(refused(open(counter(), &without)).rules.contains(&Rule::A7));
    let opened = open(counter(), &account()).unwrap().into_inner();
    assert!(opened.secrets.is_some());
    node.records.overview(&holder(), record).unwrap();
    // from then on the parents reach nothing of its contacts
    let set =
        |call: &record::Call, who, email| node.records.set_contacts(call, &target, who, Some(email), None);
    let no = refused(set(&node.call(mother.clone()), AccountOf::Holder, "lou@example.org"));
    assert!(no.rules.contains(&Rule::A7), "{:?}", no.rules);
    sent(&node);
    set(&holder(), AccountOf::Holder, "moi@example.org").unwrap();
    let told: Vec<_> = sent(&node).into_iter().map(|it| it.to).collect();
    assert_eq!(told, ["ado@example.org", "moi@example.org"], "the old contact and the new");
    // the mother changes her own, and no other's
    let AccountOf::Representative(own) =
        node.records.whose(&node.call(mother.clone())).unwrap()[0].get().account
    else {
        panic!("she comes as representative")
    };
    set(&node.call(mother.clone()), AccountOf::Representative(own), "lou2@example.org").unwrap();
    assert!(set(&holder(), AccountOf::Representative(own), "faux@example.org").is_err());
    assert!(refused(open(counter(), &account())).rules.contains(&Rule::A7), "once");
    assert!(node.verify().faults.is_empty());
}

#[test]
fn what_is_fed_of_a_secret_act_does_not_exist_for_the_parents_nor_does_the_secret() {
    let (node, record, target, mother) = child("2012-05-04");
    authorise_self(&node, &target, 2);
    let secret = NewSecretAct {
        day: "2026-11-20".parse().unwrap(),
        house: Some("10B0000001".parse().unwrap()),
        agreed: true,
    };
    let declare = |caller: Caller, secret: &NewSecretAct| {
        node.records.declare_secret_act(&node.call(caller), &target, secret)
    };
    let unasked = NewSecretAct { agreed: false, ..secret.clone() };
    assert!(refused(declare(doctor(2), &unasked)).rules.contains(&Rule::W9));
    for wrong in [mother.clone(), counter()] {
        assert_eq!(refused(declare(wrong, &secret)).kind, RefusalKind::Denied);
    }
    let before = trace(&node, mother.clone(), record).len();
    declare(doctor(2), &secret).unwrap();
    let fed = |place: &str, day: &str| {
        let mut new = text_document(&format!("1.2.250.1.999.{place}.1"), b"soin");
        new.description.service_start = format!("{day}T09:00:00Z").parse().unwrap();
        let lot = lot(CHILD, &format!("1.2.250.1.999.{place}"), vec![new]);
        node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner().documents[0]
    };
    let (hidden, shown) = (fed("2", "2026-11-20"), fed("3", "2026-11-19"));
    let seen: Vec<_> = found(&node, mother.clone(), &target).iter().map(|it| it.logical_id).collect();
    assert_eq!(seen, [shown]);
    assert_eq!(refused(read(&node, mother.clone(), record, hidden)).kind, RefusalKind::NotFound);
    assert_eq!(found(&node, doctor(2), &target).len(), 2, "professionals see both");
    let lines = trace(&node, mother, record);
    assert!(!lines.iter().any(|it| it.account.act == Act::DeclareSecretAct));
    let of_it =
        |it: &record::account::TraceEntry| it.account.objects.iter().any(|it| it.document == Some(hidden));
    assert!(!lines[before..].iter().any(of_it));
    assert!(node.verify().faults.is_empty());
}
