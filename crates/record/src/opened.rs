//! Records kept open for some minutes (design, "Storage"; ADR 8): the keys, what deciding looks at, and what was
//! opened of the documents. Who uses one commits its line only on the very version, digest and key epoch it was
//! opened at ([`crate::commit::Change::on_opened`]); whatever else stands in the head, the record is read again.
//!
//! Clear bytes and keys are zeroed when dropped; so are the codes of types, which say something of health. Who
//! deposited, and who is authorised, are ids of professionals, and dropped like everywhere else.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use jiff::SignedDuration;
use journal::Head;
use model::{
    DocumentFacts, EntryId, Instant, Mark, QualifiedIdentity, RecordFacts, RecordId, Relation, RowId, RowKind,
};
use vault::{FeedKeys, Opener};
use zeroize::{Zeroize, Zeroizing};

use crate::attempt::Loaded;
use crate::base::damaged;
use crate::circle::AccessNotices;
use crate::failure::Fault;
use crate::revealing::secret_days;
use crate::rows::{DocumentDetails, DocumentState, Identity};

/// A record is read again from the store after this long, whatever happens (design, "Storage": at most 5).
const MINUTES: SignedDuration = SignedDuration::from_mins(5);
/// About as many bytes are kept. The record opened first goes first.
const MOST_BYTES: usize = 12 << 20;

/// One record as it was read and checked at one moment.
pub(crate) struct Opened {
    pub(crate) record: RecordId,
    pub(crate) head: Head,
    pub(crate) keys: Arc<FeedKeys>,
    pub(crate) facts: RecordFacts,
    pub(crate) bodies: Opener,
    pub(crate) metadata: Opener,
    pub(crate) marks: HashMap<(RowKind, RowId), Mark>,
    /// The holder wants to be told of every access: each one writes.
    pub(crate) tells_every_access: bool,
    /// The days a minor keeps secret.
    pub(crate) secret_days: Vec<jiff::civil::Date>,
    /// The sealed row's plain bytes: read only where a name is needed.
    identity: Zeroizing<Vec<u8>>,
    since: Instant,
    /// How many keys had been removed when it was opened: a destruction evicts.
    removals: usize,
    all: OnceLock<Vec<Arc<Kept>>>,
    some: Mutex<HashMap<RowId, Arc<Kept>>>,
    /// Submission sets, as their rows' plain bytes.
    sets: Mutex<HashMap<RowId, Arc<Zeroizing<Vec<u8>>>>>,
}

/// What is kept of a document.
pub(crate) struct Kept {
    pub(crate) facts: DocumentFacts,
    pub(crate) logical_id: EntryId,
    pub(crate) entry: EntryId,
    pub(crate) submission: RowId,
    pub(crate) deposited: Instant,
    pub(crate) updated: Instant,
    pub(crate) created: jiff::Timestamp,
    pub(crate) service_start: jiff::Timestamp,
    pub(crate) relations: Vec<Relation>,
    state: Zeroizing<Vec<u8>>,
    details: Zeroizing<Vec<u8>>,
    pub(crate) written: OnceLock<Zeroizing<Vec<u8>>>,
}

impl Opened {
    pub(crate) fn of(loaded: &Loaded, since: Instant, removals: usize) -> Result<Self, Fault> {
        let base = &loaded.readable.base;
        let identity = serde_json::to_vec(&loaded.identity).map_err(|_| damaged(base.record, "a row"))?;
        let keyring = &loaded.readable.keyring;
        Ok(Self {
            record: base.record,
            head: base.head,
            keys: Arc::clone(&base.keys),
            facts: loaded.facts.clone(),
            bodies: keyring.opener(RowKind::Document),
            metadata: keyring.opener(RowKind::Metadata),
            marks: base.marks().clone(),
            tells_every_access: loaded.identity.circle.preferences.accesses == AccessNotices::Every,
            secret_days: secret_days(&loaded.status.secret_acts),
            identity: Zeroizing::new(identity),
            since,
            removals,
            all: OnceLock::new(),
            some: Mutex::default(),
            sets: Mutex::default(),
        })
    }

    pub(crate) fn identity(&self) -> Result<QualifiedIdentity, Fault> {
        let identity: Identity =
            serde_json::from_slice(&self.identity).map_err(|_| damaged(self.record, "a row"))?;
        Ok(identity.identity)
    }

    /// Whether a document lies under this id: its state and what it is.
    pub(crate) fn has(&self, row: RowId) -> bool {
        [RowKind::Gate, RowKind::Metadata].iter().all(|kind| self.marks.contains_key(&(*kind, row)))
    }

    /// One of the documents.
    pub(crate) fn any(&self) -> Option<RowId> {
        self.marks.keys().map(|(_, row)| *row).find(|row| self.has(*row))
    }

    /// Every document, where they were opened all.
    pub(crate) fn all(&self) -> Option<&[Arc<Kept>]> {
        self.all.get().map(Vec::as_slice)
    }

    pub(crate) fn keep_all(&self, documents: Vec<Arc<Kept>>) -> &[Arc<Kept>] {
        self.all.get_or_init(|| documents)
    }

    /// One document, where it was opened.
    pub(crate) fn one(&self, row: RowId) -> Option<Arc<Kept>> {
        if let Some(all) = self.all.get() {
            return all.iter().find(|it| RowId::from(it.logical_id) == row).cloned();
        }
        held(&self.some).get(&row).cloned()
    }

