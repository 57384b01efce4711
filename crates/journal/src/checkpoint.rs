//! Checkpoints: the log's size and root, signed. Written as a C2SP signed note (c2sp.org/tlog-checkpoint) for
//! witnesses, and as one line for the anchor.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::Instant;

use crate::hash::{Hash, sha256};

/// Where the log stood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    at: Instant,
}

/// A checkpoint and its signature, which [`verify`](Self::verify) has yet to check.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedCheckpoint {
    pub checkpoint: Checkpoint,
    /// Ed25519 over the checkpoint's text.
    pub signature: [u8; 64],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    #[error("a log's name is 1 to 100 visible ASCII characters without plus")]
    Origin,
    #[error("not a checkpoint as this log writes them")]
    NotACheckpoint,
    #[error("the checkpoint is not signed by this log's key")]
    Signature,
}

const LINE: &str = "carnet-checkpoint-1";
const MAX_NOTE: usize = 16 << 10;

impl Checkpoint {
    /// `origin` names the log, for ever: a host and a path without scheme, such as `carnet.example.org/log`.
    pub fn new(origin: &str, size: u64, root: Hash, at: Instant) -> Result<Self, CheckpointError> {
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
        if origin.is_empty() || origin.len() > 100 || !origin.bytes().all(plain) {
            return Err(CheckpointError::Origin);
        }
        Ok(Self { origin: origin.to_owned(), size, root, at })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    pub fn root(&self) -> &Hash {
        &self.root
    }

    pub fn at(&self) -> Instant {
        self.at
    }

    /// What is signed: origin, size, root and `at`, a line each.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\nat {}\n", self.origin, self.size, STANDARD.encode(self.root), self.at)
    }

    pub fn sign<E>(self, sign: impl FnOnce(&[u8]) -> Result<[u8; 64], E>) -> Result<SignedCheckpoint, E> {
        let signature = sign(self.text().as_bytes())?;
        Ok(SignedCheckpoint { checkpoint: self, signature })
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, size, root) = (lines.next()?, lines.next()?.parse().ok()?, base64(lines.next()?)?);
        let at = lines.next()?.strip_prefix("at ")?.parse().ok()?;
        let read = Self::new(origin, size, root, at).ok()?;
        // one written form only: what parses is what would be written
        (read.text() == text).then_some(read)
    }
}

impl SignedCheckpoint {
    pub fn verify(&self, public_key: &[u8; 32]) -> Result<(), CheckpointError> {
        UnparsedPublicKey::new(&ED25519, public_key)
            .verify(self.checkpoint.text().as_bytes(), &self.signature)
            .map_err(|_| CheckpointError::Signature)
    }

    /// The signed note: the text, an empty line, and the signature under the log's name and key.
    pub fn to_note(&self, public_key: &[u8; 32]) -> String {
        let Checkpoint { origin, .. } = &self.checkpoint;
        let signature = STANDARD.encode([&key_id(origin, public_key)[..], &self.signature].concat());
        format!("{}\n— {origin} {signature}\n", self.checkpoint.text())
    }

    /// Reads a note and verifies it. Signatures of others (witnesses) may stand beside the log's own.
    pub fn from_note(note: &str, public_key: &[u8; 32]) -> Result<Self, CheckpointError> {
        let wrong = CheckpointError::NotACheckpoint;
        if note.len() > MAX_NOTE {
            return Err(wrong);
        }
        let (text, signatures) = note.split_once("\n\n").ok_or(wrong)?;
        let checkpoint = Checkpoint::parse(&format!("{text}\n")).ok_or(wrong)?;
        let own = [&b"\xe2\x80\x94 "[..], checkpoint.origin.as_bytes(), b" "].concat();
        let key_id = key_id(&checkpoint.origin, public_key);
        for line in signatures.lines() {
            let Some(value) = line.as_bytes().strip_prefix(&own[..]) else { continue };
            let Ok(bytes) = STANDARD.decode(value) else { continue };
            let Some(signature) = bytes.strip_prefix(&key_id[..]) else { continue };
            let signature = signature.try_into().map_err(|_| CheckpointError::Signature)?;
            let signed = Self { checkpoint, signature };
            return signed.verify(public_key).map(|()| signed);
        }
        Err(CheckpointError::Signature)
    }

    /// One line for the anchor, without its end: a word for the form, origin, size, root, `at`, signature.
    pub fn to_line(&self) -> String {
        let Checkpoint { origin, size, root, at } = &self.checkpoint;
        let (root, signature) = (STANDARD.encode(root), STANDARD.encode(self.signature));
        format!("{LINE} {origin} {size} {root} {at} {signature}")
    }

    /// Reads a line of the anchor. Does not verify it.
    pub fn from_line(line: &str) -> Result<Self, CheckpointError> {
        let read = || {
            let mut words = line.split(' ');
            let form = words.next()?;
            let (origin, size, root) = (words.next()?, words.next()?.parse().ok()?, base64(words.next()?)?);
            let at = words.next()?.parse().ok()?;
            let signature = base64(words.next()?)?;
            let signed = Self { checkpoint: Checkpoint::new(origin, size, root, at).ok()?, signature };
            (form == LINE && signed.to_line() == line).then_some(signed)
        };
        read().ok_or(CheckpointError::NotACheckpoint)
    }
}

/// Signed note, key ID of Ed25519: the first four bytes of SHA-256(name ‖ newline ‖ 1 ‖ public key).
fn key_id(origin: &str, public_key: &[u8; 32]) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256(&[origin.as_bytes(), b"\n\x01", public_key]);
    [a, b, c, d]
}

fn base64<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}
