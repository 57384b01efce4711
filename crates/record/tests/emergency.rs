//! Emergencies, from the glass that is broken to the reviewer's word (rules, A18 to A21).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::*;
use jiff::SignedDuration;
use model::*;
use record::account::Verdict;
use record::{Asked, Call, EmergencyRequest, Failure, ReasonCategory, RefusalKind, ReviewFinding, ToReview};

const SESSION: &str = "session-1";

/// A doctor in a session: at the care door, the certificate's.
fn in_session(caller: Caller, session: &str) -> Caller {
    Caller { session: Some(session.parse().unwrap()), ..caller }
}

fn unknown_doctor() -> Caller {
    in_session(doctor(0), SESSION)
}

fn regulator() -> Caller {
    let mut caller = in_session(doctor(1), SESSION);
    if let Fact::Proved(Person::Professional(it)) = &mut caller.person {
        it.acting_for = ActingFor::RegulationCentre;
    }
    caller
}

fn reviewer() -> Caller {
    Caller {
        strength: Strength::Certificate,
        person: Fact::Proved(Person::Reviewer(Agent {
            id: DOCTORS[2].parse().unwrap(),
            name: "Relectrice".into(),
            standing: Standing::Active,
        })),
        ..Caller::nobody(Door::Steer)
    }
}

fn asked() -> EmergencyRequest {
    EmergencyRequest {
        ins: ins(PATIENT),
        family: "lacombe test".into(),
        given: "Zelie".into(),
        birth_date: "1984-02-29".parse().unwrap(),
        reason: "trouvée inconsciente".into(),
        category: ReasonCategory::Unconscious,
        cannot_consent: true,
        immediate_risk: true,
    }
}

fn through(purpose: Purpose, node: &Node, caller: Caller) -> Call {
    Call { purpose, ..node.call(caller) }
}

fn glass() -> Purpose {
    Purpose::BreakGlass { reason: String::new() }
}

fn search(fed: &Fed, purpose: Purpose, caller: Caller) -> Result<usize, Failure> {
    let call = through(purpose, &fed.node, caller);
    let found = fed.node.records.search(&call, &fed.target, Asked::default(), |_, _| true)?;
    Ok(found.into_inner().entries.len())
}

fn consult(fed: &Fed, purpose: Purpose, caller: Caller) -> Result<(), Failure> {
    let call = through(purpose, &fed.node, caller);
    fed.node.records.consult(&call, fed.record, fed.document).map(|_| ())
}

fn break_glass(fed: &Fed, caller: Caller) -> RowId {
    let call = fed.node.call(caller);
    fed.node.records.break_glass(&call, &asked()).unwrap();
    call.request
}

fn reviews(fed: &Fed) -> Vec<ToReview> {
    let shown = fed.node.records.reviews(&fed.node.call(reviewer())).unwrap();
    shown.into_iter().map(record::Disclosed::into_inner).collect()
}

#[test]
fn a_window_opens_the_record_to_that_person_and_session_for_two_hours() {
    let fed = fed();
    let doctor = unknown_doctor();
    assert_eq!(refused(search(&fed, Purpose::Normal, doctor.clone())).kind, RefusalKind::Denied);
    assert_eq!(refused(search(&fed, glass(), doctor.clone())).kind, RefusalKind::Denied, "no window yet");
    let opened = fed.node.records.break_glass(&fed.node.call(doctor.clone()), &asked()).unwrap().into_inner();
    assert_eq!(opened.record, fed.record);
    assert_eq!(search(&fed, glass(), doctor.clone()).unwrap(), 1);
    consult(&fed, glass(), doctor.clone()).unwrap();
    // not for an ordinary request, nor for any right
    refused(search(&fed, Purpose::Normal, doctor.clone()));
    let right = through(glass(), &fed.node, doctor.clone());
    refused(fed.node.records.authorise(&right, &fed.target, &grantee(0)));
    // not for a regulation, not in another session, not for a colleague
    refused(search(&fed, Purpose::Regulation, doctor.clone()));
    refused(search(&fed, glass(), in_session(doctor.clone(), "session-2")));
    refused(search(&fed, glass(), Caller { session: None, ..doctor.clone() }));
    refused(search(&fed, glass(), in_session(doctor_other(), SESSION)));
    fed.node.advance(SignedDuration::from_mins(119));
    search(&fed, glass(), doctor.clone()).unwrap();
    fed.node.advance(SignedDuration::from_mins(1));
    refused(search(&fed, glass(), doctor.clone()));
    assert_eq!(refused(consult(&fed, glass(), doctor)).kind, RefusalKind::NotFound);
    assert!(fed.node.verify().faults.is_empty(), "{:?}", fed.node.verify().faults);
}

