//! The products about agents, houses and the service.

use super::world::*;
use crate::*;

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
        "copies for heirs",
        World { status: Status::Death, ..counter },
        &[Act::DeliverToHeir, Act::ReleaseToHeir, Act::Consult, Act::Search],
        &[
            axis!(who in [Who::Agent, Who::Administrator, Who::Heir, Who::Professional]),
            axis!(door in DOORS),
            axis!(status in STATUSES),
            axis!(released in [Released::No, Released::ByMe, Released::AfterMe, Released::ByOthers]),
            axis!(released_when in [When::Before, When::In, When::After]),
            axis!(copies_left in BOTH),
            axis!(quality in BOTH),
            axis!(heir_purpose in BOTH),
            axis!(refused_heirs in BOTH),
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
