//! The rules against the second reading of them (`oracle/`): every case of some thirty products of features, in
//! both directions. What is allowed by one and refused by the other is printed with the case.
//!
//! The product of all features at once has more cases than anybody can run. It is cut so: a decision is a
//! conjunction (no rule forbids) with a disjunction (some rule permits), each rule looks at few features, and a
//! caller is of one kind. Each product below takes one kind of caller and lets vary together all features some
//! one rule about it combines; the rest stay where no rule speaks. `nothing_hangs_on_the_rest` draws cases from
//! the whole product at random, so that an interplay nobody thought of has its chance to show.

#![allow(clippy::unwrap_used, clippy::panic)]

macro_rules! axis {
    ($($field:ident).+ in $values:expr) => {
        $values.into_iter().map(|value| Box::new(move |it: &mut World| it.$($field).+ = value) as Box<dyn Fn(&mut World)>).collect::<Axis>()
    };
}

macro_rules! of_document {
    ($field:ident in $values:expr) => {
        $values
            .into_iter()
            .map(|value| {
                Box::new(move |it: &mut World| {
                    it.document.as_mut().unwrap().$field = value;
                }) as Box<dyn Fn(&mut World)>
            })
            .collect::<Axis>()
    };
}

mod oracle;
mod scene;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Act, ActingFor, Door, Strength};
use oracle::Tables;
use oracle::drawn::drawn;
use oracle::facts::Maker;
use oracle::world::*;
use policy::{Matrix, Policy, ProfileName};
use proptest::prelude::*;

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::read);
static MAKER: LazyLock<Maker> = LazyLock::new(Maker::new);
static POLICIES: LazyLock<[Policy; 3]> =
    LazyLock::new(|| [scene::dmp_2018(), scene::mes_2026(), otherwise()]);
static DECIDED: AtomicU64 = AtomicU64::new(0);

