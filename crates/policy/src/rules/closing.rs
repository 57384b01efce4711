//! Closing, reopening, destroying.

use model::rights::ClosingReason;
use model::{Act, Door, MandateKind, RecordStatus};

use crate::case::Case;
use crate::decision::Finding;
use crate::time::years_later;

/// **W11.** (CSP R.1111-36) The holder closes, at once; for a child every holder of parental authority in
/// force; the service on notice of death or for fraud; an agent with the holder's signed form. A death is
/// notified to the service, or at a counter with its proof; a fraud to the service, or by two agents with theirs.
pub fn closing(case: &Case<'_>) -> Finding {
    let permitted = match case.act {
        Act::NoticeDeath => {
            case.at(Door::Upkeep) || (case.counter().is_some() && case.facts.request.quality_proved)
        }
        Act::NoticeFraud => {
            let by_two = case.counter().is_some() && case.has_a_second();
            case.at(Door::Upkeep) || (by_two && case.facts.request.quality_proved)
        }
        Act::Close if case.at(Door::Upkeep) => {
            let notified = [case.record().death_noticed, case.record().fraud_found];
            notified.into_iter().flatten().any(|at| at <= case.now)
        }
        Act::Close if case.represents() => all_parents_agree(case),
        Act::Close => case.is_holder() || case.enters_a_form(),
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}

fn all_parents_agree(case: &Case<'_>) -> bool {
    let parental = |kind| kind == MandateKind::ParentalAuthority;
    let own = case.mandate().filter(|it| parental(it.kind));
    let mut others = case.record().mandates.iter().filter(|it| parental(it.kind) && case.is_usable(it));
    own.is_some_and(|own| others.all(|it| it.id == own.id || case.facts.request.agreed.contains(&it.id)))
}

/// **W12.** (CSP R.1111-36; TD1.2) The holder reopens, or a professional of the matrix or a counter with
/// recorded fresh consent, within `kept_after_closing_years` of closing by request, or after a death notified
/// in error, which a counter corrects on proof of identity. A record closed for fraud, or since it became
/// part of another, is not reopened (choice).
pub fn reopening(case: &Case<'_>) -> Finding {
    let RecordStatus::Closed { at, reason, .. } = &case.record().status else {
        return Finding::forbid_if(matches!(case.act, Act::Reopen | Act::CorrectDeath));
    };
    let permitted = match case.act {
        Act::CorrectDeath => {
            let identified = case.facts.request.quality_proved && case.facts.request.qualified_identity;
            *reason == ClosingReason::Death && case.counter().is_some() && identified
        }
        Act::Reopen => {
            let until = years_later(*at, case.policy.profile.kept_after_closing_years);
            let open_to_it = match reason {
                ClosingReason::Request => case.now < until,
                ClosingReason::DeathInError => true,
                ClosingReason::Death | ClosingReason::Fraud | ClosingReason::Merged => false,
            };
            let professional = case.care_professional().is_some() && case.row().is_some();
            let recorded = case.facts.request.consent && (professional || case.counter().is_some());
            open_to_it && (case.is_holder() || recorded)
        }
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}

/// **W13.** (CSP L.1111-18, R.1111-36) Destroyed by the service alone: `kept_after_closing_years` after
/// closing, or on the holder's express request, never a representative's, which they may take back.
pub fn destroying(case: &Case<'_>) -> Finding {
    let permitted = match case.act {
        Act::AskDestruction | Act::WithdrawDestruction => case.is_holder(),
        Act::Destroy => {
            let by_the_clock = matches!(&case.record().status, RecordStatus::Closed { at, .. }
                if years_later(*at, case.policy.profile.kept_after_closing_years) <= case.now);
            let asked = case.record().destruction_asked.is_some_and(|at| at <= case.now);
            case.at(Door::Upkeep) && (by_the_clock || asked)
        }
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}
