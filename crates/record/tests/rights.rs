//! Who may read, by what the holder gave and took back, as the clock goes (rules, A1 to A17, A22, W8, W10; abuse
//! section H).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use policy::{Matrix, Policy, ProfileName, Rule};
use record::account::{TraceEntry, Verdict};
use record::{Asked, RefusalKind, Target};

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn search(node: &Node, caller: Caller, target: &Target) -> Result<usize, record::Failure> {
    let found = node.records.search(&node.call(caller), target, Asked::default(), |_, _| true)?;
    Ok(found.into_inner().entries.len())
}

/// What stands in the last line of the holder's trace, but the reading of it.
fn last(node: &Node, record: RecordId) -> TraceEntry {
    let lines = trace(node, Caller::holder(record), record);
    lines.into_iter().rev().find(|it| it.account.act != Act::ReadTrace).unwrap()
}

#[track_caller]
fn is_shut_out(fed: &Fed, caller: &Caller, rule: Rule) {
    let Fed { node, record, document, target } = fed;
    assert_eq!(refused(search(node, caller.clone(), target)).kind, RefusalKind::Denied);
    let line = last(node, *record);
    assert_eq!(line.account.verdict, Verdict::Refused);
    assert!(line.account.rules.contains(&rule.number().to_owned()), "{:?}", line.account.rules);
    assert_eq!(refused(read(node, caller.clone(), *record, *document)).kind, RefusalKind::NotFound);
    // as nothing there, and as a record that is not there
    let nothing = refused(read(node, caller.clone(), *record, EntryId::from_bytes([9; 16])));
    let nowhere = refused(read(node, caller.clone(), RecordId::from_bytes([9; 16]), *document));
    assert_eq!((nothing.kind, nothing.problems), (nowhere.kind, nowhere.problems));
    assert_eq!(nothing.kind, RefusalKind::NotFound);
}

#[track_caller]
fn reads(fed: &Fed, caller: &Caller) {
    assert_eq!(search(&fed.node, caller.clone(), &fed.target).unwrap(), 1);
    assert_eq!(read(&fed.node, caller.clone(), fed.record, fed.document).unwrap(), CONTENT);
}

#[test]
fn an_authorisation_lasts_until_its_day_or_its_withdrawal() {
    let fed = fed();
    let Fed { node, target, .. } = &fed;
    is_shut_out(&fed, &doctor(0), Rule::A14);
    authorise_self(node, target, 0);
    reads(&fed, &doctor(0));
    is_shut_out(&fed, &doctor(1), Rule::A14);
    node.advance(days(365) - SignedDuration::from_millis(1));
    reads(&fed, &doctor(0));
    node.advance(SignedDuration::from_millis(1));
    is_shut_out(&fed, &doctor(0), Rule::A14);
    authorise_self(node, target, 0);
    reads(&fed, &doctor(0));
    node.records.revoke(&node.call(Caller::holder(fed.record)), target, &grantee(0)).unwrap();
    is_shut_out(&fed, &doctor(0), Rule::A14);
    // nobody records another's authorisation, nor revokes it
    for which in [1, 2] {
        let no = refused(node.records.authorise(&node.call(doctor(0)), target, &grantee(which)));
        assert_eq!((no.kind, no.rules), (RefusalKind::Denied, vec![Rule::W10]));
    }
}

#[test]
fn an_organisation_is_authorised_with_whom_the_directory_places_there() {
    let fed = fed();
    let Fed { node, target, .. } = &fed;
    let house = Grantee::Organisation("10B0000002".parse().unwrap());
    node.records.authorise(&node.call(Caller::holder(fed.record)), target, &house).unwrap();
    reads(&fed, &doctor(0));
    is_shut_out(&fed, &doctor(1), Rule::A14);
    // claimed is not proved
    let mut claims = doctor(1);
    if let Fact::Proved(house) = doctor(0).organisation {
        claims.organisation = Fact::Claimed(house);
    }
    is_shut_out(&fed, &claims, Rule::A14);
    // gone from there: at once
    let mut gone = doctor(0);
    if let Fact::Proved(Person::Professional(it)) = &mut gone.person {
        it.standing = Standing::LeftOrganisation;
    }
    is_shut_out(&fed, &gone, Rule::A11);
}

