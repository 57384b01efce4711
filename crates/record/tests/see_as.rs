//! What somebody else would see, why, and what they did see (rules, A5, A22).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use model::*;
use policy::Rule;
use record::account::Fate;
use record::{Asked, RefusalKind, Target, Viewer};

const ASKED: [Asked; 2] =
    [Asked { deprecated: false, archived: false }, Asked { deprecated: true, archived: true }];

/// The professionals of every kind the matrix knows, some it does not, and some who are kept out.
fn professionals() -> Vec<Caller> {
    let mut all: Vec<Caller> = (0..3).map(doctor).collect();
    for code in ["21", "40", "50", "60", "70", "ZZ"] {
        all.push(professional(DOCTORS[0], code, None, "10B0000002"));
    }
    let changed = |change: &dyn Fn(&mut Professional)| {
        let mut caller = doctor(1);
        if let Fact::Proved(Person::Professional(it)) = &mut caller.person {
            change(it);
        }
        caller
    };
    all.push(changed(&|it| it.acting_for = ActingFor::Insurer));
    all.push(changed(&|it| it.acting_for = ActingFor::OccupationalHealth));
    all.push(changed(&|it| it.standing = Standing::Ended));
    all
}

fn own_search(node: &Node, caller: &Caller, target: &Target, asked: Asked) -> Vec<EntryId> {
    match node.records.search(&node.call(caller.clone()), target, asked, |_, _| true) {
        Ok(found) => found.get().entries.iter().map(|it| it.id).collect(),
        Err(record::Failure::Refused(_)) => Vec::new(),
        Err(record::Failure::Fault(fault)) => panic!("{fault}"),
    }
}

fn seen_as(fed: &Fed, asker: Caller, viewer: &Caller, asked: Asked) -> Vec<EntryId> {
    let viewer = Viewer::Person(Box::new(viewer.clone()));
    let seen = fed.node.records.see_as(&fed.node.call(asker), fed.record, &viewer, asked).unwrap();
    seen.get().entries.iter().map(|it| it.id).collect()
}

/// Three more documents: of another kind, masked, hidden from the holder.
fn more(fed: &Fed) -> EntryId {
    let document = |number: &str, visibility| {
        let mut it = text_document(&format!("1.2.250.1.999.1.{number}"), CONTENT);
        it.visibility = visibility;
        it
    };
    let masked = Visibility { masked: true, ..Visibility::default() };
    let hidden = Visibility { hidden_from_holder: true, ..Visibility::default() };
    let mut prescription = document("2", Visibility::default());
    prescription.description.type_code = coding("http://loinc.org", "57833-6");
    let lot =
        lot(PATIENT, "1.2.250.1.999.2", vec![prescription, document("3", masked), document("4", hidden)]);
    *fed.node.records.feed(&fed.node.call(hospital()), &lot).unwrap().into_inner().documents.last().unwrap()
}

#[test]
fn it_is_what_that_person_finds_in_every_state_of_the_rights() {
    let fed = fed();
    let hidden = more(&fed);
    let Fed { node, record, target, .. } = &fed;
    let holder = || node.call(Caller::holder(*record));
    let mut compared = 0;
    let mut compare = |state: &str| {
        let mut found = 0;
        for caller in professionals() {
            for asked in ASKED {
                let mut own = own_search(node, &caller, target, asked);
                found += own.len();
                // what the holder may not know of is nowhere (A5)
                let gone = |id: &EntryId| {
                    let entry = node.records.read_entry(&holder(), *record, *id);
                    matches!(entry, Err(record::Failure::Refused(_)))
                };
                own.retain(|id| !gone(id));
                assert_eq!(
                    seen_as(&fed, Caller::holder(*record), &caller, asked),
                    own,
                    "{state}: {caller:?}"
                );
                compared += 1;
            }
        }
        found
    };
    let records = &node.records;
    assert_eq!(compare("nothing given"), 0);
    records.authorise(&holder(), target, &grantee(0)).unwrap();
    assert!(compare("one authorised") > 0);
    records.authorise(&holder(), target, &Grantee::Organisation("10B0000003".parse().unwrap())).unwrap();
    compare("and an organisation");
    records.confirm_attending(&holder(), target, &id_of(2)).unwrap();
    compare("and an attending doctor");
    records.mask(&holder(), *record, fed.document).unwrap();
    compare("one masked");
    records.block(&holder(), target, &id_of(0)).unwrap();
    compare("one blocked");
    records.end_attending(&holder(), target, &id_of(2)).unwrap();
    records.unblock(&holder(), target, &id_of(0)).unwrap();
    compare("and all taken back");
    assert!(compared >= 160, "{compared}");
    // told by nobody: neither through another's eyes nor by asking why
    records.confirm_attending(&holder(), target, &id_of(2)).unwrap();
    assert!(!own_search(node, &doctor(2), target, ASKED[0]).is_empty());
    let viewer = Viewer::Person(Box::new(doctor(2)));
    let why = |id| records.why(&holder(), *record, &viewer, Some(id));
    assert_eq!(refused(why(hidden)).kind, RefusalKind::NotFound);
    assert_eq!(refused(why(EntryId::from_bytes([9; 16]))).kind, RefusalKind::NotFound);
    assert!(node.verify().faults.is_empty());
}

