//! Those close to the holder, what the holder writes, and the accidents of life at a counter (rules, A4, W4, W10,
//! W14, W15).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::*;
use policy::Rule;
use record::circle::{AccountOf, PersonalData, Preferences};
use record::{LogInStep, NewClose, NewTie, RefusalKind, SeenAtCounter, Session, visitor};

const SEEN: SeenAtCounter = SeenAtCounter { signed: true, identity: true };

fn somebody(kind: NewTie) -> NewClose {
    NewClose {
        name: Name::new("Camille PROCHE-TEST").unwrap(),
        kind,
        email: Some("proche@example.org".into()),
        phone: None,
        until: None,
    }
}

fn enters(node: &Node, (login, password): &(String, String), to: &str) -> Result<Session, record::Failure> {
    let call = || visitor(RowId::random(&*node.dice));
    sent(node);
    let pending = node.records.begin_log_in(&call(), login, password)?;
    let messages = sent(node);
    let Some(message) = messages.iter().find(|it| it.to == to) else {
        return Err(record::Refusal::new(RefusalKind::NotProved).into());
    };
    let code = message.text.split_once("accès est ").unwrap().1[..6].to_owned();
    match node.records.finish_log_in(&call(), &pending, &code, Some("une phrase de passe"))?.into_inner() {
        LogInStep::In(session) => Ok(session),
        LogInStep::MustChange => panic!("a password was given"),
    }
}

#[test]
fn a_trusted_person_reads_where_it_was_granted_once_incapacity_is_attested_and_not_before() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || node.call(Caller::holder(*record));
    let trusted = NewTie::TrustedPerson { signed: false, may_read: true };
    let designate =
        |caller: Caller| node.records.add_close(&node.call(caller), target, &somebody(trusted.clone()));
    assert!(refused(designate(doctor(0))).rules.contains(&Rule::W15));
    designate(Caller::holder(*record)).unwrap();
    let view = designate(Caller::holder(*record)).unwrap().into_inner();
    let in_force: Vec<_> = view.ones.iter().filter(|it| it.tie.is_in_force(view.at)).collect();
    assert_eq!(in_force.len(), 1, "the new one takes the place of the one before");
    let id = in_force[0].tie.id;
    assert!(
        matches!(in_force[0].tie.kind, TieKind::TrustedPerson { signed: false, .. }),
        "unsigned is shown"
    );
    let close = AccountOf::Relative(id).caller(*record);
    assert!(read(node, close.clone(), *record, *document).is_err());
    let attest =
        |caller: Caller, attested| node.records.activate_trusted_person(&node.call(caller), target, attested);
    assert!(refused(attest(doctor(0), true)).rules.contains(&Rule::W15), "not let in");
    authorise_self(node, target, 0);
    assert!(refused(attest(doctor(0), false)).rules.contains(&Rule::W15));
    sent(node);
    attest(doctor(0), true).unwrap();
    let messages = sent(node);
    let told: Vec<_> = messages.iter().map(|it| it.to.as_str()).collect();
    assert!(told.contains(&"zelie@example.org") && told.contains(&"proche@example.org"), "{told:?}");
    assert_eq!(read(node, close.clone(), *record, *document).unwrap(), CONTENT);
    let session = enters(node, &secrets(&messages), "proche@example.org").unwrap();
    assert_eq!(session.account, AccountOf::Relative(id));
    assert!(node.records.overview(&node.call(close.clone()), *record).is_err(), "reads documents, no rights");
    node.records.end_close(&holder(), target, id, &trusted).unwrap();
    assert!(read(node, close, *record, *document).is_err());
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_carer_reads_within_their_scope_and_a_helper_nothing() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || node.call(Caller::holder(*record));
    let carer = |acts: &[Act]| NewTie::Carer { acts: acts.iter().copied().collect() };
    let add =
        |kind: NewTie| node.records.add_close(&holder(), target, &somebody(kind)).map(|it| it.into_inner());
    assert_eq!(refused(add(carer(&[Act::Search, Act::Authorise]))).kind, RefusalKind::Rule);
    assert_eq!(refused(add(carer(&[]))).kind, RefusalKind::Rule);
    let id = |view: &record::CloseView| view.ones.last().unwrap().tie.id;
    let list = id(&add(carer(&[Act::Search])).unwrap());
    let lists = AccountOf::Relative(list).caller(*record);
    assert_eq!(found(node, lists.clone(), target).len(), 1);
    assert!(read(node, lists.clone(), *record, *document).is_err());
    let helper = AccountOf::Relative(id(&add(NewTie::Helper).unwrap())).caller(*record);
    assert!(read(node, helper.clone(), *record, *document).is_err());
    assert!(node.records.search(&node.call(helper), target, record::Asked::default(), |_, _| true).is_err());
    assert_eq!(
        refused(node.records.end_close(&holder(), target, list, &NewTie::Helper)).kind,
        RefusalKind::Rule
    );
    node.records.end_close(&holder(), target, list, &carer(&[])).unwrap();
    assert!(node.records.search(&node.call(lists), target, record::Asked::default(), |_, _| true).is_err());
    assert!(node.verify().faults.is_empty());
}

