//! What professionals read, and what each reads of the trace (A12 to A22).

use model::{
    Act, ActingFor, Door, Fact, Grantee, Instant, OrganisationKind, Profession, ProfessionTable, Purpose,
};
use policy::{Rule, TraceScope, trace_scope};

use crate::scene::*;
use crate::{allowed, own, reading, refused};

#[test]
fn a12_a_profession_reads_the_types_its_row_gives() {
    let record = authorising(open_record(), Grantee::Person(ps(NURSE)));
    let nurse = |code| Scene::new(nurse(), record.clone()).with(document(code));
    allowed(&nurse(REPORT), Act::Consult, Rule::A14);
    refused(&nurse(PSYCHOLOGICAL), Act::Consult, &[Rule::A12]);
    let doctor = |code| Scene::new(doctor(), for_doctor()).with(document(code));
    allowed(&doctor(PSYCHOLOGICAL), Act::Consult, Rule::A14);
    refused(&doctor("ATTEST-RESID"), Act::Consult, &[Rule::A12]);
}

#[test]
fn a12_a_profession_without_a_row_reads_nothing() {
    for table in [ProfessionTable::Social, ProfessionTable::Title, ProfessionTable::Role] {
        let mut scene = reading(for_doctor());
        scene.caller = who(scene.caller, |it| it.profession = Profession { table, code: "10".into() });
        refused(&scene, Act::Consult, &[Rule::A12]);
        refused(&scene, Act::Search, &[Rule::A12]);
        scene.document = Some(fed_by(document(REPORT), None, Some(DOCTOR)));
        refused(&scene, Act::Consult, &[Rule::A12]);
    }
}

#[test]
fn a12_a_type_no_value_set_knows_is_given_to_nobody() {
    let mut scene = reading(for_doctor());
    if let Some(document) = &mut scene.document {
        document.type_code.code = "inconnu".into();
    }
    refused(&scene, Act::Consult, &[Rule::A12]);
}

#[test]
fn a12_depositor_and_attending_doctor_are_not_limited_by_type() {
    let record = authorising(open_record(), Grantee::Person(ps(NURSE)));
    let fed = fed_by(document(PSYCHOLOGICAL), None, Some(NURSE));
    allowed(&Scene::new(nurse(), record).with(fed.clone()), Act::Consult, Rule::A14);
    refused(&Scene::new(nurse(), open_record()).with(fed), Act::Consult, &[Rule::A14]);
    let attended = attended(open_record(), DOCTOR, true);
    allowed(&Scene::new(doctor(), attended).with(document("ATTEST-RESID")), Act::Consult, Rule::A14);
}

#[test]
fn a13_a_block_wins_over_every_authorisation_designation_and_organisation() {
    let record = blocking(attended(for_doctor(), DOCTOR, true), DOCTOR);
    let record = authorising(record, Grantee::Organisation(house(HOSPITAL)));
    let mut scene = reading(record);
    scene.caller.organisation = Fact::Proved(organisation(HOSPITAL, OrganisationKind::Hospital));
    refused(&scene, Act::Search, &[Rule::A13]);
    refused(&scene, Act::Consult, &[Rule::A13]);
    refused(&scene, Act::ReadTrace, &[Rule::A13]);
    let scene = scene.about(DOCTOR);
    refused(&scene, Act::Authorise, &[Rule::A13]);
    for purpose in [Purpose::BreakGlass { reason: "essai".into() }, Purpose::Regulation] {
        let decision = Scene { purpose, ..reading(scene.record.clone()) }.decide(&dmp_2018(), Act::Consult);
        assert_eq!(decision.refused_by.first(), Some(&Rule::A13));
    }
}

#[test]
fn a13_a_lifted_block_restores_no_designation_of_its_own() {
    let mut record = blocking(for_doctor(), DOCTOR);
    record.rights.blocks[0].lifted = Some(now());
    allowed(&reading(record.clone()), Act::Consult, Rule::A14);
    record.rights.blocks[0].lifted = Some(Instant::from_millis(now().as_millis() + 1));
    refused(&reading(record), Act::Consult, &[Rule::A13]);
}

#[test]
fn a13_a_blocked_professional_may_still_feed_and_knows_they_are_blocked() {
    let record = blocking(for_doctor(), DOCTOR);
    let mut scene = reading(record);
    allowed(&scene, Act::KnowStatus, Rule::A1);
    scene.caller.door = Door::Feed;
    allowed(&scene, Act::Feed, Rule::W2);
}

#[test]
fn a14_nobody_reads_without_authorisation() {
    refused(&reading(open_record()), Act::Search, &[Rule::A14]);
    refused(&reading(open_record()), Act::Consult, &[Rule::A14]);
    refused(&reading(attended(open_record(), DOCTOR, false)), Act::Consult, &[Rule::A14]);
    let hospital = authorising(open_record(), Grantee::Organisation(house(HOSPITAL)));
    let mut scene = reading(hospital);
    refused(&scene, Act::Consult, &[Rule::A14]);
    scene.caller.organisation = Fact::Claimed(organisation(HOSPITAL, OrganisationKind::Hospital));
    refused(&scene, Act::Consult, &[Rule::A14]);
    scene.caller.organisation = Fact::Proved(organisation(HOSPITAL, OrganisationKind::Hospital));
    allowed(&scene, Act::Consult, Rule::A14);
}

#[test]
fn a14_an_authorisation_holds_between_its_dates_and_until_revoked() {
    let mut scene = reading(for_doctor());
    let right = scene.record.rights.authorisations[0].clone();
    scene.now = right.from;
    allowed(&scene, Act::Consult, Rule::A14);
    scene.now = right.until;
    refused(&scene, Act::Consult, &[Rule::A14]);
    scene.now = now();
    scene.record.rights.authorisations[0].revoked = Some(now());
    refused(&scene, Act::Consult, &[Rule::A14]);
}

