//! What a profession may read.

use crate::case::Case;
use crate::decision::Finding;

/// **A12.** (CSP R.1111-46, arrêté of 26 October 2023) The professional's row in the matrix gives the
/// document's type. The attending doctor (CSP L.1111-16), whoever has the same reading, and the depositor
/// are not limited by type, but need a row. No row = nothing.
pub fn the_profession_reads_this_type(case: &Case<'_>) -> Finding {
    if case.professional().is_none() || !case.is_reading_documents() {
        return Finding::Silent;
    }
    let set_aside = case.is_emergency() && !case.policy.profile.emergency_keeps_matrix;
    Finding::forbid_if(case.row().is_none() || (!set_aside && !gives_this_type(case)))
}

/// The row gives the document's type, or the reader is not limited by type.
pub fn gives_this_type(case: &Case<'_>) -> bool {
    let given = |document: &model::DocumentFacts| {
        case.row().is_some_and(|row| row.gives(&document.type_code).is_given())
    };
    case.document().is_none_or(|document| given(document) || case.reads_as_attending() || case.is_depositor())
}
