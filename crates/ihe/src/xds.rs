//! XDS.b: the transactions of the DMP's registry and repository, decoded into the words of `model` and encoded
//! from them (IHE ITI TF-2 3.18, 3.41 to 3.43, 3.57; TF-3 4.2). One transaction, one file.
//!
//! Reading is strict: what has no meaning here is refused, or told in a warning; every error is a
//! [`RegistryError`] that names the attribute and never a value.

pub mod association;
mod attributes;
mod author;
pub mod entry;
pub mod error;
mod graph;
mod hl7;
pub mod iti18;
pub mod iti41;
pub mod iti42;
pub mod iti43;
pub mod iti57;
pub mod names;
pub mod set;
pub mod signature;
pub mod submission;

pub use attributes::{entry_id, unique_id, write_unique_id};
pub use entry::{Context, Described, DocumentDraft, EntryStatus};
pub use error::{ErrorCode, Read, RegistryError, RegistryErrors, Severity, Status, registry_response};
pub use set::set_id;
pub use submission::{SignatureDraft, Submission};
