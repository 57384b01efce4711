//! Any case of the whole product, by its number.

use super::world::*;
use crate::{
    ACTING, AGES, BOTH, DEPOSITORS, DOORS, HIDING, HOUSES, PROFESSIONS, PROFILES, STATES, STRENGTHS, TYPES,
};

pub fn drawn(seed: u64) -> World {
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
    let rarely = |it: u64| it.is_multiple_of(8);
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
        released: pick!([Released::No, Released::ByMe, Released::AfterMe, Released::ByOthers]),
        released_when: pick!([When::In, When::In, When::Before, When::After]),
        copies_left: pick!(BOTH),
        second: pick!([Second::None, Second::Oneself, Second::Another]),
        back: pick!([Since::None, Since::Lately, Since::LongAgo]),
        over_budget: rarely(next()),
    }
}
