//! Each rule alone, as a sentence of law.

#![allow(clippy::unwrap_used, clippy::panic)]

mod scene;

use model::{
    Act, ActingFor, Door, Fact, Grantee, Instant, OrganisationKind, Profession, ProfessionTable, Purpose,
    RecordFacts, Standing, Strength, Volume,
};
use policy::{Detail, Rule, TraceScope, trace_scope};
use scene::*;

/// Allowed, and by this rule.
#[track_caller]
fn allowed(scene: &Scene, act: Act, by: Rule) {
    let decision = scene.decide(&dmp_2018(), act);
    assert!(decision.is_allowed(), "{act}: refused by {:?}", decision.refused_by);
    assert!(decision.allowed_by.contains(&by), "{act}: allowed by {:?}", decision.allowed_by);
}

/// Refused by exactly these rules.
#[track_caller]
fn refused(scene: &Scene, act: Act, by: &[Rule]) {
    let decision = scene.decide(&dmp_2018(), act);
    assert!(!decision.is_allowed(), "{act}: allowed by {:?}", decision.allowed_by);
    assert_eq!(decision.refused_by, by, "{act}");
}

fn reading(record: RecordFacts) -> Scene {
    Scene::new(doctor(), record).with(document(REPORT))
}

fn own(record: RecordFacts) -> Scene {
    Scene::new(holder(), record)
}

const RIGHTS: [Act; 9] = [
    Act::Authorise,
    Act::Revoke,
    Act::Block,
    Act::Unblock,
    Act::ConfirmAttending,
    Act::EndAttending,
    Act::SetEmergencyChoices,
    Act::SetContacts,
    Act::SetPreferences,
];

#[test]
fn a1_what_feeds_does_not_read() {
    for mut scene in [reading(for_doctor()), own(open_record())] {
        scene.caller.door = Door::Feed;
        scene.document = Some(fed_by(document(REPORT), Some(HOSPITAL), Some(DOCTOR)));
        for act in [Act::Search, Act::Consult, Act::ReadTrace, Act::ReadRights] {
            assert!(scene.decide(&dmp_2018(), act).refused_by.contains(&Rule::A1), "{act}");
        }
    }
}

#[test]
fn a1_a_feeder_learns_the_status_and_locates_what_it_fed() {
    let own = fed_by(document(REPORT), Some(HOSPITAL), None);
    let scene = Scene::new(hospital_feeding(), open_record()).with(own);
    allowed(&scene, Act::KnowStatus, Rule::A1);
    allowed(&scene, Act::LocateOwn, Rule::A1);
    refused(&scene.with(document(REPORT)), Act::LocateOwn, &[Rule::A1]);
    let colleague = fed_by(document(REPORT), Some(HOSPITAL), Some(OTHER_DOCTOR));
    let doctor = but(by(Door::Feed, professional(DOCTOR, "10")), |it| {
        it.organisation = Fact::Proved(organisation(HOSPITAL, OrganisationKind::Hospital));
    });
    refused(&Scene::new(doctor, open_record()).with(colleague), Act::LocateOwn, &[Rule::A1]);
}

#[test]
fn a1_an_organisation_s_certificate_alone_never_reads() {
    let record = authorising(open_record(), Grantee::Organisation(house(HOSPITAL)));
    let caller = of(Door::Care, HOSPITAL, OrganisationKind::Hospital);
    refused(&Scene::new(caller, record).with(document(REPORT)), Act::Consult, &[Rule::A1]);
}

#[test]
fn a1_a_professional_without_certificate_reads_nothing_and_learns_no_status() {
    let mut scene = reading(for_doctor());
    scene.caller.strength = Strength::TwoFactors;
    refused(&scene, Act::Consult, &[Rule::A1, Rule::A14]);
    refused(&scene, Act::KnowStatus, &[Rule::Default]);
}

#[test]
fn a1_only_proved_facts_permit() {
    let mut scene = reading(for_doctor());
    claimed(&mut scene.caller);
    refused(&scene, Act::Consult, &[Rule::A1]);
}

#[test]
fn a1_the_payer_reads_at_no_door() {
    let mut scene = reading(for_doctor());
    scene.caller.organisation = Fact::Proved(organisation(PAYER, OrganisationKind::Payer));
    refused(&scene, Act::Consult, &[Rule::A1]);
}

