//! The holder and their own record.

use model::Act;

use crate::case::Case;
use crate::decision::Finding;

/// **A4.** (CSP L.1111-19) The holder comes by the portal, with two factors, to their own record and no
/// other; then their session and their secrets are theirs. The link of a notice lets nobody in: it restricts
/// (W10).
pub fn two_factors_and_own_record(case: &Case<'_>) -> Finding {
    if case.calls_as_holder() && !case.is_holder() && !case.restricts_by_link() {
        return Finding::Forbid;
    }
    Finding::permit_if(case.is_holder() && matches!(case.act, Act::LogIn | Act::ChangeSecrets))
}

/// **A5.** (CSP L.1111-19, R78) The holder reads everything, masked included, and may see as another sees
/// and ask why; what is hidden from them is A6's. The trace is A22's.
pub fn reads_everything(case: &Case<'_>) -> Finding {
    let reads = matches!(
        case.act,
        Act::Search | Act::Consult | Act::ReadRights | Act::ReadContacts | Act::SeeAs | Act::Why
    );
    Finding::permit_if(case.is_holder() && reads)
}

/// **A6.** (CSP R.1111-53) What is hidden from the holder does not exist for them, nor for those close to
/// them, whatever the act, until a professional announces it or one month has passed since the deposit was
/// accepted.
pub fn waits_for_the_announcement(case: &Case<'_>) -> Finding {
    let theirs = case.calls_as_holder() || case.calls_as_relative();
    Finding::forbid_if(case.is_still_hidden() && theirs && case.act.is_about_a_document())
}

/// **A7.** (CSP L.1111-5; age: choice) A minor reads with an account of their own, opened from the age the
/// profile sets, with their consent, by an agent or a professional who is let in. From then only they change
/// its factors and contacts. What the profile keeps for adults (`minors_do_not`) waits for majority.
pub fn a_minor_s_own_account(case: &Case<'_>) -> Finding {
    let age = case.policy.profile.minor_own_account_age;
    let minor = case.holder_is_minor();
    let of_age = case.holder_has_reached(age);
    if case.act == Act::OpenMinorAccount {
        let by = case.counter().is_some()
            || (case.care_professional().is_some() && (case.is_authorised() || case.is_attending()));
        let opens = minor && of_age && !case.has_own_account() && case.facts.request.consent && by;
        return if opens { Finding::Permit } else { Finding::Forbid };
    }
    let kept_for_adults = case.policy.profile.minors_do_not.contains(&case.act);
    let too_young = case.calls_as_holder()
        && !case.restricts_by_link()
        && minor
        && (!of_age || !case.has_own_account() || kept_for_adults);
    let theirs_alone =
        case.act == Act::SetContacts && case.calls_as_representative() && minor && case.has_own_account();
    Finding::forbid_if(too_young || theirs_alone)
}
