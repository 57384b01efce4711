//! DocumentEntry: an ExtrinsicObject read into the words of `model`, and an entry written back (ITI TF-3 4.2.3.2;
//! French constraints in dmp-facts, c).

mod patient;
mod read;
mod write;

pub use patient::said;
pub use write::Context;

pub(super) use read::{Role, is_signature, read};
pub(super) use write::{coded, identifier, number_parts, write};

use model::{Coding, Description, DocumentStatus, EntryId, Ins, Oid, RelationKind, SaidTraits, Visibility};

use super::error::{ErrorCode, Read, RegistryError};
use super::names;

/// A DocumentEntry as read, checked for form.
pub struct DocumentDraft {
    /// The id it bears in the message: a symbol, or a UUID.
    pub id: String,
    /// The logicalId, in an update.
    pub logical_id: Option<EntryId>,
    /// `VersionInfo`, where it is said.
    pub version: Option<u32>,
    pub status: Option<EntryStatus>,
    pub patient: Ins,
    pub described: Described,
    pub visibility: Visibility,
    /// As the sender filed it; the registry files by type.
    pub category: Coding,
    pub relates: Vec<(RelationKind, EntryId)>,
    /// What `sourcePatientInfo` says of the strict traits (rules, W2).
    pub subject_traits: SaidTraits,
    /// Identifiers (system, value) of its authors' organisations (rules, W2).
    pub author_organisations: Vec<(String, String)>,
    pub repository: Option<Oid>,
    /// Where it stands in the message, for errors: `DocumentEntry[1]`.
    pub element: String,
}

/// A description whose hash and size are only as the metadata says them, until the bytes are there.
#[derive(Clone)]
pub struct Described {
    description: Description,
    hash: Option<[u8; 20]>,
    size: Option<u64>,
    element: String,
}

impl Described {
    /// Everything but `hash` and `size`, which are zero here where the sender did not say them.
    pub fn about(&self) -> &Description {
        &self.description
    }

    pub fn said_hash(&self) -> Option<[u8; 20]> {
        self.hash
    }

    pub fn said_size(&self) -> Option<u64> {
        self.size
    }

    /// With what was computed from the bytes; `XDSRepositoryMetadataError` where the metadata says something else
    /// (abuse case D07).
    pub fn complete(self, hash: [u8; 20], size: u64) -> Result<Description, RegistryError> {
        let wrong = |name: &str, says: &str| {
            let place = format!("{}.{name}", self.element);
            Err(RegistryError::at(ErrorCode::XDSRepositoryMetadataError, place, says))
        };
        if self.size.is_some_and(|said| said != size) {
            return wrong("size", "the document has another size");
        }
        if self.hash.is_some_and(|said| said != hash) {
            return wrong("hash", "the document has another SHA-1");
        }
        Ok(Description { hash, size, ..self.description })
    }

    /// Where nobody here holds the bytes (ITI-42, ITI-57): both must have been said.
    pub fn as_said(self) -> Read<Description> {
        let need = |name: &str| {
            RegistryError::metadata(format!("{}.{name}", self.element), "this attribute is required")
        };
        let (hash, size) = (self.hash.ok_or_else(|| need("hash"))?, self.size.ok_or_else(|| need("size"))?);
        Ok(Description { hash, size, ..self.description })
    }
}

/// `availabilityStatus` as the wire says it (JDV_J52).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum EntryStatus {
    Approved,
    Deprecated,
    Archived,
    Deleted,
}

impl EntryStatus {
    pub const ALL: [EntryStatus; 4] = [Self::Approved, Self::Deprecated, Self::Archived, Self::Deleted];

    pub const fn urn(self) -> &'static str {
        match self {
            Self::Approved => names::APPROVED,
            Self::Deprecated => names::DEPRECATED,
            Self::Archived => names::ARCHIVED,
            Self::Deleted => names::DELETED,
        }
    }

    pub fn from_urn(urn: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.urn() == urn)
    }
}

impl From<&DocumentStatus> for EntryStatus {
    fn from(status: &DocumentStatus) -> Self {
        match status {
            DocumentStatus::Approved => Self::Approved,
            DocumentStatus::Deprecated { .. } => Self::Deprecated,
            DocumentStatus::Archived { .. } => Self::Archived,
            DocumentStatus::Deleted { .. } => Self::Deleted,
        }
    }
}
