//! Whom the holder shuts out.

use model::Act;

use crate::case::Case;
use crate::decision::Finding;

/// **A13.** (CSP L.1111-19) A block is on the person and wins over every authorisation, organisation,
/// designation and purpose. The blocked professional may still feed (W2), and learn that they are blocked
/// (TD0.2, status INTERDIT).
pub fn wins_over_everything(case: &Case<'_>) -> Finding {
    Finding::forbid_if(case.is_blocked() && !case.is_feeding() && case.act != Act::KnowStatus)
}
