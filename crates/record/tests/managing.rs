//! What becomes of a document after it was fed: shown, archived, deleted, disputed, recalled (rules, W5 to W9, W14).
//! Each act by who may, by who may not and by nobody; its line; what is there after; `verify` whole.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use record::account::Verdict;
use record::{Disclosed, Failure, Managed, RefusalKind, Target};

type Verb = fn(&Node, Caller, RecordId, EntryId) -> Result<Disclosed<Managed>, Failure>;

fn days(days: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * days)
}

macro_rules! verbs {
    ($($name:ident = $act:ident($($more:expr),*);)*) => {$(
        fn $name(node: &Node, by: Caller, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
            node.records.$act(&node.call(by), record, id, $($more),*)
        }
    )*};
}

verbs! {
    archive = archive();
    unarchive = unarchive();
    delete = delete();
    restore = restore();
    announce = announce();
    dispute = dispute();
    uphold = answer_dispute(true, Some("Relu : il est juste."));
    recall = recall();
}

/// Refused as what is not there is, with a line; and nothing changed.
#[track_caller]
fn not_for(fed: &Fed, verb: Verb, callers: &[Caller]) {
    for caller in callers {
        let before = fed.node.verify();
        let no = refused(verb(&fed.node, caller.clone(), fed.record, fed.document));
        let nothing = refused(verb(&fed.node, caller.clone(), fed.record, EntryId::from_bytes([9; 16])));
        let nowhere = refused(verb(&fed.node, caller.clone(), RecordId::from_bytes([9; 16]), fed.document));
        assert_eq!((no.kind, &no.problems), (RefusalKind::NotFound, &Vec::new()), "{caller:?}");
        assert_eq!((nothing.kind, nothing.problems), (nowhere.kind, nowhere.problems), "{caller:?}");
        let after = fed.node.verify();
        assert_eq!((after.refused, after.accepted), (before.refused + 3, before.accepted), "{caller:?}");
    }
}

/// Done, with a line of that name, under a new id, and the logical one as before.
#[track_caller]
fn done(fed: &Fed, verb: Verb, caller: Caller, act: Act) -> Managed {
    let managed = verb(&fed.node, caller, fed.record, fed.document).unwrap().into_inner();
    assert_eq!(managed.logical_id, fed.document);
    assert_ne!(managed.entry, fed.document);
    let lines = trace(&fed.node, Caller::holder(fed.record), fed.record);
    let line = lines.iter().rev().find(|it| it.account.act == act).expect("a line");
    assert_eq!(line.account.verdict, Verdict::Accepted);
    let report = fed.node.verify();
    assert!(report.faults.is_empty(), "{:?}", report.faults);
    managed
}

fn colleague() -> Caller {
    Caller {
        organisation: Fact::Proved(organisation("10B0000005", OrganisationKind::Hospital)),
        ..hospital()
    }
}

fn strangers() -> Vec<Caller> {
    let nobody = [Door::Feed, Door::Care, Door::Portal].map(Caller::nobody);
    let mut all = vec![colleague(), payer(), doctor(0), Caller::holder(RecordId::from_bytes([7; 16]))];
    all.extend(nobody);
    all
}

/// A node with a document fed with this visibility.
fn fed_with(visibility: Visibility) -> Fed {
    let fed = fed();
    let mut document = text_document("1.2.250.1.999.7.1", CONTENT);
    document.visibility = visibility;
    let lot = lot(PATIENT, "1.2.250.1.999.7", vec![document]);
    let document = fed.node.records.feed(&fed.node.call(hospital()), &lot).unwrap().into_inner().documents[0];
    Fed { document, ..fed }
}

fn replaced(fed: &Fed) -> EntryId {
    let mut document = text_document("1.2.250.1.999.8.1", b"Nouvelle version.");
    let before = record::RelatesTo::Entry(fed.record, fed.document);
    document.relates = vec![(RelationKind::Replaces, before)];
    let lot = lot(PATIENT, "1.2.250.1.999.8", vec![document]);
    fed.node.records.feed(&fed.node.call(hospital()), &lot).unwrap().into_inner().documents[0]
}

