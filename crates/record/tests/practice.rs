//! Declared care, the attending doctor who leaves or hands over, and who reads as they do (rules, A14, W10, W15).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::care::UnitCode;
use model::*;
use policy::{Policy, ProfileName, Rule};
use record::{NewCare, RefusalKind, Target};

fn presumed() -> (Node, RecordId, EntryId, Target) {
    let node = Node::with_policy(Policy::builtin(ProfileName::Mes2026).unwrap());
    let record = node.records.open_record(&node.call(doctor(2)), &opening(PATIENT, "LACOMBE-TEST")).unwrap();
    let record = record.into_inner().record;
    let lot = lot(PATIENT, "1.2.250.1.999.1", vec![text_document("1.2.250.1.999.1.1", CONTENT)]);
    let document = node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner().documents[0];
    (node, record, document, Target::Ins(ins(PATIENT)))
}

#[test]
fn declared_care_lets_in_where_the_profile_presumes_it_for_its_time() {
    let (node, record, document, target) = presumed();
    let declare = |node: &Node, caller: Caller, care: &NewCare| {
        node.records.declare_care(&node.call(caller), &target, care).map(|it| it.into_inner())
    };
    assert!(refused(read(&node, doctor(0), record, document)).rules.contains(&Rule::A14));
    sent(&node);
    declare(&node, doctor(0), &NewCare::default()).unwrap();
    assert_eq!(sent(&node).len(), 1, "the holder is told");
    assert_eq!(read(&node, doctor(0), record, document).unwrap(), CONTENT);
    // declared is declared by one: another house has nothing of it
    assert!(refused(read(&node, doctor(1), record, document)).rules.contains(&Rule::A14));
    node.advance(SignedDuration::from_hours(24 * 90));
    assert!(refused(read(&node, doctor(0), record, document)).rules.contains(&Rule::A14));
    // out of hours: on duty alone, and for a day
    let night = NewCare { out_of_hours: true, ..NewCare::default() };
    assert!(refused(declare(&node, doctor(0), &night)).rules.contains(&Rule::A14));
    let mut on_duty = doctor(0);
    on_duty.situation.out_of_hours = true;
    declare(&node, on_duty.clone(), &night).unwrap();
    read(&node, on_duty.clone(), record, document).unwrap();
    node.advance(SignedDuration::from_hours(24));
    assert!(refused(read(&node, on_duty, record, document)).rules.contains(&Rule::A14));
    for wrong in [hospital(), counter(), Caller::holder(record)] {
        assert_eq!(refused(declare(&node, wrong, &NewCare::default())).kind, RefusalKind::Denied);
    }
    let fed = fed();
    let no =
        refused(fed.node.records.declare_care(&fed.node.call(doctor(0)), &fed.target, &NewCare::default()));
    assert!(no.rules.contains(&Rule::A14), "dmp-2018 presumes nothing");
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_hospital_declares_for_a_unit_and_who_the_directory_places_there_reads() {
    let (node, record, document, target) = presumed();
    let unit: UnitCode = "MED-2".parse().unwrap();
    let there = |which: usize, placed: bool| {
        let mut caller = professional(DOCTORS[which], "10", Some("SM26"), "10B0000001");
        let house = organisation("10B0000001", OrganisationKind::Hospital);
        if placed {
            caller.situation.teams = vec![Team::of(&house, Some("MED-2".parse().unwrap())).unwrap()];
        }
        caller.organisation = Fact::Proved(house);
        caller
    };
    let care = NewCare { unit: Some(unit), out_of_hours: false };
    let declare =
        |caller: Caller, care: &NewCare| node.records.declare_care(&node.call(caller), &target, care);
    assert_eq!(refused(declare(there(0, true), &NewCare::default())).kind, RefusalKind::Rule);
    assert_eq!(refused(declare(there(0, false), &care)).kind, RefusalKind::Rule);
    declare(there(0, true), &care).unwrap();
    read(&node, there(1, true), record, document).unwrap();
    assert!(refused(read(&node, there(1, false), record, document)).rules.contains(&Rule::A14));
}

#[test]
fn an_attending_doctor_hands_over_and_only_the_holder_moves_the_designation() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || node.call(Caller::holder(*record));
    node.records.mask(&holder(), *record, *document).unwrap();
    node.records.confirm_attending(&holder(), target, &id_of(0)).unwrap();
    read(node, doctor(0), *record, *document).unwrap();
    let hand = |caller: Caller| node.records.hand_over(&node.call(caller), target, &id_of(1));
    assert!(refused(hand(doctor(2))).rules.contains(&Rule::W15));
    sent(node);
    hand(doctor(0)).unwrap();
    assert_eq!(sent(node).len(), 1);
    assert!(refused(read(node, doctor(1), *record, *document)).kind == RefusalKind::NotFound, "not yet");
    let listed =
        node.records.practice(&node.call(doctor(0)), &[ins(PATIENT), ins("112056311300173")]).unwrap();
    assert_eq!(listed.len(), 1, "who has no record, or lets nobody in, is not there");
    assert!(listed[0].attending && !listed[0].has_summary && !listed[0].fragile);
    assert_eq!(listed[0].successor.as_ref().unwrap().proposed, id_of(1));
    assert!(node.records.practice(&node.call(doctor(2)), &[ins(PATIENT)]).unwrap().is_empty());
    assert!(
        refused(node.records.answer_hand_over(&node.call(doctor(1)), target, &id_of(1), true))
            .rules
            .contains(&Rule::W10)
    );
    node.records.answer_hand_over(&holder(), target, &id_of(1), true).unwrap();
    read(node, doctor(1), *record, *document).unwrap();
    assert_eq!(refused(read(node, doctor(0), *record, *document)).kind, RefusalKind::NotFound);
    assert!(node.records.answer_hand_over(&holder(), target, &id_of(1), true).is_err(), "answered once");
    // the successor leaves of their own accord, and nobody is left
    node.records.leave_as_attending(&node.call(doctor(1)), target).unwrap();
    assert!(read(node, doctor(1), *record, *document).is_err());
    assert_eq!(
        refused(node.records.leave_as_attending(&node.call(doctor(0)), target)).kind,
        RefusalKind::Rule
    );
    assert!(node.verify().faults.is_empty());
}

