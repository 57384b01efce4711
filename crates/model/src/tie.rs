//! Those close to the holder who are no representatives: the trusted person, carers, helpers (rules, W15).
//! The emergency contact is a contact, and has no rights.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::act::Act;
use crate::chance::Instant;
use crate::ids::RowId;

/// A tie the holder made between somebody and their record.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tie {
    pub id: RowId,
    pub kind: TieKind,
    pub from: Instant,
    pub until: Option<Instant>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieKind {
    /// Personne de confiance (CSP L.1111-6).
    TrustedPerson {
        /// They signed the designation; shown either way.
        signed: bool,
        /// The holder granted them reading beforehand.
        may_read: bool,
        /// When a doctor attested that the holder cannot express their will.
        activated: Option<Instant>,
    },
    /// Aidant, with an account of their own and only these acts.
    Carer { acts: BTreeSet<Act> },
    /// Sees nothing.
    Helper,
}

impl Tie {
    pub fn is_in_force(&self, now: Instant) -> bool {
        self.from <= now && self.until.is_none_or(|until| now < until)
    }

    /// Whether the tie, in force, opens this act of reading.
    pub fn opens(&self, act: Act, now: Instant) -> bool {
        self.is_in_force(now)
            && match &self.kind {
                TieKind::TrustedPerson { may_read, activated, .. } => {
                    *may_read && activated.is_some_and(|at| at <= now)
                }
                TieKind::Carer { acts } => acts.contains(&act),
                TieKind::Helper => false,
            }
    }
}