#[test]
fn archived_and_taken_back_by_depositor_or_holder() {
    let fed = fed();
    let holder = || Caller::holder(fed.record);
    not_for(&fed, archive, &strangers());
    let it = done(&fed, archive, hospital(), Act::Archive);
    assert!(matches!(it.status, DocumentStatus::Archived { .. }) && it.version == 2);
    let asked = record::Asked::default();
    let found = fed.node.records.search(&fed.node.call(holder()), &fed.target, asked, |_, _| true).unwrap();
    assert!(found.get().entries.is_empty(), "only when asked for");
    assert_eq!(read(&fed.node, holder(), fed.record, fed.document).unwrap(), CONTENT);
    not_for(&fed, archive, &[hospital(), holder()]);
    not_for(&fed, unarchive, &strangers());
    assert_eq!(done(&fed, unarchive, holder(), Act::Unarchive).status, DocumentStatus::Approved);
}

#[test]
fn deleted_by_its_depositor_and_restored_within_thirty_days() {
    let fed = fed();
    let Fed { node, record, document, .. } = &fed;
    let holder = || Caller::holder(*record);
    authorise_self(node, &fed.target, 0);
    let mut callers = strangers();
    callers.push(holder());
    not_for(&fed, delete, &callers);
    done(&fed, archive, holder(), Act::Archive);
    done(&fed, delete, hospital(), Act::Delete);
    for reader in [holder(), doctor(0)] {
        assert_eq!(refused(read(node, reader, *record, *document)).kind, RefusalKind::NotFound);
    }
    not_for(&fed, restore, &callers);
    node.advance(days(30) - SignedDuration::from_millis(1));
    // it is what it was
    let back = done(&fed, restore, hospital(), Act::Restore);
    assert!(matches!(back.status, DocumentStatus::Archived { .. }));
    done(&fed, delete, hospital(), Act::Delete);
    node.advance(days(30));
    not_for(&fed, restore, &[hospital()]);
}

#[test]
fn deleting_a_replacement_revives_nothing() {
    let fed = fed();
    let newer = replaced(&fed);
    fed.node.records.delete(&fed.node.call(hospital()), fed.record, newer).unwrap();
    let found = found(&fed.node, Caller::holder(fed.record), &fed.target);
    assert_eq!(found.len(), 1);
    assert!(matches!(found[0].status, DocumentStatus::Deprecated { .. }));
}

#[test]
fn an_announcement_shows_every_version_and_is_irreversible() {
    let hidden = Visibility { hidden_from_holder: true, ..Visibility::default() };
    let fed = fed_with(hidden);
    let Fed { node, record, document, target } = &fed;
    let newer = replaced(&fed);
    let holder = || Caller::holder(*record);
    assert_eq!(found(node, holder(), target).len(), 1, "but the one that is not hidden");
    let mut callers = strangers();
    callers.push(holder());
    not_for(&fed, announce, &callers);
    authorise_self(node, target, 0);
    let it = done(&fed, announce, doctor(0), Act::Announce);
    assert!(!it.visibility.hidden_from_holder);
    assert_eq!(found(node, holder(), target).len(), 3);
    for id in [*document, newer] {
        assert!(read(node, holder(), *record, id).is_ok());
    }
    not_for(&fed, announce, &[doctor(0)]);
}

#[test]
fn shown_to_the_holder_by_its_depositor_or_by_who_announced() {
    let hidden = Visibility { hidden_from_holder: true, ..Visibility::default() };
    for (caller, announced) in [(hospital(), false), (doctor(0), true)] {
        let fed = fed_with(hidden);
        authorise_self(&fed.node, &fed.target, 0);
        let show = |caller, said| {
            fed.node.records.make_visible(&fed.node.call(caller), fed.record, fed.document, said)
        };
        assert_eq!(refused(show(doctor(0), false)).kind, RefusalKind::NotFound);
        assert_eq!(refused(show(doctor(1), true)).kind, RefusalKind::NotFound);
        assert_eq!(refused(show(Caller::holder(fed.record), true)).kind, RefusalKind::NotFound);
        assert!(!show(caller, announced).unwrap().get().visibility.hidden_from_holder);
        assert!(read(&fed.node, Caller::holder(fed.record), fed.record, fed.document).is_ok());
    }
}

