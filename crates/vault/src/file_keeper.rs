//! The keeper that is a file: for a laptop, a small region, tests. Readable by its owner alone; kept apart
//! from the data, so that backups of the two have different lives.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use model::{Dice, RecordId};

use crate::keeper::{self, KeeperError, KeyKeeper, TagDomain, Tags, Wrapped};
use crate::key_file::{KeyFile, lock};
use crate::keyring::RecordKey;
use crate::primitive::Secret;

pub struct FileKeeper {
    path: PathBuf,
    keys: RwLock<KeyFile>,
    tags: Tags,
    signer: Ed25519KeyPair,
    public_key: [u8; 32],
}

impl FileKeeper {
    /// Makes a new key file with generation 1. Never replaces one: that would destroy every record.
    pub fn create(path: impl AsRef<Path>, dice: &dyn Dice) -> Result<Self, KeeperError> {
        let path = path.as_ref();
        let _guard = lock(path)?;
        if path.try_exists()? {
            return Err(KeeperError::Exists);
        }
        let keys = KeyFile {
            generations: [(1, Secret::random(dice))].into(),
            tag: Secret::random(dice),
            sign: Secret::random(dice),
        };
        keys.write(path)?;
        Self::with(path, keys)
    }

    pub fn open(path: impl AsRef<Path>) -> Result<Self, KeeperError> {
        let path = path.as_ref();
        Self::with(path, KeyFile::read(path)?)
    }

    /// Adds a generation, which wraps from now on. On the disk before it is used.
    pub fn add_generation(&self, dice: &dyn Dice) -> Result<u32, KeeperError> {
        self.change(|keys| {
            let next = keys.current().checked_add(1).ok_or(KeeperError::UnknownGeneration(u32::MAX))?;
            keys.generations.insert(next, Secret::random(dice));
            Ok(next)
        })
    }

    /// Forgets a generation: what only it wrapped is destroyed for good. Backups of the key file must end too.
    /// The caller has seen that no key still in use is wrapped under it, and waited since adding the next for
    /// longer than any write lasts: a key wrapped just before may not have reached the key store yet.
    pub fn retire(&self, generation: u32) -> Result<(), KeeperError> {
        self.change(|keys| {
            if generation == keys.current() {
                return Err(KeeperError::CurrentGeneration(generation));
            }
            keys.generations.remove(&generation).ok_or(KeeperError::UnknownGeneration(generation))?;
            Ok(())
        })
    }

    /// Takes over what another process changed: a generation added or retired.
    pub fn reload(&self) -> Result<(), KeeperError> {
        self.take(KeyFile::read(&self.path)?)
    }

    fn with(path: &Path, keys: KeyFile) -> Result<Self, KeeperError> {
        let signer =
            Ed25519KeyPair::from_seed_unchecked(keys.sign.bytes()).map_err(|_| KeeperError::Damaged)?;
        let public_key = signer.public_key().as_ref().try_into().map_err(|_| KeeperError::Damaged)?;
        let tags = Tags::new(&keys.tag);
        Ok(Self { path: path.to_owned(), keys: RwLock::new(keys), tags, signer, public_key })
    }

    fn change<T>(&self, how: impl FnOnce(&mut KeyFile) -> Result<T, KeeperError>) -> Result<T, KeeperError> {
        let _guard = lock(&self.path)?;
        let mut keys = KeyFile::read(&self.path)?;
        if !self.keys().same_roots(&keys) {
            return Err(KeeperError::Replaced);
        }
        let done = how(&mut keys)?;
        keys.write(&self.path)?;
        self.take(keys)?;
        Ok(done)
    }

    fn take(&self, fresh: KeyFile) -> Result<(), KeeperError> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if !keys.same_roots(&fresh) {
            return Err(KeeperError::Replaced);
        }
        *keys = fresh;
        Ok(())
    }

    fn keys(&self) -> RwLockReadGuard<'_, KeyFile> {
        // keys are replaced whole, so a panic elsewhere leaves none half changed
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn unwrap_held(&self, record: RecordId, wrapped: &Wrapped) -> Result<RecordKey, KeeperError> {
        let keys = self.keys();
        let unknown = KeeperError::UnknownGeneration(wrapped.generation);
        keeper::unwrap(keys.generations.get(&wrapped.generation).ok_or(unknown)?, record, wrapped)
    }
}

impl KeyKeeper for FileKeeper {
    fn generation(&self) -> u32 {
        self.keys().current()
    }

    fn wrap(
        &self,
        record: RecordId,
        epoch: u32,
        key: &RecordKey,
        dice: &dyn Dice,
    ) -> Result<Wrapped, KeeperError> {
        // read again: wrapping under a generation that another process is retiring would lose the record
        self.reload()?;
        let keys = self.keys();
        let (generation, kek) = keys.generations.last_key_value().ok_or(KeeperError::Damaged)?;
        keeper::wrap(*generation, kek, record, epoch, key, dice)
    }

    fn unwrap(&self, record: RecordId, wrapped: &Wrapped) -> Result<RecordKey, KeeperError> {
        match self.unwrap_held(record, wrapped) {
            // another process may have added it since
            Err(KeeperError::UnknownGeneration(number)) if number > self.generation() => {
                self.reload()?;
                self.unwrap_held(record, wrapped)
            }
            answer => answer,
        }
    }

    fn tag(&self, domain: TagDomain, data: &[u8]) -> Result<[u8; 32], KeeperError> {
        self.tags.tag(domain, data)
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], KeeperError> {
        let signature = self.signer.try_sign(message).map_err(|_| KeeperError::Refused)?;
        signature.as_ref().try_into().map_err(|_| KeeperError::Refused)
    }

    fn public_key(&self) -> [u8; 32] {
        self.public_key
    }
}

impl fmt::Debug for FileKeeper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileKeeper(generation {})", self.generation())
    }
}