#[test]
fn a2_nothing_is_read_from_or_fed_to_a_record_that_is_not_open() {
    for record in [closed_record(), destroyed_record(), RecordFacts::absent()] {
        let mut reading = reading(authorising(record.clone(), Grantee::Person(ps(DOCTOR))));
        refused(&reading, Act::Consult, &[Rule::A2]);
        reading.caller = hospital_feeding();
        refused(&reading, Act::Feed, &[Rule::A2]);
        let own = own(record).with(document(REPORT));
        for act in [Act::Search, Act::Consult, Act::Mask, Act::Authorise] {
            assert!(own.decide(&dmp_2018(), act).refused_by.contains(&Rule::A2), "{act}");
        }
    }
}

#[test]
fn a2_the_holder_of_a_closed_record_still_reads_their_trace() {
    allowed(&own(closed_record()), Act::ReadTrace, Rule::A22);
    allowed(&own(closed_record()), Act::LogIn, Rule::A4);
    refused(&own(destroyed_record()), Act::ReadTrace, &[Rule::A2]);
    refused(&Scene::new(doctor(), closed_record()), Act::ReadTrace, &[Rule::A2]);
}

#[test]
fn a3_a_deleted_document_is_for_nobody() {
    let gone = || standing(document(REPORT), model::DocumentStatus::Deleted { at: now() });
    let asking = |scene: Scene| {
        scene.asking(|it| {
            it.asked_archived = true;
            it.asked_deprecated = true;
        })
    };
    refused(&asking(own(open_record()).with(gone())), Act::Consult, &[Rule::A3]);
    refused(&asking(Scene::new(doctor(), for_doctor()).with(gone())), Act::Search, &[Rule::A3]);
    refused(&own(open_record()).with(gone()), Act::Unmask, &[Rule::A3]);
}

#[test]
fn a3_a_replaced_or_archived_document_is_read_only_when_asked_for_expressly() {
    let replaced = || standing(document(REPORT), deprecated());
    let archived = || standing(document(REPORT), model::DocumentStatus::Archived { at: now() });
    for new in [own, |record| Scene::new(doctor(), record)] {
        refused(&new(for_doctor()).with(replaced()), Act::Search, &[Rule::A3]);
        refused(&new(for_doctor()).with(archived()), Act::Consult, &[Rule::A3]);
        let asked = |change: fn(&mut model::Request)| new(for_doctor()).asking(change);
        assert!(
            asked(|it| it.asked_deprecated = true)
                .with(replaced())
                .decide(&dmp_2018(), Act::Search)
                .is_allowed()
        );
        refused(&asked(|it| it.asked_deprecated = true).with(archived()), Act::Search, &[Rule::A3]);
        assert!(
            asked(|it| it.asked_archived = true)
                .with(archived())
                .decide(&dmp_2018(), Act::Search)
                .is_allowed()
        );
    }
}

#[test]
fn a4_the_holder_comes_with_two_factors_by_the_portal_to_their_own_record() {
    allowed(&own(open_record()), Act::LogIn, Rule::A4);
    allowed(&own(open_record()), Act::ChangeSecrets, Rule::A4);
    let changes: [fn(&mut model::Caller); 4] = [
        |it| it.strength = Strength::OneFactor,
        |it| it.strength = Strength::None,
        |it| it.door = Door::Care,
        |it| *it = model::Caller::holder(model::RecordId::from_bytes([9; 16])),
    ];
    for change in changes {
        let scene = Scene::new(but(holder(), change), open_record()).with(document(REPORT));
        for act in Act::ALL {
            let decision = scene.decide(&dmp_2018(), act);
            assert!(decision.refused_by.contains(&Rule::A4), "{act}: {decision:?}");
        }
    }
}

#[test]
fn a5_the_holder_reads_everything_masked_included() {
    for code in [REPORT, PSYCHOLOGICAL, REIMBURSEMENT, HOLDER_REPORT] {
        allowed(&own(open_record()).with(masked(document(code))), Act::Consult, Rule::A5);
    }
    allowed(&own(open_record()), Act::Search, Rule::A5);
    allowed(&own(open_record()), Act::ReadRights, Rule::A5);
}

