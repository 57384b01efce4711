//! The words of carnet: identities, documents, people, acts and facts.
//!
//! Every constructor validates, so a value that exists is valid. No I/O, no clock, no chance: both are
//! passed in as [`Clock`] and [`Dice`]. Names are the field's own (IHE, FHIR, HL7); French is kept only
//! where it is the legal term.

pub mod chance;
pub mod ids;
pub mod place;

pub use chance::{Clock, Dice, Instant};
pub use ids::{EntryId, ObjectId, RecordId, RowId};
pub use place::{Mark, Place, RowKind};
