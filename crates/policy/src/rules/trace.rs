//! Who reads the trace of accesses, and how much of it.

use model::{Act, Caller, Facts, Instant, Person};
use serde::{Deserialize, Serialize};

use crate::case::{Case, attends};
use crate::decision::Finding;

/// Which lines a reader of the trace is shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TraceScope {
    /// Every line: the holder.
    All,
    /// The lines of professionals, their own included, but not the holder's: the attending doctor.
    Others,
    /// Their own lines, without objects answered as absent: a professional.
    Own,
}

/// **A22.** (CSP L.1111-19, R.1111-43) The holder reads every line; the attending doctor in force those of
/// professionals; a professional their own, while authorised (choice: else asking would tell that a record
/// exists). [`trace_scope`] says which.
pub fn who_reads_the_trace(case: &Case<'_>) -> Finding {
    if case.act != Act::ReadTrace {
        return Finding::Silent;
    }
    let professional = case.care_professional().is_some() && (case.is_attending() || case.is_authorised());
    Finding::permit_if(case.is_holder() || professional)
}

/// Which lines to show, once [`Act::ReadTrace`] has been allowed. It permits nothing by itself.
pub fn trace_scope(caller: &Caller, facts: &Facts<'_>, now: Instant) -> Option<TraceScope> {
    let rights = &facts.record.rights;
    match caller.person.proved()? {
        Person::Holder { record } => (facts.record.record == Some(*record)).then_some(TraceScope::All),
        Person::Professional(it) if attends(it, rights, now) => Some(TraceScope::Others),
        Person::Professional(_) => Some(TraceScope::Own),
        Person::Agent(_) | Person::Representative { .. } => None,
    }
}
