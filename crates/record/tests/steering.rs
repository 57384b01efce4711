//! Volume and those who run the service: slowed down, cut off, told of, switched off and on; another policy by
//! two persons (rules, "Volume", P1; abuse A07).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::time::Duration;

use common::*;
use jiff::SignedDuration;
use model::*;
use policy::{Matrix, Policy, ProfileName, Rule};
use record::{Asked, Failure, RefusalKind, Switch, Target};

fn administrator(which: usize) -> Caller {
    let agent = |which: usize| Agent {
        id: DOCTORS[which + 1].parse().unwrap(),
        name: "Administratrice".into(),
        standing: Standing::Active,
    };
    Caller {
        strength: Strength::Certificate,
        person: Fact::Proved(Person::Administrator(agent(which))),
        ..Caller::nobody(Door::Steer)
    }
}

fn policy(changes: &[(&str, &str)]) -> Policy {
    let mut text = ProfileName::Dmp2018.text().to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Policy::from_text(&text, Matrix::PROVISIONAL).unwrap()
}

fn search(node: &Node, caller: &Caller, number: &str) -> Result<usize, Failure> {
    let call = node.call(caller.clone());
    let found = node.records.search(&call, &Target::Ins(ins(number)), Asked::default(), |_, _| true)?;
    Ok(found.into_inner().entries.len())
}

fn kind(result: Result<usize, Failure>) -> RefusalKind {
    refused(result).kind
}

fn count(node: &Node, name: &str) -> i64 {
    let options = store::Options { data: node.folder.join("data"), keys: node.folder.join("keys") };
    let store = store::Store::open_read_only(&options).unwrap();
    let counters = store.snapshot().unwrap().counters().unwrap();
    counters.into_iter().find(|it| it.0 == name).map_or(0, |it| it.1)
}

/// Numbers nobody has a record under.
fn nobody(which: usize) -> String {
    format!("2840263113{which:05}")
}

#[test]
fn slower_then_cut_off_then_told_once() {
    let node = Node::with_policy(policy(&[(
        "\"identities_tested_per_hour\": 120",
        "\"identities_tested_per_hour\": 10",
    )]));
    let doctor = doctor(0);
    let mut waits = Vec::new();
    for which in 0..10 {
        assert_eq!(kind(search(&node, &doctor, &nobody(which))), RefusalKind::Denied);
        waits.push(node.records.slow_down(&doctor));
    }
    assert!(waits[..8].iter().all(Duration::is_zero), "{waits:?}");
    assert_eq!(waits[8..], [Duration::from_secs(1), Duration::from_secs(2)]);
    assert_eq!(count(&node, "volume_alert person"), 0);
    for which in 10..15 {
        assert_eq!(kind(search(&node, &doctor, &nobody(which))), RefusalKind::TooMany);
    }
    assert_eq!(count(&node, "volume_alert person"), 1);
    assert_eq!(count(&node, "volume_campaign organisation"), 0);
    node.advance(SignedDuration::from_hours(2));
    assert!(node.records.slow_down(&doctor).is_zero());
    assert_eq!(kind(search(&node, &doctor, &nobody(20))), RefusalKind::Denied);
    assert!(node.verify().faults.is_empty());
}

#[test]
fn many_accounts_of_one_house_are_one() {
    // each person keeps within their own budget: it is the house that spends its
    let small = ("\"identities_tested_per_hour\": 20000", "\"identities_tested_per_hour\": 6");
    let node = Node::with_policy(policy(&[small]));
    let colleague = |which: usize| professional(DOCTORS[which], "10", Some("SM26"), "10B0000002");
    for which in 0..6 {
        assert_eq!(kind(search(&node, &colleague(which % 3), &nobody(which))), RefusalKind::Denied);
    }
    for which in 0..3 {
        assert_eq!(kind(search(&node, &colleague(which), &nobody(10 + which))), RefusalKind::TooMany);
    }
    assert_eq!(kind(search(&node, &doctor(1), &nobody(20))), RefusalKind::Denied, "another house goes on");
    assert_eq!(count(&node, "volume_alert organisation"), 1);

    // and three who spend their own are told of as one
    let small = ("\"identities_tested_per_hour\": 120", "\"identities_tested_per_hour\": 2");
    let node = Node::with_policy(policy(&[small]));
    for which in 0..3 {
        assert_eq!(count(&node, "volume_campaign organisation"), 0);
        for tried in 0..4 {
            let _ = search(&node, &colleague(which), &nobody(10 * which + tried));
        }
    }
    assert_eq!(count(&node, "volume_alert person"), 3);
    assert_eq!(count(&node, "volume_campaign organisation"), 1);
    // the same software, where it is proved
    let proved = |which: usize| Caller {
        software: Fact::Proved(Software { name: "Fictif".into(), version: None }),
        ..doctor(which)
    };
    node.advance(SignedDuration::from_hours(3));
    for which in 0..3 {
        for tried in 0..4 {
            let _ = search(&node, &proved(which), &nobody(100 + 10 * which + tried));
        }
    }
    assert_eq!(count(&node, "volume_campaign software"), 1);
}

