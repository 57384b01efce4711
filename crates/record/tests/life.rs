//! A record's life: opposed feeding, closed, reopened, a death notified and corrected, what heirs ask, destroyed on
//! request and by the clock (rules, A2, W3, W11 to W13, W16). After each, `verify` whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::rights::ClosingReason;
use model::*;
use policy::Rule;
use record::account::{Fate, TraceEntry, Verdict};
use record::{
    Closing, Failure, RefusalKind, RelatesTo, SecondWord, SeenByAgent, TakesTwo, Target, WhyAtCounter,
};

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

fn agent_at(which: u8) -> Caller {
    Caller {
        strength: Strength::Certificate,
        person: Fact::Proved(Person::Agent(Agent {
            id: DOCTORS[usize::from(which)].parse().unwrap(),
            name: "Agent Fictif".into(),
            standing: Standing::Active,
        })),
        organisation: Fact::Proved(organisation("10B0000008", OrganisationKind::Counter)),
        ..Caller::nobody(Door::Care)
    }
}

fn keep(node: &Node) -> usize {
    node.records.keep_time(&Outbox::default()).unwrap()
}

#[track_caller]
fn whole(node: &Node) -> record::Report {
    let report = node.verify();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    report
}

fn feed(node: &Node, caller: Caller, unique: &str) -> Result<EntryId, record::Failure> {
    let lot = lot(PATIENT, unique, vec![text_document(&format!("{unique}.1"), CONTENT)]);
    Ok(node.records.feed(&node.call(caller), &lot)?.into_inner().documents[0])
}

fn lines(fed: &Fed) -> Vec<TraceEntry> {
    trace(&fed.node, Caller::holder(fed.record), fed.record)
}

#[track_caller]
fn last_of(fed: &Fed, act: Act) -> TraceEntry {
    lines(fed).into_iter().rev().find(|it| it.account.act == act).expect("a line")
}

fn close(fed: &Fed, caller: Caller) -> Result<Closing, record::Failure> {
    Ok(fed.node.records.close(&fed.node.call(caller), &fed.target, None)?.into_inner())
}

fn reopen(fed: &Fed, caller: Caller, consent: bool) -> Result<(), record::Failure> {
    fed.node.records.reopen(&fed.node.call(caller), &fed.target, consent).map(drop)
}

