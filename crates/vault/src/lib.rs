//! Record keys, the keeper that wraps them, and sealing. Cryptography only: no SQL, no clock, no network;
//! the one file it touches is the key file of [`FileKeeper`].
//!
//! ```text
//! KeyKeeper ── unwrap ──▶ RecordKey ── keyring ──▶ Keyring ──┬─▶ Sealer, Opener   one pair per RowKind
//!  (KEK)                  (random, 256 bits)    HKDF-SHA-256 └─▶ Digester         the head's digest
//! ```
//!
//! What a reviewer should hold this crate to:
//! - **A key never leaves it.** The keeper offers wrap, unwrap, tag, sign; no type here prints or serialises
//!   key bytes; keys live in boxes that are zeroed when dropped.
//! - **A sealed row opens in one place only** (record, kind, row, version: [`model::Place`]), because the
//!   place is authenticated with it. Every refusal is the same [`OpenError`].
//! - **The feed door cannot open what it wrote.** [`FeedKeys`] has no opener but those of `gate` and `head`.
//!
//! Algorithms, all from aws-lc: AES-256-GCM, HKDF-SHA-256, HMAC-SHA-256, SHA-256, Ed25519.

mod digest;
mod file_keeper;
mod hex32;
mod keeper;
mod key_file;
mod keyring;
mod primitive;
mod seal;
mod stream;

pub use digest::{Digester, RowHash, SetDigest};
pub use file_keeper::FileKeeper;
pub use keeper::{KeeperError, KeyKeeper, TagDomain, Wrapped};
pub use keyring::{FeedKeys, Keyring, RecordKey};
pub use seal::{MAX_ROW, OpenError, Opener, SEALS_PER_SUBKEY, SealError, Sealed, Sealer};
pub use stream::{CHUNK, MAX_CHUNKS, StreamError, StreamOpener, StreamSealer, StreamSummary};