    pub(crate) fn keep_one(&self, kept: Arc<Kept>) {
        if self.all.get().is_none() {
            held(&self.some).insert(kept.logical_id.into(), kept);
        }
    }

    /// A submission set, where it was opened.
    pub(crate) fn set(&self, row: RowId) -> Option<Arc<Zeroizing<Vec<u8>>>> {
        held(&self.sets).get(&row).cloned()
    }

    pub(crate) fn keep_set(&self, row: RowId, plain: Zeroizing<Vec<u8>>) -> Arc<Zeroizing<Vec<u8>>> {
        Arc::clone(held(&self.sets).entry(row).or_insert_with(|| Arc::new(plain)))
    }

    fn bytes(&self) -> usize {
        let sets: usize = held(&self.sets).values().map(|it| 128 + it.len()).sum();
        let all = self.all.get().map_or(0, |all| all.iter().map(|it| it.bytes()).sum());
        let some: usize = held(&self.some).values().map(|it| it.bytes()).sum();
        // keys expanded for nine kinds, rights, and the map's room
        8192 + self.identity.len() + 120 * self.marks.len() + all + some + sets
    }

    fn is_fresh(&self, now: Instant, removals: usize) -> bool {
        let age = now.since(self.since);
        self.removals == removals && !age.is_negative() && age < MINUTES
    }
}

impl Kept {
    pub(crate) fn of(
        state: &DocumentState,
        details: &DocumentDetails,
        plain: (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>),
    ) -> Self {
        Self {
            facts: state.facts(),
            logical_id: state.logical_id,
            entry: state.entry,
            submission: state.submission,
            deposited: state.deposited,
            updated: state.updated,
            created: details.description.created,
            service_start: details.description.service_start,
            relations: state.relations.clone(),
            state: plain.0,
            details: plain.1,
            written: OnceLock::new(),
        }
    }

    /// Both rows, read again.
    pub(crate) fn read(&self) -> serde_json::Result<(DocumentState, DocumentDetails)> {
        Ok((serde_json::from_slice(&self.state)?, serde_json::from_slice(&self.details)?))
    }

    /// With what it will weigh once it was answered.
    fn bytes(&self) -> usize {
        1024 + self.state.len() + 3 * self.details.len()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let code = &mut self.facts.type_code;
        code.system.zeroize();
        code.code.zeroize();
        code.display.zeroize();
    }
}

/// The records kept open, and by which hash of an INS they were found: a hint, compared with the sealed INS.
#[derive(Default)]
pub(crate) struct Cache(Mutex<Inner>);

#[derive(Default)]
struct Inner {
    records: HashMap<RecordId, Entry>,
    by_ins: HashMap<[u8; 32], RecordId>,
    /// In the order of opening: the age and the weight are bounded from its front.
    order: VecDeque<(RecordId, Instant)>,
    bytes: usize,
}

struct Entry {
    opened: Arc<Opened>,
    bytes: usize,
    ins: [u8; 32],
}

impl Cache {
    pub(crate) fn get(&self, record: RecordId, now: Instant, removals: usize) -> Option<Arc<Opened>> {
        let mut inner = held(&self.0);
        inner.sweep(now);
        let opened = Arc::clone(&inner.records.get(&record)?.opened);
        if opened.is_fresh(now, removals) {
            return Some(opened);
        }
        inner.remove(record);
        None
    }

    pub(crate) fn find(&self, ins: &[u8; 32]) -> Option<RecordId> {
        held(&self.0).by_ins.get(ins).copied()
    }

    /// Keeps it, or weighs it again once more of it was opened.
    pub(crate) fn keep(&self, opened: &Arc<Opened>, ins: [u8; 32]) {
        let (record, bytes) = (opened.record, opened.bytes());
        if bytes > MOST_BYTES / 2 {
            return;
        }
        let mut inner = held(&self.0);
        let known = inner.records.get(&record).is_some_and(|it| Arc::ptr_eq(&it.opened, opened));
        if known {
            if let Some(entry) = inner.records.get_mut(&record) {
                let before = std::mem::replace(&mut entry.bytes, bytes);
                inner.bytes = inner.bytes - before + bytes;
            }
        } else {
            inner.remove(record);
            inner.records.insert(record, Entry { opened: Arc::clone(opened), bytes, ins });
            inner.by_ins.insert(ins, record);
            inner.order.push_back((record, opened.since));
            inner.bytes += bytes;
        }
        while inner.bytes > MOST_BYTES {
            let Some((first, since)) = inner.order.pop_front() else { break };
            inner.remove_opened(first, since);
        }
    }

    pub(crate) fn evict(&self, record: RecordId) {
        held(&self.0).remove(record);
    }

    /// Lets go of what is too old, also when nobody asks for it any more.
    pub(crate) fn sweep(&self, now: Instant) {
        held(&self.0).sweep(now);
    }
}

impl Inner {
    fn sweep(&mut self, now: Instant) {
        while let Some((record, since)) = self.order.front().copied() {
            let age = now.since(since);
            if !age.is_negative() && age < MINUTES {
                return;
            }
            self.order.pop_front();
            self.remove_opened(record, since);
        }
    }

    /// Unless it was opened again since.
    fn remove_opened(&mut self, record: RecordId, since: Instant) {
        if self.records.get(&record).is_some_and(|it| it.opened.since == since) {
            self.remove(record);
        }
    }

    fn remove(&mut self, record: RecordId) {
        if let Some(entry) = self.records.remove(&record) {
            self.bytes -= entry.bytes;
            self.by_ins.remove(&entry.ins);
        }
    }
}

fn held<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}