#[test]
fn what_the_holder_writes_is_theirs_and_nobody_else_writes_it() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let holder = || node.call(Caller::holder(*record));
    let data = PersonalData { allergies: Some("arachide".into()), ..PersonalData::default() };
    node.records.edit_personal_data(&holder(), target, &data).unwrap();
    let notes = node.records.write_note(&holder(), target, None, " une note ").unwrap().into_inner();
    assert_eq!((notes.len(), notes[0].text.as_str()), (1, "une note"));
    node.records.write_note(&holder(), target, Some(notes[0].id), "autre").unwrap();
    node.records.set_donation_position(&holder(), target, Some(true)).unwrap();
    let preferences = Preferences { no_digest: true, ..Preferences::default() };
    node.records.set_preferences(&holder(), target, preferences).unwrap();
    let around = node.records.around(&holder(), *record).unwrap().into_inner();
    assert!(around.personal == data && around.notes[0].text == "autre");
    assert!(around.donation.unwrap().agrees && around.preferences.no_digest);
    for wrong in [doctor(0), counter(), hospital(), Caller::holder(RecordId::from_bytes([9; 16]))] {
        let call = || node.call(wrong.clone());
        assert_eq!(refused(node.records.write_note(&call(), target, None, "faux")).kind, RefusalKind::Denied);
        assert_eq!(
            refused(node.records.edit_personal_data(&call(), target, &data)).kind,
            RefusalKind::Denied
        );
        assert_eq!(
            refused(node.records.set_donation_position(&call(), target, None)).kind,
            RefusalKind::Denied
        );
        assert_eq!(refused(node.records.around(&call(), *record)).kind, RefusalKind::Denied);
    }
    node.records.write_note(&holder(), target, Some(notes[0].id), "").unwrap();
    assert!(node.records.around(&holder(), *record).unwrap().into_inner().notes.is_empty());
    assert!(node.verify().faults.is_empty());
}

#[test]
fn the_holder_feeds_the_types_kept_for_them_and_no_other() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let feed = |caller: Caller, place: &str, system: &str, code: &str| {
        let mut new = text_document(&format!("1.2.250.1.999.{place}.1"), b"mes volontes");
        new.description.type_code = coding(system, code);
        let lot = lot(PATIENT, &format!("1.2.250.1.999.{place}"), vec![new]);
        node.records.feed(&node.call(caller), &lot).map(|it| it.into_inner().documents[0])
    };
    let a05 = model::code::TRE_A05;
    let own = feed(Caller::holder(*record), "20", a05, "EXPPAT_1").unwrap();
    let entry =
        found(node, Caller::holder(*record), target).into_iter().find(|it| it.logical_id == own).unwrap();
    assert!(entry.depositor.holder, "always shown as theirs");
    assert!(feed(Caller::holder(*record), "21", "http://loinc.org", "11488-4").is_err());
    assert!(feed(hospital(), "22", a05, "EXPPAT_1").is_err());
    assert!(feed(Caller::holder(RecordId::from_bytes([9; 16])), "23", a05, "DOCPAT01").is_err());
    assert!(node.verify().faults.is_empty());
}

