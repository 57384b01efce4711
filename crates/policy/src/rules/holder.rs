//! The holder and their own record.

use model::Act;

use crate::case::Case;
use crate::decision::Finding;

/// **A4.** (CSP L.1111-19) The holder comes by the portal, with two factors, to their own record and no
/// other; then their session and their secrets are theirs.
pub fn two_factors_and_own_record(case: &Case<'_>) -> Finding {
    if case.calls_as_holder() && !case.is_holder() {
        return Finding::Forbid;
    }
    Finding::permit_if(case.is_holder() && matches!(case.act, Act::LogIn | Act::ChangeSecrets))
}

/// **A5.** (CSP L.1111-19, R78) The holder reads everything, masked included; what is hidden from them is
/// A6's. The trace is A22's.
pub fn reads_everything(case: &Case<'_>) -> Finding {
    Finding::permit_if(case.is_holder() && matches!(case.act, Act::Search | Act::Consult | Act::ReadRights))
}

/// **A6.** (CSP R.1111-53) What is hidden from the holder does not exist for them, whatever the act, until
/// a professional announces it or one month has passed since the deposit was accepted.
pub fn waits_for_the_announcement(case: &Case<'_>) -> Finding {
    let hidden = case.document().is_some_and(|document| {
        document.visibility.hidden_from_holder
            && case.now < case.policy.profile.hidden_until(document.deposited)
    });
    Finding::forbid_if(hidden && case.calls_as_holder() && case.act.is_about_a_document())
}
