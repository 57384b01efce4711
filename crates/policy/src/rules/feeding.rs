//! Feeding: who, with what identity, which documents.

use model::code::{is_of_the_holder, is_vsm};
use model::{Act, ClassCode, Door, OrganisationKind};

use crate::case::Case;
use crate::decision::{Detail, Finding};

/// The signature of a lot is masked and hidden by its format (DRIM).
const LOT_SIGNATURE: &str = "E1762";

/// **W2.** (CSP L.1111-15) Whoever has the duty to feed does, through the feed door, without authorisation,
/// blocked or not; a professional also by hand, on the portal. The identity is qualified and agrees in certificate, assertion, metadata and document.
/// That the record is open is A2's.
pub fn feeding_an_open_record(case: &Case<'_>) -> Finding {
    if !case.is_depositing() {
        return Finding::Silent;
    }
    let request = case.facts.request;
    if !request.qualified_identity || !request.identity_agrees {
        return Finding::ForbidFor(vec![Detail::Identity]);
    }
    let feeder = case.at(Door::Feed)
        && case.has_certificate()
        && (case.organisation().is_some() || case.professional().is_some());
    Finding::permit_if(case.act == Act::Feed && (feeder || case.deposits_by_hand()))
}

/// **W4.** (CSP L.1111-15, L.1111-16) The payer feeds only reimbursement data (class 60), and nobody else
/// feeds them. The types kept for holders come only from the holder, by the portal, and the holder feeds no
/// other. A VSM comes only from an attending doctor in force (`vsm_only_by_attending_doctor`). Counters and
/// the ministry feed nothing.
pub fn each_origin_its_own(case: &Case<'_>) -> Finding {
    if case.act != Act::Feed {
        return Finding::Silent;
    }
    let kind = case.organisation().map(|it| it.kind);
    if matches!(kind, Some(OrganisationKind::Counter | OrganisationKind::Ministry)) {
        return Finding::Forbid;
    }
    let Some(document) = case.document() else {
        return Finding::permit_if(case.is_holder());
    };
    let payer = kind == Some(OrganisationKind::Payer) && !case.calls_as_holder();
    let reimbursement = document.class == ClassCode::Reimbursement;
    let of_the_holder = is_of_the_holder(&document.type_code);
    let vsm = case.policy.profile.vsm_only_by_attending_doctor && is_vsm(&document.type_code);
    let own = payer == reimbursement
        && case.is_holder() == of_the_holder
        && (!vsm || ((case.has_certificate() || case.deposits_by_hand()) && case.is_attending()));
    match own {
        true => Finding::permit_if(case.is_holder()),
        false => Finding::Forbid,
    }
}

/// **W9**, the part that forbids. (EX_2.1-1050) A document is not both masked and hidden from the holder,
/// unless the profile says so (`masked_and_hidden_combine`); signatures of lots are exempt.
pub fn masked_and_hidden_do_not_combine(case: &Case<'_>) -> Finding {
    let Some(document) = case.document().filter(|it| it.type_code.code != LOT_SIGNATURE) else {
        return Finding::Silent;
    };
    let still_hidden = document.visibility.hidden_from_holder
        && case.now < case.policy.profile.hidden_until(document.deposited);
    let both = match case.act {
        Act::Feed => document.visibility.masked && document.visibility.hidden_from_holder,
        Act::Mask => still_hidden,
        _ => false,
    };
    Finding::forbid_if(both && !case.policy.profile.masked_and_hidden_combine)
}