#[test]
fn the_same_reading_is_given_to_somebody_authorised_and_taken_back() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || node.call(Caller::holder(*record));
    node.records.mask(&holder(), *record, *document).unwrap();
    let give = |call: &record::Call, given| node.records.give_same_reading(call, target, &id_of(0), given);
    assert!(refused(give(&holder(), true)).rules.contains(&Rule::W10), "not authorised");
    authorise_self(node, target, 0);
    assert!(refused(give(&node.call(doctor(0)), true)).rules.contains(&Rule::W10));
    assert!(read(node, doctor(0), *record, *document).is_err());
    give(&holder(), true).unwrap();
    read(node, doctor(0), *record, *document).unwrap();
    let block = node.records.block(&node.call(doctor(0)), target, &id_of(1));
    assert!(refused(block).rules.contains(&Rule::W10), "without block");
    give(&holder(), false).unwrap();
    assert!(read(node, doctor(0), *record, *document).is_err());
}

#[test]
fn a_replacement_has_the_rights_once_the_holder_was_told() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || node.call(Caller::holder(*record));
    node.records.mask(&holder(), *record, *document).unwrap();
    node.records.confirm_attending(&holder(), target, &id_of(0)).unwrap();
    let mut replacing = doctor(1);
    let principal = doctor(0).professional().unwrap().clone();
    let (from, until) = (node.clock.now(), node.clock.now().plus(SignedDuration::from_hours(48)));
    replacing.delegator = Fact::Proved(principal.id.clone());
    replacing.situation.delegation =
        Some(Delegation::new(DelegationKind::Replacement, principal, from, until).unwrap());
    assert!(read(node, replacing.clone(), *record, *document).is_err());
    let tell = |caller: Caller| node.records.tell_replacement(&node.call(caller), target, &id_of(1));
    assert_eq!(refused(tell(doctor(2))).kind, RefusalKind::Denied);
    sent(node);
    tell(doctor(0)).unwrap();
    assert_eq!(sent(node).len(), 1);
    read(node, replacing.clone(), *record, *document).unwrap();
    node.advance(SignedDuration::from_hours(48));
    assert!(read(node, replacing, *record, *document).is_err());
}
