//! Whom the holder shuts out.

use model::{Act, Purpose};

use crate::case::Case;
use crate::decision::Finding;

/// **A13.** (CSP L.1111-19) A block is on the person and wins over every authorisation, organisation,
/// designation and purpose (regulation: choice, `block_wins_over_regulation`). The blocked professional may
/// still feed (W2), and learn that they are blocked (TD0.2, status INTERDIT).
pub fn wins_over_everything(case: &Case<'_>) -> Finding {
    let set_aside = *case.purpose == Purpose::Regulation && !case.policy.profile.block_wins_over_regulation;
    Finding::forbid_if(case.is_blocked() && !case.is_feeding() && case.act != Act::KnowStatus && !set_aside)
}
