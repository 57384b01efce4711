//! What a record goes through besides its documents and rights: oppositions, closings, death, what heirs ask, the
//! request to destroy. Kind `gate`, row `LIFE`, written when there is first something to say: feeding must know
//! the oppositions, and upkeep the rest. It names nobody but by their identifiers, and no content.

use model::rights::ClosingReason;
use model::{
    Disputed, EntryId, HeirPurpose, Instant, Opposition, PsIdNat, RecordFacts, RecordedBy, RowId, RowKind,
};
use serde::{Deserialize, Serialize};

use crate::base::Base;
use crate::failure::Fault;
use crate::rows::{GateRow, LIFE};

/// Every field may be missing in a row written before it was known.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Life {
    /// What is not to be fed (rules, W3): of all of them, the truth is here.
    pub oppositions: Vec<Opposition>,
    pub closings: Vec<Closing>,
    /// Holders of parental authority who want a child's record closed, and since when (rules, W11).
    pub want_closed: Vec<(RowId, Instant)>,
    pub death_noticed: Option<Instant>,
    pub fraud_found: Option<Instant>,
    /// The holder does not want heirs to be given anything (rules, A2).
    pub refused_heirs: bool,
    pub heirs: Vec<HeirRequest>,
    pub destruction_asked: Option<Instant>,
}

/// A closing, and what became of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Closing {
    pub at: Instant,
    /// In what quality, never a name: "titulaire", "service".
    pub by: String,
    pub reason: ClosingReason,
    pub reopened: Option<Instant>,
    /// What the holder said to it, as entered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
}

/// What an heir asked for, and who released it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct HeirRequest {
    pub id: RowId,
    pub document: EntryId,
    pub purpose: Purpose,
    pub asked: Instant,
    pub released: Option<Release>,
}

/// The two persons who released it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Release {
    pub at: Instant,
    pub first: PsIdNat,
    pub second: PsIdNat,
}

/// The three purposes of CSP L.1110-4 V, as they are kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    CauseOfDeath,
    MemoryOfTheDeceased,
    OwnRights,
}

/// "Ce document est faux", said by the holder; answered by who deposited it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Dispute {
    pub since: Instant,
    pub by: RecordedBy,
    pub answered: Option<Answer>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answer {
    pub at: Instant,
    /// The depositor stands by the document; else they replace or delete it.
    pub upheld: bool,
    /// To the holder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<String>,
}

impl Dispute {
    pub fn is_open(&self) -> bool {
        self.answered.is_none()
    }
}

/// As whoever reads the document knows it: not who said it.
impl From<Dispute> for Disputed {
    fn from(Dispute { since, answered, .. }: Dispute) -> Self {
        let upheld = answered.as_ref().is_some_and(|it| it.upheld);
        let at = answered.as_ref().map(|it| it.at);
        Self { since, answered: at, upheld, word: answered.and_then(|it| it.word) }
    }
}

impl Life {
    /// As it stands in a record; empty where nothing was ever written.
    pub(crate) fn of(base: &Base) -> Result<Self, Fault> {
        if base.mark(RowKind::Gate, LIFE).is_none() {
            return Ok(Self::default());
        }
        match base.gate(LIFE)? {
            Some(GateRow::Life(life)) => Ok(*life),
            _ => Err(crate::base::damaged(base.record, "a row")),
        }
    }

    /// The facts it holds, among the others.
    pub(crate) fn into_facts(self, facts: RecordFacts) -> RecordFacts {
        let mut rights = facts.rights;
        rights.oppositions = self.oppositions;
        RecordFacts {
            rights,
            death_noticed: self.death_noticed,
            fraud_found: self.fraud_found,
            refused_heirs: self.refused_heirs,
            destruction_asked: self.destruction_asked,
            ..facts
        }
    }
}

impl From<HeirPurpose> for Purpose {
    fn from(purpose: HeirPurpose) -> Self {
        match purpose {
            HeirPurpose::CauseOfDeath => Self::CauseOfDeath,
            HeirPurpose::MemoryOfTheDeceased => Self::MemoryOfTheDeceased,
            HeirPurpose::OwnRights => Self::OwnRights,
        }
    }
}

impl From<Purpose> for HeirPurpose {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::CauseOfDeath => Self::CauseOfDeath,
            Purpose::MemoryOfTheDeceased => Self::MemoryOfTheDeceased,
            Purpose::OwnRights => Self::OwnRights,
        }
    }
}