#[test]
fn a_child_s_secret_by_its_depositor_at_the_child_s_request() {
    let node = Node::new();
    let mut asked = opening(PATIENT, "PETIT-TEST");
    asked.traits.birth_date = "2012-05-05".parse().unwrap();
    let record = node.records.open_record(&node.call(doctor(2)), &asked).unwrap().into_inner().record;
    let lot = lot(PATIENT, "1.2.250.1.999.1", vec![text_document("1.2.250.1.999.1.1", CONTENT)]);
    let document = node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner().documents[0];
    let hide =
        |caller, agreed| node.records.hide_from_representatives(&node.call(caller), record, document, agreed);
    for (caller, agreed) in [(hospital(), false), (colleague(), true), (Caller::nobody(Door::Feed), true)] {
        assert_eq!(refused(hide(caller, agreed)).kind, RefusalKind::NotFound);
    }
    assert!(hide(hospital(), true).unwrap().get().visibility.hidden_from_representatives);
    let show = |caller, agreed| {
        node.records.make_visible_to_representatives(&node.call(caller), record, document, agreed)
    };
    for (caller, agreed) in [(hospital(), false), (colleague(), true)] {
        assert_eq!(refused(show(caller, agreed)).kind, RefusalKind::NotFound);
    }
    assert!(!show(hospital(), true).unwrap().get().visibility.hidden_from_representatives);
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_wrong_document_is_flagged_until_its_depositor_answers() {
    let fed = fed();
    let Fed { node, record, document, .. } = &fed;
    not_for(&fed, dispute, &[hospital(), colleague(), doctor(0), Caller::nobody(Door::Portal)]);
    assert!(done(&fed, dispute, Caller::holder(*record), Act::Dispute).disputed);
    let again = refused(dispute(node, Caller::holder(*record), *record, *document));
    assert_eq!(again.kind, RefusalKind::Rule);
    // told once, to the depositor, in words that say nothing of anybody
    let outbox = Outbox::default();
    assert_eq!(node.records.keep_time(&outbox).unwrap(), 1);
    assert_eq!(node.records.keep_time(&outbox).unwrap(), 0);
    let messages = outbox.0.into_inner().unwrap();
    assert_eq!((messages.len(), messages[0].to.as_str()), (1, "10B0000001"));
    for secret in ["LACOMBE", PATIENT, "Titre", "1.2.250.1.999.1.1"] {
        assert!(!messages[0].text.contains(secret), "{secret}");
    }
    not_for(&fed, uphold, &[colleague(), Caller::holder(*record), Caller::nobody(Door::Feed)]);
    assert!(!done(&fed, uphold, hospital(), Act::AnswerDispute).disputed);
    assert_eq!(refused(uphold(node, hospital(), *record, *document)).kind, RefusalKind::Rule);
}

/// At their own portal.
fn at_portal(caller: Caller) -> Caller {
    Caller { door: Door::Portal, ..caller }
}

/// A document the first doctor deposited there.
fn lot_by_doctor(fed: &Fed) -> EntryId {
    let lot = lot(PATIENT, "1.2.250.1.999.6", vec![text_document("1.2.250.1.999.6.1", CONTENT)]);
    let call = fed.node.call(at_portal(doctor(0)));
    fed.node.records.feed(&call, &lot).unwrap().into_inner().documents[0]
}

#[test]
fn whoever_reads_a_wrong_document_sees_that_it_is_said_to_be() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    authorise_self(node, target, 0);
    let seen = || {
        let by = [Caller::holder(*record), doctor(0)];
        by.map(|caller| found(node, caller, target)[0].dispute.clone())
    };
    assert_eq!(seen(), [None, None]);
    dispute(node, Caller::holder(*record), *record, *document).unwrap();
    let said = seen();
    assert!(said.iter().all(|it| it.as_ref().is_some_and(|it| it.answered.is_none())), "{said:?}");
    uphold(node, hospital(), *record, *document).unwrap();
    let answered = seen();
    assert!(
        answered.iter().flatten().filter(|it| it.answered.is_some() && it.upheld).count() == 2,
        "{answered:?}"
    );
}

