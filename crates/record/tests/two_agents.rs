//! What takes two agents (rules, W14 and W11): the first word waits a week at most, a second agent confirms or
//! refuses; documents move between records with their masks and the lines about them, and neither person ever sees
//! the other's; an interruption at any step is gone on from. After each, `verify` whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::rights::ClosingReason;
use model::*;
use record::account::TraceEntry;
use record::upkeep::notices::Message;
use record::{
    Disclosed, Failure, RefusalKind, RelatesTo, SecondWord, SeenByAgent, TakesTwo, Target, TwoAgentsView,
    WhyAtCounter,
};

const OTHER: &str = "284026311300213";
const SEEN: SeenByAgent = SeenByAgent { identified: true, proved: true };

fn unique(number: &str) -> RelatesTo {
    RelatesTo::Unique(UniqueId::from_urn(&format!("urn:oid:{number}")).unwrap())
}

/// Two open records, the first with a document; the second person's id.
struct Two {
    fed: Fed,
    other: RecordId,
    there: Target,
}

fn two() -> Two {
    let fed = fed();
    let request = opening(OTHER, "AUTRE-TEST");
    let other = fed.node.records.open_record(&fed.node.call(doctor(2)), &request).unwrap();
    Two { other: other.into_inner().record, there: Target::Ins(ins(OTHER)), fed }
}

impl Two {
    fn ask(&self, caller: Caller, what: &TakesTwo) -> Result<Disclosed<TwoAgentsView>, Failure> {
        let node = &self.fed.node;
        node.records.ask_two_agents(&node.call(caller), &self.fed.target, what, SEEN)
    }

    fn answer(
        &self,
        caller: Caller,
        id: RowId,
        word: SecondWord,
    ) -> Result<Disclosed<TwoAgentsView>, Failure> {
        let node = &self.fed.node;
        node.records.answer_two_agents(&node.call(caller), &self.fed.target, id, word, SEEN)
    }

    /// By both.
    fn decide(&self, what: &TakesTwo) {
        let id = self.ask(agent(0), what).unwrap().into_inner().id;
        self.answer(agent(1), id, SecondWord::Confirm).unwrap();
    }

    fn keep(&self) {
        self.fed.node.records.keep_time(&Outbox::default()).unwrap();
    }

