//! Documents masked from professionals: who still sees them, who masks.

use model::Act;

use crate::case::Case;
use crate::decision::Finding;

/// **A16.** (CSP R.1111-49, L.1111-16) On the care door, and on the portal for professionals, a masked
/// document exists only for its depositor and the attending doctor in force, and whoever the holder gave the
/// same reading. What is hidden from the holder or representatives is not hidden from professionals. Agents
/// see none and need no rule here.
pub fn masked_documents(case: &Case<'_>) -> Finding {
    let in_care = case.comes_to_care() && case.act.is_about_a_document() && !case.is_feeding();
    let by_an_agent = case.agent().is_some();
    let set_aside = case.is_emergency() && !case.policy.profile.emergency_keeps_masks;
    Finding::forbid_if(in_care && !by_an_agent && !set_aside && is_masked_for(case))
}

/// Masked, and the reader is neither depositor nor attending doctor.
pub fn is_masked_for(case: &Case<'_>) -> bool {
    let masked = case.document().is_some_and(|it| it.visibility.masked);
    masked && !case.reads_as_attending() && !case.is_depositor()
}

/// **W8.** (CSP R.1111-49, TD3.3a) The holder masks and unmasks at any time; the depositor and the
/// attending doctor on the care door or the portal, at the holder's request. No representative undoes a
/// minor's mask.
pub fn who_masks(case: &Case<'_>) -> Finding {
    if !matches!(case.act, Act::Mask | Act::Unmask) {
        return Finding::Silent;
    }
    let minors_own = case.document().is_some_and(|it| it.marks.minors_own);
    if case.act == Act::Unmask && case.calls_as_representative() && minors_own {
        return Finding::Forbid;
    }
    let asked_by_the_holder =
        case.care_professional().is_some() && (case.is_depositor() || case.is_attending());
    Finding::permit_if(case.speaks_for_the_holder() || asked_by_the_holder)
}
