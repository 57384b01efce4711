//! The key keeper: what holds the key-encryption keys, and the only things it may be asked. A file today
//! ([`crate::FileKeeper`]); a hardware module or a key service fits the same five questions.

use aws_lc_rs::hmac;
use model::{Dice, RecordId};

use crate::keyring::RecordKey;
use crate::primitive::{NONCE, Refused, Secret, hmac_of};

/// Offers wrap, unwrap, tag, sign; never a key.
pub trait KeyKeeper: Send + Sync {
    /// The generation that wraps now.
    fn generation(&self) -> u32;

    /// Wraps a record's key under the current generation. The record and its key epoch are authenticated: a
    /// wrapped key in another record's row does not open (J03).
    fn wrap(
        &self,
        record: RecordId,
        epoch: u32,
        key: &RecordKey,
        dice: &dyn Dice,
    ) -> Result<Wrapped, KeeperError>;

    fn unwrap(&self, record: RecordId, wrapped: &Wrapped) -> Result<RecordKey, KeeperError>;

    /// A keyed hash, HMAC-SHA-256 under a key of the domain's own: what finders look up by.
    fn tag(&self, domain: TagDomain, data: &[u8]) -> Result<[u8; 32], KeeperError>;

    /// Ed25519, for checkpoints.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeeperError>;

    fn public_key(&self) -> [u8; 32];
}

/// A record's key as the key store keeps it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Wrapped {
    /// Which key of the record: grows when the record is sealed anew.
    pub epoch: u32,
    /// Which key-encryption key wrapped it.
    pub generation: u32,
    /// Version 1 (1) ‖ nonce (12) ‖ encrypted key (32) ‖ tag (16).
    pub bytes: Vec<u8>,
}

/// What a keyed hash is of. Each has a key of its own, so that equal data in two domains do not show.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TagDomain {
    Ins,
    /// Birth name and birth date, normalised.
    Traits,
    Login,
    DocumentUniqueId,
    /// A submission's uniqueId and bytes.
    Submission,
    /// What makes a page link one's own.
    Cursor,
    /// Whose budget (person, organisation, software) is counted.
    Budget,
}

impl TagDomain {
    pub(crate) const ALL: [Self; 7] = [
        Self::Ins,
        Self::Traits,
        Self::Login,
        Self::DocumentUniqueId,
        Self::Submission,
        Self::Cursor,
        Self::Budget,
    ];

    /// The label its key is derived with. Never reused.
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Ins => b"ins",
            Self::Traits => b"traits",
            Self::Login => b"login",
            Self::DocumentUniqueId => b"document unique id",
            Self::Submission => b"submission",
            Self::Cursor => b"cursor",
            Self::Budget => b"budget",
        }
    }
}

/// Why the keeper did not answer. None says anything about a key or a record.
#[derive(Debug, thiserror::Error)]
pub enum KeeperError {
    #[error("the wrapped key does not open for this record")]
    Refused,
    #[error("key generation {0} is not held here")]
    UnknownGeneration(u32),
    #[error("key generation {0} wraps now and cannot be retired")]
    CurrentGeneration(u32),
    #[error("the key file exists already")]
    Exists,
    #[error("the key file can be read by others than its owner: restrict it to mode 0600")]
    NotPrivate,
    #[error("the key file is damaged or is none")]
    Damaged,
    #[error("the key file holds other finder or signing keys than before")]
    Replaced,
    #[error("the key file could not be reached")]
    Unreachable(#[from] std::io::Error),
}

impl From<Refused> for KeeperError {
    fn from(_: Refused) -> Self {
        Self::Refused
    }
}

const WRAP_VERSION: u8 = 1;

/// Nonces are 96 random bits: one generation may wrap 2³² times (NIST SP 800-38D, 8.3). A country of 2²⁶
/// records wraps each once or a few times per generation.
pub(crate) fn wrap(
    generation: u32,
    kek: &Secret,
    record: RecordId,
    epoch: u32,
    key: &RecordKey,
    dice: &dyn Dice,
) -> Result<Wrapped, KeeperError> {
    let mut nonce = [0; NONCE];
    dice.fill(&mut nonce);
    let mut text = key.0.clone();
    let tag = kek.aes().seal(nonce, &associated(record, epoch, generation), text.bytes_mut())?;
    let bytes = [&[WRAP_VERSION], &nonce[..], text.bytes(), &tag].concat();
    Ok(Wrapped { epoch, generation, bytes })
}

pub(crate) fn unwrap(kek: &Secret, record: RecordId, wrapped: &Wrapped) -> Result<RecordKey, KeeperError> {
    let (version, rest) = wrapped.bytes.split_first().ok_or(KeeperError::Refused)?;
    if *version != WRAP_VERSION {
        return Err(KeeperError::Refused);
    }
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>().ok_or(KeeperError::Refused)?;
    let plain = kek.aes().open(*nonce, &associated(record, wrapped.epoch, wrapped.generation), sealed)?;
    Secret::from_slice(&plain).map(RecordKey).ok_or(KeeperError::Refused)
}

fn associated(record: RecordId, epoch: u32, generation: u32) -> Vec<u8> {
    [&b"carnet/1/wrap"[..], record.as_bytes(), &epoch.to_be_bytes(), &generation.to_be_bytes()].concat()
}

/// The keyed hashes of all domains, from one root key.
pub(crate) struct Tags(Vec<(TagDomain, hmac::Key)>);

impl Tags {
    pub(crate) fn new(root: &Secret) -> Self {
        Self(
            TagDomain::ALL
                .map(|domain| (domain, root.derive(b"carnet/1/tag", &[domain.label()]).hmac()))
                .into(),
        )
    }

    pub(crate) fn tag(&self, domain: TagDomain, data: &[u8]) -> Result<[u8; 32], KeeperError> {
        let (_, key) = self.0.iter().find(|(known, _)| *known == domain).ok_or(KeeperError::Refused)?;
        Ok(hmac_of(key, &[data]))
    }
}
