//! Representatives, each with an account of their own; who refuses prevails (rules, A7 to A10).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use policy::Rule;
use record::circle::AccountOf;
use record::{
    Letter, LogInStep, MandateChange, NewRepresentative, OpenRequest, RefusalKind, Target, visitor,
};

const CHILD: &str = "112056311300173";

fn child_s() -> OpenRequest {
    let mut asked = opening(CHILD, "LACOMBE-TEST");
    asked.traits.birth_date = "2012-05-04".parse().unwrap();
    asked
}

fn parent(name: &str) -> NewRepresentative {
    common::parent(name, Letter::Handed)
}

struct Family {
    node: Node,
    record: RecordId,
    target: Target,
    document: EntryId,
}

fn family() -> Family {
    let node = Node::new();
    let opened = node.records.open_record(&node.call(doctor(2)), &child_s()).unwrap().into_inner();
    let fed = node
        .records
        .feed(
            &node.call(hospital()),
            &lot(CHILD, "1.2.250.1.999.1", vec![text_document("1.2.250.1.999.1.1", CONTENT)]),
        )
        .unwrap()
        .into_inner();
    let target = Target::Ins(ins(CHILD));
    Family { record: opened.record, target, document: fed.documents[0], node }
}

fn add(family: &Family, name: &str) -> (Caller, record::Secrets) {
    let Family { node, target, record, .. } = family;
    let added = node.records.add_representative(&node.call(counter()), target, &parent(name)).unwrap();
    let view = added.into_inner();
    (AccountOf::Representative(view.mandate.id).caller(*record), view.secrets.unwrap())
}

fn mandate_of(caller: &Caller) -> RowId {
    match caller.person.proved() {
        Some(Person::Representative { mandate, .. }) => *mandate,
        _ => panic!("no representative"),
    }
}

#[test]
fn a_parent_logs_in_to_an_account_of_their_own_and_reads_as_the_holder_less_what_is_hidden() {
    let family = family();
    let Family { node, record, document, target } = &family;
    let (mother, secrets) = add(&family, "Lou");
    let call = || visitor(RowId::random(&*node.dice));
    sent(node);
    let pending = node.records.begin_log_in(&call(), &secrets.login, &secrets.password).unwrap();
    let messages = sent(node);
    assert_eq!(messages.len(), 1, "the code, to the mother and nobody else");
    assert_eq!(messages[0].to, "lou@example.org");
    let code = messages[0].text.split_once("accès est ").unwrap().1[..6].to_owned();
    let step = node.records.finish_log_in(&call(), &pending, &code, Some("une phrase de passe")).unwrap();
    let LogInStep::In(session) = step.into_inner() else { panic!("not in") };
    assert_eq!(session.account.caller(session.record), mother);
    assert_eq!(read(node, mother.clone(), *record, *document).unwrap(), CONTENT);
    let mut new = text_document("1.2.250.1.999.2.1", b"secret");
    new.visibility.hidden_from_representatives = true;
    let hidden = lot(CHILD, "1.2.250.1.999.2", vec![new]);
    let hidden = node.records.feed(&node.call(hospital()), &hidden).unwrap().into_inner().documents[0];
    assert_eq!(found(node, mother.clone(), target).len(), 1);
    assert_eq!(refused(read(node, mother.clone(), *record, hidden)).kind, RefusalKind::NotFound);
    let lines = trace(node, mother.clone(), *record);
    assert!(!lines.iter().any(|it| it.account.objects.iter().any(|it| it.document == Some(hidden))));
    // another parent sees what this one did
    let (father, _) = add(&family, "Noa");
    let seen = trace(node, father, *record);
    assert!(
        seen.iter().any(|it| it.account.act == Act::Consult && it.account.caller.person == mother.person)
    );
    assert!(node.verify().faults.is_empty());
}

#[test]
fn nobody_is_made_a_representative_but_on_proof_at_a_counter() {
    let family = family();
    let Family { node, record, target, .. } = &family;
    let (mother, _) = add(&family, "Lou");
    for caller in [mother, doctor(0), doctor(2), Caller::holder(*record), Caller::nobody(Door::Portal)] {
        let no = refused(node.records.add_representative(&node.call(caller), target, &parent("Faux")));
        assert_eq!(no.kind, RefusalKind::Denied);
        assert!(no.rules.contains(&Rule::W10), "{:?}", no.rules);
    }
    let without = NewRepresentative { proved_by: " ".into(), ..parent("Faux") };
    assert!(
        refused(node.records.add_representative(&node.call(counter()), target, &without))
            .rules
            .contains(&Rule::W10)
    );
    let mut backwards = parent("Faux");
    backwards.until = Some(Instant::EPOCH);
    assert_eq!(
        refused(node.records.add_representative(&node.call(counter()), target, &backwards)).kind,
        RefusalKind::Rule
    );
}