fn doctor_other() -> Caller {
    doctor(1)
}

#[test]
fn what_is_declared_must_be_whole_and_match_and_the_absent_answers_alike() {
    let fed = fed();
    let try_with = |change: &dyn Fn(&mut EmergencyRequest)| {
        let mut said = asked();
        change(&mut said);
        let call = fed.node.call(unknown_doctor());
        fed.node.records.break_glass(&call, &said).map(|_| ())
    };
    for wrong in [
        &(|it: &mut EmergencyRequest| it.family = "AUTRE".into()) as &dyn Fn(&mut EmergencyRequest),
        &|it| it.given = "Ambre".into(),
        &|it| it.birth_date = "1984-02-28".parse().unwrap(),
        &|it| it.ins = ins("184026311300110"),
    ] {
        let no = refused(try_with(wrong));
        assert_eq!((no.kind, no.problems.len()), (RefusalKind::Denied, 0));
    }
    for (missing, element) in [
        (&(|it: &mut EmergencyRequest| it.reason = "  ".into()) as &dyn Fn(&mut EmergencyRequest), "reason"),
        (&|it| it.cannot_consent = false, "declaration"),
        (&|it| it.immediate_risk = false, "declaration"),
    ] {
        let there = refused(try_with(missing));
        let nowhere = refused(try_with(&|it| {
            missing(it);
            it.ins = ins("184026311300110");
        }));
        assert_eq!((there.kind, &there.problems), (nowhere.kind, &nowhere.problems));
        assert_eq!((there.kind, there.problems[0].element.as_str()), (RefusalKind::Rule, element));
    }
    refused(search(&fed, glass(), unknown_doctor()));
    // accents, hyphens, apostrophes and case do not count
    try_with(&|it| it.family = "Lâcombé-têst".into()).unwrap();
    search(&fed, glass(), unknown_doctor()).unwrap();
    let somebody = in_session(professional(DOCTORS[2], "ZZ", None, "10B0000004"), SESSION);
    refused(fed.node.records.break_glass(&fed.node.call(somebody), &asked()));
}

#[test]
fn opposition_and_block_end_a_window_and_taking_them_back_does_not_restore_it() {
    let fed = fed();
    let holder = || fed.node.call(Caller::holder(fed.record));
    let choose = |break_glass| {
        let choices = EmergencyChoices { break_glass, regulation: true };
        fed.node.records.set_emergency_choices(&holder(), &fed.target, choices).unwrap();
    };
    break_glass(&fed, unknown_doctor());
    search(&fed, glass(), unknown_doctor()).unwrap();
    choose(false);
    refused(search(&fed, glass(), unknown_doctor()));
    refused(fed.node.records.break_glass(&fed.node.call(unknown_doctor()), &asked()));
    choose(true);
    refused(search(&fed, glass(), unknown_doctor()));
    break_glass(&fed, unknown_doctor());
    fed.node.records.block(&holder(), &fed.target, &id_of(0)).unwrap();
    refused(search(&fed, glass(), unknown_doctor()));
    refused(fed.node.records.break_glass(&fed.node.call(unknown_doctor()), &asked()));
    fed.node.records.unblock(&holder(), &fed.target, &id_of(0)).unwrap();
    refused(search(&fed, glass(), unknown_doctor()));
    assert!(fed.node.verify().faults.is_empty());
}

#[test]
fn masked_documents_stay_hidden_in_an_emergency() {
    let fed = fed();
    fed.node.records.mask(&fed.node.call(Caller::holder(fed.record)), fed.record, fed.document).unwrap();
    break_glass(&fed, unknown_doctor());
    assert_eq!(search(&fed, glass(), unknown_doctor()).unwrap(), 0);
    assert_eq!(refused(consult(&fed, glass(), unknown_doctor())).kind, RefusalKind::NotFound);
}

