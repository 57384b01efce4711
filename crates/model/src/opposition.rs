//! Opposition to feeding: what the holder does not want put into the record (rules, W3).

use serde::{Deserialize, Serialize};

use crate::chance::Instant;
use crate::code::Coding;
use crate::oid::UniqueId;
use crate::people::{PsIdNat, StructIdNat};
use crate::rights::RecordedBy;

/// What is opposed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opposed {
    /// One document, recorded by its producer.
    Document(UniqueId),
    Professional(PsIdNat),
    Organisation(StructIdNat),
    Type(Coding),
}

/// One opposition, in force until lifted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opposition {
    pub to: Opposed,
    pub since: Instant,
    pub by: RecordedBy,
    /// The legitimate reason, where one was needed (CSP R.1111-47); sealed with the rights.
    #[serde(default)]
    pub reason: Option<String>,
    pub lifted: Option<Instant>,
}

impl Opposition {
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.since <= now && self.lifted.is_none_or(|at| now < at)
    }
}
