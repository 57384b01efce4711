//! Every caller, act, record and document the rules tell apart, together, against what must hold whatever
//! the rest: the invariants a jurist would name.

#![allow(clippy::unwrap_used, clippy::panic)]

mod scene;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;

use model::{Act, Door, Fact, Facts, Person, Purpose, RecordStatus, Standing, Strength};
use policy::{Decision, Policy, Rule, rules};
use scene::*;

/// What a case is called where it fails.
#[derive(Clone, Copy)]
struct Name {
    who: &'static str,
    act: Act,
    state: &'static str,
    what: &'static str,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {} / {} / {}", self.who, self.act, self.state, self.what)
    }
}

/// Calls `check` with every case, its name and its decision; returns how many there were. Acts that are not
/// about a document are decided without one.
fn every_case(policy: &Policy, check: impl Fn(&Scene, Act, Name, &Decision)) -> usize {
    let mut seen = 0;
    for (who, caller) in callers() {
        for (state, record) in records() {
            for (what, document) in documents() {
                let mut scene = Scene::new(caller.clone(), record.clone());
                scene.document = document;
                for asked in [false, true] {
                    scene.request.asked_deprecated = asked;
                    scene.request.asked_archived = asked;
                    scene.request.about = Some(ps(if asked { DOCTOR } else { NURSE }));
                    let about_it = |act: &Act| scene.document.is_none() || act.is_about_a_document();
                    for act in Act::ALL.into_iter().filter(about_it) {
                        let decision = scene.decide(policy, act);
                        check(&scene, act, Name { who, act, state, what }, &decision);
                        seen += 1;
                    }
                }
            }
        }
    }
    seen
}

fn reads(act: Act) -> bool {
    matches!(
        act,
        Act::Search
            | Act::Consult
            | Act::ReadTrace
            | Act::ReadRights
            | Act::ListPatients
            | Act::ListAuthorised
            | Act::ReadContacts
            | Act::ReadClosure
            | Act::ProveTrace
            | Act::SeeAs
            | Act::Why
    )
}

fn deposits(act: Act) -> bool {
    matches!(
        act,
        Act::Feed
            | Act::Replace
            | Act::Append
            | Act::Transform
            | Act::Delete
            | Act::Restore
            | Act::Archive
            | Act::Unarchive
            | Act::Recall
    )
}

/// What an agent does without a form the holder signed.
const OFFICES: [Act; 12] = [
    Act::OpenRecord,
    Act::Reopen,
    Act::NoticeDeath,
    Act::CorrectDeath,
    Act::NoticeFraud,
    Act::AskAsHeir,
    Act::LookAtCounter,
    Act::ReleaseToHeir,
    Act::OpenMinorAccount,
    Act::Merge,
    Act::Split,
    Act::Recall,
];

fn is_professional(scene: &Scene) -> bool {
    scene.caller.professional().is_some()
}

fn attending(scene: &Scene) -> bool {
    let rights = &scene.record.rights;
    scene
        .caller
        .professional()
        .is_some_and(|it| rights.is_attending(&it.id, scene.now) || rights.same_reading.contains(&it.id))
        || scene.caller.delegation().is_some_and(|it| {
            it.kind == model::DelegationKind::Replacement && rights.is_attending(&it.principal.id, scene.now)
        })
}

fn deposited(scene: &Scene) -> bool {
    let Some((document, who)) = scene.document.as_ref().zip(scene.caller.professional()) else {
        return false;
    };
    match (&document.depositor.person, &document.depositor.organisation) {
        (Some(person), _) => *person == who.id,
        (None, house) => scene.caller.organisation.proved().map(|it| &it.id) == house.as_ref(),
    }
}

