//! What a closure sees inside a commit, and how its batch is written. All of it happens on the writer's
//! thread, inside a savepoint of the group's transaction: whatever is refused here is undone alone.
//!
//! A finder's claim is a row of the same transaction as the batch that confirms it. That is stronger than
//! "a claim committed first and alone, confirmed by the record" (design, invariant 5), which is for the day
//! finders live on another shard; a claim here is never left without its record.

use std::cell::RefCell;

use model::{Mark, RecordId, RowId, RowKind};
use rusqlite::{Connection, Params};

use crate::error::{Fault, engine};
use crate::read;
use crate::shapes::{Batch, Destroys, HeadRow, MAX_BODY, MAX_PER_BATCH, MAX_SEALED, OnceOnly, Row, Space};
use crate::sql;

/// The record as it stands inside the commit, earlier members of the same group included.
///
/// A read that fails answers nothing and is remembered: whatever the closure then decides is undone, and the
/// commit answers the fault.
pub struct Current<'a> {
    pub head: Option<HeadRow>,
    /// The index this commit's leaf must have.
    pub next_leaf: u64,
    /// The sequence number this commit's line must have.
    pub next_seq: u64,
    record: RecordId,
    conn: &'a Connection,
    fault: RefCell<Option<Fault>>,
}

impl<'a> Current<'a> {
    pub(crate) fn read(conn: &'a Connection, record: RecordId) -> Result<Self, Fault> {
        Ok(Self {
            head: read::head(conn, record)?,
            next_leaf: read::leaf_count(conn)?,
            next_seq: read::last_seq(conn, record)?.map_or(1, |(seq, _)| seq.saturating_add(1)),
            record,
            conn,
            fault: RefCell::new(None),
        })
    }

    pub fn record(&self) -> RecordId {
        self.record
    }

    pub fn row(&self, kind: RowKind, row: RowId) -> Option<Row> {
        self.remember(read::row(self.conn, self.record, kind, row)).flatten()
    }

    /// The rows of these kinds, in the order of kinds given, then of ids.
    pub fn rows(&self, kinds: &[RowKind]) -> Vec<Row> {
        self.remember(read::rows(self.conn, self.record, kinds)).unwrap_or_default()
    }

    pub fn marks(&self) -> Vec<Mark> {
        self.remember(read::marks(self.conn, self.record)).unwrap_or_default()
    }

    pub fn body_version(&self, row: RowId) -> Option<u64> {
        self.remember(read::body_version(self.conn, self.record, row)).flatten()
    }

    pub fn has_job(&self, id: RowId) -> bool {
        self.remember(read::has_job(self.conn, self.record, id)).unwrap_or_default()
    }

    /// A node of the log; level 0 holds the leaves.
    pub fn log_node(&self, level: u8, index: u64) -> Option<[u8; 32]> {
        self.remember(read::log_node(self.conn, level, index)).flatten()
    }

    /// The leaves that another record's lines added to the log.
    pub fn leaves_of(&self, record: RecordId) -> Vec<u64> {
        self.remember(read::leaves_of(self.conn, record)).unwrap_or_default()
    }

    pub fn find(&self, space: Space, hash: &[u8; 32]) -> Option<RecordId> {
        self.remember(read::find(self.conn, space, hash)).flatten()
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault.borrow_mut().take()
    }

    fn remember<T>(&self, read: Result<T, Fault>) -> Option<T> {
        read.map_err(|fault| *self.fault.borrow_mut() = Some(fault)).ok()
    }
}

/// Why a batch was not written.
pub(crate) enum Unapplied {
    Conflict,
    Taken { space: Space, which: usize },
    Used,
    Fault(Fault),
}

