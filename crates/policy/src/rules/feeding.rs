//! Feeding: who, with what identity, which documents.

use model::code::{is_of_the_holder, is_vsm};
use model::{Act, ClassCode, Door, OrganisationKind};

use crate::case::Case;
use crate::decision::{Detail, Finding};

/// **W2.** (CSP L.1111-15) Whoever has the duty to feed does, through the feed door, without authorisation,
/// blocked or not; a professional also by hand, on the portal. The identity is qualified and agrees in
/// certificate, assertion, metadata and document. That the record is open is A2's.
pub fn feeding_an_open_record(case: &Case<'_>) -> Finding {
    if !case.is_depositing() {
        return Finding::Silent;
    }
    let request = case.facts.request;
    if !request.qualified_identity || !request.identity_agrees {
        return Finding::ForbidFor(vec![Detail::Identity]);
    }
    Finding::permit_if(case.act == Act::Feed && (is_feeder(case) || case.deposits_by_hand()))
}

/// An organisation or a professional at the feed door, by certificate.
pub fn is_feeder(case: &Case<'_>) -> bool {
    case.at(Door::Feed)
        && case.has_certificate()
        && (case.organisation().is_some() || case.professional().is_some())
}

/// **W4.** (CSP L.1111-15, L.1111-16) The payer feeds only reimbursement data (class 60), and nobody else
/// feeds them. The types kept for holders come only from the holder or a representative, by the portal, and
/// they feed no other; so do directives, the position on organ donation, notes and personal data. A VSM comes
/// only from an attending doctor in force (`vsm_only_by_attending_doctor`). Counters and the ministry feed
/// nothing.
pub fn each_origin_its_own(case: &Case<'_>) -> Finding {
    match case.act {
        Act::Feed => {}
        Act::WriteDirectives | Act::SetDonationPosition => return Finding::permit_if(case.is_holder()),
        Act::EditPersonalData | Act::WriteNote => {
            return Finding::permit_if(case.is_holder() || case.represents());
        }
        _ => return Finding::Silent,
    }
    let kind = case.organisation().map(|it| it.kind);
    if matches!(kind, Some(OrganisationKind::Counter | OrganisationKind::Ministry)) {
        return Finding::Forbid;
    }
    let as_the_holder = case.is_holder() || case.represents();
    let Some(document) = case.document() else {
        return Finding::permit_if(as_the_holder);
    };
    let payer = kind == Some(OrganisationKind::Payer) && !case.comes_privately();
    let reimbursement = document.class == ClassCode::Reimbursement;
    let of_the_holder = is_of_the_holder(&document.type_code);
    let vsm = case.policy.profile.vsm_only_by_attending_doctor && is_vsm(&document.type_code);
    let own = payer == reimbursement
        && as_the_holder == of_the_holder
        && (!vsm || ((case.has_certificate() || case.deposits_by_hand()) && case.is_attending()));
    match own {
        true => Finding::permit_if(as_the_holder),
        false => Finding::Forbid,
    }
}
