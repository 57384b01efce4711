//! Whom the holder lets in.

use model::{Act, ActingFor};

use crate::case::Case;
use crate::decision::Finding;

/// **A14.** (CSP R.1111-46, L.1111-16) A professional reads documents when authorised by the holder, in
/// person or with their organisation, within its dates; or as attending doctor in force; or, only where the
/// profile presumes it, as member of the team that cares for the holder. That starts with a traced
/// declaration of care by somebody of the matrix, covers whom the directory places in the team at this
/// instant, never a whole hospital, and ends by itself. Who is on duty out of hours declares for a shorter
/// time. The coordinating doctor of a care home declares nothing: the resident agrees, to them (R72).
pub fn let_in_by_the_holder(case: &Case<'_>) -> Finding {
    if matches!(case.act, Act::DeclareCare | Act::DeclareOutOfHours) {
        return if declares_care(case) { Finding::Permit } else { Finding::Forbid };
    }
    if !case.is_reading_documents() || !case.comes_to_care() || case.professional().is_none() {
        return Finding::Silent;
    }
    // emergencies do not need it (A18, A19)
    if case.is_emergency() {
        return Finding::Silent;
    }
    let let_in = case.care_professional().is_some() && (case.is_authorised() || case.is_attending());
    if let_in { Finding::Permit } else { Finding::Forbid }
}

fn declares_care(case: &Case<'_>) -> bool {
    let situation = &case.caller.situation;
    let treats = case.care_professional().is_some_and(|it| it.acting_for == ActingFor::Care);
    let on_duty = case.act == Act::DeclareCare || situation.out_of_hours;
    let presumed = case.policy.profile.presumes_care_team;
    presumed && treats && case.row().is_some() && on_duty && !situation.coordinating
}
