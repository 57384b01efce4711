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

    /// The same with an account that was written already, whatever this line's own says: a tree of it would be
    /// made for nothing. Refused where it is not JSON's beginning and end; what lies between is the writer's.
    pub fn to_bytes_telling(&self, account: &[u8]) -> Result<Vec<u8>, LineError> {
        let told = Self { account: serde_json::Value::Null, ..self.clone() }.to_bytes()?;
        let head = told.strip_suffix(b"null}").ok_or(LineError::NotALine)?;
        if !matches!((account.first(), account.last()), (Some(b'{'), Some(b'}'))) {
            return Err(LineError::NotALine);
        }
        let mut bytes = Vec::with_capacity(head.len() + account.len() + 1);
        bytes.extend_from_slice(head);
        bytes.extend_from_slice(account);
        bytes.push(b'}');
        Ok(bytes)
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_account_written_before_is_the_same_line() {
        let account = serde_json::json!({ "act": "search", "objects": [{ "null}": null }] });
        let line = Line {
            format: Line::FORMAT,
            seq: 3,
            leaf: 7,
            at: Instant::from_millis(12),
            previous: [1; 32],
            version: 2,
            epoch: 1,
            digest: [2; 32],
            wrote: Vec::new(),
            removed: Vec::new(),
            bodies: Vec::new(),
            salt: [3; 32],
            account: account.clone(),
        };
        let told = line.to_bytes_telling(account.to_string().as_bytes()).unwrap();
        assert_eq!(told, line.to_bytes().unwrap());
        assert!(Line::parse(&told).unwrap() == line);
        assert!(line.to_bytes_telling(b"null").is_err());
        assert_eq!(format!("{line:?}"), "Line(3)", "neither salt nor account");
    }
}