#[test]
fn what_is_opposed_is_not_fed_and_the_answer_does_not_say_why() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let oppose = |caller, to: &Opposed, reason| node.records.oppose(&node.call(caller), target, to, reason);
    let lift = |caller, to: &Opposed| node.records.lift_opposition(&node.call(caller), target, to);
    let holder = || Caller::holder(*record);
    let house = Opposed::Organisation("10B0000001".parse().unwrap());
    for stranger in
        [doctor(0), hospital(), Caller::nobody(Door::Portal), Caller::holder(RecordId::from_bytes([7; 16]))]
    {
        assert_eq!(refused(oppose(stranger, &house, None)).kind, RefusalKind::Denied);
    }
    oppose(holder(), &house, None).unwrap();
    assert_eq!(last_of(&fed, Act::Oppose).account.verdict, Verdict::Accepted);
    assert_eq!(refused(oppose(holder(), &house, None)).kind, RefusalKind::Rule);
    let no = refused(feed(node, hospital(), "1.2.250.1.999.2"));
    // as where there is no record
    let nowhere =
        lot("284026311300213", "1.2.250.1.999.3", vec![text_document("1.2.250.1.999.3.1", CONTENT)]);
    let absent = refused(node.records.feed(&node.call(hospital()), &nowhere));
    assert_eq!((no.kind, &no.problems), (absent.kind, &absent.problems));
    assert_eq!(no.rules, vec![Rule::W3]);
    assert_eq!(refused(lift(hospital(), &house)).kind, RefusalKind::Denied);
    lift(holder(), &house).unwrap();
    feed(node, hospital(), "1.2.250.1.999.2").unwrap();

    // a type, whoever feeds it; once access is authorised, only for a reason
    let kind = Opposed::Type(coding("http://loinc.org", "11488-4"));
    authorise_self(node, target, 0);
    assert_eq!(refused(oppose(holder(), &kind, Some("  "))).kind, RefusalKind::Denied);
    oppose(holder(), &kind, Some("motif")).unwrap();
    let no = refused(feed(node, hospital(), "1.2.250.1.999.4"));
    assert_eq!(no.kind, RefusalKind::Rule);
    assert!(!no.problems[0].says.contains("oppos"), "{:?}", no.problems);
    assert!(last_of(&fed, Act::Feed).account.objects[0].rules.contains(&"W3".to_owned()));
    lift(holder(), &kind).unwrap();

    // a professional, by hand and by software
    let person = Opposed::Professional(id_of(0));
    oppose(holder(), &person, Some("motif")).unwrap();
    assert_eq!(refused(feed(node, feeding(&doctor(0)), "1.2.250.1.999.5")).kind, RefusalKind::Denied);
    feed(node, feeding(&doctor(1)), "1.2.250.1.999.5").unwrap();

    // one document, by its producer, before it is fed
    let one = Opposed::Document(UniqueId::from_urn("urn:oid:1.2.250.1.999.6.1").unwrap());
    for no_producer in [holder(), Caller::nobody(Door::Feed)] {
        assert_eq!(refused(oppose(no_producer, &one, None)).kind, RefusalKind::Denied);
    }
    let given = oppose(hospital(), &one, None).unwrap();
    assert!(given.get().is_empty(), "the feed door reads nothing");
    let no = refused(feed(node, hospital(), "1.2.250.1.999.6"));
    assert_eq!((no.kind, no.problems[0].says.contains("oppos")), (RefusalKind::Rule, false));
    feed(node, hospital(), "1.2.250.1.999.7").unwrap();
    whole(node);
}

#[test]
fn closed_answers_as_absent_and_leaves_its_holder_certificate_trace_and_reopening() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    authorise_self(node, target, 0);
    let holder = || Caller::holder(*record);
    assert_eq!(refused(node.records.closure(&node.call(holder()), *record)).kind, RefusalKind::Denied);
    for stranger in
        [doctor(0), hospital(), agent_at(0), Caller::upkeep(), Caller::holder(RecordId::from_bytes([7; 16]))]
    {
        assert_eq!(refused(close(&fed, stranger)).kind, RefusalKind::Denied);
    }
    let Closing::Closed { at, destroyed_on, .. } = close(&fed, holder()).unwrap() else { panic!("it waits") };
    assert_eq!(destroyed_on, policy::years_later(at, 10));
    // to feeders and readers, as one that never was
    let nowhere = "284026311300213";
    let lot = lot(nowhere, "1.2.250.1.999.3", vec![text_document("1.2.250.1.999.3.1", CONTENT)]);
    let absent = refused(node.records.feed(&node.call(hospital()), &lot));
    let closed = refused(feed(node, hospital(), "1.2.250.1.999.2"));
    assert_eq!((closed.kind, closed.problems), (absent.kind, absent.problems));
    for reader in [doctor(0), holder()] {
        assert_eq!(refused(read(node, reader, *record, *document)).kind, RefusalKind::NotFound);
    }
    let asked = record::Asked::default();
    let search = |target: &Target| {
        refused(node.records.search(&node.call(doctor(0)), target, asked, |_, _| true)).kind
    };
    assert_eq!(search(target), search(&Target::Ins(ins(nowhere))));
    let status = node.records.know_status(&node.call(doctor(0)), &ins(PATIENT)).unwrap();
    assert!(matches!(status.get().status, RecordStatus::Closed { .. }), "TD0.2 alone tells");

    // what the holder keeps
    let closure = node.records.closure(&node.call(holder()), *record).unwrap().into_inner();
    assert_eq!(
        (closure.closed, closure.reason, closure.by.as_str()),
        (at, ClosingReason::Request, "titulaire")
    );
    assert_eq!(refused(node.records.closure(&node.call(doctor(0)), *record)).kind, RefusalKind::Denied);
    assert_eq!(last_of(&fed, Act::Close).account.verdict, Verdict::Accepted);
    assert_eq!(refused(close(&fed, holder())).kind, RefusalKind::Denied, "once");

    // reopened by a professional only with fresh consent
    for (caller, consent) in [(doctor(1), false), (hospital(), true), (Caller::nobody(Door::Care), true)] {
        assert_eq!(refused(reopen(&fed, caller, consent)).kind, RefusalKind::Denied);
    }
    reopen(&fed, doctor(1), true).unwrap();
    assert_eq!(read(node, holder(), *record, *document).unwrap(), CONTENT, "what was there is there");
    assert_eq!(refused(reopen(&fed, holder(), true)).kind, RefusalKind::Denied, "it is open");
    assert!(node.records.closure(&node.call(holder()), *record).is_err());
    whole(node);
    // and what time would have brought no longer applies
    node.advance(days(366 * 10 + 3));
    assert_eq!(keep(node), 2);
    assert_eq!(whole(node).records, 1);
    assert_eq!(read(node, holder(), *record, *document).unwrap(), CONTENT);
}

