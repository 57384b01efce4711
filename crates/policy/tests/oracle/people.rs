//! The products about holders, representatives, those close, heirs.

use super::world::*;
use crate::*;

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
