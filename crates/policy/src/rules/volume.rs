//! How much one may ask for.

use crate::case::Case;
use crate::decision::Finding;

/// **V1.** A person, organisation or software that has used more than a budget of the profile within the
/// hour (records touched, identities tested, records opened) is cut off, whatever the act; a kill switch
/// cuts at once. The counts include the request being decided.
pub fn budgets(case: &Case<'_>) -> Finding {
    let volume = case.facts.volume;
    Finding::forbid_if(volume.switched_off || case.policy.profile.budgets.person.are_exceeded(&volume))
}