#[test]
fn what_must_hold_in_every_case() {
    for policy in [dmp_2018(), mes_2026()] {
        let seen = every_case(&policy, |scene, act, name, decision| {
            let allowed = decision.is_allowed();
            // the verdict is what its rules say
            assert_eq!(allowed, decision.refused_by.is_empty(), "{name}");
            assert!(!allowed || !decision.allowed_by.is_empty(), "{name}: allowed by no rule");
            assert!(decision.refused_by.is_sorted() && decision.allowed_by.is_sorted(), "{name}");
            if decision.refused_by.contains(&Rule::Default) {
                assert!(decision.allowed_by.is_empty() && decision.refused_by.len() == 1, "{name}");
            }
            if !allowed {
                return;
            }
            let rights = &scene.record.rights;
            let document = scene.document.as_ref();
            let visibility = document.map(|it| it.visibility).unwrap_or_default();
            assert!(!(scene.caller.door == Door::Feed && reads(act)), "{name}: the feed door read");
            if reads(act) && scene.caller.person.proved().is_none() {
                panic!("{name}: nobody in particular read");
            }
            if scene.caller.door == Door::Portal {
                let strong = matches!(scene.caller.strength, Strength::TwoFactors | Strength::Certificate);
                // the link of a notice can only restrict
                let restricts = scene.caller.strength == Strength::Link
                    && matches!(act, Act::Block | Act::ContestEmergency);
                assert!(strong || restricts, "{name}: weak on the portal");
                assert!(scene.caller.person.proved().is_some(), "{name}: nobody on the portal");
                if scene.caller.agent().is_some() {
                    // without a form of the holder's an agent changes no right and sees nothing (H09)
                    assert!(OFFICES.contains(&act), "{name}: an agent without a form");
                }
                if let Some(it) = scene.caller.professional() {
                    let kin = scene.record.kin.contains(&it.id);
                    assert!(it.standing == Standing::Active && (!kin || deposits(act)), "{name}");
                }
            }
            if let Some(it) = scene.caller.professional() {
                let blocked = rights.is_blocked(&it.id, scene.now);
                let by_hand = scene.caller.door == Door::Portal && deposits(act);
                let feeds = (scene.caller.door == Door::Feed && !reads(act)) || by_hand;
                assert!(!blocked || feeds || act == Act::KnowStatus, "{name}: blocked");
            }
            if visibility.masked && reads(act) && is_professional(scene) && document.is_some() {
                let about_documents = matches!(act, Act::Search | Act::Consult);
                assert!(!about_documents || attending(scene) || deposited(scene), "{name}: masked");
            }
            if visibility.hidden_from_holder && act.is_about_a_document() {
                let by_holder = matches!(scene.caller.person, Fact::Proved(Person::Holder { .. }));
                let over = document.is_some_and(|it| policy.profile.hidden_until(it.deposited) <= scene.now);
                assert!(!by_holder || over, "{name}: hidden from the holder");
            }
            let status = &scene.record.status;
            if !status.is_open() {
                let closed = matches!(status, RecordStatus::Closed { .. });
                let remains = match act {
                    Act::KnowStatus => true,
                    Act::OpenRecord => *status == RecordStatus::Absent,
                    Act::Reopen | Act::CorrectDeath | Act::Destroy | Act::Recall | Act::LookAtCounter => {
                        closed
                    }
                    Act::AskAsHeir | Act::ReleaseToHeir => closed,
                    Act::ReadClosure | Act::ProveTrace | Act::AskDestruction | Act::WithdrawDestruction => {
                        closed && scene.caller.is_holder_of(record_id())
                    }
                    Act::SendNotice => closed && scene.caller.door == Door::Upkeep,
                    Act::ReadTrace | Act::LogIn | Act::ChangeSecrets => {
                        closed && scene.caller.is_holder_of(record_id())
                    }
                    other => other.is_about_no_record(),
                };
                assert!(remains, "{name}: the record is not open");
            }
        });
        assert!(seen > 100_000, "only {seen} cases");
    }
}

#[test]
fn what_is_only_claimed_permits_nothing() {
    let policy = dmp_2018();
    every_case(&policy, |scene, act, name, decision| {
        if decision.is_allowed() && scene.caller.door != Door::Upkeep {
            let claimed = but(scene.caller.clone(), claimed);
            let facts = scene.facts();
            let decision = policy.decide(&claimed, act, &scene.purpose, &facts, scene.now);
            assert!(!decision.is_allowed(), "{name}: on claims alone");
        }
    });
}

#[test]
fn an_emergency_opens_nothing_but_reading() {
    let policy = mes_2026();
    let emergencies = [Purpose::Regulation, Purpose::BreakGlass { reason: "essai".into() }];
    every_case(&policy, |scene, act, name, decision| {
        for purpose in emergencies.iter().filter(|_| decision.is_allowed()) {
            let facts = scene.facts();
            let decision = policy.decide(&scene.caller, act, purpose, &facts, scene.now);
            let reads = matches!(act, Act::Search | Act::Consult) && !scene.record.windows.is_empty();
            assert!(!decision.is_allowed() || reads || act == Act::KnowStatus, "{name}: for {purpose:?}");
        }
    });
}

#[test]
fn shutting_out_never_opens() {
    let policy = dmp_2018();
    every_case(&policy, |scene, act, name, decision| {
        if decision.is_allowed() {
            return;
        }
        let facts = |record, document| {
            let facts = Facts { record, document, request: &scene.request, volume: scene.volume };
            policy.decide(&scene.caller, act, &scene.purpose, &facts, scene.now)
        };
        let document = scene.document.as_ref();
        let blocked = blocking(blocking(scene.record.clone(), DOCTOR), NURSE);
        let mut withdrawn = scene.record.clone();
        withdrawn.rights.authorisations.clear();
        let masked = scene.document.clone().map(masked);
        for less in
            [facts(&blocked, document), facts(&withdrawn, document), facts(&scene.record, masked.as_ref())]
        {
            assert!(!less.is_allowed(), "{name}: less right gave more");
        }
    });
}