#[test]
fn pending_the_attending_doctor_has_an_ordinary_right_confirmed_the_whole_of_it() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || node.call(Caller::holder(*record));
    node.records.mask(&holder(), *record, *document).unwrap();
    authorise_self(node, target, 1);
    node.records.declare_attending(&node.call(doctor(0)), target, &id_of(0)).unwrap();
    assert_eq!(search(node, doctor(0), target).unwrap(), 0);
    assert_eq!(refused(read(node, doctor(0), *record, *document)).kind, RefusalKind::NotFound);
    assert!(
        trace(node, doctor(0), *record)
            .iter()
            .all(|it| it.account.caller.professional().unwrap().id == id_of(0))
    );
    let status = node.records.know_status(&node.call(doctor(0)), &ins(PATIENT)).unwrap().into_inner();
    assert!(status.attending_pending && !status.attending);
    // nobody confirms but the holder
    assert_eq!(
        refused(node.records.confirm_attending(&node.call(doctor(0)), target, &id_of(0))).rules,
        [Rule::W10]
    );

    node.records.confirm_attending(&holder(), target, &id_of(0)).unwrap();
    reads(&fed, &doctor(0));
    search(node, doctor(1), target).unwrap();
    let others = trace(node, doctor(0), *record);
    assert!(others.iter().any(|it| it.account.caller.professional().unwrap().id == id_of(1)));
    assert!(!others.iter().any(|it| it.account.act == Act::Mask), "the holder's own acts are the holder's");
    // the attending doctor blocks another at the holder's request, and the holder is told
    sent(node);
    node.records.block(&node.call(doctor(0)), target, &id_of(1)).unwrap();
    assert_eq!(sent(node).len(), 1);
    is_shut_out(&fed, &doctor(1), Rule::A13);
    node.records.end_attending(&holder(), target, &id_of(0)).unwrap();
    assert_eq!(search(node, doctor(0), target).unwrap(), 0);
}

#[test]
fn a_block_wins_ends_the_designation_and_lifting_it_restores_nothing() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let holder = || node.call(Caller::holder(*record));
    let house = Grantee::Organisation("10B0000002".parse().unwrap());
    node.records.authorise(&holder(), target, &grantee(0)).unwrap();
    node.records.confirm_attending(&holder(), target, &id_of(0)).unwrap();
    reads(&fed, &doctor(0));
    node.records.block(&holder(), target, &id_of(0)).unwrap();
    is_shut_out(&fed, &doctor(0), Rule::A13);
    // from another house, and by an authorisation of the house
    node.records.authorise(&holder(), target, &house).unwrap();
    is_shut_out(&fed, &doctor(0), Rule::A13);
    is_shut_out(&fed, &professional(DOCTORS[0], "10", Some("SM26"), "10B0000004"), Rule::A13);
    let no = refused(node.records.authorise(&node.call(doctor(0)), target, &grantee(0)));
    assert!(no.rules.contains(&Rule::A13));
    assert_eq!(
        refused(node.records.history(&node.call(doctor(0)), *record, None, 10)).kind,
        RefusalKind::Denied
    );
    // it learns that it is blocked, and may still feed
    let status = node.records.know_status(&node.call(doctor(0)), &ins(PATIENT)).unwrap();
    assert_eq!(status.get().authorisation.code(), "INTERDIT");
    let more = lot(PATIENT, "1.2.250.1.999.5", vec![text_document("1.2.250.1.999.5.1", b"encore")]);
    node.records.feed(&node.call(feeding(&doctor(0))), &more).unwrap();
    // unblocking gives back neither
    node.records.revoke(&holder(), target, &house).unwrap();
    node.records.unblock(&holder(), target, &id_of(0)).unwrap();
    is_shut_out(&fed, &doctor(0), Rule::A14);
    let overview = node.records.overview(&holder(), *record).unwrap().into_inner();
    assert!(overview.attending.iter().all(|it| it.ended.is_some()));
}

