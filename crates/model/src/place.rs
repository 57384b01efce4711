//! Where a sealed row lives. The place is part of what is authenticated, so a row that is moved, put back
//! or renamed no longer opens (design, invariant 2).

use serde::{Deserialize, Serialize};

use crate::ids::{RecordId, RowId};

/// What kind of thing a sealed row holds. Each kind has a subkey of its own.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// The head: version, chain, digest. One per record.
    Head,
    /// What the feed door may open: status, traits, oppositions, who fed which uniqueId.
    Gate,
    /// Who the holder is: INS and traits, contacts, mandates, preferences.
    Identity,
    /// Who may see: authorisations, blocks, attending doctors, emergency choices, openings and closings.
    Rights,
    /// A document's entry, a submission set, an association.
    Metadata,
    /// A document's bytes.
    Document,
    /// A trace line.
    Trace,
    /// Login, password verifier, factors, sessions' seeds.
    Credential,
    /// What must follow: a notice, a scan, a purge.
    Queue,
}

impl RowKind {
    pub const ALL: [RowKind; 9] = [
        Self::Head,
        Self::Gate,
        Self::Identity,
        Self::Rights,
        Self::Metadata,
        Self::Document,
        Self::Trace,
        Self::Credential,
        Self::Queue,
    ];

    /// The number it has in the store and in what is authenticated. Never reused.
    pub const fn number(self) -> u8 {
        match self {
            Self::Head => 1,
            Self::Gate => 2,
            Self::Identity => 3,
            Self::Rights => 4,
            Self::Metadata => 5,
            Self::Document => 6,
            Self::Trace => 7,
            Self::Credential => 8,
            Self::Queue => 9,
        }
    }

    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.number() == number)
    }

    /// The label its subkey is derived with. Never reused.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Gate => "gate",
            Self::Identity => "identity",
            Self::Rights => "rights",
            Self::Metadata => "metadata",
            Self::Document => "document",
            Self::Trace => "trace",
            Self::Credential => "credential",
            Self::Queue => "queue",
        }
    }
}

/// The one place a sealed row belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Place {
    pub record: RecordId,
    pub kind: RowKind,
    pub row: RowId,
    /// 1 for the first version of the row, then one more at each writing.
    pub version: u64,
}

impl Place {
    /// The bytes that are authenticated with the row: kind, record, row, version.
    pub fn associated_data(&self) -> [u8; 41] {
        let mut bytes = [0; 41];
        bytes[0] = self.kind.number();
        bytes[1..17].copy_from_slice(self.record.as_bytes());
        bytes[17..33].copy_from_slice(self.row.as_bytes());
        bytes[33..41].copy_from_slice(&self.version.to_be_bytes());
        bytes
    }
}

/// What identifies a row as written: where, which version, and its authentication tag.
/// Trace lines name the rows they wrote by these, and the head's digest sums them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Mark {
    pub kind: RowKind,
    pub row: RowId,
    pub version: u64,
    #[serde(with = "hex16")]
    pub tag: [u8; 16],
}

mod hex16 {
    use serde::{Deserialize, Deserializer, Serializer};

    pub fn serialize<S: Serializer>(tag: &[u8; 16], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:032x}", u128::from_be_bytes(*tag)))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 16], D::Error> {
        let text = String::deserialize(deserializer)?;
        u128::from_str_radix(&text, 16).map(u128::to_be_bytes).map_err(serde::de::Error::custom)
    }
}