#[test]
fn a_switch_cuts_at_once_by_one_and_is_undone_by_two() {
    let fed = fed();
    let Fed { node, target, record, .. } = &fed;
    authorise_self(node, target, 0);
    let reads = || search(node, &doctor(0), PATIENT);
    assert_eq!(reads().unwrap(), 1);
    let whoms = [
        Switch::Person(id_of(0)),
        Switch::Organisation("10B0000002".parse().unwrap()),
        Switch::Software("Fictif".into()),
    ];
    for other in [doctor(1), hospital(), Caller::holder(*record), Caller::nobody(Door::Steer)] {
        let no = refused(node.records.switch_off(&node.call(other.clone()), &whoms[0]));
        assert_eq!(no.kind, RefusalKind::Denied, "no budget was spent");
        refused(node.records.switches(&node.call(other.clone())));
        refused(node.records.propose_switching_on(&node.call(other), &whoms[0]));
    }
    assert_eq!(reads().unwrap(), 1);
    for whom in &whoms {
        let off = |which| node.records.switch_off(&node.call(administrator(which)), whom);
        assert_eq!(off(0).unwrap().get().whom, *whom);
        assert_eq!(refused(off(0)).kind, RefusalKind::Rule);
        let caller =
            Caller { software: Fact::Proved(Software { name: "Fictif".into(), version: None }), ..doctor(0) };
        let no = refused(search(node, &caller, PATIENT));
        assert_eq!((no.kind, no.rules.contains(&Rule::Volume)), (RefusalKind::TooMany, true));
        // the holder, and everybody else, goes on
        assert_eq!(found(node, Caller::holder(*record), target).len(), 1);

        let call = node.call(administrator(0));
        node.records.propose_switching_on(&call, whom).unwrap();
        assert_eq!(kind(search(node, &caller, PATIENT)), RefusalKind::TooMany, "one is not enough");
        refused(node.records.approve(&node.call(administrator(0)), call.request));
        refused(node.records.approve(&node.call(doctor(1)), call.request));
        let waiting = node.records.switches(&node.call(administrator(1))).unwrap().into_inner();
        assert_eq!((waiting.0.len(), waiting.1.len()), (1, 1));
        refused(node.records.approve(&node.call(administrator(1)), RowId::from_bytes([1; 16])));
        node.records.approve(&node.call(administrator(1)), call.request).unwrap();
        assert_eq!(search(node, &caller, PATIENT).unwrap(), 1);
        refused(node.records.approve(&node.call(administrator(1)), call.request));
    }
    assert!(node.verify().faults.is_empty(), "{:?}", node.verify().faults);
}

#[test]
fn what_two_decided_holds_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = {
        let node = Node::at(folder.path().to_owned(), 1);
        node.records.switch_off(&node.call(administrator(0)), &Switch::Person(id_of(0))).unwrap();
        let old = node.records.policy_hashes();
        let text = ProfileName::Mes2026.text();
        let propose = |caller, text: &str| {
            let call = node.call(caller);
            node.records.propose_policy(&call, text, Matrix::PROVISIONAL).map(|_| call.request)
        };
        refused(propose(doctor(0), text));
        let no = refused(propose(administrator(0), "{}"));
        assert_eq!((no.kind, no.problems[0].element.as_str()), (RefusalKind::Rule, "profile"));
        let proposal = propose(administrator(0), text).unwrap();
        refused(node.records.approve(&node.call(administrator(0)), proposal));
        node.records.approve(&node.call(administrator(1)), proposal).unwrap();
        assert_eq!(node.records.policy_hashes(), old, "from the next start on");
        (old, Policy::builtin(ProfileName::Mes2026).unwrap().hashes())
    };
    let node = Node::at(folder.path().to_owned(), 2);
    assert_ne!(old.0, new.0);
    assert_eq!(node.records.policy_hashes(), new);
    assert_eq!(kind(search(&node, &doctor(0), PATIENT)), RefusalKind::TooMany, "still switched off");
    assert!(node.verify().faults.is_empty());
}
