//! Finding somebody by birth name and birth date (TD0.5; rules, A1 and "Volume"; abuse A07).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::*;
use policy::{Matrix, Policy, ProfileName};
use record::{Failure, RefusalKind, Sought, Target};

fn sought(family: &str) -> Sought {
    Sought { family: family.into(), birth_date: "1984-02-29".parse().unwrap(), given: None, sex: None }
}

fn finds(node: &Node, by: &Caller, sought: &Sought) -> Option<Ins> {
    let found = node.records.find_by_traits(&node.call(by.clone()), sought).unwrap().into_inner();
    found.map(|it| it.identity.ins)
}

fn let_in(node: &Node, by: &Caller, number: &str) {
    let me = by.professional().unwrap().id.clone();
    let target = Target::Ins(ins(number));
    node.records.authorise(&node.call(by.clone()), &target, &Grantee::Person(me)).unwrap();
}

#[test]
fn one_is_found_by_who_may_read_them_and_two_of_one_name_and_day_are_not() {
    let node = Node::new();
    let agent = node.call(hospital());
    node.records.open_record(&agent, &opening(PATIENT, "Lacombe-Test")).unwrap();
    assert_eq!(finds(&node, &doctor(0), &sought("LACOMBE TEST")), None, "not let in");
    let_in(&node, &doctor(0), PATIENT);
    assert_eq!(finds(&node, &doctor(0), &sought("LACOMBE TEST")), Some(ins(PATIENT)));
    assert_eq!(finds(&node, &doctor(1), &sought("LACOMBE TEST")), None, "another was let in");
    assert_eq!(finds(&node, &doctor(0), &sought("LACOMBE")), None, "names are whole");
    let called = |given: &str| Sought { given: Some(given.into()), ..sought("lacombe-test") };
    assert_eq!(finds(&node, &doctor(0), &called("zelie")), Some(ins(PATIENT)));
    assert_eq!(finds(&node, &doctor(0), &called("Ambre")), None);

    // a namesake born the same day; told apart by the first given name, where it is said
    let other = "284026311300229";
    let mut namesake = opening(other, "LACOMBE TEST");
    namesake.traits.first_given = Name::new("Ambre").unwrap();
    namesake.traits.given_names = vec![Name::new("Ambre").unwrap()];
    node.records.open_record(&agent, &namesake).unwrap();
    let_in(&node, &doctor(0), other);
    assert_eq!(finds(&node, &doctor(0), &sought("Lacombe Test")), None);
    assert_eq!(finds(&node, &doctor(0), &called("Ambre")), Some(ins(other)));
    assert_eq!(finds(&node, &doctor(0), &called("Zélie")), Some(ins(PATIENT)));
    let report = node.verify();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

#[test]
fn whoever_tries_many_names_is_cut_off_and_the_same_again_costs_nothing() {
    let (wide, narrow) = ("\"identities_tested_per_hour\": 120", "\"identities_tested_per_hour\": 3");
    let text = ProfileName::Dmp2018.text();
    assert!(text.contains(wide));
    let policy = Policy::from_text(&text.replacen(wide, narrow, 1), Matrix::PROVISIONAL).unwrap();
    let node = Node::with_policy(policy);
    for _ in 0..10 {
        assert_eq!(finds(&node, &doctor(0), &sought("TOUJOURS LE MEME")), None);
    }
    let tried = |which: usize| {
        let asked = node.records.find_by_traits(&node.call(doctor(0)), &sought(&format!("ESSAI {which}")));
        match asked {
            Ok(_) => None,
            Err(Failure::Refused(no)) => Some(no.kind),
            Err(fault) => panic!("{fault:?}"),
        }
    };
    let told: Vec<_> = (0..6).map(tried).collect();
    // one was tried before
    assert_eq!(told[..2], [None, None]);
    assert_eq!(told[2..], [Some(RefusalKind::TooMany); 4]);
}