#[test]
fn a6_what_is_hidden_from_the_holder_does_not_exist_for_them_for_one_month() {
    let mut scene = own(open_record()).with(hidden(document(REPORT)));
    let end = at("2026-12-14T12:00:00+01:00");
    scene.now = Instant::from_millis(end.as_millis() - 1);
    for act in [Act::Search, Act::Consult, Act::Unmask] {
        refused(&scene, act, &[Rule::A6]);
    }
    refused(&scene, Act::Mask, &[Rule::A6, Rule::W9]);
    scene.now = end;
    allowed(&scene, Act::Consult, Rule::A5);
    allowed(&scene, Act::Mask, Rule::W8);
}

#[test]
fn a11_struck_off_or_gone_is_refused_at_once() {
    for left in [Standing::Ended, Standing::LeftOrganisation, Standing::Unknown] {
        let struck_off = |scene: Scene| Scene { caller: who(scene.caller, |it| it.standing = left), ..scene };
        refused(&struck_off(reading(for_doctor())), Act::Consult, &[Rule::A11]);
        refused(&struck_off(reading(for_doctor())), Act::KnowStatus, &[Rule::A11]);
        let mut closed_house = organisation(HOSPITAL, OrganisationKind::Hospital);
        closed_house.standing = left;
        let mut scene = reading(for_doctor());
        scene.caller.organisation = Fact::Proved(closed_house.clone());
        refused(&scene, Act::Consult, &[Rule::A11]);
        scene.caller = but(hospital_feeding(), |it| it.organisation = Fact::Proved(closed_house));
        refused(&scene, Act::Feed, &[Rule::A11]);
    }
}

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

#[test]
fn w1_a_record_is_opened_at_the_counter_by_a_professional_or_by_an_organisation() {
    let by_doctor = by(Door::Feed, professional(DOCTOR, "10"));
    for caller in [agent(), doctor(), nurse(), hospital_feeding(), by_doctor] {
        allowed(&Scene::new(caller, RecordFacts::absent()), Act::OpenRecord, Rule::W1);
    }
    let role = who(doctor(), |it| it.profession.table = ProfessionTable::Role);
    let ministry = of(Door::Feed, 700, OrganisationKind::Ministry);
    let house = of(Door::Care, HOSPITAL, OrganisationKind::Hospital);
    for caller in [payer_feeding(), ministry, house, role, holder()] {
        assert!(!Scene::new(caller, RecordFacts::absent()).decide(&dmp_2018(), Act::OpenRecord).is_allowed());
    }
}

#[test]
fn w1_each_thing_that_lacks_is_said_for_itself() {
    let changes: [fn(&mut model::Request); 4] = [
        |it| it.consent = false,
        |it| it.qualified_identity = false,
        |it| it.emergency_answers = false,
        |it| it.contacts_stated = false,
    ];
    let details = [Detail::Consent, Detail::Identity, Detail::EmergencyAnswers, Detail::Contacts];
    for (change, detail) in changes.into_iter().zip(details) {
        for record in [RecordFacts::absent(), open_record()] {
            let decision = Scene::new(agent(), record).asking(change).decide(&dmp_2018(), Act::OpenRecord);
            assert_eq!((decision.refused_by, decision.details), (vec![Rule::W1], vec![detail]));
        }
    }
}

#[test]
fn w1_an_existing_record_is_told_only_to_who_may_open() {
    let decision = Scene::new(agent(), open_record()).decide(&dmp_2018(), Act::OpenRecord);
    assert_eq!((decision.refused_by, decision.details), (vec![Rule::W1], vec![Detail::DmpFound]));
    let mut scene = Scene::new(agent(), open_record());
    scene.volume.switched_off = true;
    let decision = scene.decide(&dmp_2018(), Act::OpenRecord);
    assert_eq!((decision.refused_by, decision.details), (vec![Rule::W1, Rule::Volume], vec![]));
    let decision = Scene::new(payer_feeding(), open_record()).decide(&dmp_2018(), Act::OpenRecord);
    assert_eq!((decision.refused_by, decision.details), (vec![Rule::Default], vec![]));
}

#[test]
fn w2_feeding_needs_a_qualified_identity_that_agrees_and_no_authorisation() {
    let scene = || Scene::new(hospital_feeding(), open_record()).with(document(REPORT));
    allowed(&scene(), Act::Feed, Rule::W2);
    allowed(&Scene { document: None, ..scene() }, Act::Feed, Rule::W2);
    refused(&scene().asking(|it| it.qualified_identity = false), Act::Feed, &[Rule::W2]);
    let decision = scene().asking(|it| it.identity_agrees = false).decide(&dmp_2018(), Act::Feed);
    assert_eq!((decision.refused_by, decision.details), (vec![Rule::W2], vec![Detail::Identity]));
    refused(&Scene { caller: doctor(), ..scene() }, Act::Feed, &[Rule::Default]);
}

