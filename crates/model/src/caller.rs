//! Who calls, with what is proved kept apart from what is merely claimed. Only proved facts permit
//! (design, invariant 3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::care::{Delegation, SessionId, Situation};
use crate::ids::{RecordId, RowId};
use crate::people::{Agent, Organisation, Professional, PsIdNat};

/// Something said about the caller, and what it is worth.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact<T> {
    /// By certificate, verified assertion or directory.
    Proved(T),
    /// By the message alone. Kept for the trace; permits nothing.
    Claimed(T),
    #[default]
    Absent,
}

impl<T> Fact<T> {
    pub fn proved(&self) -> Option<&T> {
        match self {
            Self::Proved(it) => Some(it),
            _ => None,
        }
    }
}

/// The listener a request came through. Feeding and reading never meet (design, invariant 6).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    Care,
    Feed,
    Portal,
    Steer,
    /// The service itself (rules, W16).
    Upkeep,
}

/// How surely the caller proved who they are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    None,
    /// The single-use link of a notice: reads nothing, and can only restrict (rules, "Notices").
    Link,
    /// A password alone: reads nothing.
    OneFactor,
    /// Password and one-time code, passkey, or an identity provider's word for as much.
    TwoFactors,
    /// An organisation's certificate, and an identity provider's proof of the person bound to the connection
    /// (INDIRECTE_RENFORCEE).
    Bound,
    /// A certificate under the door's trust anchors, not revoked.
    Certificate,
}

/// The natural person who calls.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    Professional(Professional),
    Agent(Agent),
    Holder {
        record: RecordId,
    },
    Representative {
        record: RecordId,
        mandate: RowId,
    },
    /// Trusted person, carer or helper, by their tie to the record.
    Relative {
        record: RecordId,
        tie: RowId,
    },
    /// An heir, spouse or partner whose quality was proved.
    Heir {
        record: RecordId,
    },
    /// Somebody identified who has no record yet.
    Applicant,
    /// Runs the service; sees no content, changes no right.
    Administrator(Agent),
    /// Looks at emergencies afterwards, and at no content.
    Reviewer(Agent),
}

/// The software that speaks, by its name and version.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Software {
    pub name: String,
    pub version: Option<String>,
}

/// A certificate as the handshake proved it: issuer and serial number name it for ever.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct CertificateId {
    pub issuer: String,
    pub serial: String,
}

/// Who calls. Made by the server's one extractor; `policy` reads it, `journal` stores it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Caller {
    pub door: Door,
    pub strength: Strength,
    #[serde(default)]
    pub certificate: Option<CertificateId>,
    #[serde(default = "Fact::default_absent")]
    pub person: Fact<Person>,
    #[serde(default = "Fact::default_absent")]
    pub organisation: Fact<Organisation>,
    #[serde(default = "Fact::default_absent")]
    pub software: Fact<Software>,
    /// For whom the caller acts: the doctor replaced, the named senior (rules, W15).
    #[serde(default = "Fact::default_absent")]
    pub delegator: Fact<PsIdNat>,
    /// What the directory says of them at this instant, beyond their entry.
    #[serde(default, skip_serializing_if = "Situation::is_plain")]
    pub situation: Situation,
    /// The session they come in, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

impl<T> Fact<T> {
    fn default_absent() -> Self {
        Self::Absent
    }
}

impl Caller {
    /// Somebody who proved nothing, at a door.
    pub fn nobody(door: Door) -> Self {
        Self {
            door,
            strength: Strength::None,
            certificate: None,
            person: Fact::Absent,
            organisation: Fact::Absent,
            software: Fact::Absent,
            delegator: Fact::Absent,
            situation: Situation::default(),
            session: None,
        }
    }

    /// The service itself, for the jobs of upkeep.
    pub fn upkeep() -> Self {
        Self::nobody(Door::Upkeep)
    }

    pub fn holder(record: RecordId) -> Self {
        Self {
            strength: Strength::TwoFactors,
            person: Fact::Proved(Person::Holder { record }),
            ..Self::nobody(Door::Portal)
        }
    }

    /// Who holds the link of a notice to this record: for the acts that restrict, and nothing else.
    pub fn link(record: RecordId) -> Self {
        Self { strength: Strength::Link, ..Self::holder(record) }
    }

    pub fn professional(&self) -> Option<&Professional> {
        match self.person.proved() {
            Some(Person::Professional(it)) => Some(it),
            _ => None,
        }
    }

    pub fn agent(&self) -> Option<&Agent> {
        match self.person.proved() {
            Some(Person::Agent(it)) => Some(it),
            _ => None,
        }
    }

    /// Whoever works for the service or a counter, in whichever office.
    pub fn official(&self) -> Option<&Agent> {
        match self.person.proved() {
            Some(Person::Agent(it) | Person::Administrator(it) | Person::Reviewer(it)) => Some(it),
            _ => None,
        }
    }

    /// For whom they act, where assertion and directory name the same person.
    pub fn delegation(&self) -> Option<&Delegation> {
        let named = self.delegator.proved();
        self.situation.delegation.as_ref().filter(|it| named == Some(&it.principal.id))
    }

    /// True when the holder of this very record calls.
    pub fn is_holder_of(&self, record: RecordId) -> bool {
        matches!(self.person.proved(), Some(Person::Holder { record: own }) if *own == record)
    }

    /// What volume is counted under (rules, "Volume"): person, organisation and proved software, each apart.
    pub fn budget_keys(&self) -> Vec<String> {
        let mut keys = Vec::new();
        match self.person.proved() {
            Some(Person::Professional(it)) => keys.push(format!("person {}", it.id)),
            Some(Person::Agent(it) | Person::Administrator(it) | Person::Reviewer(it)) => {
                keys.push(format!("person {}", it.id));
            }
            _ => {}
        }
        if let Some(it) = self.organisation.proved() {
            keys.push(format!("organisation {}", it.id));
        }
        if let Some(it) = self.software.proved() {
            keys.push(format!("software {}", it.name));
        }
        keys
    }
}

impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Care => "care",
            Self::Feed => "feed",
            Self::Portal => "portal",
            Self::Steer => "steer",
            Self::Upkeep => "upkeep",
        })
    }
}