#[test]
fn a_death_closes_and_a_death_in_error_reopens() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let notice = |caller, proved| node.records.notice_death(&node.call(caller), target, proved).map(drop);
    for (caller, proved) in
        [(agent_at(0), false), (doctor(0), true), (hospital(), true), (Caller::holder(*record), true)]
    {
        assert_eq!(refused(notice(caller, proved)).kind, RefusalKind::Denied);
    }
    notice(agent_at(0), true).unwrap();
    assert!(
        read(node, Caller::holder(*record), *record, *document).is_ok(),
        "the service closes, not the counter"
    );
    assert_eq!(keep(node), 1);
    // whoever comes as the dead finds nothing
    assert_eq!(refused(read(node, Caller::holder(*record), *record, *document)).kind, RefusalKind::NotFound);
    assert!(node.records.closure(&node.call(Caller::holder(*record)), *record).is_err());
    assert_eq!(refused(reopen(&fed, Caller::holder(*record), true)).kind, RefusalKind::Denied);
    assert_eq!(refused(reopen(&fed, doctor(0), true)).kind, RefusalKind::Denied);
    let correct = |caller, proved| node.records.correct_death(&node.call(caller), target, proved).map(drop);
    for (caller, proved) in [(agent_at(0), false), (doctor(0), true), (Caller::holder(*record), true)] {
        assert_eq!(refused(correct(caller, proved)).kind, RefusalKind::Denied);
    }
    correct(agent_at(0), true).unwrap();
    reopen(&fed, Caller::holder(*record), true).unwrap();
    assert!(read(node, Caller::holder(*record), *record, *document).is_ok());
    for act in [Act::NoticeDeath, Act::Close, Act::CorrectDeath, Act::Reopen] {
        assert_eq!(
            lines(&fed)
                .iter()
                .filter(|it| it.account.act == act && it.account.verdict == Verdict::Accepted)
                .count(),
            1,
            "{act}"
        );
    }
    whole(node);
}