impl From<Fault> for Unapplied {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// Writes a batch; answers about how many bytes that was.
pub(crate) fn apply(current: &Current<'_>, batch: &Batch) -> Result<usize, Unapplied> {
    let bytes = check_limits(batch)?;
    check_sequence(current, batch)?;
    let write = Write { conn: current.conn, record: current.record };
    // what may be refused comes first, while nothing is written
    if batch.head.version != current.head.as_ref().map_or(1, |head| head.version.saturating_add(1)) {
        number(batch.head.version)?;
        return Err(Unapplied::Conflict);
    }
    if let Some(once) = &batch.uses {
        write.use_up(once)?;
    }
    write.finders(batch)?;
    write.head(&batch.head)?;
    write.line_and_log(batch)?;
    write.rows(batch)?;
    write.jobs_and_counters(batch)?;
    if let Some(destroys) = &batch.destroys {
        write.destroy(destroys)?;
    }
    Ok(bytes)
}

fn check_limits(batch: &Batch) -> Result<usize, Fault> {
    let counts = [
        batch.puts.len(),
        batch.removes.len(),
        batch.bodies.len(),
        batch.remove_bodies.len(),
        batch.claims.len(),
        batch.releases.len(),
        batch.jobs.len(),
        batch.done_jobs.len(),
        batch.counters.len(),
    ];
    if counts.iter().any(|count| *count > MAX_PER_BATCH) {
        return Err(Fault::TooLarge("the rows of a batch"));
    }
    let sealed = [batch.head.sealed.len(), batch.line.sealed.len()];
    let sealed = sealed.into_iter().chain(batch.puts.iter().map(|row| row.sealed.len()));
    let mut bytes = 0;
    for size in sealed.chain(batch.jobs.iter().map(|job| job.sealed.len())) {
        if size > MAX_SEALED {
            return Err(Fault::TooLarge("a sealed row"));
        }
        bytes += size;
    }
    for body in &batch.bodies {
        if body.sealed.len() > MAX_BODY {
            return Err(Fault::TooLarge("a sealed body"));
        }
        bytes += body.sealed.len();
    }
    if batch.counters.iter().any(|(name, _)| name.chars().count() > 200) {
        return Err(Fault::TooLarge("a counter's name"));
    }
    Ok(bytes + 200 * counts.iter().sum::<usize>())
}

fn check_sequence(current: &Current<'_>, batch: &Batch) -> Result<(), Fault> {
    if batch.line.seq != current.next_seq {
        return Err(Fault::OutOfSequence("the line's number"));
    }
    let leaf = batch.line.leaf;
    if leaf != current.next_leaf {
        return Err(Fault::OutOfSequence("the leaf's index"));
    }
    for (level, index, hash) in &batch.log_nodes {
        let completed =
            index.checked_add(1).and_then(|next| next.checked_mul(1_u64.checked_shl((*level).into())?));
        if completed != leaf.checked_add(1) || (*level == 0 && *hash != batch.leaf_hash) {
            return Err(Fault::OutOfSequence("a node of the log"));
        }
    }
    Ok(())
}

struct Write<'a> {
    conn: &'a Connection,
    record: RecordId,
}

