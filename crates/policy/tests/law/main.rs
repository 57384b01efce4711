//! Each rule alone, as a sentence of law.

#![allow(clippy::unwrap_used, clippy::panic)]

mod doors;
mod professionals;
#[path = "../scene/mod.rs"]
mod scene;
mod writing;

use model::{Act, RecordFacts, Volume};
use policy::Rule;
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
