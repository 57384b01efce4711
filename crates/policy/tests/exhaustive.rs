//! The rules against the second reading of them (`oracle/`): every case of some thirty products of features, in
//! both directions. What is allowed by one and refused by the other is printed with the case.
//!
//! The product of all features at once has more cases than anybody can run. It is cut so: a decision is a
//! conjunction (no rule forbids) with a disjunction (some rule permits), each rule looks at few features, and a
//! caller is of one kind. Each product below takes one kind of caller and lets vary together all features some
//! one rule about it combines; the rest stay where no rule speaks. `nothing_hangs_on_the_rest` draws cases from
//! the whole product at random, so that an interplay nobody thought of has its chance to show.

#![allow(clippy::unwrap_used, clippy::panic)]

mod oracle;
mod scene;

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

use model::{Act, ActingFor, Door, Strength};
use oracle::Tables;
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

/// Doors, proofs, professions, situations: who one is.
#[test]
fn professionals_by_what_is_proved() {
    let base = World { right: Right::Person, house: House::Hospital, ..BASE };
    every(
        "professionals by what is proved",
        base,
        &Act::ALL,
        &[
            axis!(profile in PROFILES),
            axis!(door in DOORS),
            axis!(strength in STRENGTHS),
            axis!(profession in PROFESSIONS),
            axis!(acting in ACTING),
            axis!(active in BOTH),
            axis!(blocked in BOTH),
            axis!(kin in BOTH),
        ],
    );
}

#[test]
fn professionals_by_house_and_state_of_the_record() {
    every(
        "professionals by house and state of the record",
        World { right: Right::Person, ..BASE },
        &Act::ALL,
        &[
            axis!(door in [Door::Care, Door::Feed, Door::Portal]),
            axis!(strength in [Strength::TwoFactors, Strength::Bound, Strength::Certificate]),
            axis!(status in STATUSES),
            axis!(house in HOUSES),
            axis!(house_active in BOTH),
            axis!(occupational in BOTH),
            axis!(acting in [ActingFor::Care, ActingFor::OccupationalHealth]),
            axis!(over_budget in BOTH),
            axis!(consent in BOTH),
            axis!(profile in PROFILES),
        ],
    );
}

/// Rights, teams, delegations: by what one is let in.
#[test]
fn professionals_by_their_relation() {
    let acts = [
        Act::KnowStatus,
        Act::Search,
        Act::ReadTrace,
        Act::Announce,
        Act::Unmask,
        Act::DeclareCare,
        Act::Block,
        Act::HandOver,
        Act::NameStudent,
        Act::Feed,
    ];
    let base = World { about: About::Other, ..BASE };
    every(
        "professionals by their relation",
        base,
        &acts,
        &[
            axis!(profile in [Chosen::Dmp2018, Chosen::Mes2026]),
            axis!(right in [Right::None, Right::Person, Right::House, Right::Over, Right::NotYet, Right::Revoked]),
            axis!(attends in [Attends::No, Attends::Pending, Attends::Yes, Attends::Ended]),
            axis!(same_reading in BOTH),
            axis!(blocked in BOTH),
            axis!(care in [Care::None, Care::Own, Care::Principals, Care::Team, Care::WholeHospital, Care::Over]),
            axis!(in_unit in BOTH),
            axis!(coordinating in BOTH),
            axis!(house in [House::None, House::Hospital, House::CareHome]),
            axis!(document in [Some(REPORT), Some(Document { masked: true, by: Depositor::MyHouse, ..REPORT })]),
            axis!(profession in [Profession::Doctor, Profession::Nurse]),
        ],
    );
}

#[test]
fn professionals_for_another() {
    let masked = Document { masked: true, ..REPORT };
    let documents = [
        Some(REPORT),
        Some(masked),
        Some(Document { by: Depositor::Me, ..masked }),
        Some(Document { by: Depositor::MyHouse, ..masked }),
        Some(Document { kind: Type::NotGiven, ..REPORT }),
    ];
    every(
        "professionals for another",
        World { house: House::Hospital, ..BASE },
        &Act::ALL,
        &[
            axis!(profile in PROFILES),
            axis!(delegation in [
                Delegation::None,
                Delegation::ReplacementTold,
                Delegation::ReplacementUntold,
                Delegation::Assistant,
                Delegation::Student,
                Delegation::StudentOver,
                Delegation::StudentUnnamed,
            ]),
            axis!(profession in PROFESSIONS),
            axis!(principal_active in BOTH),
            axis!(principal_authorised in BOTH),
            axis!(principal_attends in BOTH),
            axis!(principal_blocked in BOTH),
            axis!(right in [Right::None, Right::Person]),
            axis!(care in [Care::None, Care::Principals]),
            axis!(document in documents),
        ],
    );
    every(
        "professionals for another, at every door",
        World { house: House::Hospital, principal_authorised: true, ..BASE },
        &Act::ALL,
        &[
            axis!(delegation in [Delegation::ReplacementTold, Delegation::Assistant, Delegation::Student]),
            axis!(door in DOORS),
            axis!(strength in STRENGTHS),
            axis!(profession in PROFESSIONS),
            axis!(blocked in BOTH),
            axis!(purpose in [Purpose::Normal, Purpose::BreakGlass]),
            axis!(principal_attends in BOTH),
        ],
    );
}