#[test]
fn w4_reimbursements_come_from_the_payer_and_nothing_else_does() {
    let feed = |caller, code| Scene::new(caller, open_record()).with(document(code));
    allowed(&feed(payer_feeding(), REIMBURSEMENT), Act::Feed, Rule::W2);
    refused(&feed(payer_feeding(), REPORT), Act::Feed, &[Rule::W4]);
    refused(&feed(hospital_feeding(), REIMBURSEMENT), Act::Feed, &[Rule::W4]);
}

#[test]
fn w4_the_holder_feeds_their_own_types_and_nobody_else_does() {
    for code in [HOLDER_REPORT, "EXPPAT_3", "74465-6"] {
        allowed(&own(open_record()).with(document(code)), Act::Feed, Rule::W4);
        let scene = Scene::new(hospital_feeding(), open_record()).with(document(code));
        refused(&scene, Act::Feed, &[Rule::W4]);
    }
    for code in [REPORT, REIMBURSEMENT, VSM] {
        refused(&own(open_record()).with(document(code)), Act::Feed, &[Rule::W4]);
    }
}

#[test]
fn w4_a_medical_summary_comes_from_an_attending_doctor_in_force() {
    let feeding = |record| Scene::new(by(Door::Feed, professional(DOCTOR, "10")), record).with(document(VSM));
    allowed(&feeding(attended(open_record(), DOCTOR, true)), Act::Feed, Rule::W2);
    refused(&feeding(attended(for_doctor(), DOCTOR, false)), Act::Feed, &[Rule::W4]);
    refused(&feeding(blocking(attended(open_record(), DOCTOR, true), DOCTOR)), Act::Feed, &[Rule::W4]);
    let scene = Scene::new(hospital_feeding(), attended(open_record(), DOCTOR, true)).with(document(VSM));
    refused(&scene, Act::Feed, &[Rule::W4]);
}

#[test]
fn w4_masked_and_hidden_do_not_combine_but_in_the_signature_of_a_lot() {
    let feed = |code| Scene::new(hospital_feeding(), open_record()).with(masked(hidden(document(code))));
    refused(&feed(REPORT), Act::Feed, &[Rule::W9]);
    allowed(&feed(LOT_SIGNATURE), Act::Feed, Rule::W2);
}

#[test]
fn w5_only_the_depositor_replaces_and_only_what_is_approved() {
    let scene = |caller, document| Scene::new(caller, open_record()).with(document);
    let doctor_feeding = || by(Door::Feed, professional(DOCTOR, "10"));
    let fed_by_house = || fed_by(document(REPORT), Some(HOSPITAL), None);
    let fed_by_both = || fed_by(document(REPORT), Some(HOSPITAL), Some(DOCTOR));
    for act in [Act::Replace, Act::Append] {
        allowed(&scene(hospital_feeding(), fed_by_house()), act, Rule::W5);
        allowed(&scene(hospital_feeding(), fed_by_both()), act, Rule::W5);
        allowed(&scene(doctor_feeding(), fed_by_both()), act, Rule::W5);
        refused(&scene(doctor_feeding(), fed_by_house()), act, &[Rule::W5]);
        let colleague = but(by(Door::Feed, professional(OTHER_DOCTOR, "10")), |it| {
            it.organisation = Fact::Proved(organisation(HOSPITAL, OrganisationKind::Hospital));
        });
        refused(&scene(colleague, fed_by_both()), act, &[Rule::W5]);
        refused(&scene(hospital_feeding(), standing(fed_by_house(), deprecated())), act, &[Rule::W5]);
        refused(&scene(doctor(), fed_by_both()), act, &[Rule::W5]);
        refused(&scene(holder(), fed_by_both()), act, &[Rule::W5]);
    }
}

#[test]
fn w8_the_holder_masks_and_the_depositor_and_attending_doctor_for_them() {
    for act in [Act::Mask, Act::Unmask] {
        allowed(&own(open_record()).with(document(REPORT)), act, Rule::W8);
        let scene = |record, document| Scene::new(doctor(), record).with(document);
        allowed(&scene(open_record(), fed_by(document(REPORT), None, Some(DOCTOR))), act, Rule::W8);
        allowed(&scene(attended(open_record(), DOCTOR, true), document(REPORT)), act, Rule::W8);
        refused(&scene(for_doctor(), document(REPORT)), act, &[Rule::Default]);
        let mut same = for_doctor();
        same.rights.same_reading.push(ps(DOCTOR));
        refused(&scene(same, masked(document(REPORT))), act, &[Rule::Default]);
    }
}