#[test]
fn what_was_deleted_is_offered_back_to_who_may_restore_it_for_as_long_as_they_may() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let by_doctor = lot_by_doctor(&fed);
    let offered = |caller: Caller| {
        let found = node.records.restorable(&node.call(caller), *record).map(Disclosed::into_inner);
        found.map(|all| all.into_iter().map(|it| it.id).collect::<Vec<_>>())
    };
    authorise_self(node, target, 0);
    delete(node, hospital(), *record, *document).unwrap();
    assert_eq!(offered(at_portal(doctor(0))).unwrap(), [], "not the hospital's");
    assert_eq!(offered(Caller::holder(*record)).unwrap(), [], "nor to who did not deposit it");
    delete(node, at_portal(doctor(0)), *record, by_doctor).unwrap();
    assert_eq!(offered(at_portal(doctor(0))).unwrap(), [by_doctor]);
    assert_eq!(
        refused(node.records.restorable(&node.call(at_portal(doctor(1))), *record)).kind,
        RefusalKind::Denied
    );
    restore(node, at_portal(doctor(0)), *record, by_doctor).unwrap();
    assert_eq!(offered(at_portal(doctor(0))).unwrap(), []);
    delete(node, at_portal(doctor(0)), *record, by_doctor).unwrap();
    node.advance(days(30));
    assert_eq!(offered(at_portal(doctor(0))).unwrap(), [], "too late");
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_depositor_who_cannot_be_told_now_is_told_later() {
    struct Down;
    impl record::upkeep::notices::Post for Down {
        fn send(
            &self,
            _: &record::upkeep::notices::Message,
        ) -> Result<(), record::upkeep::notices::PostError> {
            Err(record::upkeep::notices::PostError::Later)
        }
    }
    let fed = fed();
    dispute(&fed.node, Caller::holder(fed.record), fed.record, fed.document).unwrap();
    assert_eq!(fed.node.records.keep_time(&Down).unwrap(), 0);
    assert_eq!(fed.node.records.keep_time(&Outbox::default()).unwrap(), 1);
}

#[test]
fn what_was_fed_under_a_wrong_identity_leaves_the_record_and_may_be_fed_where_it_belongs() {
    let large = long_text(300 << 10);
    for content in [CONTENT, &large] {
        let node = Node::new();
        let request = opening(PATIENT, "LACOMBE-TEST");
        let record = node.records.open_record(&node.call(doctor(2)), &request).unwrap().into_inner().record;
        let lot_of =
            |ins: &str| lot(ins, "1.2.250.1.999.1", vec![text_document("1.2.250.1.999.1.1", content)]);
        let document =
            node.records.feed(&node.call(hospital()), &lot_of(PATIENT)).unwrap().into_inner().documents[0];
        let fed = Fed { record, document, target: Target::Ins(ins(PATIENT)), node };
        let mut callers = strangers();
        callers.push(Caller::holder(record));
        not_for(&fed, recall, &callers);
        done(&fed, recall, hospital(), Act::Recall);
        assert_eq!(
            refused(read(&fed.node, Caller::holder(record), record, document)).kind,
            RefusalKind::NotFound
        );
        not_for(&fed, restore, &[hospital()]);
        assert_eq!(fed.node.records.keep_time(&Outbox::default()).unwrap(), 1);
        let report = fed.node.verify();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
        assert_eq!(report.documents, 0, "nothing of it is there");
        let objects = walk(&fed.node.folder.join("data"));
        assert!(objects.iter().all(|it| !it.contains("objects/")), "{objects:?}");
        // the same document, under the same unique id, in the right record
        let other = "284026311300213";
        let request = opening(other, "AUTRE-TEST");
        fed.node.records.open_record(&fed.node.call(doctor(2)), &request).unwrap();
        fed.node.records.feed(&fed.node.call(hospital()), &lot_of(other)).unwrap();
        assert!(fed.node.verify().faults.is_empty());
    }
}

