//! Replacing, completing, transforming, disputing, deleting and archiving documents.

use model::{Act, DocumentStatus};

use crate::case::Case;
use crate::decision::Finding;
use crate::time::days_later;

/// **W5.** (DMP-MDRF; TD2.1b) Only the depositor replaces, appends or transforms (the organisation what its
/// certificate fed, the person what they fed, the holder what they fed; colleagues nothing), and only an
/// approved document. Decided on the older document. The holder says that a document is wrong; its depositor
/// answers.
pub fn only_the_depositor(case: &Case<'_>) -> Finding {
    let Some(document) = case.document() else {
        return Finding::Silent;
    };
    match case.act {
        Act::Replace | Act::Append | Act::Transform => {
            let approved = document.status == DocumentStatus::Approved;
            if approved && case.manages_document() { Finding::Permit } else { Finding::Forbid }
        }
        Act::Dispute => Finding::permit_if(case.is_holder() || case.represents()),
        Act::AnswerDispute => Finding::permit_if(case.deposited_it()),
        _ => Finding::Silent,
    }
}

/// **W6.** (DMP-MDRF; TD3.3c) Only the depositor deletes: the holder in the personal space. The depositor
/// restores, for `restore_days`.
pub fn deleting(case: &Case<'_>) -> Finding {
    let Some(document) = case.document() else {
        return Finding::Silent;
    };
    let permitted = match (case.act, &document.status) {
        (Act::Delete, _) => case.manages_document(),
        (Act::Restore, DocumentStatus::Deleted { at }) => {
            case.manages_document() && case.now < days_later(*at, case.policy.profile.restore_days)
        }
        (Act::Restore, _) => false,
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}

/// **W7.** (TD3.3d) The depositor or the holder archives what is current, and takes it back.
pub fn archiving(case: &Case<'_>) -> Finding {
    let Some(document) = case.document() else {
        return Finding::Silent;
    };
    let from = match case.act {
        Act::Archive => document.status == DocumentStatus::Approved,
        Act::Unarchive => matches!(document.status, DocumentStatus::Archived { .. }),
        _ => return Finding::Silent,
    };
    let who = case.manages_document() || case.speaks_for_the_holder();
    if from && who { Finding::Permit } else { Finding::Forbid }
}