#[test]
fn what_is_hidden_from_the_holder_does_not_exist_for_them_for_a_month() {
    let Fed { node, record, document, target } = fed();
    let holder = || Caller::holder(record);
    node.records.confirm_attending(&node.call(holder()), &target, &id_of(0)).unwrap();
    let before = trace(&node, holder(), record).len();
    let mut new = text_document("1.2.250.1.999.6.1", b"a annoncer");
    new.visibility.hidden_from_holder = true;
    let hidden = node
        .records
        .feed(&node.call(hospital()), &lot(PATIENT, "1.2.250.1.999.6", vec![new]))
        .unwrap()
        .into_inner()
        .documents[0];
    assert_eq!(read(&node, doctor(0), record, hidden).unwrap(), b"a annoncer");
    assert_eq!(refused(node.records.mask(&node.call(holder()), record, hidden)).kind, RefusalKind::NotFound);
    for moment in 0..2 {
        let found = found(&node, holder(), &target);
        assert!(found.iter().all(|it| it.logical_id != hidden));
        assert_eq!(refused(read(&node, holder(), record, hidden)).kind, RefusalKind::NotFound);
        assert_eq!(
            refused(node.records.read_entry(&node.call(holder()), record, hidden)).kind,
            RefusalKind::NotFound
        );
        let sets =
            node.records.search_sets(&node.call(holder()), &target, |_, _| true).unwrap().into_inner().sets;
        assert_eq!(sets.len(), 1);
        let lines = trace(&node, holder(), record);
        assert!(!lines.iter().any(|it| it.account.objects.iter().any(|it| it.document == Some(hidden))));
        let of_others = lines[before..].iter().filter(|it| !it.account.caller.is_holder_of(record));
        assert_eq!(of_others.count(), 0, "its feeding and its reading did not happen, for the holder");
        // the month is the same day of the next at the same hour: 23 November, 10:00 in Paris
        if moment == 0 {
            node.advance(days(30) - SignedDuration::from_millis(1));
        }
    }
    node.advance(SignedDuration::from_millis(1));
    assert_eq!(read(&node, holder(), record, hidden).unwrap(), b"a annoncer");
    assert_eq!(found(&node, holder(), &target).len(), 2);
    let lines = trace(&node, holder(), record);
    assert!(
        lines.iter().any(|it| it.account.act == Act::Feed && it.account.objects[0].document == Some(hidden))
    );
    assert!(
        lines
            .iter()
            .any(|it| it.account.act == Act::Consult && it.account.objects[0].document == Some(hidden))
    );
    assert_eq!(read(&node, holder(), record, document).unwrap(), CONTENT);
}

#[test]
fn one_s_own_trace_tells_masked_from_absent_no_more_than_the_answer_did() {
    let Fed { node, record, document, target } = fed();
    authorise_self(&node, &target, 0);
    node.records.mask(&node.call(Caller::holder(record)), record, document).unwrap();
    refused(read(&node, doctor(0), record, document));
    refused(read(&node, doctor(0), record, EntryId::from_bytes([9; 16])));
    refused(node.records.mask(&node.call(doctor(0)), record, document));
    refused(node.records.mask(&node.call(doctor(0)), record, EntryId::from_bytes([9; 16])));
    let own = trace(&node, doctor(0), record);
    let told: Vec<_> = own.iter().filter(|it| it.account.verdict == Verdict::Refused).collect();
    assert_eq!(told.len(), 4);
    for pair in told.chunks(2) {
        let says = |line: &TraceEntry| {
            (
                line.account.act,
                line.account.rules.clone(),
                line.account.note.clone(),
                line.account.objects.len(),
            )
        };
        assert_eq!(says(pair[0]), says(pair[1]));
    }
    let holders = trace(&node, Caller::holder(record), record);
    assert!(holders.iter().any(|it| it.account.rules.contains(&"A16".to_owned())), "the holder sees why");
}

#[test]
fn a_relation_to_what_may_not_be_known_is_not_shown() {
    let Fed { node, record, document, target } = fed();
    authorise_self(&node, &target, 0);
    let mut addition = text_document("1.2.250.1.999.7.1", b"complement");
    addition.relates = vec![(RelationKind::Appends, record::RelatesTo::Entry(record, document))];
    let lot = lot(PATIENT, "1.2.250.1.999.7", vec![addition]);
    let addition = node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner().documents[0];
    let relations = |caller: Caller| {
        let listed = found(&node, caller.clone(), &target);
        let listed = listed.into_iter().find(|it| it.logical_id == addition).unwrap().relations;
        let one =
            node.records.read_entry(&node.call(caller), record, addition).unwrap().into_inner().1.relations;
        assert_eq!(listed, one);
        one.len()
    };
    assert_eq!(relations(doctor(0)), 1);
    node.records.mask(&node.call(Caller::holder(record)), record, document).unwrap();
    assert_eq!(relations(doctor(0)), 0);
    assert_eq!(relations(Caller::holder(record)), 1);
}