/// Documents, by everything the rules tell of them.
#[test]
fn professionals_by_document() {
    for (door, house) in [
        (Door::Care, House::None),
        (Door::Care, House::Hospital),
        (Door::Feed, House::Hospital),
        (Door::Portal, House::Hospital),
    ] {
        every(
            "professionals by document",
            World { door, house, ..BASE },
            &on_documents(),
            &[
                of_document!(kind in TYPES),
                of_document!(state in STATES),
                of_document!(masked in BOTH),
                of_document!(hidden in HIDING),
                of_document!(secret in BOTH),
                of_document!(by in DEPOSITORS),
                axis!(right in [Right::None, Right::Person]),
                axis!(attends in [Attends::No, Attends::Yes]),
            ],
        );
    }
    every(
        "professionals by what they ask for",
        World { right: Right::Person, house: House::Hospital, ..BASE },
        &on_documents(),
        &[
            axis!(door in [Door::Care, Door::Feed, Door::Portal]),
            of_document!(state in STATES),
            axis!(asked_deprecated in BOTH),
            axis!(asked_archived in BOTH),
            of_document!(by in DEPOSITORS),
            of_document!(secret in BOTH),
            of_document!(hidden in HIDING),
            axis!(announced in BOTH),
            axis!(minor_agreed in BOTH),
            axis!(age in [Age::Unknown, Age::Eight, Age::Old]),
            axis!(status in [Status::Open, Status::Closed]),
        ],
    );
}

/// Emergencies, with every way a window may not be one's own.
#[test]
fn emergencies() {
    let masked = Document { masked: true, ..REPORT };
    let documents = [
        Some(REPORT),
        Some(masked),
        Some(Document { by: Depositor::Me, ..masked }),
        Some(Document { kind: Type::NotGiven, ..REPORT }),
        None,
    ];
    every(
        "windows of emergency",
        BASE,
        &[
            Act::KnowStatus,
            Act::BreakGlass,
            Act::Regulate,
            Act::Search,
            Act::Consult,
            Act::ReadTrace,
            Act::Authorise,
            Act::Feed,
        ],
        &[
            axis!(profile in [Chosen::Mes2026, Chosen::Otherwise]),
            axis!(purpose in [Purpose::Normal, Purpose::BreakGlass, Purpose::Regulation]),
            axis!(window in [
                Opened::None,
                Opened::Mine,
                Opened::OtherPerson,
                Opened::OtherSession,
                Opened::OtherKind,
                Opened::Over,
                Opened::LoggedOut,
            ]),
            axis!(profession in PROFESSIONS),
            axis!(acting in ACTING),
            axis!(break_glass_allowed in BOTH),
            axis!(regulation_allowed in BOTH),
            axis!(blocked in BOTH),
            axis!(document in documents),
            axis!(right in [Right::None, Right::Person]),
            axis!(attends in [Attends::No, Attends::Yes]),
        ],
    );
    every(
        "opening a window",
        World { acting: ActingFor::Care, ..BASE },
        &Act::ALL,
        &[
            axis!(purpose in [Purpose::Normal, Purpose::BreakGlass, Purpose::BreakGlassBlank, Purpose::Regulation]),
            axis!(cannot in BOTH),
            axis!(risk in BOTH),
            axis!(traits in BOTH),
            axis!(session in BOTH),
            axis!(window in [Opened::None, Opened::Mine]),
            axis!(acting in [ActingFor::Care, ActingFor::RegulationCentre]),
            axis!(door in DOORS),
            axis!(strength in [Strength::OneFactor, Strength::TwoFactors, Strength::Certificate]),
            axis!(status in [Status::Open, Status::Closed, Status::Absent]),
        ],
    );
}