#[test]
fn an_heir_asks_for_one_document_and_two_agents_release_it() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let heir = |record| Caller {
        strength: Strength::TwoFactors,
        person: Fact::Proved(Person::Heir { record }),
        ..Caller::nobody(Door::Portal)
    };
    let (purpose, named) = (HeirPurpose::CauseOfDeath, RelatesTo::Entry(*record, *document));
    let ask = |caller, proved| node.records.ask_as_heir(&node.call(caller), target, &named, purpose, proved);
    assert_eq!(refused(ask(heir(*record), true)).kind, RefusalKind::NotFound, "the holder lives");
    node.records.notice_death(&node.call(agent_at(0)), target, true).unwrap();
    keep(node);
    for (caller, proved) in [
        (heir(*record), false),
        (agent_at(0), false),
        (heir(RecordId::from_bytes([7; 16])), true),
        (doctor(0), true),
        (Caller::holder(*record), true),
    ] {
        assert_eq!(refused(ask(caller, proved)).kind, RefusalKind::NotFound);
    }
    let asked = ask(heir(*record), true).unwrap().into_inner().request;
    assert_eq!((asked.document, asked.released), (*document, None));
    // or a counter enters it
    let again = ask(agent_at(0), true).unwrap().into_inner().request;
    let release = |caller, id, proved| {
        let seen = SeenByAgent { proved, identified: false };
        node.records.ask_two_agents(&node.call(caller), target, &TakesTwo::Release(id), seen)
    };
    let second = |caller, id, word| {
        let seen = SeenByAgent { proved: true, identified: false };
        node.records.answer_two_agents(&node.call(caller), target, id, word, seen)
    };
    assert_eq!(refused(release(agent_at(0), asked.id, false)).kind, RefusalKind::Denied);
    assert_eq!(refused(release(heir(*record), asked.id, true)).kind, RefusalKind::Denied);
    let waits = release(agent_at(0), asked.id, true).unwrap().into_inner();
    assert!(waits.waits_until.is_some());
    let no = refused(second(agent_at(0), waits.id, SecondWord::Confirm));
    assert_eq!(no.kind, RefusalKind::Denied, "two persons are two");
    second(agent_at(1), waits.id, SecondWord::Confirm).unwrap();
    let why = Some(WhyAtCounter::HeirIsHere);
    let seen = node.records.look_at_counter(&node.call(agent_at(1)), target, why).unwrap().into_inner();
    let of = |id| seen.heirs.iter().find(|it| it.id == id).unwrap().released.clone();
    let released = of(asked.id).unwrap();
    assert_eq!(
        (released.first.to_string(), released.second.to_string()),
        (DOCTORS[0].into(), DOCTORS[1].into())
    );
    assert_eq!(of(again.id), None, "the other one was not");
    assert_eq!(refused(release(agent_at(0), asked.id, true)).kind, RefusalKind::Denied, "once");

    // one of the two hands the copy over, to whom shows the proof again; three times, within thirty days
    let hand = |caller, id, proved| {
        let mut handed = node.records.deliver_to_heir(&node.call(caller), target, id, proved)?.into_inner();
        let mut bytes = Vec::new();
        while let Some(chunk) = handed.document.next_chunk().unwrap() {
            bytes.extend_from_slice(&chunk);
        }
        Ok::<_, Failure>((bytes, handed.left))
    };
    for (caller, id, proved) in [
        (agent_at(0), asked.id, false),
        (agent_at(0), again.id, true),
        (agent_at(0), waits.id, true),
        (agent_at(2), asked.id, true),
        (heir(*record), asked.id, true),
        (doctor(0), asked.id, true),
        (hospital(), asked.id, true),
        (Caller::upkeep(), asked.id, true),
    ] {
        assert_eq!(refused(hand(caller, id, proved)).kind, RefusalKind::NotFound);
    }
    let nobodys = Target::Ins(ins("284026311300213"));
    let absent = node.records.deliver_to_heir(&node.call(agent_at(0)), &nobodys, asked.id, true).map(drop);
    assert_eq!(refused(absent).kind, RefusalKind::NotFound, "absent and forbidden are one");
    let (bytes, left) = hand(agent_at(1), asked.id, true).unwrap();
    assert_eq!((bytes.as_slice(), left), (CONTENT, 2));
    assert_eq!(hand(agent_at(0), asked.id, true).unwrap().1, 1);
    node.advance(days(29));
    assert_eq!(hand(agent_at(0), asked.id, true).unwrap().1, 0);
    assert_eq!(refused(hand(agent_at(0), asked.id, true)).kind, RefusalKind::NotFound, "three copies");
    let waits = release(agent_at(0), again.id, true).unwrap().into_inner();
    second(agent_at(1), waits.id, SecondWord::Confirm).unwrap();
    node.advance(days(30));
    assert_eq!(refused(hand(agent_at(0), again.id, true)).kind, RefusalKind::NotFound, "thirty days");

    // who was not dead reads it all
    node.records.correct_death(&node.call(agent_at(0)), target, true).unwrap();
    let handed: Vec<_> = lines(&fed).into_iter().filter(|it| it.account.act == Act::DeliverToHeir).collect();
    let shown = |it: &&TraceEntry| it.account.objects.iter().any(|it| it.fate == Fate::Shown);
    assert_eq!((handed.len(), handed.iter().filter(shown).count()), (13, 3), "a line each");
    whole(node);
}