#[test]
fn struck_off_insurers_and_kin_are_refused() {
    let fed = fed();
    let Fed { node, target, .. } = &fed;
    authorise_self(node, target, 0);
    let as_if = |change: fn(&mut Professional)| {
        let mut caller = doctor(0);
        if let Fact::Proved(Person::Professional(it)) = &mut caller.person {
            change(it);
        }
        caller
    };
    reads(&fed, &doctor(0));
    is_shut_out(&fed, &as_if(|it| it.standing = Standing::Ended), Rule::A11);
    is_shut_out(&fed, &as_if(|it| it.standing = Standing::Unknown), Rule::A11);
    is_shut_out(&fed, &as_if(|it| it.acting_for = ActingFor::Insurer), Rule::A15);
    is_shut_out(&fed, &as_if(|it| it.acting_for = ActingFor::Administration), Rule::A15);
    is_shut_out(&fed, &as_if(|it| it.acting_for = ActingFor::OccupationalHealth), Rule::A15);
    is_shut_out(&fed, &as_if(|it| it.profession.table = ProfessionTable::Training), Rule::A15);
    let mut closed = doctor(0);
    if let Fact::Proved(house) = &mut closed.organisation {
        house.standing = Standing::Ended;
    }
    is_shut_out(&fed, &closed, Rule::A11);
    is_shut_out(&fed, &hospital(), Rule::A1);

    // the holder is a doctor: by the portal as anybody, by the care door not at all
    let node = Node::new();
    let request = record::OpenRequest { kin: vec![id_of(0)], ..opening(PATIENT, "LACOMBE-TEST") };
    let record = node.records.open_record(&node.call(doctor(2)), &request).unwrap().into_inner().record;
    let target = Target::Ins(ins(PATIENT));
    node.records.authorise(&node.call(Caller::holder(record)), &target, &grantee(0)).unwrap();
    assert_eq!(refused(search(&node, doctor(0), &target)).rules, [Rule::A17]);
    assert_eq!(search(&node, Caller::holder(record), &target).unwrap(), 0);
}

/// A holder reads their own record and no other, and what says it is the holder without two factors is nobody.
#[test]
fn a_holder_reads_no_other_record() {
    let fed = fed();
    let Fed { node, record, .. } = &fed;
    let other = node.records.open_record(&node.call(doctor(2)), &opening("284026311300113", "AUTRE-TEST"));
    let other = other.unwrap().into_inner().record;
    is_shut_out(&fed, &Caller::holder(other), Rule::A4);
    is_shut_out(&fed, &Caller { strength: Strength::OneFactor, ..Caller::holder(*record) }, Rule::A4);
    is_shut_out(&fed, &Caller { door: Door::Care, ..Caller::holder(*record) }, Rule::A4);
    for refusal in [
        refused(node.records.overview(&node.call(Caller::holder(other)), *record)),
        refused(node.records.history(&node.call(Caller::holder(other)), *record, None, 10)),
        refused(node.records.authorise(&node.call(Caller::holder(other)), &fed.target, &grantee(0))),
    ] {
        assert_eq!(refusal.kind, RefusalKind::Denied);
    }
}

fn small_budgets(touched: u64, tested: u64, opened: u64) -> Policy {
    let text = ProfileName::Dmp2018.text();
    let limits = |text: &str, name: &str, from: u64, to: u64| {
        let (old, new) = (format!("\"{name}\": {from}"), format!("\"{name}\": {to}"));
        assert!(text.contains(&old), "{old}");
        text.replacen(&old, &new, 1)
    };
    let text = limits(text, "records_touched_per_hour", 120, touched);
    let text = limits(&text, "identities_tested_per_hour", 120, tested);
    let text = limits(&text, "records_opened_per_hour", 60, opened);
    Policy::from_text(&text, Matrix::PROVISIONAL).unwrap()
}

#[test]
fn who_asks_for_too_much_is_cut_off_and_traced() {
    let numbers = ["284026311300112", "284026311300113", "284026311300114", "284026311300115"];
    let node = Node::with_policy(small_budgets(2, 50, 50));
    let mut records = Vec::new();
    for number in numbers {
        let record = node.records.open_record(&node.call(doctor(2)), &opening(number, "UN-TEST")).unwrap();
        let record = record.into_inner().record;
        let target = Target::Ins(ins(number));
        node.records.authorise(&node.call(Caller::holder(record)), &target, &grantee(0)).unwrap();
        records.push((record, target));
    }
    for (_, target) in &records[..2] {
        assert_eq!(search(&node, doctor(0), target).unwrap(), 0);
    }
    // the two that were touched stay open to them; the third is one too many, there or not
    search(&node, doctor(0), &records[0].1).unwrap();
    for target in [&records[2].1, &Target::Ins(ins("284026311300119"))] {
        let no = refused(search(&node, doctor(0), target));
        assert_eq!((no.kind, no.rules.contains(&Rule::Volume)), (RefusalKind::TooMany, true));
    }
    assert_eq!(
        refused(read(&node, doctor(0), records[3].0, EntryId::from_bytes([1; 16]))).kind,
        RefusalKind::TooMany
    );
    let line = last(&node, records[2].0);
    assert_eq!((line.account.act, line.account.verdict), (Act::Search, Verdict::Refused));
    assert!(line.account.rules.contains(&"V1".to_owned()));
    // others are not concerned; and time goes by
    authorise_self(&node, &records[2].1, 1);
    search(&node, doctor(1), &records[2].1).unwrap();
    node.advance(SignedDuration::from_hours(2));
    search(&node, doctor(0), &records[2].1).unwrap();
}

