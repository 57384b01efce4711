//! One line of a record's trace, and the chain that ties the lines together.

use std::fmt;

use model::{Instant, Mark, RecordId, RowId, RowKind};
use serde::{Deserialize, Serialize};

use crate::hash::{Hash, hex32, sha256};

/// What one request did to one record, as it is sealed. The fields are explained at the head of the crate.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    pub format: u8,
    pub seq: u64,
    pub leaf: u64,
    pub at: Instant,
    /// The chain before this line.
    #[serde(with = "hex32")]
    pub previous: Hash,
    /// The record's version after it.
    pub version: u64,
    /// The record's key epoch after it.
    pub epoch: u32,
    /// The digest of the record's rows after it.
    #[serde(with = "hex32")]
    pub digest: Hash,
    pub wrote: Vec<Mark>,
    pub removed: Vec<(RowKind, RowId)>,
    pub bodies: Vec<BodyMark>,
    #[serde(with = "hex32")]
    pub salt: [u8; 32],
    /// What happened, in the words of those who wrote it.
    pub account: serde_json::Value,
}

/// A document's bytes as stored, inside or outside the record's rows. Goes when the row of kind `document` and
/// this id is removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BodyMark {
    pub row: RowId,
    pub version: u64,
    /// Of the sealed bytes; of the chunks' tags in order for a stream.
    #[serde(with = "hex32")]
    pub sha256: Hash,
}

#[derive(Debug, thiserror::Error)]
pub enum LineError {
    #[error("not a trace line")]
    NotALine,
    #[error("a trace line of format {0}, which this program does not know")]
    UnknownFormat(u8),
}

impl Line {
    pub const FORMAT: u8 = 1;

    /// The bytes to seal, and to go on the chain with: what was written is never written again differently.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LineError> {
        serde_json::to_vec(self).map_err(|_| LineError::NotALine)
    }

    pub fn parse(bytes: &[u8]) -> Result<Self, LineError> {
        #[derive(Deserialize)]
        struct Format {
            format: u8,
        }
        // a line of a later format is told from a damaged one
        let Format { format } = serde_json::from_slice(bytes).map_err(|_| LineError::NotALine)?;
        if format != Self::FORMAT {
            return Err(LineError::UnknownFormat(format));
        }
        serde_json::from_slice(bytes).map_err(|_| LineError::NotALine)
    }
}

/// A line names people: it does not print.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Line({})", self.seq)
    }
}

/// The chain of a record before its first line.
pub fn chain_start(record: RecordId) -> Hash {
    sha256(&[b"carnet chain 1 begins", record.as_bytes()])
}

/// The chain after a line. The line's bytes hold its number and its salt, so the value fixes the one and,
/// by the other, says nothing about the content.
pub fn chain_after(previous: &Hash, line: &[u8]) -> Hash {
    sha256(&[b"carnet chain 1", previous, &sha256(&[line])])
}