/// Everything the store holds, as bytes.
fn holds(node: &Node, needle: &[u8]) -> bool {
    let records = std::fs::read(node.folder.join("data/records.db")).unwrap();
    records.windows(needle.len()).any(|it| it == needle)
}

#[test]
fn destroyed_on_request_nothing_stays_but_salted_commitments() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let large = long_text(300 << 10);
    let lot_of = |ins: &str| lot(ins, "1.2.250.1.999.9", vec![text_document("1.2.250.1.999.9.1", &large)]);
    node.records.feed(&node.call(hospital()), &lot_of(PATIENT)).unwrap();
    let other = "284026311300213";
    let neighbour = node.records.open_record(&node.call(doctor(2)), &opening(other, "AUTRE-TEST")).unwrap();
    let neighbour = neighbour.into_inner().record;
    let ask = |caller| node.records.ask_destruction(&node.call(caller), target).map(drop);
    for stranger in [doctor(0), agent_at(0), hospital(), Caller::upkeep(), Caller::holder(neighbour)] {
        assert_eq!(refused(ask(stranger)).kind, RefusalKind::Denied);
    }
    ask(Caller::holder(*record)).unwrap();
    assert_eq!(refused(ask(Caller::holder(*record))).kind, RefusalKind::Rule);
    sent(node);
    node.advance(days(27));
    assert_eq!(keep(node), 0, "time to think again");
    let before = whole(node);
    node.advance(days(5));
    assert_eq!(keep(node), 2, "the record, then its key");
    assert_eq!(keep(node), 0);
    let report = whole(node);
    assert_eq!((report.records, before.records), (1, 2));
    assert_eq!(report.documents, 0);
    // nobody finds it, whoever they are and however they ask, and each as if it had never been
    for caller in [Caller::holder(*record), doctor(2)] {
        assert_eq!(refused(read(node, caller, *record, *document)).kind, RefusalKind::NotFound);
    }
    assert_eq!(refused(feed(node, hospital(), "1.2.250.1.999.2")).kind, RefusalKind::Denied);
    let status = node.records.know_status(&node.call(doctor(0)), &ins(PATIENT)).unwrap();
    assert_eq!(status.get().status, RecordStatus::Absent);
    assert!(!holds(node, record.as_bytes()), "not even its id, but in the ledger's sealed line");
    assert!(std::fs::read_dir(node.folder.join("data/objects")).map_or(true, |it| {
        it.flatten().all(|it| std::fs::read_dir(it.path()).map_or(true, |mut it| it.next().is_none()))
    }));
    // the same person may begin anew, and the same documents be fed anew
    let request = opening(PATIENT, "LACOMBE-TEST");
    let again = node.records.open_record(&node.call(doctor(2)), &request).unwrap().into_inner().record;
    assert_ne!(again, *record);
    node.records.feed(&node.call(hospital()), &lot_of(PATIENT)).unwrap();
    assert!(whole(node).documents == 1);
    // and on the next start it is whole too
    let Fed { node, .. } = fed;
    node.records.anchor().unwrap();
    let folder = node.folder.clone();
    let kept = node;
    drop(kept.records);
    let node = Node::at(folder, 2);
    assert_eq!(whole(&node).records, 2);
    feed(&node, hospital(), "1.2.250.1.999.2").unwrap();
}

