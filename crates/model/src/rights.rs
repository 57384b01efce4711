//! Who may see: what the holder gave, withdrew and refused. Each right carries its dates and its author.

use serde::{Deserialize, Serialize};

use crate::chance::Instant;
use crate::ids::RowId;
use crate::opposition::{Opposed, Opposition};
use crate::people::{PsIdNat, StructIdNat};

/// Whether a record exists and can be used (rules, "Words").
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum RecordStatus {
    Absent,
    Open { since: Instant },
    Closed { at: Instant, by: String, reason: ClosingReason },
    Destroyed { at: Instant },
}

impl RecordStatus {
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosingReason {
    Request,
    Death,
    DeathInError,
    Fraud,
    /// It was the same person's as another, which has all of it now (rules, W14).
    Merged,
}

/// To whom access is given: a person, or an organisation and whoever the directory places there.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grantee {
    Person(PsIdNat),
    Organisation(StructIdNat),
}

/// Who recorded a right, and so who must be told (rules, W10).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordedBy {
    Holder,
    Professional(PsIdNat),
    Agent(PsIdNat),
    /// By their mandate.
    Representative(RowId),
}

/// An authorisation to read (rules, A14).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Authorisation {
    pub to: Grantee,
    pub from: Instant,
    pub until: Instant,
    pub by: RecordedBy,
    pub revoked: Option<Instant>,
}

impl Authorisation {
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.from <= now && now < self.until && self.revoked.is_none_or(|at| now < at)
    }
}

/// The holder shuts a person out (rules, A13): wins over every authorisation, organisation and purpose.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Block {
    pub person: PsIdNat,
    pub since: Instant,
    pub by: RecordedBy,
    pub lifted: Option<Instant>,
}

impl Block {
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.since <= now && self.lifted.is_none_or(|at| now < at)
    }
}

/// A designation as attending doctor. Pending, it opens no masked document and nobody's trace (rules, W10).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attending {
    pub person: PsIdNat,
    pub declared: Instant,
    pub by: RecordedBy,
    /// When the holder confirmed it; their own designation is confirmed at once.
    pub confirmed: Option<Instant>,
    pub ended: Option<Instant>,
}

impl Attending {
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.confirmed.is_some_and(|at| at <= now) && !self.has_ended(now)
    }

    pub fn is_pending(&self, now: Instant) -> bool {
        self.confirmed.is_none() && !self.has_ended(now)
    }

    fn has_ended(&self, now: Instant) -> bool {
        self.ended.is_some_and(|at| at <= now)
    }
}

/// The answers asked at the opening and changeable at any time (requirements, R85): true = allowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct EmergencyChoices {
    pub break_glass: bool,
    pub regulation: bool,
}

/// All rights of one record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Rights {
    pub authorisations: Vec<Authorisation>,
    pub blocks: Vec<Block>,
    pub attending: Vec<Attending>,
    pub emergency: EmergencyChoices,
    /// Professionals to whom the holder gave the attending doctor's reading, without block or VSM (W10).
    #[serde(default)]
    pub same_reading: Vec<PsIdNat>,
    /// What the holder does not want fed (rules, W3).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub oppositions: Vec<Opposition>,
}

impl Rights {
    pub fn new(emergency: EmergencyChoices) -> Self {
        Self {
            authorisations: Vec::new(),
            blocks: Vec::new(),
            attending: Vec::new(),
            emergency,
            same_reading: Vec::new(),
            oppositions: Vec::new(),
        }
    }

    /// Whether an opposition in force is against this.
    pub fn is_opposed(&self, to: &Opposed, now: Instant) -> bool {
        self.oppositions.iter().any(|it| it.to == *to && it.is_in_force(now))
    }

    pub fn is_blocked(&self, person: &PsIdNat, now: Instant) -> bool {
        self.blocks.iter().any(|block| block.person == *person && block.is_in_force(now))
    }

    pub fn is_attending(&self, person: &PsIdNat, now: Instant) -> bool {
        self.attending.iter().any(|it| it.person == *person && it.is_in_force(now))
    }

    pub fn is_pending_attending(&self, person: &PsIdNat, now: Instant) -> bool {
        self.attending.iter().any(|it| it.person == *person && it.is_pending(now))
    }

    /// The authorisation in force for this person or for the organisation the directory places them in.
    pub fn authorisation(
        &self,
        person: &PsIdNat,
        organisation: Option<&StructIdNat>,
        now: Instant,
    ) -> Option<&Authorisation> {
        self.authorisations.iter().filter(|it| it.is_in_force(now)).find(|it| match &it.to {
            Grantee::Person(to) => to == person,
            Grantee::Organisation(to) => Some(to) == organisation,
        })
    }
}
