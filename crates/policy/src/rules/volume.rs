//! How much one may ask for.

use model::Act;

use crate::case::Case;
use crate::decision::Finding;

/// **V1.** A person, organisation or software that has used more than a budget of the profile within the
/// hour (records touched, identities tested, records opened) is cut off, whatever the act; a kill switch
/// cuts at once. The counts include the request being decided. An administrator cuts alone, and with a second
/// person undoes it (`switching_on_by_two`).
pub fn budgets(case: &Case<'_>) -> Finding {
    let volume = case.facts.volume;
    if volume.switched_off || case.policy.profile.budgets.person.are_exceeded(&volume) {
        return Finding::Forbid;
    }
    let by_two = case.has_a_second() || !case.policy.profile.switching_on_by_two;
    let permitted = match case.act {
        Act::SwitchOff => case.administrator().is_some(),
        Act::SwitchOn => case.administrator().is_some() && by_two,
        _ => return Finding::Silent,
    };
    if permitted { Finding::Permit } else { Finding::Forbid }
}