#[test]
fn holders() {
    every(
        "holders by what is proved",
        World { who: Who::Holder, door: Door::Portal, ..BASE },
        &Act::ALL,
        &[
            axis!(door in DOORS),
            axis!(strength in STRENGTHS),
            axis!(own_record in BOTH),
            axis!(status in STATUSES),
            axis!(age in AGES),
            axis!(emancipated in BOTH),
            axis!(account in BOTH),
            axis!(document in [None, Some(REPORT)]),
        ],
    );
    let holder = World { who: Who::Holder, door: Door::Portal, strength: Strength::TwoFactors, ..BASE };
    every(
        "holders by document",
        World { account: true, ..holder },
        &on_documents(),
        &[
            axis!(profile in PROFILES),
            axis!(age in [Age::Unknown, Age::Fifteen, Age::Old]),
            axis!(status in [Status::Open, Status::Closed, Status::Absent]),
            of_document!(kind in TYPES),
            of_document!(state in STATES),
            of_document!(masked in BOTH),
            of_document!(hidden in HIDING),
            of_document!(secret in BOTH),
            of_document!(by in [Depositor::Other, Depositor::Holder]),
            axis!(asked_archived in BOTH),
        ],
    );
    every(
        "holders by request",
        holder,
        &Act::ALL,
        &[
            axis!(profile in PROFILES),
            axis!(purpose in [Purpose::Normal, Purpose::BreakGlass, Purpose::Regulation]),
            axis!(about in [About::Nobody, About::Me, About::Other]),
            axis!(right in [Right::None, Right::Person, Right::House, Right::Over]),
            axis!(attends in [Attends::No, Attends::Yes]),
            axis!(opposes in [Opposes::None, Opposes::Document, Opposes::Professional, Opposes::House, Opposes::Type]),
            axis!(reason in BOTH),
            axis!(quality in BOTH),
            axis!(identity in BOTH),
            axis!(back in [Since::None, Since::Lately, Since::LongAgo]),
        ],
    );
}

#[test]
fn representatives() {
    let parent = World {
        who: Who::Representative,
        door: Door::Portal,
        strength: Strength::TwoFactors,
        age: Age::Eight,
        about: About::Other,
        ..BASE
    };
    let kinds = [Kind::Parent, Kind::Guardian, Kind::GuardianOfProperty, Kind::Curator, Kind::Family];
    every(
        "representatives by mandate",
        parent,
        &Act::ALL,
        &[
            axis!(profile in [Chosen::Mes2026, Chosen::Otherwise]),
            axis!(mandate in kinds),
            axis!(mandate_when in [When::Before, When::In, When::After]),
            axis!(restricted in BOTH),
            axis!(consented in BOTH),
            axis!(permits in [Permits::All, Permits::Reading, Permits::Nothing]),
            axis!(age in AGES),
            axis!(emancipated in BOTH),
            axis!(account in BOTH),
        ],
    );
    every(
        "representatives among themselves",
        parent,
        &Act::ALL,
        &[
            axis!(mandate in [Kind::Parent, Kind::Guardian]),
            axis!(other in [Other::None, Other::InForce, Other::Restricted]),
            axis!(dispute in [Dispute::None, Dispute::Own, Dispute::Others, Dispute::Settled]),
            axis!(about_blocked in [BlockOf::None, BlockOf::Holders, BlockOf::Own, BlockOf::Others, BlockOf::OthersLifted]),
            axis!(about in [About::Nobody, About::Me, About::Other]),
            axis!(agreed in BOTH),
            axis!(age in [Age::Eight, Age::Old]),
            axis!(quality in BOTH),
            axis!(right in [Right::None, Right::Person]),
        ],
    );
    every(
        "representatives by document",
        parent,
        &on_documents(),
        &[
            axis!(mandate in [Kind::Parent, Kind::Curator]),
            of_document!(kind in TYPES),
            of_document!(state in STATES),
            of_document!(masked in BOTH),
            of_document!(hidden in HIDING),
            of_document!(secret in BOTH),
            of_document!(reveals in BOTH),
            of_document!(minors_own in BOTH),
            of_document!(by in [Depositor::Other, Depositor::Holder]),
            axis!(permits in [Permits::All, Permits::Reading]),
        ],
    );
    every(
        "representatives by what is proved",
        parent,
        &Act::ALL,
        &[
            axis!(door in DOORS),
            axis!(strength in STRENGTHS),
            axis!(own_record in BOTH),
            axis!(status in STATUSES),
            axis!(purpose in [Purpose::Normal, Purpose::BreakGlass]),
            axis!(document in documents()),
        ],
    );
}

