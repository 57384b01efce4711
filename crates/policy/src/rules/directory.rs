//! What the directory of professionals and organisations says now.

use model::Standing;

use crate::case::Case;
use crate::decision::Finding;

/// **A11.** (CSP L.1110-4-1) The person's entry and, where an organisation is proved, the organisation's are
/// active at this instant. Struck off, retired, gone from the organisation, unknown: refused at once,
/// whatever the act, also in open sessions.
pub fn active_at_this_instant(case: &Case<'_>) -> Finding {
    let standings = [
        case.professional().map(|it| it.standing),
        case.caller.official().map(|it| it.standing),
        case.organisation().map(|it| it.standing),
    ];
    Finding::forbid_if(standings.into_iter().flatten().any(|it| it != Standing::Active))
}