fn walk(folder: &std::path::Path) -> Vec<String> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            all.extend(walk(&path));
        } else {
            all.push(path.to_string_lossy().into_owned());
        }
    }
    all
}

#[test]
fn whoever_deposited_a_wrong_document_says_a_word_deletes_or_replaces_it_and_the_holder_is_told() {
    let fed = fed();
    let Fed { node, record, document, target } = &fed;
    let holder = || Caller::holder(*record);
    let told =
        |node: &Node| sent(node).iter().filter(|it| it.subject == "Réponse à votre signalement").count();
    let flag = |id: EntryId| {
        let all = found(node, holder(), target);
        all.iter().find(|it| it.logical_id == id).and_then(|it| it.dispute.clone()).unwrap()
    };
    dispute(node, holder(), *record, *document).unwrap();
    let endless = "x".repeat(1001);
    let no = node.records.answer_dispute(&node.call(hospital()), *record, *document, true, Some(&endless));
    assert_eq!(refused(no).problems[0].element, "word");
    assert_eq!(told(node), 0);
    uphold(node, hospital(), *record, *document).unwrap();
    assert_eq!(flag(*document).word.as_deref(), Some("Relu : il est juste."));
    assert_eq!(told(node), 1);
    // said again: replaced by its depositor, which answers
    dispute(node, holder(), *record, *document).unwrap();
    let mut newer = text_document("1.2.250.1.999.8.1", b"Le bon.");
    newer.relates = vec![(RelationKind::Replaces, record::RelatesTo::Entry(*record, *document))];
    let lot = lot(PATIENT, "1.2.250.1.999.8", vec![newer]);
    let newer = node.records.feed(&node.call(hospital()), &lot).unwrap().into_inner().documents[0];
    let ended = flag(*document);
    assert!(ended.answered.is_some() && !ended.upheld && ended.word.is_none(), "{ended:?}");
    assert_eq!(told(node), 1);
    // and deleted
    dispute(node, holder(), *record, newer).unwrap();
    assert!(!delete(node, hospital(), *record, newer).unwrap().get().disputed);
    assert_eq!(told(node), 1);
    delete(node, hospital(), *record, *document).unwrap();
    assert_eq!(told(node), 0, "nobody said that one was wrong");
    assert!(node.verify().faults.is_empty());
}

#[test]
fn several_are_deleted_with_one_line_or_none_is() {
    let fed = fed();
    let Fed { node, record, document, .. } = &fed;
    let more = lot(PATIENT, "1.2.250.1.999.9", vec![text_document("1.2.250.1.999.9.1", b"Un autre.")]);
    let other = node.records.feed(&node.call(hospital()), &more).unwrap().into_inner().documents[0];
    let delete = |by: Caller, ids: &[EntryId]| node.records.delete_all(&node.call(by), *record, ids);
    let lines = || trace(node, Caller::holder(*record), *record);
    let nothing = EntryId::from_bytes([9; 16]);
    for (by, ids) in [
        (hospital(), [*document, nothing]),
        (hospital(), [*document, *document]),
        (colleague(), [*document, other]),
    ] {
        let before = lines().len();
        refused(delete(by, &ids));
        let after = lines();
        // the trace's own reading is a line too
        assert_eq!(after.len(), before + 2);
        let refusal = &after[after.len() - 1].account;
        assert!(refusal.objects.iter().all(|it| it.fate == record::account::Fate::Refused));
    }
    assert_eq!(found(node, Caller::holder(*record), &fed.target).len(), 2, "none was");
    let before = lines().len();
    assert_eq!(delete(hospital(), &[*document, other]).unwrap().get().len(), 2);
    let after = lines();
    assert_eq!(after.len(), before + 2);
    assert_eq!(after[after.len() - 1].account.objects.len(), 2);
    assert!(found(node, Caller::holder(*record), &fed.target).is_empty());
    assert!(node.verify().faults.is_empty());
}