/// The second profile with every choice made the other way.
fn otherwise() -> Policy {
    let mut text = ProfileName::Mes2026.text().to_owned();
    for (from, to) in [
        ("\"students_read_as_their_profession\": true", "\"students_read_as_their_profession\": false"),
        ("\"guardians_decide_rights\": false", "\"guardians_decide_rights\": true"),
        ("\"block_wins_over_regulation\": true", "\"block_wins_over_regulation\": false"),
        ("\"emergency_keeps_masks\": true", "\"emergency_keeps_masks\": false"),
        ("\"emergency_keeps_matrix\": true", "\"emergency_keeps_matrix\": false"),
        ("\"corrections_by_two\": true", "\"corrections_by_two\": false"),
        ("\"switching_on_by_two\": true", "\"switching_on_by_two\": false"),
        ("\"masked_and_hidden_combine\": false", "\"masked_and_hidden_combine\": true"),
    ] {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    Policy::from_text(&text, Matrix::PROVISIONAL).unwrap()
}

/// Decides and judges; the acts they differ on, and how many acts were allowed.
fn compare(world: &World, acts: &[Act]) -> (Vec<(Act, String)>, usize) {
    let policy = &POLICIES[world.profile as usize];
    let built = MAKER.make(world);
    let judged = TABLES.judge(world, acts);
    let mut differ = Vec::new();
    for (act, expected) in acts.iter().zip(&judged) {
        let decision = built.decide(policy, *act);
        if decision.is_allowed() != *expected {
            differ.push((*act, format!("{:?} / {:?}", decision.allowed_by, decision.refused_by)));
        }
    }
    (differ, judged.into_iter().filter(|it| *it).count())
}

/// One feature and its values.
type Axis = Vec<Box<dyn Fn(&mut World)>>;

const BOTH: [bool; 2] = [false, true];

fn every(name: &str, base: World, acts: &[Act], axes: &[Axis]) {
    let mut odometer = vec![0; axes.len()];
    let (mut cases, mut allowed) = (0_u64, 0_u64);
    let mut faults = Vec::new();
    loop {
        let mut world = base;
        for (axis, place) in axes.iter().zip(&odometer) {
            axis[*place](&mut world);
        }
        let (differ, given) = compare(&world, acts);
        cases += acts.len() as u64;
        allowed += given as u64;
        for (act, decision) in differ {
            faults.push((act, decision, world));
        }
        let Some(next) = odometer.iter().zip(axes).rposition(|(place, axis)| place + 1 < axis.len()) else {
            break;
        };
        odometer[next] += 1;
        odometer[next + 1..].fill(0);
    }
    let total = DECIDED.fetch_add(cases, Ordering::Relaxed) + cases;
    println!("{name}: {cases} cases, {allowed} allowed, {} differ ({total} so far)", faults.len());
    if let Some((act, decision, world)) = faults.first() {
        let mut acts: Vec<String> = faults.iter().map(|(act, ..)| act.to_string()).collect();
        acts.sort();
        acts.dedup();
        panic!("{name}: {} differ, on {acts:?}; {act}: {decision} in {world:#?}", faults.len());
    }
    assert!(allowed > 0 && allowed < cases, "{name}: nothing was at stake");
}

const DOORS: [Door; 5] = [Door::Care, Door::Feed, Door::Portal, Door::Steer, Door::Upkeep];
const STRENGTHS: [Strength; 6] = [
    Strength::None,
    Strength::Link,
    Strength::OneFactor,
    Strength::TwoFactors,
    Strength::Bound,
    Strength::Certificate,
];
const STATUSES: [Status; 8] = [
    Status::Absent,
    Status::Open,
    Status::Closed,
    Status::ClosedTenYears,
    Status::Death,
    Status::DeathInError,
    Status::Fraud,
    Status::Destroyed,
];
const PROFILES: [Chosen; 3] = [Chosen::Dmp2018, Chosen::Mes2026, Chosen::Otherwise];
const PROFESSIONS: [Profession; 4] =
    [Profession::Doctor, Profession::Nurse, Profession::Social, Profession::Student];
const ACTING: [ActingFor; 5] = [
    ActingFor::Care,
    ActingFor::RegulationCentre,
    ActingFor::Insurer,
    ActingFor::Administration,
    ActingFor::OccupationalHealth,
];
const HOUSES: [House; 6] =
    [House::None, House::Hospital, House::CareHome, House::Payer, House::Counter, House::Ministry];
const AGES: [Age; 7] =
    [Age::Unknown, Age::Eight, Age::EveOfFifteen, Age::Fifteen, Age::EveOfEighteen, Age::Eighteen, Age::Old];
const DEPOSITORS: [Depositor; 6] = [
    Depositor::Other,
    Depositor::Me,
    Depositor::MyHouse,
    Depositor::MeInMyHouse,
    Depositor::ColleagueInMyHouse,
    Depositor::Holder,
];
const TYPES: [Type; 6] =
    [Type::Report, Type::NotGiven, Type::Summary, Type::Reimbursement, Type::Holders, Type::Signature];
const STATES: [State; 5] =
    [State::Approved, State::Deprecated, State::Archived, State::Deleted, State::DeletedLongAgo];
const HIDING: [Hidden; 3] = [Hidden::No, Hidden::Still, Hidden::Over];

fn documents() -> Vec<Option<Document>> {
    let secret = Document { secret: true, ..REPORT };
    let deleted = Document { state: State::Deleted, ..REPORT };
    vec![None, Some(REPORT), Some(secret), Some(deleted)]
}

fn on_documents() -> Vec<Act> {
    Act::ALL.into_iter().filter(|act| act.is_about_a_document()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_hangs_on_the_rest(seed in any::<u64>()) {
        let world = drawn(seed);
        let (differ, _) = compare(&world, &Act::ALL);
        prop_assert!(differ.is_empty(), "{:?} in {:#?}", differ, world);
    }
}
