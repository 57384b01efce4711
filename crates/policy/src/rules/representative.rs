//! Those who act for somebody who cannot.

use model::{Act, Person, RecordedBy};

use crate::case::Case;
use crate::decision::Finding;

/// **A8.** (CSP L.1111-2; code civil 371-1, 388, 459) A representative comes as the holder does, reads as the
/// holder does, and decides for a minor, within the acts of a mandate that is in force and that no court
/// restricts. Parental authority ends with majority or emancipation; a guardian needs representation in
/// personal matters, a curator the protected person's express consent and reads alone.
pub fn within_the_mandate(case: &Case<'_>) -> Finding {
    if !case.calls_as_representative() {
        return Finding::Silent;
    }
    let own_account = matches!(case.act, Act::LogIn | Act::ChangeSecrets);
    if case.mandate().is_none() || (!own_account && !case.represents()) {
        return Finding::Forbid;
    }
    let reads = matches!(
        case.act,
        Act::Search | Act::Consult | Act::ReadRights | Act::ReadContacts | Act::SeeAs | Act::Why
    );
    Finding::permit_if(own_account || reads)
}

/// **A9.** (CSP R.1111-50) What is hidden from representatives, or still from the holder, does not exist for
/// a representative, nor anything that would reveal it: a reimbursement line with a protected act's code, or
/// of the provider and the day of a hidden document. The same for those close to the holder (choice).
pub fn nothing_hidden_nor_revealing(case: &Case<'_>) -> Finding {
    let Some(document) = case.document().filter(|_| case.act.is_about_a_document()) else {
        return Finding::Silent;
    };
    let hidden = document.visibility.hidden_from_representatives
        || document.marks.reveals_hidden
        || case.is_still_hidden();
    Finding::forbid_if(hidden && (case.calls_as_representative() || case.calls_as_relative()))
}

/// **A10.** (code civil 372-2, 373-2) Representatives each have an account; where they disagree, refusing
/// access prevails: while one refuses, the others open nothing, and none lifts a block another set. Under a
/// restriction neither sees contacts and places of care.
pub fn where_they_disagree(case: &Case<'_>) -> Finding {
    let Some(Person::Representative { mandate: own, .. }) = case.caller.person.proved() else {
        return Finding::Silent;
    };
    let record = case.record();
    let refused_by_another = record.disagreements.iter().any(|it| {
        it.by != *own
            && it.stands(case.now)
            && record.mandate(it.by).is_some_and(|other| case.is_usable(other))
    });
    let about = case.facts.request.about.as_ref();
    let blocked_by_another = record.rights.blocks.iter().any(|it| {
        let by_another = matches!(&it.by, RecordedBy::Representative(by) if by != own);
        by_another && about == Some(&it.person) && it.is_in_force(case.now)
    });
    let restricted = record.mandates.iter().any(|it| it.is_restricted(case.now));
    Finding::forbid_if(
        (opens_access(case.act) && refused_by_another)
            || (case.act == Act::Unblock && blocked_by_another)
            || (case.act == Act::ReadContacts && restricted),
    )
}

/// Acts by which somebody sees more. A change of emergency choices may: it counts as one (choice).
fn opens_access(act: Act) -> bool {
    matches!(
        act,
        Act::Authorise
            | Act::Unblock
            | Act::ConfirmAttending
            | Act::GiveSameReading
            | Act::SetEmergencyChoices
            | Act::ConsentToOccupational
            | Act::LiftOpposition
            | Act::Unmask
            | Act::AddCarer
    )
}
