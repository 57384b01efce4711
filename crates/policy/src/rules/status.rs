//! What the state of the record and of the document allows.

use model::{Act, DocumentStatus, RecordStatus};

use crate::case::Case;
use crate::decision::Finding;

/// **A2.** (CSP L.1111-18, R.1111-36) Absent, closed or destroyed: nothing is read, fed or changed. While
/// closed there remain the holder's account and their trace, and the notices still to be sent. Whether a
/// record exists may be asked of any; opening has its own word on it (W1).
pub fn only_an_open_record(case: &Case<'_>) -> Finding {
    let closed = matches!(case.record().status, RecordStatus::Closed { .. });
    let remains = match case.act {
        Act::KnowStatus | Act::OpenRecord => true,
        Act::ReadTrace | Act::LogIn | Act::ChangeSecrets => closed && case.is_holder(),
        Act::SendNotice => closed,
        _ => false,
    };
    Finding::forbid_if(!case.record().status.is_open() && !remains)
}

/// **A3.** (EX_3.1-1030) A deleted document is for nobody. A replaced (`deprecated`) or archived one is
/// read only when asked for expressly, by holders too.
pub fn only_current_documents(case: &Case<'_>) -> Finding {
    let Some(document) = case.document() else {
        return Finding::Silent;
    };
    let request = case.facts.request;
    let refused = match document.status {
        DocumentStatus::Approved => false,
        DocumentStatus::Deprecated { .. } => case.is_reading_documents() && !request.asked_deprecated,
        DocumentStatus::Archived { .. } => case.is_reading_documents() && !request.asked_archived,
        DocumentStatus::Deleted { .. } => case.act.is_about_a_document(),
    };
    Finding::forbid_if(refused)
}