#[test]
fn a_regulation_doctor_reads_without_a_reason_unless_the_holder_opposed() {
    let fed = fed();
    refused(fed.node.records.regulate(&fed.node.call(unknown_doctor()), &ins(PATIENT)));
    refused(search(&fed, Purpose::Regulation, regulator()));
    fed.node.records.regulate(&fed.node.call(regulator()), &ins(PATIENT)).unwrap();
    assert_eq!(search(&fed, Purpose::Regulation, regulator()).unwrap(), 1);
    refused(search(&fed, glass(), regulator()));
    assert!(reviews(&fed).is_empty(), "regulation is no break-glass");
    let choices = EmergencyChoices { break_glass: true, regulation: false };
    let holder = fed.node.call(Caller::holder(fed.record));
    fed.node.records.set_emergency_choices(&holder, &fed.target, choices).unwrap();
    refused(search(&fed, Purpose::Regulation, regulator()));
}

#[test]
fn holder_and_attending_doctor_are_told_at_once() {
    let fed = fed();
    let holder = fed.node.call(Caller::holder(fed.record));
    fed.node.records.confirm_attending(&holder, &fed.target, &id_of(2)).unwrap();
    sent(&fed.node);
    break_glass(&fed, unknown_doctor());
    let told = sent(&fed.node);
    assert_eq!(told.len(), 2, "{:?}", told.iter().map(|it| &it.subject).collect::<Vec<_>>());
    assert!(told.iter().any(|it| it.subject.contains("à votre carnet")));
    assert!(told.iter().any(|it| it.subject.contains("vos patients")));
    assert!(told.iter().all(|it| !it.text.contains("inconsciente") && !it.text.contains(PATIENT)));
}

#[test]
fn each_is_reviewed_by_somebody_who_sees_no_content_and_contested_by_the_holder() {
    let fed = fed();
    assert!(reviews(&fed).is_empty());
    let access = break_glass(&fed, unknown_doctor());
    let waiting = reviews(&fed);
    let one = &waiting[0];
    assert_eq!((waiting.len(), one.access, one.record), (1, access, fed.record));
    assert_eq!((one.category, one.contested, one.last), (ReasonCategory::Unconscious, false, None));
    assert_eq!(one.organisation.as_ref().unwrap().to_string(), "10B0000002");
    assert!(!format!("{one:?}").contains("inconsciente"), "nor the words of the reason");
    // nobody else reviews; a reviewer reads nothing
    for other in [unknown_doctor(), Caller::holder(fed.record), hospital(), Caller::nobody(Door::Steer)] {
        refused(fed.node.records.reviews(&fed.node.call(other.clone())));
        let word = ReviewFinding::Justified;
        refused(fed.node.records.review_emergency(&fed.node.call(other), fed.record, access, word));
    }
    refused(search(&fed, Purpose::Normal, reviewer()));
    refused(fed.node.records.history(&fed.node.call(reviewer()), fed.record, None, 10));

    let review = |access, finding| {
        fed.node.records.review_emergency(&fed.node.call(reviewer()), fed.record, access, finding)
    };
    assert_eq!(
        refused(review(RowId::from_bytes([7; 16]), ReviewFinding::Justified)).kind,
        RefusalKind::NotFound
    );
    review(access, ReviewFinding::Justified).unwrap();
    assert!(reviews(&fed).is_empty());

    // "ce n'était pas une urgence": from the trace, once
    let line = trace(&fed.node, Caller::holder(fed.record), fed.record)
        .into_iter()
        .find(|it| it.account.act == Act::BreakGlass)
        .unwrap();
    assert_eq!(line.account.verdict, Verdict::Accepted);
    assert_eq!(line.account.purpose, Purpose::BreakGlass { reason: "trouvée inconsciente".into() });
    let contest = |caller: Caller, access| {
        fed.node.records.contest_emergency(&fed.node.call(caller), fed.record, access)
    };
    refused(contest(unknown_doctor(), access));
    assert_eq!(
        refused(contest(Caller::holder(fed.record), RowId::from_bytes([7; 16]))).kind,
        RefusalKind::NotFound
    );
    contest(Caller::holder(fed.record), line.account.request).unwrap();
    assert_eq!(refused(contest(Caller::holder(fed.record), access)).kind, RefusalKind::Rule);
    let again = reviews(&fed);
    assert_eq!((again.len(), again[0].contested, again[0].last), (1, true, Some(ReviewFinding::Justified)));
    review(access, ReviewFinding::NotJustified).unwrap();
    assert!(reviews(&fed).is_empty());

    let counters = counters(&fed.node);
    let count = |name: &str| counters.iter().find(|it| it.0 == name).map_or(0, |it| it.1);
    assert_eq!(count("break_glass 10B0000002"), 1);
    assert_eq!(count("contest_emergency 10B0000002"), 1);
    assert_eq!(count("emergency_not_justified 10B0000002"), 1);
    let reviewed = trace(&fed.node, Caller::holder(fed.record), fed.record);
    assert!(reviewed.iter().any(|it| it.account.act == Act::ReviewEmergency), "the holder sees it");
    assert!(fed.node.verify().faults.is_empty());
}

