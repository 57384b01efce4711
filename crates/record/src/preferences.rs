//! What a holder wants to be told of (rules, "Notices"; requirements, R95). An emergency, a change of rights by
//! somebody else and a change of contacts are always told.

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    pub accesses: Accesses,
    /// The message of the day about new documents.
    pub documents: bool,
}

/// Of which accesses by professionals the holder is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accesses {
    /// The first by a given professional.
    #[default]
    First,
    /// Each day's first by each professional: a consultation is many requests.
    Every,
    /// None but emergencies.
    Emergencies,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { accesses: Accesses::First, documents: true }
    }
}