#[test]
fn those_close_and_heirs_and_people_without_a_record() {
    let ties = [
        Tie::TrustedReads,
        Tie::TrustedNotBegun,
        Tie::TrustedNoReading,
        Tie::CarerReads,
        Tie::CarerNothing,
        Tie::Helper,
    ];
    every(
        "those close to the holder",
        World { who: Who::Relative, ..BASE },
        &Act::ALL,
        &[
            axis!(door in [Door::Care, Door::Feed, Door::Portal]),
            axis!(strength in [Strength::OneFactor, Strength::TwoFactors, Strength::Certificate]),
            axis!(own_record in BOTH),
            axis!(status in [Status::Open, Status::Closed, Status::Absent]),
            axis!(tie in ties),
            axis!(tie_when in [When::Before, When::In, When::After]),
            axis!(document in documents().into_iter().chain([
                Some(Document { hidden: Hidden::Still, ..REPORT }),
                Some(Document { reveals: true, ..REPORT }),
                Some(Document { masked: true, ..REPORT }),
            ])),
        ],
    );
    every(
        "heirs",
        World { who: Who::Heir, ..BASE },
        &Act::ALL,
        &[
            axis!(door in [Door::Care, Door::Portal]),
            axis!(strength in [Strength::OneFactor, Strength::TwoFactors]),
            axis!(own_record in BOTH),
            axis!(status in STATUSES),
            axis!(quality in BOTH),
            axis!(heir_purpose in BOTH),
            axis!(refused_heirs in BOTH),
            axis!(document in documents()),
        ],
    );
    every(
        "people without a record",
        World { who: Who::Applicant, ..BASE },
        &Act::ALL,
        &[
            axis!(door in DOORS),
            axis!(strength in STRENGTHS),
            axis!(status in [Status::Absent, Status::Open, Status::Closed]),
            axis!(consent in BOTH),
            axis!(by_representative in BOTH),
            axis!(quality in BOTH),
            axis!(identity in BOTH),
            axis!(answers in BOTH),
            axis!(contacts in BOTH),
        ],
    );
}

#[test]
fn agents_administrators_reviewers() {
    let counter = World { who: Who::Agent, door: Door::Portal, ..BASE };
    every(
        "agents by what is proved",
        counter,
        &Act::ALL,
        &[
            axis!(who in [Who::Agent, Who::Administrator, Who::Reviewer]),
            axis!(door in DOORS),
            axis!(strength in STRENGTHS),
            axis!(active in BOTH),
            axis!(kin in BOTH),
            axis!(form in [Form::None, Form::Plain, Form::WithCode]),
            axis!(second in [Second::None, Second::Oneself, Second::Another]),
            axis!(profile in PROFILES),
        ],
    );
    every(
        "agents by request",
        counter,
        &Act::ALL,
        &[
            axis!(status in STATUSES),
            axis!(quality in BOTH),
            axis!(identity in BOTH),
            axis!(consent in BOTH),
            axis!(second in [Second::None, Second::Oneself, Second::Another]),
            axis!(heir_purpose in BOTH),
            axis!(refused_heirs in BOTH),
            axis!(form in [Form::None, Form::Plain, Form::WithCode]),
            axis!(document in documents()),
        ],
    );
    every(
        "agents and minors",
        counter,
        &Act::ALL,
        &[
            axis!(age in AGES),
            axis!(emancipated in BOTH),
            axis!(account in BOTH),
            axis!(consent in BOTH),
            axis!(form in [Form::None, Form::WithCode]),
            axis!(house in [House::None, House::Counter, House::Payer, House::Ministry]),
            axis!(status in [Status::Absent, Status::Open]),
            of_document!(by in DEPOSITORS),
            axis!(door in [Door::Care, Door::Feed, Door::Portal]),
        ],
    );
}

