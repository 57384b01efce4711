//! The products about professionals.

use super::world::*;
use crate::*;

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
