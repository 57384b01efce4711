//! An opening at a counter: the letter given back once and stored nowhere, and who answered for a child
//! (rules, W1; requirements, R29 and R33).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::fs;
use std::path::Path;

use common::*;
use model::*;
use record::rows::{Quality, Representative};
use record::upkeep::notices::Channel;
use record::{Letter, LogInStep, OpenRequest, RefusalKind, visitor};

fn agent() -> Caller {
    Caller {
        strength: Strength::Certificate,
        person: Fact::Proved(Person::Agent(Agent {
            id: "899700366240".parse().unwrap(),
            name: "Agent fictif".into(),
            standing: Standing::Active,
        })),
        organisation: Fact::Proved(organisation("10B0000005", OrganisationKind::Counter)),
        ..Caller::nobody(Door::Portal)
    }
}

fn handed() -> OpenRequest {
    OpenRequest { letter: Letter::Handed, ..opening(PATIENT, "LACOMBE-TEST") }
}

/// Whether any file under a folder holds these bytes.
fn lies_in(folder: &Path, what: &str) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return lies_in(&path, what);
        }
        fs::read(path).unwrap().windows(what.len()).any(|it| it == what.as_bytes())
    })
}

#[test]
fn the_letter_is_handed_over_once_and_nothing_of_it_is_kept_or_posted() {
    let node = Node::new();
    let opened = node.records.open_record(&node.call(agent()), &handed()).unwrap().into_inner();
    let secrets = opened.secrets.expect("the letter");
    assert_eq!(format!("{secrets:?}"), "Secrets(…)");
    let messages = sent(&node);
    assert_eq!(messages.len(), 1, "the notice that it is open, and no letter");
    assert!(messages[0].channel == Channel::Email && !messages[0].text.contains(&secrets.password));
    for secret in [&secrets.login, &secrets.password] {
        assert!(!lies_in(&node.folder, secret), "in the store");
    }

    let asking = || visitor(RowId::random(&*node.dice));
    let pending = node.records.begin_log_in(&asking(), &secrets.login, &secrets.password).unwrap();
    let text = &sent(&node)[0].text;
    let code = text.split("est ").nth(1).and_then(|it| it.get(..6)).unwrap();
    let step = node.records.finish_log_in(&asking(), &pending, code, None).unwrap().into_inner();
    assert!(matches!(step, LogInStep::MustChange), "temporary: to be changed at the first login");

    let again = refused(node.records.open_record(&node.call(agent()), &handed()));
    assert_eq!(again.kind, RefusalKind::RecordFound);
}

#[test]
fn who_does_not_prove_a_person_is_handed_no_letter() {
    let node = Node::new();
    let opened = node.records.open_record(&node.call(hospital()), &handed()).unwrap().into_inner();
    assert!(opened.secrets.is_none());
    assert!(sent(&node).iter().all(|it| it.channel != Channel::Letter));
}

#[test]
fn a_posted_letter_is_not_given_to_the_opener() {
    let node = Node::new();
    let request = opening(PATIENT, "LACOMBE-TEST");
    let opened = node.records.open_record(&node.call(agent()), &request).unwrap().into_inner();
    assert!(opened.secrets.is_none());
    assert!(sent(&node).iter().any(|it| it.channel == Channel::Letter));
}

#[test]
fn a_representative_is_written_beside_the_consent_sealed_and_gets_no_right() {
    let node = Node::new();
    let name = "REPRÉSENTANTE-Recognisable";
    let parent = Representative {
        name: Name::new(name).unwrap(),
        given: None,
        quality: Quality::Parent,
        proved: true,
    };
    let unproved = Representative { proved: false, ..parent.clone() };
    let request = OpenRequest { representative: Some(unproved), ..handed() };
    let no = refused(node.records.open_record(&node.call(agent()), &request));
    assert_eq!(no.problems[0].element, "representative", "quality is proved, or there is no consent");
    let request = OpenRequest { representative: Some(parent), ..handed() };
    let record = node.records.open_record(&node.call(agent()), &request).unwrap().into_inner().record;
    assert!(!lies_in(&node.folder, name));
    let mandated = Caller {
        person: Fact::Proved(Person::Representative { record, mandate: RowId::random(&*node.dice) }),
        strength: Strength::TwoFactors,
        ..Caller::nobody(Door::Portal)
    };
    refused(node.records.overview(&node.call(mandated), record));
}

/// An agent opens and sees nothing of what is inside (abuse H09).
#[test]
fn an_agent_opens_and_reads_nothing() {
    let Fed { node, record, document, target } = fed();
    for door in [Door::Portal, Door::Care, Door::Feed] {
        let agent = Caller { door, ..agent() };
        let call = || node.call(agent.clone());
        refused(node.records.consult(&call(), record, document));
        refused(node.records.search(&call(), &target, record::Asked::default(), |_, _| true));
        refused(node.records.overview(&call(), record));
        refused(node.records.history(&call(), record, None, 10));
        // the feed door tells any caller the status alone (rules, A1)
        if door != Door::Feed {
            refused(node.records.know_status(&call(), &ins(PATIENT)));
        }
    }
}
