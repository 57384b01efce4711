//! The service acting by itself.

use model::{Act, Door};

use crate::case::Case;
use crate::decision::Finding;

/// **W16.** The service is a caller of its own kind, with only the acts its jobs need: today, sending a
/// notice.
pub fn the_service_itself(case: &Case<'_>) -> Finding {
    Finding::permit_if(case.at(Door::Upkeep) && case.act == Act::SendNotice)
}
