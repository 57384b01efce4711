//! Reading: a few connections that take turns, each snapshot one consistent moment of the store.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{Instant, Mark, RecordId, RowId, RowKind};
use rusqlite::Connection;

use crate::database::{RECORDS, open_reader};
use crate::error::{Fault, OpenError, engine};
use crate::read;
use crate::shapes::{Finder, HeadRow, Leaf, LineRow, ObjectList, RecordJob, Row, Space};
use crate::sql;
use crate::store::Inner;

/// The store at one moment: what commits later does not show. Holds a reader connection until dropped, so
/// keep it for a request, not longer. Listings are cut to [`crate::MAX_PAGE`].
pub struct Snapshot {
    // dropped before `store`, whose last holder closes the database
    conn: Lent,
    store: Arc<Inner>,
}

impl Snapshot {
    pub(crate) fn begin(store: Arc<Inner>) -> Result<Self, Fault> {
        let conn = Lent::take(&store.readers)?;
        let snapshot = Self { conn, store };
        run(snapshot.conn()?, "BEGIN").map_err(engine("begin reading"))?;
        // a transaction takes its snapshot at its first read: take it now
        read::one(snapshot.conn()?, sql::PIN, [], "meta", None, |_| Ok(()))?;
        Ok(snapshot)
    }

    fn conn(&self) -> Result<&Connection, Fault> {
        self.conn.conn()
    }

    pub fn head(&self, record: RecordId) -> Result<Option<HeadRow>, Fault> {
        read::head(self.conn()?, record)
    }

    pub fn row(&self, record: RecordId, kind: RowKind, row: RowId) -> Result<Option<Row>, Fault> {
        read::row(self.conn()?, record, kind, row)
    }

    /// The rows of these kinds, in the order of kinds given, then of ids.
    pub fn rows(&self, record: RecordId, kinds: &[RowKind]) -> Result<Vec<Row>, Fault> {
        read::rows(self.conn()?, record, kinds)
    }

    /// The rows of one kind that have a row of the other kind under the same id, with that row.
    pub fn pairs(&self, record: RecordId, one: RowKind, other: RowKind) -> Result<Vec<(Row, Row)>, Fault> {
        read::pairs(self.conn()?, record, one, other)
    }

    /// Place, version and tag of every row of the record, of every kind, without reading what they hold;
    /// in order of kind, then id.
    pub fn marks(&self, record: RecordId) -> Result<Vec<Mark>, Fault> {
        read::marks(self.conn()?, record)
    }

    /// Lines in ascending order, from `from_seq` on.
    pub fn lines(&self, record: RecordId, from_seq: u64, limit: usize) -> Result<Vec<LineRow>, Fault> {
        read::lines(self.conn()?, record, from_seq, limit)
    }

    /// Lines in descending order, from the one before `before_seq`, or from the last.
    pub fn last_lines(
        &self,
        record: RecordId,
        before_seq: Option<u64>,
        limit: usize,
    ) -> Result<Vec<LineRow>, Fault> {
        read::last_lines(self.conn()?, record, before_seq, limit)
    }