#[test]
fn w10_rights_are_the_holder_s() {
    for act in RIGHTS {
        allowed(&own(open_record()).about(DOCTOR), act, Rule::W10);
    }
    refused(&own(open_record()).about(DOCTOR), Act::DeclareAttending, &[Rule::W10]);
}

#[test]
fn w10_a_professional_records_the_holder_s_agreement_for_themself_alone() {
    for act in [Act::Authorise, Act::Revoke, Act::DeclareAttending] {
        allowed(&Scene::new(doctor(), open_record()).about(DOCTOR), act, Rule::W10);
        refused(&Scene::new(doctor(), open_record()).about(NURSE), act, &[Rule::W10]);
        refused(&Scene::new(doctor(), open_record()), act, &[Rule::W10]);
        let social = who(doctor(), |it| it.profession.table = ProfessionTable::Social);
        refused(&Scene::new(social, open_record()).about(DOCTOR), act, &[Rule::W10]);
        refused(&Scene::new(agent(), open_record()).about(AGENT), act, &[Rule::W10, Rule::W14]);
    }
    allowed(&Scene::new(nurse(), open_record()).about(NURSE), Act::Authorise, Rule::W10);
    refused(&Scene::new(nurse(), open_record()).about(NURSE), Act::DeclareAttending, &[Rule::W10]);
    let scene = Scene::new(doctor(), attended(open_record(), DOCTOR, true)).about(DOCTOR);
    for act in [Act::Unblock, Act::ConfirmAttending, Act::SetEmergencyChoices, Act::SetContacts] {
        refused(&scene, act, &[Rule::W10]);
    }
}

#[test]
fn w10_the_attending_doctor_blocks_another_at_the_holder_s_request() {
    let scene = |confirmed| Scene::new(doctor(), attended(for_doctor(), DOCTOR, confirmed));
    allowed(&scene(true).about(NURSE), Act::Block, Rule::W10);
    refused(&scene(true).about(DOCTOR), Act::Block, &[Rule::W10]);
    refused(&scene(true), Act::Block, &[Rule::W10]);
    refused(&scene(false).about(NURSE), Act::Block, &[Rule::W10]);
}

#[test]
fn w16_the_service_does_what_its_jobs_need_and_nothing_else() {
    let scene = Scene::new(model::Caller::upkeep(), open_record()).with(document(REPORT));
    for act in Act::ALL {
        let notices = matches!(act, Act::NoticeDeath | Act::NoticeFraud);
        let job = notices || matches!(act, Act::SendNotice | Act::Recompute);
        assert_eq!(scene.decide(&dmp_2018(), act).is_allowed(), job, "{act}");
    }
    refused(&own(open_record()), Act::SendNotice, &[Rule::Default]);
}

#[test]
fn v1_who_asks_for_too_much_is_cut_off() {
    let limits = dmp_2018().profile.budgets.person;
    let changes: [fn(&mut Volume, u64); 3] = [
        |it, more| it.records_touched = more,
        |it, more| it.identities_tested = more,
        |it, more| it.records_opened = more,
    ];
    let most =
        [limits.records_touched_per_hour, limits.identities_tested_per_hour, limits.records_opened_per_hour];
    for (change, most) in changes.into_iter().zip(most) {
        let mut scene = reading(for_doctor());
        change(&mut scene.volume, most);
        allowed(&scene, Act::Consult, Rule::A14);
        change(&mut scene.volume, most + 1);
        refused(&scene, Act::Consult, &[Rule::Volume]);
        refused(&scene, Act::KnowStatus, &[Rule::Volume]);
    }
    let mut scene = reading(for_doctor());
    scene.volume.switched_off = true;
    refused(&scene, Act::Consult, &[Rule::Volume]);
}

#[test]
fn what_is_decided_for_a_document_is_refused_without_one() {
    let record = attended(for_doctor(), DOCTOR, true);
    refused(&Scene::new(doctor(), record), Act::Consult, &[Rule::Default]);
    refused(&own(open_record()), Act::Mask, &[Rule::Default]);
}
