//! Who reads the trace of accesses, and how much of it.

use model::{Act, Caller, Facts, Instant, Person};
use serde::{Deserialize, Serialize};

use crate::care::attends;
use crate::case::Case;
use crate::decision::Finding;
use crate::time::days_later;

/// Which lines a reader of the trace is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceScope {
    /// Every line: the holder.
    All,
    /// Every line, less what is hidden from representatives or would reveal it (A9).
    Represented,
    /// The lines of professionals, their own included, but not the holder's: the attending doctor.
    Others,
    /// Their own lines, without objects answered as absent: a professional.
    Own,
}

/// **A22.** (CSP L.1111-19, R.1111-43) The holder reads every line, a representative those less A9; the
/// attending doctor in force those of professionals; a professional their own, while authorised (choice: else
/// asking would tell that a record exists). [`trace_scope`] says which. Proofs of completeness go to the
/// holder alone, so many days back (`proofs_back_days`).
pub fn who_reads_the_trace(case: &Case<'_>) -> Finding {
    match case.act {
        Act::ReadTrace => {
            let professional =
                case.care_professional().is_some() && (case.is_attending() || case.is_authorised());
            Finding::permit_if(case.is_holder() || case.represents() || professional)
        }
        Act::ProveTrace => {
            let back_to = case.facts.request.back_to.unwrap_or(case.now);
            let recent = case.now <= days_later(back_to, case.policy.profile.proofs_back_days);
            if case.is_holder() && recent { Finding::Permit } else { Finding::Forbid }
        }
        _ => Finding::Silent,
    }
}

/// Which lines to show, once [`Act::ReadTrace`] has been allowed. It permits nothing by itself.
pub fn trace_scope(caller: &Caller, facts: &Facts<'_>, now: Instant) -> Option<TraceScope> {
    let own = |record| facts.record.record == Some(record);
    match caller.person.proved()? {
        Person::Holder { record } => own(*record).then_some(TraceScope::All),
        Person::Representative { record, .. } => own(*record).then_some(TraceScope::Represented),
        Person::Professional(_) if attends(caller, facts.record, now) => Some(TraceScope::Others),
        Person::Professional(_) => Some(TraceScope::Own),
        _ => None,
    }
}