/// Whatever act tries identities: the status, the list, an authorisation of oneself, an opening (abuse A07).
#[test]
fn who_tests_many_identities_is_cut_off_by_every_act() {
    type Try = fn(&Node, &Ins) -> Option<RefusalKind>;
    fn told<T>(result: Result<T, record::Failure>) -> Option<RefusalKind> {
        match result {
            Ok(_) => None,
            Err(record::Failure::Refused(no)) => Some(no.kind),
            Err(fault) => panic!("{fault:?}"),
        }
    }
    let tries: [Try; 4] = [
        |node, ins| told(node.records.know_status(&node.call(doctor(0)), ins)),
        |node, ins| told(search(node, doctor(0), &Target::Ins(ins.clone()))),
        |node, ins| {
            told(node.records.authorise(&node.call(doctor(0)), &Target::Ins(ins.clone()), &grantee(0)))
        },
        |node, ins| {
            let lot =
                lot(ins.matricule(), "1.2.250.1.999.9", vec![text_document("1.2.250.1.999.9.1", b"un")]);
            told(node.records.feed(&node.call(feeding(&doctor(0))), &lot))
        },
    ];
    for one in tries {
        let node = Node::with_policy(small_budgets(50, 3, 50));
        let nth = |n: u32| ins(&format!("2840263113{n:05}"));
        for n in 0..3 {
            assert_ne!(one(&node, &nth(n)), Some(RefusalKind::TooMany), "{n}");
        }
        // the same again is no other identity
        assert_ne!(one(&node, &nth(0)), Some(RefusalKind::TooMany));
        assert_eq!(one(&node, &nth(4)), Some(RefusalKind::TooMany));
    }
    let node = Node::with_policy(small_budgets(50, 50, 2));
    let open = |n: u32| {
        let request = opening(&format!("2840263113{n:05}"), "UN-TEST");
        told(node.records.open_record(&node.call(doctor(0)), &request))
    };
    assert_eq!([open(1), open(2), open(3)], [None, None, Some(RefusalKind::TooMany)]);
}

/// Page by page gives what one page gives, and no number on the way tells of what is not shown.
#[test]
fn the_trace_is_read_page_by_page() {
    let Fed { node, record, target, .. } = fed();
    authorise_self(&node, &target, 0);
    for _ in 0..130 {
        search(&node, doctor(0), &target).unwrap();
    }
    let whole: Vec<u64> = trace(&node, doctor(0), record).iter().map(|it| it.seq).collect();
    let (mut pages, mut cursors, mut next) = (Vec::new(), Vec::new(), None);
    loop {
        let page = node.records.history(&node.call(doctor(0)), record, next, 7).unwrap().into_inner();
        assert!(page.lines.len() == 7 || page.next.is_none());
        pages.extend(page.lines.iter().map(|it| it.seq));
        cursors.extend(page.next);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    pages.reverse();
    // the reading of the whole is a line by then
    assert_eq!(pages.split_last(), Some((&(whole.len() as u64 + 3), whole.as_slice())));
    assert!(cursors.iter().all(|it| *it < 1 << 52 && !whole.contains(it)), "{cursors:?}");
    assert!(!cursors.is_sorted_by(|one, other| one > other), "their order tells nothing: {cursors:?}");
    // a number nobody was given is a place like another
    for cursor in [0, 1, 77, u64::MAX] {
        let page = node.records.history(&node.call(doctor(0)), record, Some(cursor), 5).unwrap();
        assert!(page.get().lines.len() <= 5);
    }
}

#[test]
fn a_first_access_is_told_once() {
    let fed = fed();
    let Fed { node, target, .. } = &fed;
    for which in [0, 1] {
        authorise_self(node, target, which);
    }
    sent(node);
    for _ in 0..3 {
        reads(&fed, &doctor(0));
        reads(&fed, &doctor(1));
    }
    let told = sent(node);
    let told: Vec<_> = told.iter().filter(|it| it.subject.contains("Premier accès")).collect();
    assert_eq!(told.len(), 1, "both came before the message left");
    assert_eq!(told[0].text.matches("Dr Fictif").count(), 2);
}
