//! What a profession may read.

use crate::case::Case;
use crate::decision::Finding;

/// **A12.** (CSP R.1111-46, arrêté of 26 October 2023) The professional's row in the matrix gives the
/// document's type. The attending doctor (CSP L.1111-16), whoever has the same reading, and the depositor
/// are not limited by type, but need a row. No row = nothing.
pub fn the_profession_reads_this_type(case: &Case<'_>) -> Finding {
    let Some(professional) = case.professional().filter(|_| case.is_reading_documents()) else {
        return Finding::Silent;
    };
    let Some(row) = case.policy.matrix.row(professional) else {
        return Finding::Forbid;
    };
    let readable = case.document().is_none_or(|document| {
        row.gives(&document.type_code).is_given() || case.reads_as_attending() || case.is_depositor()
    });
    Finding::forbid_if(!readable)
}