#[test]
fn a14_the_presumed_care_team_permits_nothing_that_no_fact_shows() {
    assert_eq!(reading(open_record()).decide(&mes_2026(), Act::Consult).refused_by, [Rule::A14]);
}

#[test]
fn a15_who_acts_for_an_insurer_or_an_administration_is_always_refused() {
    for acting_for in [ActingFor::Insurer, ActingFor::Administration] {
        let mut scene = reading(attended(for_doctor(), DOCTOR, true));
        scene.record.occupational_consent = true;
        scene.caller = who(scene.caller, |it| it.acting_for = acting_for);
        for policy in [dmp_2018(), mes_2026()] {
            for act in [Act::Consult, Act::KnowStatus, Act::OpenRecord, Act::Authorise] {
                assert!(scene.decide(&policy, act).refused_by.contains(&Rule::A15), "{act}");
            }
        }
    }
}

#[test]
fn a15_an_occupational_doctor_reads_only_on_express_consent_and_only_in_mes_2026() {
    let mut scene = reading(for_doctor());
    scene.caller = who(scene.caller, |it| it.acting_for = ActingFor::OccupationalHealth);
    assert_eq!(scene.decide(&mes_2026(), Act::Consult).refused_by, [Rule::A15]);
    scene.record.occupational_consent = true;
    assert!(scene.decide(&mes_2026(), Act::Consult).is_allowed());
    refused(&scene, Act::Consult, &[Rule::A15]);
}

#[test]
fn a15_a_student_is_refused_without_a_senior_whom_the_directory_proves() {
    let mut scene = reading(for_doctor());
    scene.caller = who(scene.caller, |it| it.profession.table = ProfessionTable::Training);
    refused(&scene, Act::Consult, &[Rule::A15]);
    scene.caller.delegator = Fact::Proved(ps(OTHER_DOCTOR));
    refused(&scene, Act::KnowStatus, &[Rule::A15]);
}

#[test]
fn a16_a_masked_document_exists_for_its_depositor_and_the_attending_doctor() {
    let scene = |record| Scene::new(doctor(), record).with(masked(document(REPORT)));
    refused(&scene(for_doctor()), Act::Search, &[Rule::A16]);
    refused(&scene(for_doctor()), Act::Consult, &[Rule::A16]);
    allowed(&scene(attended(open_record(), DOCTOR, true)), Act::Consult, Rule::A14);
    refused(&scene(attended(for_doctor(), DOCTOR, false)), Act::Consult, &[Rule::A16]);
    let fed = masked(fed_by(document(REPORT), None, Some(DOCTOR)));
    allowed(&scene(for_doctor()).with(fed), Act::Consult, Rule::A14);
    let mut same = for_doctor();
    same.rights.same_reading.push(ps(DOCTOR));
    allowed(&scene(same.clone()), Act::Consult, Rule::A14);
    same.rights.authorisations.clear();
    refused(&scene(same), Act::Consult, &[Rule::A14]);
}

#[test]
fn a16_where_an_organisation_deposited_its_professionals_in_charge_see_what_is_masked() {
    let fed = || masked(fed_by(document(REPORT), Some(HOSPITAL), None));
    let mut scene = Scene::new(doctor(), for_doctor()).with(fed());
    refused(&scene, Act::Consult, &[Rule::A16]);
    scene.caller.organisation = Fact::Claimed(organisation(HOSPITAL, OrganisationKind::Hospital));
    refused(&scene, Act::Consult, &[Rule::A16]);
    scene.caller.organisation = Fact::Proved(organisation(HOSPITAL, OrganisationKind::Hospital));
    allowed(&scene, Act::Consult, Rule::A14);
    scene.record = open_record();
    refused(&scene, Act::Consult, &[Rule::A14, Rule::A16]);
    // the person named at the deposit is the depositor, not their colleagues
    scene.record = for_doctor();
    let scene = scene.with(masked(fed_by(document(REPORT), Some(HOSPITAL), Some(OTHER_DOCTOR))));
    refused(&scene, Act::Consult, &[Rule::A16]);
}

#[test]
fn a16_what_is_hidden_from_the_holder_is_not_hidden_from_professionals() {
    allowed(&reading(for_doctor()).with(hidden(document(REPORT))), Act::Consult, Rule::A14);
}

#[test]
fn a17_nobody_uses_the_care_door_for_their_own_record() {
    let mut scene = reading(attended(for_doctor(), DOCTOR, true));
    scene.record.kin.push(ps(DOCTOR));
    refused(&scene, Act::Consult, &[Rule::A17]);
    refused(&scene, Act::KnowStatus, &[Rule::A17]);
    scene.caller.door = Door::Feed;
    allowed(&scene, Act::Feed, Rule::W2);
}

#[test]
fn a22_each_reads_the_lines_that_concern_them() {
    let scope = |scene: &Scene| trace_scope(&scene.caller, &scene.facts(), scene.now);
    let scene = own(open_record());
    allowed(&scene, Act::ReadTrace, Rule::A22);
    assert_eq!(scope(&scene), Some(TraceScope::All));
    let scene = reading(attended(open_record(), DOCTOR, true));
    allowed(&scene, Act::ReadTrace, Rule::A22);
    assert_eq!(scope(&scene), Some(TraceScope::Others));
    let scene = reading(attended(for_doctor(), DOCTOR, false));
    allowed(&scene, Act::ReadTrace, Rule::A22);
    assert_eq!(scope(&scene), Some(TraceScope::Own));
    refused(&reading(open_record()), Act::ReadTrace, &[Rule::Default]);
    assert_eq!(scope(&Scene::new(agent(), open_record())), None);
}
