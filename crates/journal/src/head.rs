//! The head: where a record stands after its last line, and the leaf it leaves in the log.

use std::fmt;

use model::RecordId;

use crate::hash::{Hash, sha256};

/// Sealed in the record and read before every decision.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub record: RecordId,
    /// Grows when rights or documents change.
    pub version: u64,
    /// How many lines there are.
    pub seq: u64,
    /// The chain after the last line.
    pub chain: Hash,
    /// The digest of the record's rows.
    pub digest: Hash,
    /// Which key of the record seals now.
    pub epoch: u32,
    /// The last line's leaf in the log.
    pub leaf: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the head of a record")]
pub struct NotAHead;

impl Head {
    /// Bytes of the written form.
    pub const LEN: usize = 109;

    const LAYOUT: u8 = 1;

    /// Layout (1) ‖ record (16) ‖ version (8) ‖ seq (8) ‖ chain (32) ‖ digest (32) ‖ epoch (4) ‖ leaf (8).
    pub fn to_bytes(&self) -> [u8; Self::LEN] {
        let mut bytes = [0; Self::LEN];
        let parts: [&[u8]; 8] = [
            &[Self::LAYOUT],
            self.record.as_bytes(),
            &self.version.to_be_bytes(),
            &self.seq.to_be_bytes(),
            &self.chain,
            &self.digest,
            &self.epoch.to_be_bytes(),
            &self.leaf.to_be_bytes(),
        ];
        for (to, from) in bytes.iter_mut().zip(parts.into_iter().flatten()) {
            *to = *from;
        }
        bytes
    }

    pub fn parse(bytes: &[u8]) -> Result<Self, NotAHead> {
        let mut rest = bytes;
        if take::<1>(&mut rest)? != [Self::LAYOUT] {
            return Err(NotAHead);
        }
        let head = Self {
            record: RecordId::from_bytes(take(&mut rest)?),
            version: u64::from_be_bytes(take(&mut rest)?),
            seq: u64::from_be_bytes(take(&mut rest)?),
            chain: take(&mut rest)?,
            digest: take(&mut rest)?,
            epoch: u32::from_be_bytes(take(&mut rest)?),
            leaf: u64::from_be_bytes(take(&mut rest)?),
        };
        if rest.is_empty() { Ok(head) } else { Err(NotAHead) }
    }
}

/// The leaf of the log: RFC 6962's leaf hash over the salt of the line and the head after it. Salted, so that
/// who reads the log and guesses a head cannot confirm the guess.
pub fn leaf_hash(salt: &[u8; 32], head: &Head) -> Hash {
    sha256(&[&[0], salt, &head.to_bytes()])
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], NotAHead> {
    let (taken, left) = rest.split_first_chunk().ok_or(NotAHead)?;
    *rest = left;
    Ok(*taken)
}

/// The digest is a secret of the record: it does not print.
impl fmt::Debug for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({}, version {}, line {})", self.record, self.version, self.seq)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::*;

    #[test]
    fn every_byte_of_a_head_counts() {
        let head = Head {
            record: RecordId::from_bytes([1; 16]),
            version: 2,
            seq: 3,
            chain: [4; 32],
            digest: [5; 32],
            epoch: 6,
            leaf: 7,
        };
        let bytes = head.to_bytes();
        assert_eq!(Head::parse(&bytes), Ok(head));
        assert_eq!(format!("{head:?}"), format!("Head({}, version 2, line 3)", head.record), "no digest");
        for at in 0..bytes.len() {
            let mut changed = bytes;
            changed[at] ^= 1;
            let other = Head::parse(&changed);
            assert_eq!(other.is_err(), at == 0, "byte {at}");
            if let Ok(other) = other {
                assert_ne!(other, head, "byte {at}");
                assert_ne!(leaf_hash(&[0; 32], &other), leaf_hash(&[0; 32], &head));
            }
        }
        assert_ne!(leaf_hash(&[1; 32], &head), leaf_hash(&[0; 32], &head), "salted");
        assert_eq!(Head::parse(&bytes[..108]), Err(NotAHead));
        assert_eq!(Head::parse(&[&bytes[..], &[0]].concat()), Err(NotAHead));
    }
}
