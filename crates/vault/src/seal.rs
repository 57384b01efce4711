//! Sealing a row into its one place and opening it there. The bytes in the store are
//!
//! ```text
//! envelope version (1) ‖ nonce (12) ‖ ciphertext (as long as the plain) ‖ tag (16)
//! ```
//!
//! and what is authenticated with them is the envelope version and the place. A next envelope (sealing to a
//! record's public key) takes a version of its own; 2 is the chunked form of [`crate::StreamSealer`].
//!
//! **Nonces are 96 random bits.** NIST SP 800-38D (8.3) bounds that to 2³² seals under one key, where the
//! chance that any two nonces were equal is below 2⁻³². A subkey belongs to one record, one kind and one key
//! epoch. Each commit seals exactly one head and one trace line, and few rows of the other kinds; the head's
//! row version grows by one each time. So a sealer refuses a place whose version is beyond the bound: the head
//! reaches it first and the record then needs a new key epoch. Streams do not draw on it (keys of their own).

use std::fmt;
use std::sync::Arc;

use model::{Dice, Place, RecordId, RowKind};
use zeroize::Zeroizing;

use crate::primitive::{Aes, Extracted, NONCE, Refused, Secret, TAG};

/// How many times one subkey may seal, and so the last row version that is sealed.
pub const SEALS_PER_SUBKEY: u64 = 1 << 32;

/// The largest plain row, in bytes. Documents above 256 kB are streams; nothing else comes near.
pub const MAX_ROW: usize = 16 << 20;

pub(crate) const ENVELOPE_ROW: u8 = 1;
const OVERHEAD: usize = 1 + NONCE + TAG;

/// What a row is in the store.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sealed {
    /// The authentication tag, also the last 16 bytes of `bytes`: what a [`model::Mark`] carries.
    pub tag: [u8; 16],
    pub bytes: Vec<u8>,
}

/// Why a row was not sealed. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("the place belongs to another record or another kind than the key")]
    WrongPlace,
    #[error("too large to be sealed")]
    TooLarge,
    #[error("the key has sealed as much as it may: the record needs a new key epoch")]
    Exhausted,
    #[error("the cryptographic library refused")]
    Refused,
    #[error("the sealed bytes could not be written")]
    Write(#[from] std::io::Error),
}

impl From<Refused> for SealError {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

/// It does not open: changed, moved, put back, sealed with another key, or not sealed at all. Which one does
/// not show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("does not open at this place")]
pub struct OpenError;

impl From<Refused> for OpenError {
    fn from(_: Refused) -> Self {
        Self
    }
}

/// Seals rows of one kind of one record. Cannot open them again.
pub struct Sealer(pub(crate) Arc<Subkeys>);

/// Opens rows of one kind of one record.
#[derive(Clone)]
pub struct Opener(pub(crate) Arc<Subkeys>);

/// What a sealer and an opener of one kind are made of.
pub(crate) struct Subkeys {
    record: RecordId,
    kind: RowKind,
    rows: Aes,
    /// Input of the per-stream keys; never used by AES itself.
    pub(crate) streams: Secret,
}

impl Subkeys {
    /// From the record's key, extracted with the record's id as salt.
    pub(crate) fn derive(key: &Extracted, record: RecordId, kind: RowKind) -> Self {
        let derive = |purpose: &[u8]| key.expand(&[purpose, kind.label().as_bytes()]);
        Self { record, kind, rows: derive(b"carnet/1/row/").aes(), streams: derive(b"carnet/1/stream/") }
    }

    pub(crate) fn owns(&self, place: &Place) -> bool {
        place.record == self.record && place.kind == self.kind
    }
}

impl Sealer {
    pub fn kind(&self) -> RowKind {
        self.0.kind
    }

    pub fn seal(&self, place: &Place, plain: &[u8], dice: &dyn Dice) -> Result<Sealed, SealError> {
        self.check(place)?;
        if plain.len() > MAX_ROW {
            return Err(SealError::TooLarge);
        }
        let mut nonce = [0; NONCE];
        dice.fill(&mut nonce);
        // whole capacity at once: a vector that grows would leave clear bytes behind in freed memory
        let mut bytes = Vec::with_capacity(plain.len() + OVERHEAD);
        bytes.push(ENVELOPE_ROW);
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(plain);
        let (_, text) = bytes.split_at_mut(1 + NONCE);
        let tag = self.0.rows.seal(nonce, &associated(ENVELOPE_ROW, place), text)?;
        bytes.extend_from_slice(&tag);
        Ok(Sealed { tag, bytes })
    }

    pub(crate) fn check(&self, place: &Place) -> Result<(), SealError> {
        if !self.0.owns(place) {
            return Err(SealError::WrongPlace);
        }
        if place.version > SEALS_PER_SUBKEY {
            return Err(SealError::Exhausted);
        }
        Ok(())
    }
}

impl Opener {
    pub fn kind(&self) -> RowKind {
        self.0.kind
    }

    /// The plain bytes, in memory that is zeroed when dropped.
    pub fn open(&self, place: &Place, bytes: &[u8]) -> Result<Zeroizing<Vec<u8>>, OpenError> {
        if !self.0.owns(place) || bytes.len() > MAX_ROW + OVERHEAD {
            return Err(OpenError);
        }
        let (version, rest) = bytes.split_first().ok_or(OpenError)?;
        if *version != ENVELOPE_ROW {
            return Err(OpenError);
        }
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(OpenError)?;
        Ok(self.0.rows.open(*nonce, &associated(ENVELOPE_ROW, place), sealed)?)
    }
}

/// Envelope version and place: what is authenticated beside the text.
pub(crate) fn associated(envelope: u8, place: &Place) -> [u8; 42] {
    let mut bytes = [0; 42];
    let (first, rest) = bytes.split_at_mut(1);
    first.fill(envelope);
    rest.copy_from_slice(&place.associated_data());
    bytes
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer({})", self.0.kind.label())
    }
}

impl fmt::Debug for Opener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Opener({})", self.0.kind.label())
    }
}
