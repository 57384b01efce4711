//! From whom a document is hidden at feeding, and how that ends.

use model::Act;

use crate::case::Case;
use crate::decision::Finding;
use crate::rules::feeding::is_feeder;

/// The signature of a lot is masked and hidden by its format (DRIM).
const LOT_SIGNATURE: &str = "E1762";

/// **W9.** (CSP R.1111-50, R.1111-53; EX_2.1-1050, EX_3.3-1045) Hidden from the holder is set at feeding
/// alone: no act hides later. It ends when an authorised professional or attending doctor makes the
/// announcement, or by the depositor, the attending doctor, or an authorised professional who made it. Hidden
/// from representatives is set at feeding, or by the minor, or by the depositor at the minor's request; it
/// ends with the minor's agreement. Visible is irreversible. Masked and hidden from the holder do not combine,
/// unless the profile says so (`masked_and_hidden_combine`); signatures of lots are exempt.
pub fn hiding_and_its_end(case: &Case<'_>) -> Finding {
    let care = case.care_professional().is_some();
    let let_in = care && (case.is_authorised() || case.is_attending());
    let depositor = case.deposited_it();
    let attending = care && case.is_attending();
    let agreed = case.facts.request.minor_agreed;
    let secret = case.document().is_some_and(|it| it.visibility.hidden_from_representatives);
    let permitted = match case.act {
        Act::Feed | Act::Mask => return Finding::forbid_if(combines(case)),
        Act::Announce => case.is_still_hidden() && let_in,
        Act::MakeVisible => {
            let announced = let_in && case.facts.request.announced;
            case.is_still_hidden() && (depositor || attending || announced)
        }
        Act::HideFromRepresentatives => {
            case.holder_is_minor() && !secret && (case.is_holder() || (depositor && agreed))
        }
        Act::MakeVisibleToRepresentatives => {
            secret && (case.is_holder() || ((depositor || attending) && agreed))
        }
        Act::DeclareSecretAct => {
            case.holder_is_minor() && (case.is_holder() || ((care || is_feeder(case)) && agreed))
        }
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}

fn combines(case: &Case<'_>) -> bool {
    let Some(document) = case.document().filter(|it| it.type_code.code != LOT_SIGNATURE) else {
        return false;
    };
    let both = match case.act {
        Act::Feed => document.visibility.masked && document.visibility.hidden_from_holder,
        _ => case.is_still_hidden(),
    };
    both && !case.policy.profile.masked_and_hidden_combine
}
