//! Whom the holder lets in.

use crate::case::Case;
use crate::decision::Finding;

/// **A14.** (CSP R.1111-46, L.1111-16) A professional reads documents when authorised by the holder, in
/// person or with their organisation, within its dates, or as attending doctor in force. That the care team
/// is presumed (`presumes_care_team`) permits nothing yet: no declaration of care is among the facts.
pub fn authorised_by_the_holder(case: &Case<'_>) -> Finding {
    if !case.is_reading_documents() || !case.comes_to_care() || case.professional().is_none() {
        return Finding::Silent;
    }
    let let_in = case.is_authorised() || case.is_attending();
    match case.care_professional() {
        Some(_) if let_in => Finding::Permit,
        // emergencies will not need it (A18, A19)
        _ if *case.purpose == model::Purpose::Normal => Finding::Forbid,
        _ => Finding::Silent,
    }
}