#[test]
fn contested_before_it_is_reviewed_it_is_listed_once() {
    let fed = fed();
    let access = break_glass(&fed, unknown_doctor());
    let holder = fed.node.call(Caller::holder(fed.record));
    fed.node.records.contest_emergency(&holder, fed.record, access).unwrap();
    assert_eq!(reviews(&fed).len(), 1);
    // what nobody leases stays, however late it gets
    fed.node.advance(SignedDuration::from_hours(24 * 400));
    sent(&fed.node);
    assert_eq!(reviews(&fed).len(), 1);
    let call = fed.node.call(reviewer());
    fed.node.records.review_emergency(&call, fed.record, access, ReviewFinding::Inquiry).unwrap();
    assert!(reviews(&fed).is_empty());
}

fn counters(node: &Node) -> Vec<(String, i64)> {
    let options = store::Options { data: node.folder.join("data"), keys: node.folder.join("keys") };
    store::Store::open_read_only(&options).unwrap().snapshot().unwrap().counters().unwrap()
}

/// Emergencies among all accesses, a person in a record on a day being one; told to who reviews and who runs the
/// service, whether a commit carried the figures yet or not.
#[test]
fn the_rate_of_each_organisation_over_thirty_days() {
    let fed = fed();
    let Fed { node, record, .. } = &fed;
    let administrator = || Caller {
        person: Fact::Proved(Person::Administrator(Agent {
            id: DOCTORS[2].parse().unwrap(),
            name: "Administratrice".into(),
            standing: Standing::Active,
        })),
        ..reviewer()
    };
    let rates = |caller: Caller| node.records.emergency_rates(&node.call(caller));
    let figures = || {
        let found = rates(administrator()).unwrap().into_inner().houses;
        found
            .into_iter()
            .map(|it| (it.organisation.to_string(), it.accesses, it.emergencies))
            .collect::<Vec<_>>()
    };
    for caller in [doctor(0), hospital(), Caller::holder(*record), Caller::nobody(Door::Steer)] {
        assert_eq!(refused(rates(caller)).kind, RefusalKind::Denied);
    }
    authorise_self(node, &fed.target, 1);
    let before = figures();
    for _ in 0..3 {
        search(&fed, Purpose::Normal, doctor(1)).unwrap();
    }
    break_glass(&fed, unknown_doctor());
    search(&fed, glass(), unknown_doctor()).unwrap();
    let expected = vec![("10B0000002".to_owned(), 1, 1), ("10B0000003".to_owned(), 1, 0)];
    assert_eq!(figures(), expected, "after {before:?}");
    assert_eq!(rates(reviewer()).unwrap().get().houses.len(), 2);
    let carried = || counters(node).iter().filter(|it| it.0.starts_with("access ")).count();
    assert_eq!(carried(), 0, "no read writes for it");
    node.advance(SignedDuration::from_mins(1));
    for _ in 0..2 {
        search(&fed, Purpose::Normal, doctor(1)).unwrap();
        assert_eq!(figures(), expected);
    }
    assert_eq!(carried(), 2);
    node.advance(SignedDuration::from_hours(24));
    search(&fed, Purpose::Normal, doctor(1)).unwrap();
    assert_eq!(figures()[1], ("10B0000003".to_owned(), 2, 0), "another day");
    node.advance(SignedDuration::from_hours(24 * 30));
    assert_eq!(figures(), vec![]);
    assert!(node.verify().faults.is_empty());
}