    /// A body's version and sealed bytes.
    pub fn body(&self, record: RecordId, row: RowId) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        Ok(read::body(self.conn()?, record, row)?.map(|body| (body.version, body.sealed)))
    }

    /// Every body of a record and its version.
    pub fn bodies(&self, record: RecordId) -> Result<Vec<(RowId, u64)>, Fault> {
        read::bodies(self.conn()?, record)
    }

    /// Who claims this hash: a hint, to be checked against what the record's own sealed rows say.
    pub fn find(&self, space: Space, hash: &[u8; 32]) -> Result<Option<RecordId>, Fault> {
        read::find(self.conn()?, space, hash)
    }

    /// Every finder after this one, by space and hash.
    pub fn finders(&self, after: Option<(Space, [u8; 32])>, limit: usize) -> Result<Vec<Finder>, Fault> {
        read::finders(self.conn()?, after, limit)
    }

    /// Every record that has a head, after this one, by id.
    pub fn records(&self, after: Option<RecordId>, limit: usize) -> Result<Vec<RecordId>, Fault> {
        read::records(self.conn()?, after, limit)
    }

    /// One more than the index of the last leaf.
    pub fn leaf_count(&self) -> Result<u64, Fault> {
        read::leaf_count(self.conn()?)
    }

    /// A node of the log; level 0 holds the leaves.
    pub fn log_node(&self, level: u8, index: u64) -> Result<Option<[u8; 32]>, Fault> {
        read::log_node(self.conn()?, level, index)
    }

    /// The record whose commit added this leaf.
    pub fn leaf_owner(&self, index: u64) -> Result<Option<RecordId>, Fault> {
        Ok(read::leaf(self.conn()?, index)?.and_then(|leaf| leaf.owner))
    }

    /// Leaves in ascending order, from this index on; a gap shows as a missing index.
    pub fn leaves(&self, from: u64, limit: usize) -> Result<Vec<Leaf>, Fault> {
        read::leaves(self.conn()?, from, limit)
    }

    /// The leaf that the record's last line names.
    pub fn leaf_of_last_line(&self, record: RecordId) -> Result<Option<u64>, Fault> {
        Ok(read::last_seq(self.conn()?, record)?.map(|(_, leaf)| leaf))
    }

    /// The record's line whose commit added this leaf.
    pub fn line_of_leaf(&self, record: RecordId, leaf: u64) -> Result<Option<LineRow>, Fault> {
        read::line_of_leaf(self.conn()?, record, leaf)
    }

    /// Jobs that are due and not under lease, the longest waiting first.
    pub fn due_jobs(&self, now: Instant, limit: usize) -> Result<Vec<RecordJob>, Fault> {
        read::due_jobs(self.conn()?, now, limit)
    }

    /// Whether this job waits, under lease or not.
    pub fn has_job(&self, record: RecordId, id: RowId) -> Result<bool, Fault> {
        read::has_job(self.conn()?, record, id)
    }

    /// Jobs without a day, of all records.
    pub fn parked_jobs(&self, limit: usize) -> Result<Vec<RecordJob>, Fault> {
        read::parked_jobs(self.conn()?, limit)
    }

    /// Those of one record.
    pub fn parked_jobs_of(&self, record: RecordId) -> Result<Vec<RecordJob>, Fault> {
        read::parked_jobs_of(self.conn()?, record)
    }

    /// Those of one kind, the longest due first, leased or not.
    pub fn due_jobs_of(&self, kind: u8, now: Instant, limit: usize) -> Result<Vec<RecordJob>, Fault> {
        read::due_jobs_of(self.conn()?, kind, now, limit)
    }

    pub fn counters(&self) -> Result<Vec<(String, i64)>, Fault> {
        read::counters(self.conn()?)
    }

    /// The objects on disk now, which is later than the snapshot: take the list before the snapshot it is
    /// compared with when looking for missing ones, and after when looking for orphans.
    pub fn objects(&self) -> Result<ObjectList, Fault> {
        self.store.objects.list()
    }

    /// What the engine finds wrong with its file, one sentence each; empty when all is whole. Reads everything.
    pub fn integrity(&self) -> Result<Vec<String>, Fault> {
        read::integrity(self.conn()?)
    }
}

/// The reader connections: at most `most`, opened when first needed.
pub(crate) struct Readers {
    file: PathBuf,
    most: usize,
    wait: Duration,
    pool: Mutex<Pool>,
    freed: Condvar,
}

#[derive(Default)]
struct Pool {
    idle: Vec<Connection>,
    open: usize,
}

impl Readers {
    pub(crate) fn new(file: PathBuf, most: usize, wait: Duration) -> Arc<Self> {
        Arc::new(Self { file, most: most.max(1), wait, pool: Mutex::default(), freed: Condvar::new() })
    }

    fn pool(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Connection, Fault> {
        let full = |pool: &mut Pool| pool.idle.is_empty() && pool.open >= self.most;
        let waited = self.freed.wait_timeout_while(self.pool(), self.wait, full);
        let (mut pool, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
        if timeout.timed_out() {
            return Err(Fault::Busy);
        }
        if let Some(conn) = pool.idle.pop() {
            return Ok(conn);
        }
        pool.open += 1;
        drop(pool);
        self.open().inspect_err(|_| self.forget())
    }

    /// Opens a connection outside the pool; also how a reading store finds out whether it can.
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        open_reader(&self.file, &RECORDS).map(drop)
    }

    fn open(&self) -> Result<Connection, Fault> {
        open_reader(&self.file, &RECORDS).map_err(|error| match error {
            OpenError::Fault(fault) => fault,
            _ => Fault::Damaged { what: "the database file", place: "open a reader".into() },
        })
    }

    fn forget(&self) {
        let mut pool = self.pool();
        pool.open = pool.open.saturating_sub(1);
        drop(pool);
        self.freed.notify_one();
    }

    fn give_back(&self, conn: Connection) {
        // a connection that cannot leave its snapshot is not lent again
        if !conn.is_autocommit() && run(&conn, "ROLLBACK").is_err() && !conn.is_autocommit() {
            drop(conn);
            return self.forget();
        }
        self.pool().idle.push(conn);
        self.freed.notify_one();
    }

    /// Closes the connections that nobody uses.
    pub(crate) fn close(&self) {
        let mut pool = self.pool();
        let idle = std::mem::take(&mut pool.idle);
        pool.open = pool.open.saturating_sub(idle.len());
    }
}

/// A statement without answer, prepared once for each connection.
fn run(conn: &Connection, statement: &'static str) -> rusqlite::Result<usize> {
    conn.prepare_cached(statement)?.execute([])
}

/// A connection of the pool, until dropped.
pub(crate) struct Lent {
    conn: Option<Connection>,
    readers: Arc<Readers>,
}

impl Lent {
    pub(crate) fn take(readers: &Arc<Readers>) -> Result<Self, Fault> {
        Ok(Self { conn: Some(readers.take()?), readers: Arc::clone(readers) })
    }

    pub(crate) fn conn(&self) -> Result<&Connection, Fault> {
        self.conn.as_ref().ok_or(Fault::Stopped)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.readers.give_back(conn);
        }
    }
}