#[test]
fn reopening_takes_a_request_to_destroy_back() {
    let fed = fed();
    fed.node.records.ask_destruction(&fed.node.call(Caller::holder(fed.record)), &fed.target).unwrap();
    close(&fed, Caller::holder(fed.record)).unwrap();
    reopen(&fed, Caller::holder(fed.record), true).unwrap();
    fed.node.advance(days(100));
    assert_eq!(keep(&fed.node), 1);
    assert!(read(&fed.node, Caller::holder(fed.record), fed.record, fed.document).is_ok());
    whole(&fed.node);
}

#[test]
fn a_request_to_destroy_is_taken_back_and_the_next_one_waits_its_own_while() {
    let fed = fed();
    let Fed { node, record, target, .. } = &fed;
    let ask = || node.records.ask_destruction(&node.call(Caller::holder(*record)), target).map(drop);
    let take_back = |caller| node.records.withdraw_destruction(&node.call(caller), target).map(drop);
    assert_eq!(refused(take_back(Caller::holder(*record))).kind, RefusalKind::Rule, "there is none");
    ask().unwrap();
    let asked = sent(node);
    assert!(asked.iter().any(|it| it.text.contains("vous pouvez y renoncer")), "{:?}", asked.len());
    for stranger in [doctor(0), agent_at(0), hospital(), Caller::upkeep()] {
        assert_eq!(refused(take_back(stranger)).kind, RefusalKind::Denied);
    }
    take_back(Caller::holder(*record)).unwrap();
    assert!(sent(node).iter().any(|it| it.subject.contains("ne sera pas détruit")));
    // asked for again three weeks later: the first day is not the second's
    node.advance(days(21));
    ask().unwrap();
    node.advance(days(15));
    assert_eq!(keep(node), 1, "the first request's day: nothing comes of it");
    assert!(read(node, Caller::holder(*record), *record, fed.document).is_ok());
    node.advance(days(20));
    assert_eq!(keep(node), 2, "the record, then its key");
    whole(node);
}

#[test]
fn its_holder_is_told_that_it_closes_and_reopens_in_words_of_their_own() {
    let fed = fed();
    let told = || sent(&fed.node).into_iter().map(|it| it.subject).collect::<Vec<_>>();
    told();
    close(&fed, Caller::holder(fed.record)).unwrap();
    assert_eq!(told(), ["Votre carnet de santé est fermé"]);
    reopen(&fed, doctor(0), true).unwrap();
    assert_eq!(told(), ["Votre carnet de santé est rouvert"]);
}

#[test]
fn destroyed_by_the_clock_ten_years_after_closing_and_not_a_day_before() {
    let fed = fed();
    let Fed { node, record, .. } = &fed;
    let holder = || Caller::holder(*record);
    let Closing::Closed { at, destroyed_on, .. } = close(&fed, holder()).unwrap() else { panic!("it waits") };
    sent(node);
    node.advance(destroyed_on.since(at) - days(30) - SignedDuration::from_mins(2));
    assert_eq!(keep(node), 0);
    node.advance(SignedDuration::from_mins(3));
    assert_eq!(keep(node), 1, "the holder is told");
    assert_eq!(sent(node).len(), 1);
    node.advance(days(30) - SignedDuration::from_mins(2));
    assert_eq!(keep(node), 0);
    assert!(node.records.closure(&node.call(holder()), *record).is_ok());
    node.advance(SignedDuration::from_mins(3));
    assert_eq!(keep(node), 2);
    assert_eq!(whole(node).records, 0);
}
