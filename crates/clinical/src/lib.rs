//! Documents as their authors made them: read, checked, rendered, and put in their space.
//!
//! Pure: bytes in, facts out. This crate says what a document *says* ([`read_cda`]) and what
//! it *is* ([`check`]); whether that agrees with the metadata, the record and the depositor
//! is decided by `record`, which compares. [`render`] makes of it what a page can show, and
//! [`spaces`] says on which of the nine shelves it stands.
//!
//! Everything here reads input from outside. Nothing acts on what it reads: no stylesheet is
//! run, no link is followed, no script of a PDF is interpreted.

pub mod cda;
mod check;
mod image;
mod kos;
mod passing;
mod pdf;
mod plain;
pub mod render;
pub mod spaces;

pub use cda::{
    Attachment, CdaAuthor, CdaError, CdaForm, CdaHeader, CdaLevel, CdaPatient, Coded, Custodian,
    InstanceIdentifier, read_cda,
};
pub use check::{Checked, Kind, Unreadable, check};
pub use image::JpegFault;
pub use kos::{KeyObjects, KosError, Series, Study, read_kos};
pub use passing::{Passing, passes};
pub use pdf::{PdfFacts, PdfFault};
pub use plain::TextFault;