impl Write<'_> {
    fn run(&self, statement: &'static str, params: impl Params) -> Result<usize, Fault> {
        let mut prepared = self.conn.prepare_cached(statement).map_err(engine("prepare a change"))?;
        prepared.execute(params).map_err(engine("write a change"))
    }

    /// Runs a statement that must change exactly one row, or what was there was not what the batch expects.
    fn change(&self, statement: &'static str, params: impl Params) -> Result<(), Unapplied> {
        match self.run(statement, params)? {
            1 => Ok(()),
            _ => Err(Unapplied::Conflict),
        }
    }

    fn head(&self, head: &HeadRow) -> Result<(), Unapplied> {
        let version = number(head.version)?;
        let statement = pick(version, sql::HEAD_FIRST, sql::HEAD_NEXT)?;
        self.change(statement, (self.record.as_bytes(), version, &head.sealed))
    }

    fn line_and_log(&self, batch: &Batch) -> Result<(), Unapplied> {
        let record = self.record.as_bytes();
        let leaf = number(batch.line.leaf)?;
        // a trace that takes nothing without saying so is no trace (abuse M03)
        let lined = self.run(sql::LINE_ADD, (record, number(batch.line.seq)?, leaf, &batch.line.sealed))?;
        let logged = self.run(sql::LOG_ADD, (0, leaf, &batch.leaf_hash, Some(record)))?;
        if (lined, logged) != (1, 1) {
            return Err(Fault::OutOfSequence("the line was not taken").into());
        }
        for (level, index, hash) in batch.log_nodes.iter().filter(|(level, ..)| *level > 0) {
            self.run(sql::LOG_ADD, (level, number(*index)?, hash, None::<&[u8; 16]>))?;
        }
        Ok(())
    }

    fn rows(&self, batch: &Batch) -> Result<(), Unapplied> {
        let record = self.record.as_bytes();
        for (kind, row) in &batch.removes {
            self.change(sql::ROW_REMOVE, (record, kind.number(), row.as_bytes()))?;
        }
        for put in &batch.puts {
            let version = number(put.version)?;
            let statement = pick(version, sql::ROW_FIRST, sql::ROW_NEXT)?;
            let params = (record, put.kind.number(), put.row.as_bytes(), version, &put.tag, &put.sealed);
            self.change(statement, params)?;
        }
        for row in &batch.remove_bodies {
            self.change(sql::BODY_REMOVE, (record, row.as_bytes()))?;
        }
        for body in &batch.bodies {
            let version = number(body.version)?;
            let statement = pick(version, sql::BODY_FIRST, sql::BODY_NEXT)?;
            self.change(statement, (record, body.row.as_bytes(), version, &body.sealed))?;
        }
        Ok(())
    }

    fn finders(&self, batch: &Batch) -> Result<(), Unapplied> {
        let record = self.record.as_bytes();
        for (space, hash) in &batch.releases {
            self.run(sql::RELEASE, (space.number(), hash, record))?;
        }
        for (which, (space, hash)) in batch.claims.iter().enumerate() {
            match read::find(self.conn, *space, hash)? {
                None => self.change(sql::CLAIM, (space.number(), hash, record))?,
                Some(holder) if holder == self.record => {}
                Some(_) => return Err(Unapplied::Taken { space: *space, which }),
            }
        }
        Ok(())
    }

    /// As many are swept as could have come since: the table does not grow beyond what is still alive.
    fn use_up(&self, once: &OnceOnly) -> Result<(), Unapplied> {
        self.run(sql::USED_SWEEP, (once.now.as_millis(), 4))?;
        match self.run(sql::USE, (&once.hash, once.until.as_millis()))? {
            0 => Err(Unapplied::Used),
            _ => Ok(()),
        }
    }

    fn destroy(&self, destroys: &Destroys) -> Result<(), Unapplied> {
        let record = destroys.record;
        let stands = read::head(self.conn, record)?.is_some_and(|head| head.version == destroys.head);
        if !stands || record == self.record {
            return Err(Unapplied::Conflict);
        }
        for statement in sql::DESTROY {
            self.run(statement, [record.as_bytes()])?;
        }
        Ok(())
    }

    fn jobs_and_counters(&self, batch: &Batch) -> Result<(), Unapplied> {
        let record = self.record.as_bytes();
        for job in &batch.jobs {
            self.run(sql::JOB_ADD, (record, job.id.as_bytes(), job.kind, job.due.as_millis(), &job.sealed))?;
        }
        for id in &batch.done_jobs {
            self.change(sql::JOB_DONE, (record, id.as_bytes()))?;
        }
        for (name, by) in &batch.counters {
            self.run(sql::COUNT, (name, by))?;
        }
        Ok(())
    }
}

fn number(number: u64) -> Result<i64, Fault> {
    i64::try_from(number).map_err(|_| Fault::TooLarge("a number"))
}

fn pick(version: i64, first: &'static str, next: &'static str) -> Result<&'static str, Fault> {
    match version {
        ..1 => Err(Fault::OutOfSequence("a version below 1")),
        1 => Ok(first),
        _ => Ok(next),
    }
}
