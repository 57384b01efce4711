//! What administrative messages bring (TD1.3, TD1.5; rules, W10, W11 and W14): held against the record, done where the
//! caller may, whole or not at all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::*;
use record::circle::AccountOf;
use record::{ChannelChange, CodeChannel, Letter, OpenRequest, RefusalKind, SaidData, SeenAtCounter, Target};

fn agent() -> Caller {
    Caller {
        strength: Strength::Certificate,
        person: Fact::Proved(Person::Agent(Agent {
            id: "899700366240".parse().unwrap(),
            name: "Agente fictive".into(),
            standing: Standing::Active,
        })),
        organisation: Fact::Proved(organisation("10B0000005", OrganisationKind::Counter)),
        ..Caller::nobody(Door::Care)
    }
}

fn target() -> Target {
    Target::Ins(ins(PATIENT))
}

fn at_counter(node: &Node) -> record::Call {
    node.call(agent()).entering_a_form()
}

#[test]
fn a_message_changes_what_differs_whole_or_not_at_all() {
    let node = Node::new();
    node.records.open_record(&node.call(agent()), &opening(PATIENT, "LACOMBE-TEST")).unwrap();
    let say = |said: &SaidData| node.records.say_data(&at_counter(&node), &target(), said).map(drop);
    let kind = |said: &SaidData| refused(say(said)).kind;
    // as it is: nothing to change
    let same =
        SaidData { email: Some("zelie@example.org".into()), break_glass: Some(true), ..SaidData::default() };
    assert_eq!(kind(&same), RefusalKind::Rule);
    // one thing that cannot be so, and nothing is
    let traits = SaidTraits { birth_name: Some("AUTRE".into()), ..SaidTraits::default() };
    let wrong = SaidData { traits, phone: Some("+33699980001".into()), ..SaidData::default() };
    assert_eq!(kind(&wrong), RefusalKind::Rule);
    let used = SaidData { used_name: Some("AUTRE".into()), ..wrong.clone() };
    assert_eq!(kind(&SaidData { traits: SaidTraits::default(), ..used }), RefusalKind::Rule);
    let phone = SaidData { traits: SaidTraits::default(), ..wrong };
    say(&phone).unwrap();
    // a choice alone, and the other stays
    say(&SaidData { break_glass: Some(false), ..SaidData::default() }).unwrap();
    say(&SaidData { break_glass: Some(true), regulation: Some(true), ..SaidData::default() }).unwrap();
    assert_eq!(kind(&SaidData { regulation: Some(true), ..SaidData::default() }), RefusalKind::Rule);
    // a professional changes none of it, whatever it is
    let by_a_doctor = node.records.say_data(&node.call(doctor(0)).entering_a_form(), &target(), &same);
    assert_eq!(refused(by_a_doctor).kind, RefusalKind::Denied);
    assert!(node.verify().faults.is_empty());
}

#[test]
fn what_an_organisation_gave_comes_to_carry_no_code() {
    let node = Node::new();
    let request = OpenRequest { phone: Some("+33699980002".into()), ..opening(PATIENT, "LACOMBE-TEST") };
    node.records.open_record(&node.call(hospital()), &request).unwrap();
    let (call, seen) = (at_counter(&node), SeenAtCounter::both());
    let change =
        |change, channel| node.records.change_channel(&call, &target(), seen, change, channel).map(drop);
    // the number was never confirmed: an e-mail address alone would make it carry codes
    assert_eq!(
        refused(change(ChannelChange::Change, CodeChannel::Email("z@example.org"))).kind,
        RefusalKind::Rule
    );
    let said = SaidData { email: Some("z@example.org".into()), ..SaidData::default() };
    assert_eq!(refused(node.records.say_data(&call, &target(), &said)).kind, RefusalKind::Rule);
    let opened =
        node.records.open_access(&call, &target(), seen, CodeChannel::Email("z@example.org"), Letter::Handed);
    assert_eq!(refused(opened).kind, RefusalKind::Rule);
    // both, by the counter's own operation, and from then on one at a time
    let both = (Some("z@example.org"), Some("+33699980003"));
    node.records.reset_factor(&call, &target(), AccountOf::Holder, seen, both).unwrap();
    change(ChannelChange::Remove, CodeChannel::Phone("+33699980003")).unwrap();
    let unproved = SeenAtCounter { signed: true, identity: false };
    let channel = CodeChannel::Phone("+33699980004");
    let no = node.records.change_channel(&call, &target(), unproved, ChannelChange::Add, channel);
    assert_eq!(refused(no).kind, RefusalKind::Denied);
    change(ChannelChange::Add, channel).unwrap();
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_child_s_access_is_not_opened_as_an_adult_s() {
    let node = Node::new();
    let mut request = OpenRequest { email: None, ..opening(PATIENT, "LACOMBE-TEST") };
    request.traits.birth_date = "2020-01-01".parse().unwrap();
    node.records.open_record(&node.call(hospital()), &request).unwrap();
    let (call, seen) = (at_counter(&node), SeenAtCounter::both());
    let channel = CodeChannel::Email("enfant@example.org");
    let opened = node.records.open_access(&call, &target(), seen, channel, Letter::Handed);
    assert_eq!(refused(opened).kind, RefusalKind::Rule);
}

#[test]
fn what_the_holder_says_to_a_closing_is_on_its_certificate() {
    let node = Node::new();
    let opened = node.records.open_record(&node.call(agent()), &opening(PATIENT, "LACOMBE-TEST")).unwrap();
    let record = opened.get().record;
    let words = Some("Je préfère le papier");
    node.records.close_saying(&at_counter(&node), &target(), Some(SignedForm::Plain), words).unwrap();
    let closure = node.records.closure(&node.call(Caller::holder(record)), record).unwrap();
    assert_eq!(closure.get().words.as_deref(), words);
}
