//! The service acting by itself, and those who run it.

use model::{Act, Door};

use crate::case::Case;
use crate::decision::Finding;

/// **W16.** The service is a caller of its own kind, one trace line for each job, with only the acts its jobs
/// need: it sends a notice, ends a hiding whose month is over, recomputes. That it closes, destroys and opens
/// is said by the rules of those (W1, W11, W13).
pub fn the_service_itself(case: &Case<'_>) -> Finding {
    let due = match case.act {
        Act::SendNotice | Act::Recompute => true,
        Act::EndHiding => {
            let hidden = case.document().is_some_and(|it| it.visibility.hidden_from_holder);
            hidden && !case.is_still_hidden()
        }
        _ => return Finding::Silent,
    };
    Finding::permit_if(case.at(Door::Upkeep) && due)
}

/// **P1.** Another profile or another matrix is an administrator's act, with the approval of a second person.
pub fn changing_the_policy(case: &Case<'_>) -> Finding {
    if case.act != Act::ChangePolicy {
        return Finding::Silent;
    }
    if case.administrator().is_some() && case.has_a_second() { Finding::Permit } else { Finding::Forbid }
}
