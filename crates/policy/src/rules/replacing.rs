//! Replacing and completing documents.

use model::{Act, DocumentStatus};

use crate::case::Case;
use crate::decision::Finding;

/// **W5.** Only the depositor replaces or appends (the organisation what its certificate fed, the person
/// what they fed, the holder what they fed; colleagues nothing), and only an approved document. Decided on
/// the older document.
pub fn only_the_depositor(case: &Case<'_>) -> Finding {
    let Some(document) = case.document().filter(|_| matches!(case.act, Act::Replace | Act::Append)) else {
        return Finding::Silent;
    };
    if document.status == DocumentStatus::Approved && case.manages_document() {
        Finding::Permit
    } else {
        Finding::Forbid
    }
}