#[test]
fn phone_lost_letter_lost_a_new_name_at_the_counter_on_proof() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let first = secrets(&sent(node));
    let reissue = |caller: Caller, seen| {
        node.records.reissue_secrets(
            &node.call(caller),
            target,
            AccountOf::Holder,
            seen,
            record::Letter::Handed,
        )
    };
    let unproved = SeenAtCounter { identity: false, ..SEEN };
    for (caller, seen) in
        [(doctor(2), SEEN), (Caller::holder(*record), SEEN), (counter(), unproved), (hospital(), SEEN)]
    {
        assert!(refused(reissue(caller.clone(), seen)).rules.contains(&Rule::W14));
    }
    let second = reissue(counter(), SEEN).unwrap().into_inner().unwrap();
    let second = (second.login.clone(), second.password.clone());
    assert!(enters(node, &first, "zelie@example.org").is_err(), "the lost letter opens nothing");
    enters(node, &second, "zelie@example.org").unwrap();
    let reset = |seen| {
        let to = (Some("neuve@example.org"), None);
        node.records.reset_factor(&node.call(counter()), target, AccountOf::Holder, seen, to)
    };
    assert!(refused(reset(unproved)).rules.contains(&Rule::W14));
    sent(node);
    reset(SEEN).unwrap();
    let told: Vec<_> = sent(node).into_iter().map(|it| it.to).collect();
    assert!(told.contains(&"zelie@example.org".to_owned()), "the old contact is told: {told:?}");
    let chosen = (second.0.clone(), "une phrase de passe".to_owned());
    enters(node, &chosen, "neuve@example.org").unwrap();
    let name = Name::new("NEUVE-TEST").unwrap();
    node.records.set_used_name(&node.call(counter()), target, Some(&name), None, SEEN).unwrap();
    let overview = node.records.overview(&node.call(Caller::holder(*record)), *record).unwrap().into_inner();
    assert!(overview.identity.traits.used_name == Some(name.clone()));
    assert!(node.records.set_used_name(&node.call(doctor(2)), target, Some(&name), None, SEEN).is_err());
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_signed_form_names_documents_by_the_codes_of_the_latest_list() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || node.call(Caller::holder(*record));
    authorise_self(node, target, 0);
    let print = || node.records.print_list(&holder(), target).unwrap().into_inner().lines;
    let code = print()[0].0.clone();
    let enter =
        |caller: Caller, act, code: &str| node.records.enter_form(&node.call(caller), target, act, code);
    assert!(read(node, doctor(0), *record, *document).is_ok());
    assert_eq!(refused(enter(counter(), Act::Mask, "AAAAAA")).kind, RefusalKind::Rule);
    for wrong in [doctor(0), hospital(), Caller::nobody(Door::Portal)] {
        assert_eq!(refused(enter(wrong, Act::Mask, &code)).kind, RefusalKind::Denied);
    }
    enter(counter(), Act::Mask, &code.to_lowercase()).unwrap();
    assert!(read(node, doctor(0), *record, *document).is_err());
    let again = print()[0].0.clone();
    assert_eq!(refused(enter(counter(), Act::Unmask, &code)).kind, RefusalKind::Rule, "the list before");
    enter(counter(), Act::Unmask, &again).unwrap();
    assert!(read(node, doctor(0), *record, *document).is_ok());
    assert_eq!(refused(node.records.print_list(&node.call(counter()), target)).kind, RefusalKind::Denied);
    assert!(refused(node.records.print_list(&node.call(doctor(0)), target)).rules.contains(&Rule::W14));
    // a form names persons too, and an agent without one decides nothing
    let block = |call| node.records.block(&call, target, &id_of(0));
    assert!(refused(block(node.call(counter()))).rules.contains(&Rule::W14));
    block(node.call(counter()).entering_a_form()).unwrap();
    assert!(refused(read(node, doctor(0), *record, *document)).kind == RefusalKind::NotFound);
    assert!(node.verify().faults.is_empty());
}