#[test]
fn a_profession_is_somebody_the_holder_would_authorise() {
    let fed = fed();
    more(&fed);
    let holder = || fed.node.call(Caller::holder(fed.record));
    let seen = |code: &str, specialty: Option<&str>| {
        let profession = Profession::health(code);
        let viewer = Viewer::Profession { profession, specialty: specialty.map(str::to_owned) };
        fed.node.records.see_as(&holder(), fed.record, &viewer, ASKED[0]).unwrap().into_inner()
    };
    let doctor_sees = seen("10", Some("SM26")).entries.len();
    fed.node.records.authorise(&holder(), &fed.target, &grantee(0)).unwrap();
    // the one document the holder may not know of is not counted
    assert_eq!(doctor_sees + 1, own_search(&fed.node, &doctor(0), &fed.target, ASKED[0]).len());
    let nobody = seen("ZZ", None);
    assert!(nobody.entries.is_empty());
}

#[test]
fn why_says_the_rule_and_who_could_change_it() {
    let fed = fed();
    let holder = || fed.node.call(Caller::holder(fed.record));
    let viewer = Viewer::Person(Box::new(doctor(0)));
    let why = |document| fed.node.records.why(&holder(), fed.record, &viewer, document).unwrap().into_inner();
    for document in [None, Some(fed.document)] {
        let no = why(document);
        assert!(!no.sees);
        let reason = no.reasons.iter().find(|it| it.rule == Rule::A14).unwrap();
        assert!(!reason.permits && reason.lifted_by.unwrap().words_fr().contains("titulaire"));
    }
    authorise_self(&fed.node, &fed.target, 0);
    let yes = why(Some(fed.document));
    assert!(yes.sees && yes.reasons.iter().all(|it| it.permits));
    fed.node.records.mask(&holder(), fed.record, fed.document).unwrap();
    assert!(why(Some(fed.document)).reasons.iter().any(|it| it.rule == Rule::A16 && !it.permits));
}

#[test]
fn nobody_but_the_holder_sees_as_another() {
    let fed = fed();
    authorise_self(&fed.node, &fed.target, 0);
    let viewer = Viewer::Person(Box::new(doctor(0)));
    for other in [doctor(0), doctor(1), hospital(), Caller::holder(RecordId::from_bytes([3; 16]))] {
        let call = || fed.node.call(other.clone());
        refused(fed.node.records.see_as(&call(), fed.record, &viewer, ASKED[0]));
        refused(fed.node.records.why(&call(), fed.record, &viewer, Some(fed.document)));
    }
}

#[test]
fn receipts_say_what_was_shown_and_withheld_on_a_day_and_by_which_rule() {
    let fed = fed();
    let hidden = more(&fed);
    let Fed { node, record, target, document } = &fed;
    let holder = || node.call(Caller::holder(*record));
    let receipts = |caller: Caller, day: &str| {
        let call = node.call(caller);
        node.records.what_was_visible(&call, *record, &id_of(0), day.parse().unwrap())
    };
    own_search(node, &doctor(0), target, ASKED[0]);
    node.records.authorise(&holder(), target, &grantee(0)).unwrap();
    own_search(node, &doctor(0), target, ASKED[0]);
    read(node, doctor(0), *record, *document).unwrap();
    own_search(node, &doctor(1), target, ASKED[0]);
    let lines = receipts(Caller::holder(*record), "2026-11-23").unwrap().into_inner();
    assert_eq!(lines.len(), 3, "another's accesses are not among them");
    let fates = |which: usize| -> Vec<(EntryId, Fate, Vec<String>)> {
        let objects = lines[which].account.objects.iter();
        objects.map(|it| (it.document.unwrap(), it.fate, it.rules.clone())).collect()
    };
    assert_eq!(fates(0), [(*document, Fate::Shown, vec![])], "what was read");
    let searched = fates(1);
    assert!(searched.contains(&(*document, Fate::Shown, vec![])));
    let withheld: Vec<_> = searched.iter().filter(|it| it.1 == Fate::Withheld).collect();
    assert!(!withheld.is_empty() && withheld.iter().all(|it| it.2.contains(&"A16".to_owned())));
    assert!(searched.iter().all(|it| it.0 != hidden), "what is hidden from the holder never was");
    assert!(lines[2].account.rules.contains(&"A14".to_owned()), "a refused attempt has its rule");
    assert!(receipts(Caller::holder(*record), "2026-11-22").unwrap().get().is_empty());
    // the professional's own receipts hold nothing of what was answered as absent
    let own = receipts(doctor(0), "2026-11-23").unwrap().into_inner();
    assert!(own.iter().flat_map(|it| &it.account.objects).all(|it| it.fate == Fate::Shown));
    refused(receipts(doctor(1), "2026-11-23"));
}