    #[track_caller]
    fn whole(&self) {
        let report = self.fed.node.verify();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    fn lines(&self, record: RecordId) -> Vec<TraceEntry> {
        trace(&self.fed.node, Caller::holder(record), record)
    }

    fn split(&self) -> TakesTwo {
        TakesTwo::Split(ins(OTHER), vec![unique("1.2.250.1.999.1.1")])
    }
}

#[test]
fn one_agent_s_word_waits_for_another_s() {
    let it = two();
    let Fed { node, record, document, target } = &it.fed;
    let recall = TakesTwo::Recall(unique("1.2.250.1.999.1.1"));
    for caller in [doctor(0), hospital(), Caller::holder(*record), Caller::nobody(Door::Care)] {
        assert_eq!(refused(it.ask(caller, &recall)).kind, RefusalKind::Denied);
    }
    let unseen = SeenByAgent::default();
    let no = node.records.ask_two_agents(&node.call(agent(0)), target, &recall, unseen);
    assert_eq!(refused(no).kind, RefusalKind::Denied, "identity was not verified");
    let nothing = it.ask(agent(0), &TakesTwo::Recall(unique("1.2.250.1.999.7")));
    assert_eq!(refused(nothing).kind, RefusalKind::Denied);

    let asked = it.ask(agent(0), &recall).unwrap().into_inner();
    assert!(read(node, Caller::holder(*record), *record, *document).is_ok(), "one word does nothing");
    let lines = it.lines(*record);
    let line = lines.iter().rfind(|it| it.account.act == Act::Recall).unwrap();
    assert_eq!(line.account.note.as_deref(), Some("waits for a second agent"));
    let why = Some(WhyAtCounter::SecondAgent);
    let look = |caller, why| node.records.look_at_counter(&node.call(caller), target, why);
    assert_eq!(look(agent(1), why).unwrap().get().waiting[0].id, asked.id);
    assert_eq!(refused(look(agent(1), None)).kind, RefusalKind::Denied, "who looks says why");
    assert_eq!(refused(look(doctor(0), why)).kind, RefusalKind::Denied);

    // the same one is not a second, and another does not take their word back
    assert_eq!(refused(it.answer(agent(0), asked.id, SecondWord::Confirm)).kind, RefusalKind::Denied);
    assert_eq!(refused(it.answer(agent(0), asked.id, SecondWord::Refuse)).kind, RefusalKind::Denied);
    assert_eq!(refused(it.answer(agent(1), asked.id, SecondWord::Withdraw)).kind, RefusalKind::Rule);
    assert_eq!(refused(it.answer(doctor(0), asked.id, SecondWord::Confirm)).kind, RefusalKind::Denied);
    let unknown = RowId::from_bytes([9; 16]);
    assert_eq!(refused(it.answer(agent(1), unknown, SecondWord::Confirm)).kind, RefusalKind::NotFound);
    assert_eq!(refused(it.answer(doctor(0), unknown, SecondWord::Confirm)).kind, RefusalKind::Denied);

    it.answer(agent(1), asked.id, SecondWord::Refuse).unwrap();
    assert_eq!(refused(it.answer(agent(2), asked.id, SecondWord::Confirm)).kind, RefusalKind::NotFound);
    let again = it.ask(agent(0), &recall).unwrap().into_inner();
    it.answer(agent(0), again.id, SecondWord::Withdraw).unwrap();
    assert!(look(agent(1), why).unwrap().get().waiting.is_empty());

    // a week later it is nobody's word any more
    let late = it.ask(agent(0), &recall).unwrap().into_inner();
    node.advance(SignedDuration::from_hours(24 * 7));
    assert_eq!(refused(it.answer(agent(1), late.id, SecondWord::Confirm)).kind, RefusalKind::NotFound);
    assert!(read(node, Caller::holder(*record), *record, *document).is_ok());

    it.decide(&recall);
    assert_eq!(refused(read(node, Caller::holder(*record), *record, *document)).kind, RefusalKind::NotFound);
    it.keep();
    assert!(sent(node).iter().any(|it| it.text.contains("erreur d'identité")));
    it.whole();
}

#[test]
fn documents_of_another_person_go_to_theirs_with_their_masks_and_their_lines() {
    let it = two();
    let Fed { node, record, document, target } = &it.fed;
    authorise_self(node, target, 0);
    authorise_self(node, &it.there, 0);
    // large enough to be an object, and one that stays
    let large = long_text(300 << 10);
    let more =
        vec![text_document("1.2.250.1.999.2.1", &large), text_document("1.2.250.1.999.2.2", b"Le sien.")];
    let fed = node.records.feed(&node.call(hospital()), &lot(PATIENT, "1.2.250.1.999.2", more)).unwrap();
    let (moved, stays) = (fed.get().documents[0], fed.get().documents[1]);
    read(node, doctor(0), *record, *document).unwrap();
    node.records.mask(&node.call(Caller::holder(*record)), *record, *document).unwrap();
    node.records.block(&node.call(Caller::holder(*record)), target, &id_of(1)).unwrap();

    let split = TakesTwo::Split(ins(OTHER), vec![unique("1.2.250.1.999.1.1"), unique("1.2.250.1.999.2.1")]);
    it.decide(&split);
    // from that word on nobody reads them where they are, and nobody yet where they go
    for id in [*document, moved] {
        assert_eq!(refused(read(node, Caller::holder(*record), *record, id)).kind, RefusalKind::NotFound);
    }
    assert_eq!(found(node, Caller::holder(it.other), &it.there).len(), 0);
    it.keep();
    assert_eq!(found(node, Caller::holder(*record), target).len(), 1);
    let theirs = found(node, Caller::holder(it.other), &it.there);
    assert_eq!(theirs.len(), 2);
    let bytes = |id| read(node, Caller::holder(it.other), it.other, id).unwrap();
    let masked = theirs.iter().find(|it| it.visibility.masked).expect("the mask came along");
    assert_eq!(bytes(masked.logical_id), CONTENT);
    let other = theirs.iter().find(|it| !it.visibility.masked).unwrap();
    assert_eq!(bytes(other.logical_id), large);
    assert!(read(node, doctor(0), it.other, masked.logical_id).is_err(), "and hides it");
    assert!(other.description.source_patient == SourcePatient::default(), "who it was said to be of");

    // the lines are where the documents are, and nowhere else
    let of = |record: RecordId, act: Act| -> Vec<TraceEntry> {
        it.lines(record).into_iter().filter(|it| it.account.act == act).collect()
    };
    let consulted = of(it.other, Act::Consult);
    assert!(consulted.iter().any(|line| line.account.caller.professional().is_some()
        && line.account.objects[0].document == Some(masked.logical_id)));
    assert!(of(*record, Act::Consult).iter().all(|it| it.account.caller.professional().is_none()));
    let names: Vec<_> = it.lines(*record).into_iter().flat_map(|it| it.account.objects).collect();
    assert!(names.iter().all(|it| it.document == Some(stays)), "{names:?}");
    // the other person is nobody in particular here
    let strangers = of(it.other, Act::Mask);
    assert_eq!(strangers.len(), 1);
    assert_eq!(strangers[0].account.caller.person, Fact::Absent);
    // what one settled is theirs
    let settled = node.records.overview(&node.call(Caller::holder(it.other)), it.other).unwrap();
    assert!(settled.get().blocks.is_empty());

    // the depositor finds it where it is, and its name is free where it was
    let named = UniqueId::from_urn("urn:oid:1.2.250.1.999.1.1").unwrap();
    let locate = |whose: &str| node.records.locate(&node.call(hospital()), &ins(whose), &named).unwrap();
    assert!(locate(PATIENT).get().is_none());
    assert_eq!(locate(OTHER).get().as_ref().unwrap().logical_id, masked.logical_id);
    let told: Vec<Message> = sent(node);
    assert_eq!(told.iter().filter(|it| it.text.contains("erreur d'identité")).count(), 2);
    it.whole();
}

#[test]
fn two_records_of_one_person_become_one() {
    let it = two();
    let Fed { node, record, document, target } = &it.fed;
    node.records.block(&node.call(Caller::holder(*record)), target, &id_of(1)).unwrap();
    authorise_self(node, &it.there, 1);
    let closed = EmergencyChoices { break_glass: false, regulation: true };
    node.records.set_emergency_choices(&node.call(Caller::holder(*record)), target, closed).unwrap();
    read(node, Caller::holder(*record), *record, *document).unwrap();
    assert_eq!(refused(it.ask(agent(0), &TakesTwo::Merge(ins(PATIENT)))).kind, RefusalKind::Denied);
    assert_eq!(refused(it.ask(agent(0), &TakesTwo::Merge(ins("284026311300314")))).kind, RefusalKind::Denied);
    it.decide(&TakesTwo::Merge(ins(OTHER)));
    it.keep();
    let theirs = found(node, Caller::holder(it.other), &it.there);
    assert_eq!(theirs.len(), 1);
    assert_eq!(read(node, Caller::holder(it.other), it.other, theirs[0].logical_id).unwrap(), CONTENT);
    // shut out of either, shut out of both
    assert!(
        refused(node.records.search(&node.call(doctor(1)), &it.there, record::Asked::default(), |_, _| true))
            .rules
            .contains(&policy::Rule::A13)
    );
    let settled = node.records.overview(&node.call(Caller::holder(it.other)), it.other).unwrap();
    let choices = settled.get().emergency;
    assert_eq!((choices.break_glass, choices.regulation), (false, true));
    // the one that is no more: closed, not reopened, and its holder keeps its trace and its certificate
    let closure = node.records.closure(&node.call(Caller::holder(*record)), *record).unwrap();
    assert_eq!(closure.get().reason, ClosingReason::Merged);
    let reopened = node.records.reopen(&node.call(Caller::holder(*record)), target, true);
    assert_eq!(refused(reopened).kind, RefusalKind::Denied);
    assert!(!it.lines(*record).is_empty());
    // in the other the same person is themself
    let mine = it.lines(it.other);
    let mine = mine.iter().find(|it| it.account.act == Act::Consult).expect("a line that came along");
    assert!(mine.account.caller.is_holder_of(it.other));
    it.whole();
}

#[test]
fn a_correction_goes_on_from_wherever_it_was_interrupted() {
    let it = two();
    let Fed { node, record, .. } = &it.fed;
    it.decide(&it.split());
    // the other record is closed before the job comes: what was decided is carried out
    node.records.close(&node.call(Caller::holder(it.other)), &it.there, None).unwrap();
    it.keep();
    node.records.reopen(&node.call(Caller::holder(it.other)), &it.there, true).unwrap();
    assert_eq!(found(node, Caller::holder(it.other), &it.there).len(), 1);
    // done once: nothing of it is left to do, and another run changes nothing
    let before = node.verify();
    it.keep();
    assert_eq!((node.verify().lines, node.verify().documents), (before.lines, before.documents));
    assert!(found(node, Caller::holder(*record), &it.fed.target).is_empty());
    it.whole();
}

#[test]
fn a_fraud_found_by_two_closes_and_the_holder_keeps_the_trace() {
    let it = two();
    let Fed { node, record, target, .. } = &it.fed;
    let holder = || Caller::holder(*record);
    it.decide(&TakesTwo::Fraud);
    assert!(!found(node, holder(), target).is_empty(), "the service closes, not the counter");
    it.keep();
    let closure = node.records.closure(&node.call(holder()), *record).unwrap();
    assert_eq!(closure.get().reason, ClosingReason::Fraud);
    assert!(!it.lines(*record).is_empty());
    for caller in [holder(), doctor(0), agent(0)] {
        assert_eq!(refused(node.records.reopen(&node.call(caller), target, true)).kind, RefusalKind::Denied);
    }
    assert!(sent(node).iter().any(|it| it.text.contains("frauduleux")));
    it.whole();
}
