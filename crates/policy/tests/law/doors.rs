//! Who comes by which door, in which state of record and document, and what is the holder's (A1 to A11).

use model::{Act, Door, Fact, Grantee, Instant, OrganisationKind, RecordFacts, Standing, Strength};
use policy::Rule;

use crate::scene::*;
use crate::{allowed, own, reading, refused};

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
