//! A document's bytes on their way into a record: in memory, sealed as they arrived, or still to come.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_lc_rs::digest::{SHA256, digest};
use clinical::{Checked, Unreadable};
use journal::BodyMark;
use model::{ObjectId, RecordId, RowId};
use vault::StreamSummary;

use super::check::hex;
use crate::base::Base;
use crate::commit::Change;
use crate::records::Records;
use crate::rows::BodyPlace;

/// The bytes of a document to be fed.
#[derive(Clone)]
pub enum Content {
    Whole(Vec<u8>),
    /// Too large to be held: an object, sealed under the record's key, checked as it passed.
    Sealed(Arc<Sealed>),
    /// Its metadata came first.
    Awaited,
}

/// An object no commit names yet. Removed when it is dropped, unless a commit named it.
pub struct Sealed {
    pub(super) records: Records,
    pub(super) record: RecordId,
    /// Of the record's key.
    pub(super) epoch: u32,
    pub(super) row: RowId,
    pub(super) object: ObjectId,
    pub(super) stream: StreamSummary,
    pub(super) sha256: String,
    pub(super) checked: Result<Checked, Unreadable>,
    pub(super) kept: AtomicBool,
}

impl Content {
    pub(super) fn check(&self, media_type: &str) -> Result<Checked, Unreadable> {
        match self {
            Self::Whole(bytes) => clinical::check(media_type, bytes),
            Self::Sealed(sealed) => sealed.checked.clone(),
            Self::Awaited => Err(Unreadable::Empty),
        }
    }

    /// In lower-case hexadecimal.
    pub fn sha256(&self) -> String {
        match self {
            Self::Whole(bytes) => hex(digest(&SHA256, bytes).as_ref()),
            Self::Sealed(sealed) => sealed.sha256.clone(),
            Self::Awaited => String::new(),
        }
    }

    /// Whether one of these codes can be read in its bytes as they are: not where they are packed, nor in what was
    /// too large to be held.
    pub(super) fn names(&self, codes: &[String]) -> bool {
        let Self::Whole(bytes) = self else { return false };
        let is_named = |code: &[u8]| bytes.windows(code.len()).any(|it| it.eq_ignore_ascii_case(code));
        codes.iter().filter(|it| !it.is_empty()).any(|code| is_named(code.as_bytes()))
    }

    pub(super) fn keep(&self) {
        if let Self::Sealed(sealed) = self {
            sealed.kept.store(true, Ordering::Relaxed);
        }
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Whole(bytes)
    }
}

impl Sealed {
    /// Names the object in a change; none where the record, or its key, is no longer the one it was sealed for.
    pub(super) fn place_in(&self, base: &Base, change: &mut Change) -> Option<BodyPlace> {
        if base.record != self.record || base.head.epoch != self.epoch {
            return None;
        }
        change.arrived(BodyMark { row: self.row, version: 1, sha256: self.stream.tags_digest });
        Some(BodyPlace { row: self.row, object: Some(self.object), stream: self.stream.clone() })
    }
}

impl Drop for Sealed {
    fn drop(&mut self) {
        if !self.kept.load(Ordering::Relaxed) {
            self.records.remove_objects(&[self.object]);
        }
    }
}
