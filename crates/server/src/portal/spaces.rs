//! The nine spaces of a record (requirements, R98) as the pages name and draw them; which documents each holds,
//! `clinical` says.

use clinical::spaces::{Space, space_of};
use model::DocumentEntry;

/// The space's name in the catalogue (`space.…`) and among the drawings.
pub const fn key(space: Space) -> &'static str {
    match space {
        Space::Syntheses => "syntheses",
        Space::Treatments => "treatments",
        Space::Analyses => "analyses",
        Space::Imaging => "imaging",
        Space::Reports => "reports",
        Space::Prevention => "prevention",
        Space::Certificates => "certificates",
        Space::Reimbursements => "reimbursements",
        Space::Personal => "personal",
    }
}

/// Where a document is filed. Documents of management are in none: they are in the whole list.
pub fn of(entry: &DocumentEntry) -> Option<Space> {
    space_of(&entry.description.type_code, entry.class)
}
