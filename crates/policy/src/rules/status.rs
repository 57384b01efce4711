//! What the state of the record and of the document allows.

use model::rights::ClosingReason;
use model::{Act, DocumentStatus, RecordStatus};

use crate::case::Case;
use crate::decision::Finding;
use crate::time::days_later;

/// **A2.** (CSP L.1111-18, L.1110-4 V, R.1111-36) Absent, closed or destroyed: nothing is read, fed or
/// changed. While closed there remain the holder's account, the certificate of closure, their trace and its
/// proofs, reopening, the request to destroy, and recall by the depositor; not to whoever comes as a holder
/// who was notified dead. After death an heir, spouse or partner may ask for one named document, for one of
/// three purposes, unless the deceased refused, themself or at a counter that saw the proof of who they are; two
/// agents release it, and one of the two hands the copy over, with the proof before them again: `heir_copies` of
/// them, within `heir_copy_days` (choice). A minor's secret is never released (choice). Whether a record exists may be asked of any; opening has its own word on it (W1).
pub fn only_an_open_record(case: &Case<'_>) -> Finding {
    if matches!(case.act, Act::AskAsHeir | Act::ReleaseToHeir | Act::DeliverToHeir) {
        return if may_be_given_to_heirs(case) { Finding::Permit } else { Finding::Forbid };
    }
    let status = &case.record().status;
    if case.act == Act::ReadClosure {
        let theirs = closed_alive(status) && case.is_holder();
        return if theirs { Finding::Permit } else { Finding::Forbid };
    }
    Finding::forbid_if(!status.is_open() && !remains(case, status))
}

fn closed_alive(status: &RecordStatus) -> bool {
    matches!(status, RecordStatus::Closed { reason, .. } if *reason != ClosingReason::Death)
}

fn remains(case: &Case<'_>, status: &RecordStatus) -> bool {
    let closed = matches!(status, RecordStatus::Closed { .. });
    match case.act {
        Act::KnowStatus | Act::OpenRecord => true,
        Act::ReadTrace
        | Act::ProveTrace
        | Act::LogIn
        | Act::ChangeSecrets
        | Act::AskDestruction
        | Act::WithdrawDestruction => closed_alive(status) && case.is_holder(),
        Act::SendNotice | Act::Reopen | Act::CorrectDeath | Act::Destroy | Act::LookAtCounter => closed,
        Act::Recall => closed && case.manages_document(),
        other => other.is_about_no_record(),
    }
}

fn may_be_given_to_heirs(case: &Case<'_>) -> bool {
    let dead = matches!(&case.record().status,
        RecordStatus::Closed { reason, .. } if *reason == ClosingReason::Death);
    let secret = case.document().is_none_or(|it| it.visibility.hidden_from_representatives);
    let asked_by = match case.act {
        Act::AskAsHeir => case.is_heir() || (case.counter().is_some() && case.facts.request.quality_proved),
        Act::ReleaseToHeir => {
            case.counter().is_some() && case.has_a_second() && case.facts.request.quality_proved
        }
        _ => case.facts.request.quality_proved && hands_over(case),
    };
    let purpose = case.facts.request.heir_purpose.is_some();
    dead && asked_by && purpose && !secret && !case.record().refused_heirs
}

/// One of the two agents who released it, in time, and not once too often.
fn hands_over(case: &Case<'_>) -> bool {
    let Some((agent, release)) = case.counter().zip(case.facts.request.heir_release.as_ref()) else {
        return false;
    };
    let profile = &case.policy.profile;
    let in_time = release.at <= case.now && case.now < days_later(release.at, profile.heir_copy_days);
    release.by.contains(&agent.id) && in_time && release.copies < profile.heir_copies
}

/// **A3.** (EX_3.1-1030) A deleted document is for nobody, save to be restored or recalled. A replaced
/// (`deprecated`) or archived one is read only when asked for expressly, by holders too.
pub fn only_current_documents(case: &Case<'_>) -> Finding {
    let Some(document) = case.document() else {
        return Finding::Silent;
    };
    let request = case.facts.request;
    let refused = match document.status {
        DocumentStatus::Approved => false,
        DocumentStatus::Deprecated { .. } => case.is_reading_documents() && !request.asked_deprecated,
        DocumentStatus::Archived { .. } => case.is_reading_documents() && !request.asked_archived,
        DocumentStatus::Deleted { .. } => {
            case.act.is_about_a_document() && !matches!(case.act, Act::Restore | Act::Recall)
        }
    };
    Finding::forbid_if(refused)
}