#[test]
fn a_court_restricts_a_mandate_ends_and_majority_ends_it_at_midnight() {
    let family = family();
    let Family { node, record, document, target } = &family;
    let (mother, secrets) = add(&family, "Lou");
    let (father, _) = add(&family, "Noa");
    let change = |who: &Caller, what: &MandateChange| {
        node.records.change_representative(&node.call(counter()), target, mandate_of(who), what, "jugement")
    };
    let week = SignedDuration::from_hours(24 * 7);
    change(&mother, &MandateChange::Restrict { until: Some(node.clock.now().plus(week)) }).unwrap();
    assert!(refused(read(node, mother.clone(), *record, *document)).rules.contains(&Rule::A8));
    // nor does she log in
    let call = || visitor(RowId::random(&*node.dice));
    sent(node);
    let pending = node.records.begin_log_in(&call(), &secrets.login, &secrets.password).unwrap();
    let code = sent(node)[0].text.split_once("accès est ").unwrap().1[..6].to_owned();
    let out = refused(node.records.finish_log_in(&call(), &pending, &code, Some("une phrase de passe")));
    assert_eq!(out.kind, RefusalKind::NotProved);
    read(node, father.clone(), *record, *document).unwrap();
    node.advance(week);
    read(node, mother.clone(), *record, *document).unwrap();
    change(&father, &MandateChange::End).unwrap();
    assert!(refused(read(node, father, *record, *document)).rules.contains(&Rule::A8));
    let until_eighteen = "2030-05-03T22:00:00Z".parse::<Instant>().unwrap().since(node.clock.now());
    node.advance(until_eighteen - SignedDuration::from_millis(1));
    read(node, mother.clone(), *record, *document).unwrap();
    node.advance(SignedDuration::from_millis(1));
    assert!(refused(read(node, mother, *record, *document)).rules.contains(&Rule::A8));
}

#[test]
fn where_parents_disagree_refusing_prevails_until_it_is_settled() {
    let family = family();
    let Family { node, target, .. } = &family;
    let ((mother, _), (father, _)) = (add(&family, "Lou"), add(&family, "Noa"));
    let authorise = |who: &Caller| node.records.authorise(&node.call(who.clone()), target, &grantee(0));
    authorise(&mother).unwrap();
    node.records.refuse_as_representative(&node.call(father.clone()), target, true).unwrap();
    assert!(refused(authorise(&mother)).rules.contains(&Rule::A10));
    // she cannot settle what he refuses; taking away is open to her
    assert_eq!(
        refused(node.records.refuse_as_representative(&node.call(mother.clone()), target, false)).kind,
        RefusalKind::Rule
    );
    node.records.revoke(&node.call(mother.clone()), target, &grantee(0)).unwrap();
    node.records.refuse_as_representative(&node.call(father.clone()), target, false).unwrap();
    authorise(&mother).unwrap();
    node.records.refuse_as_representative(&node.call(father.clone()), target, true).unwrap();
    let court = MandateChange::Settle;
    node.records
        .change_representative(&node.call(counter()), target, mandate_of(&father), &court, "jugement")
        .unwrap();
    authorise(&mother).unwrap();
    for nobody in [doctor(0), Caller::holder(RecordId::from_bytes([7; 16]))] {
        assert_eq!(
            refused(node.records.refuse_as_representative(&node.call(nobody), target, true)).kind,
            RefusalKind::Denied
        );
    }
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_curator_reads_while_the_protected_person_consents() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let new = NewRepresentative { kind: MandateKind::Curator, ..parent("Max") };
    let view = node.records.add_representative(&node.call(counter()), target, &new).unwrap().into_inner();
    let (id, curator) = (view.mandate.id, AccountOf::Representative(view.mandate.id).caller(*record));
    assert!(refused(read(node, curator.clone(), *record, *document)).rules.contains(&Rule::A8));
    assert!(node.records.consent_to_curator(&node.call(curator.clone()), target, id, true).is_err());
    let holder = || node.call(Caller::holder(*record));
    node.records.consent_to_curator(&holder(), target, id, true).unwrap();
    assert_eq!(read(node, curator.clone(), *record, *document).unwrap(), CONTENT);
    let seen = node.records.overview(&node.call(curator.clone()), *record).unwrap().into_inner();
    assert_eq!(seen.contacts.email, new.email, "their own contacts, and not the holder's (A10)");
    assert!(
        refused(node.records.authorise(&node.call(curator.clone()), target, &grantee(0)))
            .rules
            .contains(&Rule::A8)
    );
    node.records.consent_to_curator(&holder(), target, id, false).unwrap();
    assert!(refused(read(node, curator, *record, *document)).rules.contains(&Rule::A8));
}

#[test]
fn a_parent_s_own_record_lists_those_they_act_in_while_they_may() {
    let family = family();
    let Family { node, record, target, .. } = &family;
    let own = opening(PATIENT, "LACOMBE-TEST");
    let own = node.records.open_record(&node.call(doctor(2)), &own).unwrap().into_inner().record;
    let new = NewRepresentative { own: Some(ins(PATIENT)), ..parent("Lou") };
    let view = node.records.add_representative(&node.call(counter()), target, &new).unwrap().into_inner();
    let holder = || node.call(Caller::holder(own));
    let listed = |who: record::Call| -> Vec<RecordId> {
        node.records.whose(&who).unwrap().iter().map(|it| it.get().record).collect()
    };
    assert_eq!(listed(holder()), [own, *record]);
    assert_eq!(node.records.act_in(&holder(), *record).unwrap(), AccountOf::Representative(view.mandate.id));
    assert_eq!(
        refused(node.records.act_in(&holder(), RecordId::from_bytes([3; 16]))).kind,
        RefusalKind::NotFound
    );
    assert!(node.records.whose(&node.call(doctor(0))).is_err());
    node.records
        .change_representative(
            &node.call(counter()),
            target,
            view.mandate.id,
            &MandateChange::End,
            "jugement",
        )
        .unwrap();
    assert_eq!(listed(holder()), [own]);
    assert!(node.verify().faults.is_empty());
}
