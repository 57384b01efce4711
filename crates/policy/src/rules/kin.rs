//! Professionals who are also family.

use model::Door;

use crate::case::Case;
use crate::decision::Finding;

/// **A17.** Whoever is known to be the record's holder or representative is refused on the care door, and
/// uses the portal as anybody does.
pub fn not_one_s_own_record(case: &Case<'_>) -> Finding {
    let id = case.professional().map(|it| &it.id).or(case.agent().map(|it| &it.id));
    Finding::forbid_if(case.at(Door::Care) && id.is_some_and(|id| case.record().kin.contains(id)))
}
