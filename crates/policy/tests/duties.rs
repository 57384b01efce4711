//! What a decision says besides yes and no: duties, reasons, how much of the trace; and some sentences of the
//! law that read better one by one than in a table.

#![allow(clippy::unwrap_used, clippy::panic)]

mod scene;

use std::collections::BTreeSet;

use model::rights::ClosingReason;
use model::{Act, DelegationKind, Door, Purpose, SignedForm};
use policy::{Duty, Lifter, Rule, TraceScope, trace_scope};
use scene::*;

fn breaking() -> Scene {
    let caller = but(doctor(), |it| it.session = session());
    let purpose = Purpose::BreakGlass { reason: "malaise".into() };
    Scene { purpose, ..Scene::new(caller, in_emergency()) }
}

#[test]
fn a18_a21_breaking_the_glass_is_told_at_once_and_reviewed() {
    let opened = breaking().decide(&dmp_2018(), Act::BreakGlass);
    let duties = [Duty::TraceAsEmergency, Duty::TellHolder, Duty::TellAttendingDoctor, Duty::Review];
    assert_eq!((opened.is_allowed(), opened.duties), (true, duties.to_vec()));
    let read = breaking().with(document(REPORT)).decide(&dmp_2018(), Act::Consult);
    assert_eq!((read.allowed_by, read.duties), (vec![Rule::A18], duties.to_vec()));
    // a refusal brings nothing with it
    let refused = breaking().decide(&dmp_2018(), Act::Authorise);
    assert_eq!((refused.is_allowed(), refused.duties), (false, vec![]));
}

#[test]
fn a19_a21_regulation_is_told_and_not_reviewed() {
    let scene = Scene { purpose: Purpose::Regulation, ..Scene::new(regulator(), in_emergency()) };
    let decision = scene.with(document(REPORT)).decide(&dmp_2018(), Act::Consult);
    assert_eq!(decision.allowed_by, [Rule::A19]);
    assert_eq!(decision.duties, [Duty::TraceAsEmergency, Duty::TellHolder, Duty::TellAttendingDoctor]);
}

#[test]
fn a20_a_masked_document_stays_masked_in_an_emergency() {
    let decision = breaking().with(masked(document(REPORT))).decide(&dmp_2018(), Act::Consult);
    assert_eq!(decision.refused_by, [Rule::A16, Rule::A20]);
}

#[test]
fn w10_what_somebody_else_records_is_told_to_the_holder() {
    let duties = |scene: Scene, act| {
        let decision = scene.decide(&dmp_2018(), act);
        assert!(decision.is_allowed(), "{act}: {:?}", decision.refused_by);
        decision.duties
    };
    let by_the_doctor = Scene::new(doctor(), open_record()).about(DOCTOR);
    assert_eq!(duties(by_the_doctor, Act::Authorise), [Duty::TellHolder]);
    assert_eq!(duties(Scene::new(holder(), open_record()).about(DOCTOR), Act::Authorise), []);
    assert_eq!(
        duties(Scene::new(representative(MOTHER), child()).about(DOCTOR), Act::Block),
        [Duty::TellHolder]
    );
    let counter = Scene::new(agent(), open_record()).asking(|it| it.form = Some(SignedForm::Plain));
    assert_eq!(duties(counter, Act::ResetFactor), [Duty::TellHolder, Duty::TellOldContact]);
}

#[test]
fn w15_both_names_are_in_the_trace() {
    let caller = for_the_doctor(by(Door::Care, professional(76, "10")), DelegationKind::Replacement);
    let decision =
        Scene::new(caller, replaced()).with(masked(document(REPORT))).decide(&dmp_2018(), Act::Consult);
    assert_eq!((decision.is_allowed(), decision.duties), (true, vec![Duty::NameBoth]));
}

#[test]
fn a22_a_representative_reads_the_trace_less_what_is_hidden_from_them() {
    let scene = Scene::new(representative(MOTHER), child());
    assert!(scene.decide(&dmp_2018(), Act::ReadTrace).is_allowed());
    assert_eq!(trace_scope(&scene.caller, &scene.facts(), scene.now), Some(TraceScope::Represented));
    for caller in [relative(CARER), agent(), administrator(), reviewer(), representative_of_another()] {
        let scene = Scene::new(caller, surrounded());
        assert!(!scene.decide(&dmp_2018(), Act::ReadTrace).is_allowed());
        assert_eq!(trace_scope(&scene.caller, &scene.facts(), scene.now), None);
    }
}

fn representative_of_another() -> model::Caller {
    let record = model::RecordId::from_bytes([9; 16]);
    privately(model::Person::Representative { record, mandate: row(MOTHER) })
}