#[test]
fn houses_and_nobody() {
    every(
        "houses that feed",
        World { who: Who::Nobody, door: Door::Feed, ..BASE },
        &Act::ALL,
        &[
            axis!(door in DOORS),
            axis!(strength in STRENGTHS),
            axis!(house in HOUSES),
            axis!(house_active in BOTH),
            axis!(status in [Status::Absent, Status::Open, Status::Closed, Status::Destroyed]),
            of_document!(kind in TYPES),
            of_document!(by in [Depositor::Other, Depositor::MyHouse, Depositor::MeInMyHouse]),
        ],
    );
    let feeding = World { who: Who::Nobody, door: Door::Feed, house: House::Hospital, ..BASE };
    every(
        "what is fed",
        feeding,
        &on_documents(),
        &[
            axis!(profile in PROFILES),
            axis!(house in [House::Hospital, House::Payer]),
            of_document!(kind in TYPES),
            of_document!(state in STATES),
            of_document!(masked in BOTH),
            of_document!(hidden in HIDING),
            of_document!(opposed in BOTH),
            axis!(identity in BOTH),
            axis!(agrees in BOTH),
            of_document!(by in [Depositor::Other, Depositor::MyHouse]),
        ],
    );
    for who in [Who::Nobody, Who::Professional] {
        every(
            "oppositions",
            World { who, ..feeding },
            &[Act::Feed, Act::Oppose, Act::LiftOpposition, Act::Replace],
            &[
                axis!(door in [Door::Care, Door::Feed, Door::Portal]),
                axis!(house in [House::None, House::Hospital, House::Payer]),
                axis!(against in [Against::None, Against::Lifted, Against::Professional, Against::House, Against::Type, Against::OtherType]),
                of_document!(opposed in BOTH),
                of_document!(kind in TYPES),
                axis!(opposes in [Opposes::None, Opposes::Document, Opposes::Professional, Opposes::House, Opposes::Type]),
                axis!(reason in BOTH),
                axis!(right in [Right::None, Right::Person, Right::House]),
                axis!(attends in [Attends::No, Attends::Yes]),
            ],
        );
    }
    every(
        "opening by a house",
        World { status: Status::Absent, ..feeding },
        &[Act::OpenRecord, Act::KnowStatus, Act::Reopen],
        &[
            axis!(who in [Who::Nobody, Who::Professional, Who::Agent]),
            axis!(door in DOORS),
            axis!(house in HOUSES),
            axis!(status in STATUSES),
            axis!(profession in PROFESSIONS),
            axis!(consent in BOTH),
            axis!(by_representative in BOTH),
            axis!(quality in BOTH),
            axis!(identity in BOTH),
            axis!(answers in BOTH),
            axis!(contacts in BOTH),
        ],
    );
}

#[test]
fn the_service() {
    every(
        "the service",
        World { who: Who::Nobody, door: Door::Upkeep, strength: Strength::None, ..BASE },
        &Act::ALL,
        &[
            axis!(profile in PROFILES),
            axis!(status in STATUSES),
            axis!(death_noticed in BOTH),
            axis!(fraud_found in BOTH),
            axis!(destruction_asked in BOTH),
            axis!(informed in [Since::None, Since::Lately, Since::LongAgo]),
            axis!(opposed_opening in BOTH),
            axis!(identity in BOTH),
            of_document!(hidden in HIDING),
            axis!(over_budget in BOTH),
        ],
    );
}

