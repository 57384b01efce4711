//! Opening, feeding, masking and the rights: who writes what (W).

use model::{Act, Door, Fact, OrganisationKind, ProfessionTable, RecordFacts};
use policy::{Detail, Rule};

use crate::scene::*;
use crate::{allowed, own, refused};

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
