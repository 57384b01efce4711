//! What goes in and out: sealed bytes, opaque ids, keyed hashes. Nothing here can be read without a key.

use std::fmt;

use model::{Instant, ObjectId, RecordId, RowId, RowKind};

/// The most bytes a head, a row, a line or a job may hold.
pub const MAX_SEALED: usize = 4 << 20;
/// The most bytes a body may hold: 256 kB of document and its seal. Larger documents are objects.
pub const MAX_BODY: usize = (256 << 10) + (4 << 10);
/// The most rows, bodies, claims, jobs or counters one batch may hold, of each.
pub const MAX_PER_BATCH: usize = 10_000;
/// The most entries one page of a listing holds, whatever is asked.
pub const MAX_PAGE: usize = 10_000;

/// The sealed head of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadRow {
    /// 1 at the record's first commit, +1 at each later one.
    pub version: u64,
    pub sealed: Vec<u8>,
}

/// A sealed row of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub kind: RowKind,
    pub row: RowId,
    /// 1 for the first version, +1 at each writing.
    pub version: u64,
    pub tag: [u8; 16],
    pub sealed: Vec<u8>,
}

/// A sealed trace line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRow {
    /// 1 for the record's first line, then without a gap.
    pub seq: u64,
    /// The index of the log's leaf that the same commit adds.
    pub leaf: u64,
    pub sealed: Vec<u8>,
}

/// A document's sealed bytes, up to [`MAX_BODY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub row: RowId,
    /// 1 for the first version, +1 at each writing.
    pub version: u64,
    pub sealed: Vec<u8>,
}

/// The due time of a job that waits for somebody and has no day: no lease takes it.
pub const PARKED: Instant = Instant::from_millis(253_402_214_400_000);

/// Something that must follow a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: RowId,
    pub kind: u8,
    /// From when it may be done; rounded by the caller, since the database sees it.
    pub due: Instant,
    pub sealed: Vec<u8>,
}

/// A job and the record it belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordJob {
    pub record: RecordId,
    pub job: Job,
}

/// What a finder's hash is the keyed hash of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Space {
    Ins,
    Traits,
    Login,
    DocumentUniqueId,
    Submission,
}

impl Space {
    pub const ALL: [Space; 5] =
        [Self::Ins, Self::Traits, Self::Login, Self::DocumentUniqueId, Self::Submission];

    /// The number it has in the store. Never reused.
    pub const fn number(self) -> u8 {
        match self {
            Self::Ins => 1,
            Self::Traits => 2,
            Self::Login => 3,
            Self::DocumentUniqueId => 4,
            Self::Submission => 5,
        }
    }

    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|space| space.number() == number)
    }
}

/// One finder row: a hint that `record` holds what hashes to `hash`. Checked at every use by the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finder {
    pub space: Space,
    pub hash: [u8; 32],
    pub record: RecordId,
}

/// One leaf of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaf {
    pub index: u64,
    pub hash: [u8; 32],
    /// The record whose commit added it; none once that record is destroyed.
    pub owner: Option<RecordId>,
}

/// One change of one record, all or nothing.
///
/// A put of version v needs version v-1 there (v=1: nothing there), a removal needs something there:
/// otherwise `CommitError::Conflict`. Removals come before puts and releases before claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch {
    pub head: HeadRow,
    /// Exactly one per commit; `seq` and `leaf` as [`crate::Current`] gives them.
    pub line: LineRow,
    pub leaf_hash: [u8; 32],
    /// The nodes `(level, index, hash)` that this leaf completes above itself: those where
    /// `(index + 1) << level == leaf + 1`. The leaf itself may be repeated at level 0.
    pub log_nodes: Vec<(u8, u64, [u8; 32])>,
    pub puts: Vec<Row>,
    pub removes: Vec<(RowKind, RowId)>,
    pub bodies: Vec<Body>,
    pub remove_bodies: Vec<RowId>,
    /// Held by another record: `CommitError::Taken`. Held by this one: fine.
    pub claims: Vec<(Space, [u8; 32])>,
    /// Takes away this record's finders; what another record holds is left alone.
    pub releases: Vec<(Space, [u8; 32])>,
    pub jobs: Vec<Job>,
    /// A job that is no longer there is a conflict: another worker did it.
    pub done_jobs: Vec<RowId>,
    /// Added to what is there; a counter begins at 0.
    pub counters: Vec<(String, i64)>,
    /// Another record that ends with this commit.
    pub destroys: Option<Destroys>,
    /// What this commit uses up, if anything: used before, by whatever record, is `CommitError::Used`.
    pub uses: Option<OnceOnly>,
}

/// Something that may be used once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OnceOnly {
    pub hash: [u8; 32],
    /// When it may be forgotten; rounded by the caller, since the database sees it.
    pub until: Instant,
    /// What was to be kept until before this is forgotten, a few at a time.
    pub now: Instant,
}

/// A record that is destroyed: its rows, lines, bodies, finders, jobs and head. Its leaves stay in the log and
/// belong to nobody. Its key and its objects are elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destroys {
    pub record: RecordId,
    /// The version its head must have: another is a conflict.
    pub head: u64,
}

impl Batch {
    /// The least a commit holds: a new head, a trace line, a leaf.
    pub fn new(head: HeadRow, line: LineRow, leaf_hash: [u8; 32]) -> Self {
        Self {
            head,
            line,
            leaf_hash,
            log_nodes: Vec::new(),
            puts: Vec::new(),
            removes: Vec::new(),
            bodies: Vec::new(),
            remove_bodies: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            jobs: Vec::new(),
            done_jobs: Vec::new(),
            counters: Vec::new(),
            destroys: None,
            uses: None,
        }
    }
}

/// A record's key as it lies on disk: useless without the key-encryption key of its generation.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which key of the record.
    pub epoch: u32,
    /// Which key-encryption key wraps it.
    pub generation: u32,
    pub wrapped: Vec<u8>,
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WrappedKey(epoch {}, generation {})", self.epoch, self.generation)
    }
}

/// What lies in the objects folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ObjectList {
    /// In ascending order.
    pub ids: Vec<ObjectId>,
    /// How many files there do not have the name of an object in its place.
    pub strangers: usize,
}