fn drawn(seed: u64) -> World {
    // SplitMix64: a case is its number
    let mut state = seed;
    let mut next = move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    macro_rules! pick {
        ($values:expr) => {{
            let values = $values;
            values[(next() % values.len() as u64) as usize]
        }};
    }
    let rarely = |it: u64| it % 8 == 0;
    World {
        profile: pick!(PROFILES),
        who: pick!([
            Who::Nobody,
            Who::Professional,
            Who::Professional,
            Who::Professional,
            Who::Agent,
            Who::Holder,
            Who::Representative,
            Who::Relative,
            Who::Heir,
            Who::Applicant,
            Who::Administrator,
            Who::Reviewer,
        ]),
        door: pick!(DOORS),
        strength: pick!(STRENGTHS),
        active: !rarely(next()),
        house: pick!(HOUSES),
        house_active: !rarely(next()),
        profession: pick!(PROFESSIONS),
        acting: pick!(ACTING),
        delegation: pick!([
            Delegation::None,
            Delegation::None,
            Delegation::ReplacementTold,
            Delegation::ReplacementUntold,
            Delegation::Assistant,
            Delegation::Student,
            Delegation::StudentOver,
            Delegation::StudentUnnamed,
        ]),
        principal_active: pick!(BOTH),
        principal_authorised: pick!(BOTH),
        principal_attends: pick!(BOTH),
        principal_blocked: rarely(next()),
        in_unit: pick!(BOTH),
        coordinating: rarely(next()),
        on_duty: pick!(BOTH),
        session: !rarely(next()),
        own_record: !rarely(next()),
        status: pick!([
            Status::Open,
            Status::Open,
            Status::Open,
            Status::Open,
            Status::Absent,
            Status::Closed,
            Status::ClosedTenYears,
            Status::Death,
            Status::DeathInError,
            Status::Fraud,
            Status::Destroyed
        ]),
        right: pick!([Right::None, Right::Person, Right::House, Right::Over, Right::NotYet, Right::Revoked]),
        attends: pick!([Attends::No, Attends::Pending, Attends::Yes, Attends::Ended]),
        same_reading: rarely(next()),
        blocked: rarely(next()),
        kin: rarely(next()),
        care: pick!([Care::None, Care::Own, Care::Principals, Care::Team, Care::WholeHospital, Care::Over]),
        break_glass_allowed: pick!(BOTH),
        regulation_allowed: pick!(BOTH),
        window: pick!([
            Opened::None,
            Opened::Mine,
            Opened::OtherPerson,
            Opened::OtherSession,
            Opened::OtherKind,
            Opened::Over,
            Opened::LoggedOut
        ]),
        occupational: pick!(BOTH),
        age: pick!(AGES),
        emancipated: rarely(next()),
        account: pick!(BOTH),
        mandate: pick!([Kind::Parent, Kind::Guardian, Kind::GuardianOfProperty, Kind::Curator, Kind::Family]),
        mandate_when: pick!([When::In, When::In, When::Before, When::After]),
        restricted: rarely(next()),
        consented: pick!(BOTH),
        permits: pick!([Permits::All, Permits::Reading, Permits::Nothing]),
        other: pick!([Other::None, Other::InForce, Other::Restricted]),
        dispute: pick!([Dispute::None, Dispute::Own, Dispute::Others, Dispute::Settled]),
        about_blocked: pick!([
            BlockOf::None,
            BlockOf::Holders,
            BlockOf::Own,
            BlockOf::Others,
            BlockOf::OthersLifted
        ]),
        tie: pick!([
            Tie::TrustedReads,
            Tie::TrustedNotBegun,
            Tie::TrustedNoReading,
            Tie::CarerReads,
            Tie::CarerNothing,
            Tie::Helper
        ]),
        tie_when: pick!([When::In, When::In, When::Before, When::After]),
        death_noticed: pick!(BOTH),
        fraud_found: pick!(BOTH),
        destruction_asked: pick!(BOTH),
        refused_heirs: pick!(BOTH),
        against: pick!([
            Against::None,
            Against::None,
            Against::Lifted,
            Against::Professional,
            Against::House,
            Against::Type,
            Against::OtherType
        ]),
        document: if rarely(next()) {
            None
        } else {
            Some(Document {
                kind: pick!(TYPES),
                state: pick!(STATES),
                masked: pick!(BOTH),
                hidden: pick!(HIDING),
                secret: rarely(next()),
                reveals: rarely(next()),
                minors_own: pick!(BOTH),
                opposed: rarely(next()),
                by: pick!(DEPOSITORS),
            })
        },
        purpose: pick!([
            Purpose::Normal,
            Purpose::Normal,
            Purpose::BreakGlass,
            Purpose::BreakGlassBlank,
            Purpose::Regulation
        ]),
        asked_deprecated: pick!(BOTH),
        asked_archived: pick!(BOTH),
        about: pick!([About::Nobody, About::Me, About::Other]),
        consent: !rarely(next()),
        by_representative: pick!(BOTH),
        quality: pick!(BOTH),
        identity: !rarely(next()),
        agrees: !rarely(next()),
        answers: !rarely(next()),
        contacts: !rarely(next()),
        informed: pick!([Since::None, Since::Lately, Since::LongAgo]),
        opposed_opening: pick!(BOTH),
        cannot: !rarely(next()),
        risk: !rarely(next()),
        traits: !rarely(next()),
        opposes: pick!([
            Opposes::None,
            Opposes::Document,
            Opposes::Professional,
            Opposes::House,
            Opposes::Type
        ]),
        reason: pick!(BOTH),
        announced: pick!(BOTH),
        minor_agreed: pick!(BOTH),
        incapacity: pick!(BOTH),
        agreed: pick!(BOTH),
        form: pick!([Form::None, Form::Plain, Form::WithCode]),
        heir_purpose: pick!(BOTH),
        second: pick!([Second::None, Second::Oneself, Second::Another]),
        back: pick!([Since::None, Since::Lately, Since::LongAgo]),
        over_budget: rarely(next()),
    }
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
