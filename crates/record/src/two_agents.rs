//! What takes two agents (rules, W14, A2 and W11): the word of the first waits, sealed in the record, for a second,
//! seven days at most; and what a correction of identity moves from one record to another, which is a commit on
//! each. One row of kind `rights`, from the first such word on.

use model::{Act, DocumentStatus, EntryId, Instant, PsIdNat, RecordId, RowId, RowKind};
use serde::{Deserialize, Serialize};

use crate::base::Readable;
use crate::commit::Change;
use crate::failure::Fault;
use crate::records::Records;
use crate::rows::Plain;

pub(crate) const TWO_AGENTS: RowId = RowId::from_bytes(*b"two agents......");

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct TwoAgents {
    pub(crate) waiting: Vec<Waiting>,
    /// What is on its way to another record.
    pub(crate) leaving: Vec<Departure>,
    /// What was here and was another person's: nobody reads of it here again.
    pub(crate) gone: Vec<EntryId>,
    /// What came from another record.
    pub(crate) arrived: Vec<Arrival>,
}

/// The word of one agent, waiting for another's.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Waiting {
    pub id: RowId,
    pub what: Correction,
    pub by: PsIdNat,
    pub since: Instant,
    pub until: Instant,
}

/// What takes two.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// Fed under a wrong identity: taken out.
    Recall { document: EntryId },
    /// This record is the same person's as that one: all of it goes there, and this one closes.
    Merge { into: RecordId },
    /// These documents are another person's: they go to theirs.
    Split { to: RecordId, documents: Vec<EntryId> },
    /// What an heir asked for.
    Release { asked: RowId },
    /// A fraud was found: the record closes.
    Fraud,
}

/// A correction that was decided, and is being carried out.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Departure {
    pub(crate) id: RowId,
    pub(crate) to: RecordId,
    /// The whole record goes, and what its holder settled with it.
    pub(crate) merged: bool,
    pub(crate) documents: Vec<Leaving>,
}

/// A document on its way, with what it was before.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Leaving {
    pub(crate) document: EntryId,
    pub(crate) status: DocumentStatus,
    pub(crate) before_deletion: Option<DocumentStatus>,
}

/// How far a correction is written where it goes, so that it goes on after an interruption.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Arrival {
    /// The departure's.
    pub(crate) id: RowId,
    /// Lines of the trace that came along.
    pub(crate) lines: usize,
    pub(crate) done: bool,
}

impl Plain for TwoAgents {
    fn read(plain: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(plain)
    }
}

impl Correction {
    pub fn act(&self) -> Act {
        match self {
            Self::Recall { .. } => Act::Recall,
            Self::Merge { .. } => Act::Merge,
            Self::Split { .. } => Act::Split,
            Self::Release { .. } => Act::ReleaseToHeir,
            Self::Fraud => Act::NoticeFraud,
        }
    }

    /// The other record it is about.
    pub(crate) fn other(&self) -> Option<RecordId> {
        match self {
            Self::Merge { into: other } | Self::Split { to: other, .. } => Some(*other),
            _ => None,
        }
    }
}

impl TwoAgents {
    pub(crate) fn waiting(&self, id: RowId, now: Instant) -> Option<&Waiting> {
        self.waiting.iter().find(|it| it.id == id && now < it.until)
    }

    /// What nobody reads of here: it is another person's, or on its way there.
    pub(crate) fn elsewhere(&self) -> impl Iterator<Item = EntryId> {
        let leaving = self.leaving.iter().flat_map(|it| it.documents.iter().map(|it| it.document));
        self.gone.iter().copied().chain(leaving)
    }

    pub(crate) fn arrival(&self, id: RowId) -> Option<&Arrival> {
        self.arrived.iter().find(|it| it.id == id)
    }
}

impl Readable {
    pub(crate) fn two_agents(&self) -> Result<TwoAgents, Fault> {
        if self.base.mark(RowKind::Rights, TWO_AGENTS).is_none() {
            return Ok(TwoAgents::default());
        }
        self.must(RowKind::Rights, TWO_AGENTS)
    }
}

impl Records {
    /// Words that nobody seconded in time go with the next writing.
    pub(crate) fn put_two_agents(
        &self,
        readable: &Readable,
        change: &mut Change,
        two: &TwoAgents,
    ) -> Result<(), Fault> {
        let now = self.now();
        let mut two = two.clone();
        two.waiting.retain(|it| now < it.until);
        change.bump();
        change.put(self, Some(&readable.base), RowKind::Rights, TWO_AGENTS, &two)
    }
}
