//! When the person cannot be asked: break-glass and regulation.

use model::{Act, ActingFor, Emergency, ProfessionTable, Professional, Purpose};

use crate::case::Case;
use crate::decision::Finding;
use crate::rules::{masking, matrix};
use crate::time::within_minutes;

/// **A18.** (CSP L.1111-17) Break-glass: a health professional with a row in the matrix, where the holder has
/// not opposed it, declares that the person cannot express their will and that the risk is immediate, gives a
/// reason and the traits, which match. The window is of that person and session, lasts `break_glass_minutes`,
/// ends at logout, opposition or block, and serves reading alone. Whoever opened it, or a regulation's, ends it.
pub fn break_glass(case: &Case<'_>) -> Finding {
    if case.act == Act::EndEmergency && !case.is_emergency() {
        return Finding::permit_if(has_a_window(case));
    }
    let Purpose::BreakGlass { reason } = case.purpose else {
        return Finding::forbid_if(case.act == Act::BreakGlass);
    };
    let request = case.facts.request;
    let who = case.care_professional().filter(|it| {
        let health = it.profession.table == ProfessionTable::Health;
        health && case.row().is_some() && case.rights().emergency.break_glass
    });
    let declared = request.cannot_consent
        && request.immediate_risk
        && request.traits_match
        && !reason.trim().is_empty()
        && case.caller.session.is_some();
    let minutes = case.policy.profile.break_glass_minutes;
    emergency(case, who, declared, Act::BreakGlass, (Emergency::BreakGlass, minutes))
}

/// **A19.** (CSP L.1111-17) Regulation: a doctor acting for a regulation centre, where the holder has not
/// opposed it. No reason, no authorisation. The window is of that person and session, and lasts
/// `regulation_minutes`.
pub fn regulation(case: &Case<'_>) -> Finding {
    if *case.purpose != Purpose::Regulation {
        return Finding::forbid_if(case.act == Act::Regulate);
    }
    let who = case.care_professional().filter(|it| {
        let regulates = it.profession.is_doctor() && it.acting_for == ActingFor::RegulationCentre;
        regulates && case.rights().emergency.regulation
    });
    let minutes = case.policy.profile.regulation_minutes;
    let session = case.caller.session.is_some();
    emergency(case, who, session, Act::Regulate, (Emergency::Regulation, minutes))
}

/// Of theirs, in this session, that was not ended.
fn has_a_window(case: &Case<'_>) -> bool {
    let session = case.caller.session.as_ref();
    case.care_professional().is_some_and(|who| {
        let mut windows = case.record().windows.iter().filter(|it| it.ended.is_none());
        windows.any(|it| it.person == who.id && Some(&it.session) == session)
    })
}

/// Opening a window, and reading through it; nothing else is done for an emergency's purpose.
fn emergency(
    case: &Case<'_>,
    who: Option<&Professional>,
    declared: bool,
    opening: Act,
    (kind, minutes): (Emergency, u32),
) -> Finding {
    let Some(who) = who else {
        return Finding::forbid_if(case.act != Act::KnowStatus);
    };
    let open = case.record().windows.iter().any(|it| {
        it.kind == kind
            && it.person == who.id
            && Some(&it.session) == case.caller.session.as_ref()
            && within_minutes(it.opened, minutes, case.now)
            && it.ended.is_none_or(|at| case.now < at)
    });
    let permitted = (case.act == opening && declared) || (case.is_reading_documents() && open);
    match case.act {
        Act::KnowStatus => Finding::Silent,
        _ if permitted => Finding::Permit,
        _ => Finding::Forbid,
    }
}

/// **A20.** (choice: the CNIL criticised the contrary; `emergency_keeps_masks`, `emergency_keeps_matrix`) In
/// both, masked documents stay hidden save to depositor and attending doctor, and the matrix holds.
pub fn masks_and_matrix_hold(case: &Case<'_>) -> Finding {
    if !case.is_emergency() || !case.is_reading_documents() || case.professional().is_none() {
        return Finding::Silent;
    }
    let profile = &case.policy.profile;
    let masked = profile.emergency_keeps_masks && masking::is_masked_for(case);
    let not_given = profile.emergency_keeps_matrix && !matrix::gives_this_type(case);
    Finding::forbid_if(masked || not_given)
}

/// **A21.** (CSP R.1111-48) Emergencies are traced as such and told at once to the holder and the attending
/// doctor; break-glass enters a review queue: these are duties of the decision. The holder contests; a
/// reviewer, who sees no content, reviews.
pub fn told_and_reviewed(case: &Case<'_>) -> Finding {
    match case.act {
        Act::ContestEmergency => Finding::permit_if(case.speaks_for_the_holder()),
        Act::ReviewEmergency if case.reviewer().is_some() => Finding::Permit,
        Act::ReviewEmergency => Finding::Forbid,
        _ => Finding::Silent,
    }
}