#[test]
fn hiding_from_the_holder_ends_by_time_and_then_leaves_no_mark() {
    let policy = dmp_2018();
    let mut ended = 0;
    for (what, document) in documents() {
        let Some(document) = document.filter(|it| it.visibility.hidden_from_holder) else { continue };
        let until = policy.profile.hidden_until(document.deposited);
        for act in [Act::Search, Act::Consult, Act::Mask, Act::Unmask] {
            let mut scene = Scene::new(holder(), open_record()).with(document.clone());
            scene.now = model::Instant::from_millis(until.as_millis() - 1);
            assert!(!scene.decide(&policy, act).is_allowed(), "{what} / {act}: before its time");
            scene.now = until;
            let after = scene.decide(&policy, act);
            if let Some(it) = &mut scene.document {
                it.visibility.hidden_from_holder = false;
            }
            assert_eq!(after, scene.decide(&policy, act), "{what} / {act}");
            ended += usize::from(after.is_allowed());
        }
    }
    assert!(ended > 0);
}

#[test]
fn no_rule_is_idle() {
    let policy = dmp_2018();
    let permits = RefCell::new(BTreeSet::new());
    let forbids_alone = RefCell::new(BTreeSet::new());
    let note = |decision: &Decision| {
        if decision.is_allowed() {
            permits.borrow_mut().extend(decision.allowed_by.iter().copied());
        } else if let [rule] = decision.refused_by.as_slice() {
            forbids_alone.borrow_mut().insert(*rule);
        }
    };
    every_case(&policy, |_, _, _, decision| note(decision));
    let mut scene = Scene::new(hospital_feeding(), open_record()).with(document(REPORT));
    scene.volume.switched_off = true;
    note(&scene.decide(&policy, Act::Feed));
    let scene = Scene::new(hospital_feeding(), open_record()).with(document(REPORT));
    note(&scene.asking(|it| it.identity_agrees = false).decide(&policy, Act::Feed));

    let mut parted = child();
    let since = at("2026-01-01T00:00:00Z");
    parted.disagreements.push(model::Disagreement { by: row(FATHER), since, settled: None });
    note(&Scene::new(representative(MOTHER), parted).about(DOCTOR).decide(&policy, Act::Authorise));
    for (caller, purpose) in [
        (but(doctor(), |it| it.session = session()), Purpose::BreakGlass { reason: "essai".into() }),
        (regulator(), Purpose::Regulation),
    ] {
        let scene = Scene { purpose, ..Scene::new(caller, in_emergency()).with(document(REPORT)) };
        note(&scene.decide(&policy, Act::Consult));
    }

    use Rule::*;
    let only_forbidding = [A3, A6, A9, A10, A11, A12, A13, A15, A16, A17, A20, Default];
    let permitting = Rule::ALL.into_iter().filter(|rule| !only_forbidding.contains(rule));
    assert_eq!(permits.into_inner(), permitting.collect());
    // these never forbid: they permit, or leave it to the default; A20 says in an emergency what A12 and A16 say
    let never_alone = [A5, A20, W16];
    let forbidding = rules().filter(|rule| !never_alone.contains(rule)).chain([Default]);
    assert_eq!(forbids_alone.into_inner(), forbidding.collect());
}

#[test]
fn the_portal_gives_a_professional_what_the_two_doors_give() {
    let policy = dmp_2018();
    every_case(&policy, |scene, act, name, decision| {
        if scene.caller.door != Door::Portal || !is_professional(scene) {
            return;
        }
        let at = |door| {
            let caller = but(scene.caller.clone(), |it| {
                it.door = door;
                if it.strength == Strength::TwoFactors {
                    it.strength = Strength::Certificate;
                }
            });
            policy.decide(&caller, act, &scene.purpose, &scene.facts(), scene.now)
        };
        let same = at(if deposits(act) { Door::Feed } else { Door::Care });
        // records are opened at the counter, on the care door and on the feed door
        if act != Act::OpenRecord {
            assert_eq!(decision.is_allowed(), same.is_allowed(), "{name}");
        }
    });
    let scene = Scene::new(on_the_portal(), for_doctor()).with(document(REPORT));
    for act in [Act::Search, Act::Consult, Act::Feed] {
        assert!(scene.decide(&policy, act).is_allowed(), "{act}");
    }
}
