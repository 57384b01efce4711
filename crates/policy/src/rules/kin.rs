//! Professionals who are also family.

use crate::case::Case;
use crate::decision::Finding;

/// **A17.** Whoever is known to be the record's holder or representative is refused on the care door, and
/// on the portal as a professional, save to deposit (W2): there they come as the holder anybody is.
pub fn not_one_s_own_record(case: &Case<'_>) -> Finding {
    let id = case.professional().map(|it| &it.id).or(case.agent().map(|it| &it.id));
    Finding::forbid_if(
        case.comes_to_care() && !case.is_feeding() && id.is_some_and(|id| case.record().kin.contains(id)),
    )
}
