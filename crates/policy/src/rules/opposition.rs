//! What the holder does not want fed.

use model::{Act, Grantee, Opposed};

use crate::case::Case;
use crate::decision::Finding;
use crate::rules::feeding::is_feeder;

/// **W3.** (CSP R.1111-47) Opposition to feeding: of one document, recorded by its producer; or the holder's
/// against a professional, an organisation or a type. Once access is authorised, to the one opposed, or for a
/// type to anybody (choice), only for a legitimate reason. What is opposed is not fed, and the answer is
/// neutral. What the holder and the payer feed is not opposed by it (choice: reimbursements come with the
/// record).
pub fn opposition(case: &Case<'_>) -> Finding {
    match case.act {
        Act::Feed => Finding::forbid_if(!case.comes_privately() && is_opposed(case)),
        Act::LiftOpposition => Finding::permit_if(case.speaks_for_the_holder()),
        Act::Oppose => {
            let who = match &case.facts.request.opposed {
                None => false,
                Some(Opposed::Document(_)) => is_feeder(case) || case.care_professional().is_some(),
                Some(_) => case.speaks_for_the_holder(),
            };
            let reason = case.facts.request.legitimate_reason || !needs_a_reason(case);
            if who && reason { Finding::Permit } else { Finding::Forbid }
        }
        _ => Finding::Silent,
    }
}

fn is_opposed(case: &Case<'_>) -> bool {
    let rights = case.rights();
    let against = |to: Opposed| rights.is_opposed(&to, case.now);
    let payer = case.organisation().is_some_and(|it| it.kind == model::OrganisationKind::Payer);
    let document = case.document();
    let of_this_one = document.is_some_and(|it| it.marks.opposed);
    let of_its_type = document.is_some_and(|it| {
        rights.oppositions.iter().any(|one| {
            let same = matches!(&one.to, Opposed::Type(opposed)
                if opposed.code == it.type_code.code && opposed.system == it.type_code.system);
            same && one.is_in_force(case.now)
        })
    });
    let of_who_feeds = case.professional().is_some_and(|it| against(Opposed::Professional(it.id.clone())))
        || case.organisation().is_some_and(|it| against(Opposed::Organisation(it.id.clone())));
    !payer && (of_this_one || of_its_type || of_who_feeds)
}

/// Access is authorised to whom or what is opposed.
fn needs_a_reason(case: &Case<'_>) -> bool {
    let rights = case.rights();
    let mut authorised = rights.authorisations.iter().filter(|it| it.is_in_force(case.now)).map(|it| &it.to);
    match &case.facts.request.opposed {
        None => false,
        Some(Opposed::Professional(who)) => {
            authorised.any(|to| *to == Grantee::Person(who.clone())) || rights.is_attending(who, case.now)
        }
        Some(Opposed::Organisation(house)) => {
            authorised.any(|to| *to == Grantee::Organisation(house.clone()))
        }
        Some(Opposed::Type(_)) => authorised.next().is_some(),
        Some(Opposed::Document(_)) => case.is_authorised() || case.is_attending(),
    }
}
