//! ITI-18 Registry Stored Query (TD3.1a, TD3.1b): which query, its parameters, and what it selects among the
//! objects a caller may see.

mod answer;
mod filter;
mod parameters;
mod read;
mod select;

pub use answer::{answer, answer_refs, failure};
pub use filter::{DocumentFilter, SetFilter};
pub use select::{Found, Visible};

use model::{EntryId, Ins, UniqueId};
use xml::Node;

use super::error::Read;

/// A stored query as understood.
#[derive(Clone)]
pub struct StoredQuery {
    pub query: Query,
    pub returns: Returns,
}

/// What the answer holds of each object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Returns {
    ObjectRef,
    LeafClass,
}

/// Objects by one kind of identifier.
#[derive(Clone, PartialEq, Eq)]
pub enum Ids {
    /// entryUUIDs. What is no UUID names nothing.
    Entry(Vec<EntryId>),
    Unique(Vec<UniqueId>),
    /// logicalIds.
    Logical(Vec<EntryId>),
}

/// The stored queries (ITI TF-2 3.18.4.1.2.3.7). Those by identifier name no patient: the assertion does.
#[derive(Clone)]
pub enum Query {
    FindDocuments(DocumentFilter),
    FindDocumentsByReferenceId(DocumentFilter),
    FindSubmissionSets(SetFilter),
    FindFolders { patient: Ins },
    GetAll { patient: Ins, documents: DocumentFilter, sets: SetFilter },
    GetDocuments(Ids),
    GetFolders,
    GetAssociations(Vec<EntryId>),
    GetDocumentsAndAssociations(Ids),
    GetSubmissionSets(Vec<EntryId>),
    GetSubmissionSetAndContents { set: Ids, documents: DocumentFilter },
    GetFolderAndContents,
    GetFoldersForDocument,
    GetRelatedDocuments { document: Ids, kinds: Vec<String> },
}

/// Reads `AdhocQueryRequest`.
pub fn decode(request: &Node<'_>) -> Read<StoredQuery> {
    read::decode(request)
}

impl Query {
    /// The patient the query names. None where it names objects: the assertion's patient is meant.
    pub fn patient(&self) -> Option<&Ins> {
        match self {
            Self::FindDocuments(it) | Self::FindDocumentsByReferenceId(it) => it.patient.as_ref(),
            Self::FindSubmissionSets(it) => it.patient.as_ref(),
            Self::FindFolders { patient } | Self::GetAll { patient, .. } => Some(patient),
            _ => None,
        }
    }

    /// Replaced documents may be in the answer (rules, A3): a query by identifier asks for whatever it names.
    pub fn asked_deprecated(&self) -> bool {
        self.documents().is_none_or(|it| it.asks(super::EntryStatus::Deprecated))
    }

    /// Archived documents may be in the answer (rules, A3).
    pub fn asked_archived(&self) -> bool {
        self.documents().is_none_or(|it| it.asks(super::EntryStatus::Archived))
    }

    /// The filter of a query that is answered by documents alone: no set has to be looked at.
    pub fn documents_alone(&self) -> Option<&DocumentFilter> {
        match self {
            Self::FindDocuments(it) | Self::FindDocumentsByReferenceId(it) => Some(it),
            _ => None,
        }
    }

    /// The one uniqueId of a feeder's question after its own document (TD3.1b).
    pub fn located(&self) -> Option<&UniqueId> {
        match self {
            Self::GetDocuments(Ids::Unique(ids)) => match ids.as_slice() {
                [id] => Some(id),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the answer needs submission sets.
    pub fn needs_sets(&self) -> bool {
        !matches!(
            self,
            Self::FindDocuments(_)
                | Self::FindDocumentsByReferenceId(_)
                | Self::GetDocuments(_)
                | Self::GetRelatedDocuments { .. }
                | Self::FindFolders { .. }
                | Self::GetFolders
                | Self::GetFolderAndContents
                | Self::GetFoldersForDocument
        )
    }

    /// Nothing here is in a folder.
    pub fn is_of_folders(&self) -> bool {
        matches!(
            self,
            Self::FindFolders { .. }
                | Self::GetFolders
                | Self::GetFolderAndContents
                | Self::GetFoldersForDocument
        )
    }

    fn documents(&self) -> Option<&DocumentFilter> {
        match self {
            Self::FindDocuments(it) | Self::FindDocumentsByReferenceId(it) => Some(it),
            Self::GetAll { documents, .. } => Some(documents),
            _ => None,
        }
    }
}
