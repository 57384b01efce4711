//! Who changes who may see.

use model::{Act, ActingFor};

use crate::case::Case;
use crate::decision::Finding;

/// **W10.** (CSP L.1111-19, R.1111-46, L.1111-16; EX_0.3-1010) Rights are the holder's; for a minor, those of
/// representatives within their mandate. A professional with a row in the matrix records, by an explicit act,
/// that the holder authorised them, or that they withdraw, for themself alone. A doctor declares themself
/// attending, which waits for the holder. The attending doctor in force blocks another at the holder's
/// request, and so sees whom the holder let in and shut out (choice). Only the holder unblocks, confirms, and gives somebody authorised the attending doctor's reading.
/// A representative is recorded, restricted or ended on proof.
pub fn rights_are_the_holder_s(case: &Case<'_>) -> Finding {
    let by_a_professional = match case.act {
        Act::Authorise | Act::Revoke => is_about_self(case) && case.row().is_some(),
        Act::DeclareAttending => is_about_self(case) && case.row().is_some() && is_treating_doctor(case),
        Act::Block => is_about_another(case) && case.is_attending(),
        Act::ListAuthorised => return Finding::permit_if(lists_the_authorised(case)),
        Act::Unblock
        | Act::ConfirmAttending
        | Act::EndAttending
        | Act::GiveSameReading
        | Act::EndSameReading
        | Act::SetEmergencyChoices
        | Act::SetContacts
        | Act::SetEmergencyContact
        | Act::SetPreferences
        | Act::ConsentToOccupational
        | Act::WithdrawFromOccupational
        | Act::AddRepresentative
        | Act::RestrictRepresentative
        | Act::EndRepresentative => false,
        _ => return Finding::Silent,
    };
    let holds = match case.act {
        Act::DeclareAttending => false,
        Act::GiveSameReading => is_about_somebody_authorised(case),
        Act::AddRepresentative | Act::RestrictRepresentative | Act::EndRepresentative => {
            case.facts.request.quality_proved
        }
        _ => true,
    };
    let by_the_holder = case.speaks_for_the_holder() && holds;
    if by_the_holder || (case.care_professional().is_some() && by_a_professional) {
        Finding::Permit
    } else {
        Finding::Forbid
    }
}

fn is_about_self(case: &Case<'_>) -> bool {
    let about = case.facts.request.about.as_ref();
    case.professional().is_some_and(|it| about == Some(&it.id))
}

fn is_about_another(case: &Case<'_>) -> bool {
    case.facts.request.about.is_some() && !is_about_self(case)
}

fn is_about_somebody_authorised(case: &Case<'_>) -> bool {
    let about = case.facts.request.about.as_ref();
    about.is_some_and(|it| case.rights().authorisation(it, None, case.now).is_some())
}

fn lists_the_authorised(case: &Case<'_>) -> bool {
    case.care_professional().is_some() && case.is_attending()
}

fn is_treating_doctor(case: &Case<'_>) -> bool {
    case.professional().is_some_and(|it| it.profession.is_doctor() && it.acting_for == ActingFor::Care)
}