#[test]
fn why_says_each_rule_in_french_and_who_may_lift_a_refusal() {
    let scene = Scene::new(doctor(), for_doctor()).with(masked(document("ATTEST-RESID")));
    let why = scene.decide(&dmp_2018(), Act::Consult).why();
    let said: Vec<_> = why.iter().map(|it| (it.rule, it.permits, it.lifted_by)).collect();
    assert_eq!(
        said,
        [
            (Rule::A12, false, Some(Lifter::Profile)),
            (Rule::A16, false, Some(Lifter::Holder)),
            (Rule::A14, true, None)
        ]
    );
    assert!(why[1].sentence.contains("masqué"));
    for rule in Rule::ALL {
        assert!(rule.lifted_by().words_fr().ends_with('.'));
    }
}

#[test]
fn p1_the_rules_change_by_two_persons() {
    let scene = || Scene::new(administrator(), model::RecordFacts::absent());
    assert_eq!(scene().decide(&dmp_2018(), Act::ChangePolicy).allowed_by, [Rule::Profile]);
    for second in [None, Some(ps(97))] {
        let alone = scene().asking(|it| it.second = second.clone());
        assert_eq!(alone.decide(&dmp_2018(), Act::ChangePolicy).refused_by, [Rule::Profile]);
        assert_eq!(alone.decide(&dmp_2018(), Act::SwitchOn).refused_by, [Rule::Volume]);
        assert!(alone.decide(&dmp_2018(), Act::SwitchOff).is_allowed());
    }
}

/// Each person of the scene, and all they may ever do in some record, with some document, for any purpose.
#[test]
fn nobody_but_the_holder_does_everything() {
    let policy = mes_2026();
    let may = |caller: &model::Caller| -> BTreeSet<Act> {
        let mut acts = BTreeSet::new();
        for (_, record) in records() {
            for (_, document) in documents() {
                let scene = Scene { document, ..Scene::new(caller.clone(), record.clone()).about(NURSE) };
                acts.extend(Act::ALL.into_iter().filter(|act| scene.decide(&policy, *act).is_allowed()));
            }
        }
        acts
    };
    assert_eq!(may(&relative(HELPER)), [].into());
    assert_eq!(may(&relative(TRUSTED)), [Act::Search, Act::Consult, Act::LogIn, Act::ChangeSecrets].into());
    assert_eq!(may(&reviewer()), [Act::ReviewEmergency].into());
    assert_eq!(may(&administrator()), [Act::ChangePolicy, Act::SwitchOff, Act::SwitchOn].into());
    assert_eq!(may(&model::Caller::link(record_id())), [Act::Block, Act::ContestEmergency].into());
    let guardian = may(&representative(GUARDIAN));
    assert!(guardian.contains(&Act::Consult) && !guardian.contains(&Act::Authorise));
}

#[test]
fn w11_a_child_s_record_closes_when_every_parent_agrees() {
    let close = |agreed: &[u8]| {
        let agreed = agreed.iter().map(|it| row(*it)).collect();
        let scene = Scene::new(representative(MOTHER), child()).asking(|it| it.agreed = agreed);
        scene.decide(&dmp_2018(), Act::Close).is_allowed()
    };
    assert_eq!([close(&[]), close(&[MOTHER]), close(&[FATHER])], [false, false, true]);
    let teenager = Scene::new(holder(), teenager());
    assert_eq!(teenager.decide(&dmp_2018(), Act::Close).refused_by, [Rule::A7]);
}

#[test]
fn a2_after_a_death_nobody_comes_as_the_holder_and_an_heir_gets_one_named_document() {
    let dead = || closed_for(ClosingReason::Death);
    for act in [Act::LogIn, Act::ReadTrace, Act::ReadClosure, Act::Reopen, Act::AskDestruction] {
        assert!(!Scene::new(holder(), dead()).decide(&dmp_2018(), act).is_allowed(), "{act}");
    }
    let heir = || privately(model::Person::Heir { record: record_id() });
    let ask = |scene: Scene| scene.decide(&dmp_2018(), Act::AskAsHeir).is_allowed();
    assert!(ask(Scene::new(heir(), dead()).with(document(REPORT))));
    assert!(!ask(Scene::new(heir(), dead())));
    assert!(!ask(Scene::new(heir(), dead()).with(secret(document(REPORT)))));
    let refused = model::RecordFacts { refused_heirs: true, ..dead() };
    assert!(!ask(Scene::new(heir(), refused).with(document(REPORT))));
}
