//! Reading rows into shapes. What lies on disk may have been tampered with, so every length, number and type
//! is checked here and nonsense is a fault that names its place, never a panic.

use model::{Instant, Mark, RecordId, RowId, RowKind};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Params};

use crate::error::{Fault, engine};
use crate::shapes::{Body, Finder, HeadRow, Job, Leaf, LineRow, MAX_PAGE, PARKED, RecordJob, Row, Space};
use crate::sql;

/// One row under way, and what to call it when it makes no sense.
pub(crate) struct Cells<'a> {
    row: &'a rusqlite::Row<'a>,
    table: &'static str,
    record: Option<RecordId>,
}

impl Cells<'_> {
    fn damaged(&self, what: &'static str) -> Fault {
        let place = match self.record {
            Some(record) => format!("table {} of record {record}", self.table),
            None => format!("table {}", self.table),
        };
        Fault::Damaged { what, place }
    }

    fn value(&self, index: usize, what: &'static str) -> Result<ValueRef<'_>, Fault> {
        self.row.get_ref(index).map_err(|_| self.damaged(what))
    }

    pub(crate) fn signed(&self, index: usize, what: &'static str) -> Result<i64, Fault> {
        match self.value(index, what)? {
            ValueRef::Integer(number) => Ok(number),
            _ => Err(self.damaged(what)),
        }
    }

    pub(crate) fn number<N: TryFrom<i64>>(&self, index: usize, what: &'static str) -> Result<N, Fault> {
        N::try_from(self.signed(index, what)?).map_err(|_| self.damaged(what))
    }

    pub(crate) fn text(&self, index: usize, what: &'static str) -> Result<String, Fault> {
        match self.value(index, what)? {
            ValueRef::Text(text) => String::from_utf8(text.to_vec()).map_err(|_| self.damaged(what)),
            _ => Err(self.damaged(what)),
        }
    }

    fn slice(&self, index: usize, what: &'static str) -> Result<&[u8], Fault> {
        match self.value(index, what)? {
            ValueRef::Blob(bytes) => Ok(bytes),
            _ => Err(self.damaged(what)),
        }
    }

    pub(crate) fn bytes(&self, index: usize, what: &'static str) -> Result<Vec<u8>, Fault> {
        self.slice(index, what).map(<[u8]>::to_vec)
    }

    pub(crate) fn array<const N: usize>(&self, index: usize, what: &'static str) -> Result<[u8; N], Fault> {
        self.slice(index, what)?.try_into().map_err(|_| self.damaged(what))
    }

    pub(crate) fn record_id(&self, index: usize) -> Result<RecordId, Fault> {
        self.array(index, "a record's id").map(RecordId::from_bytes)
    }

    fn row_id(&self, index: usize) -> Result<RowId, Fault> {
        self.array(index, "a row's id").map(RowId::from_bytes)
    }

    fn kind(&self, index: usize) -> Result<RowKind, Fault> {
        let what = "a row's kind";
        RowKind::from_number(self.number(index, what)?).ok_or_else(|| self.damaged(what))
    }
}

/// Runs a statement and reads each row; at most one result when the statement gives at most one.
pub(crate) fn many<T>(
    conn: &Connection,
    statement: &'static str,
    params: impl Params,
    table: &'static str,
    record: Option<RecordId>,
    read: impl Fn(&Cells<'_>) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let mut prepared = conn.prepare_cached(statement).map_err(engine(table))?;
    let mut rows = prepared.query(params).map_err(engine(table))?;
    let mut all = Vec::new();
    while let Some(row) = rows.next().map_err(engine(table))? {
        all.push(read(&Cells { row, table, record })?);
    }
    Ok(all)
}

pub(crate) fn one<T>(
    conn: &Connection,
    statement: &'static str,
    params: impl Params,
    table: &'static str,
    record: Option<RecordId>,
    read: impl Fn(&Cells<'_>) -> Result<T, Fault>,
) -> Result<Option<T>, Fault> {
    let mut all = many(conn, statement, params, table, record, read)?;
    if all.len() > 1 {
        let place = record
            .map_or_else(|| format!("table {table}"), |record| format!("table {table} of record {record}"));
        return Err(Fault::Damaged { what: "the same row twice", place });
    }
    Ok(all.pop())
}

/// The engine's numbers are signed: what is beyond them is beyond all rows.
pub(crate) fn upto(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(crate) fn page(limit: usize) -> i64 {
    limit.min(MAX_PAGE) as i64
}

pub(crate) fn head(conn: &Connection, record: RecordId) -> Result<Option<HeadRow>, Fault> {
    one(conn, sql::HEAD, [record.as_bytes()], "head", Some(record), |cells| {
        Ok(HeadRow { version: cells.number(0, "a version")?, sealed: cells.bytes(1, "a sealed head")? })
    })
}

fn read_row(cells: &Cells<'_>) -> Result<Row, Fault> {
    row_from(cells, 0)
}

fn row_from(cells: &Cells<'_>, first: usize) -> Result<Row, Fault> {
    let mark = mark_from(cells, first)?;
    let sealed = cells.bytes(first + 4, "a sealed row")?;
    Ok(Row { kind: mark.kind, row: mark.row, version: mark.version, tag: mark.tag, sealed })
}

fn read_mark(cells: &Cells<'_>) -> Result<Mark, Fault> {
    mark_from(cells, 0)
}

fn mark_from(cells: &Cells<'_>, first: usize) -> Result<Mark, Fault> {
    Ok(Mark {
        kind: cells.kind(first)?,
        row: cells.row_id(first + 1)?,
        version: cells.number(first + 2, "a version")?,
        tag: cells.array(first + 3, "a tag")?,
    })
}

/// The rows of one kind that have a row of the other kind under the same id, in the order of ids, with that row.
pub(crate) fn pairs(
    conn: &Connection,
    record: RecordId,
    one: RowKind,
    other: RowKind,
) -> Result<Vec<(Row, Row)>, Fault> {
    let params = (record.as_bytes(), one.number(), other.number());
    many(conn, sql::PAIRS, params, "row", Some(record), |cells| {
        Ok((row_from(cells, 0)?, row_from(cells, 5)?))
    })
}

pub(crate) fn row(
    conn: &Connection,
    record: RecordId,
    kind: RowKind,
    row: RowId,
) -> Result<Option<Row>, Fault> {
    one(conn, sql::ROW, (record.as_bytes(), kind.number(), row.as_bytes()), "row", Some(record), read_row)
}

pub(crate) fn rows(conn: &Connection, record: RecordId, kinds: &[RowKind]) -> Result<Vec<Row>, Fault> {
    let mut all = Vec::new();
    for kind in kinds {
        all.extend(many(conn, sql::ROWS, (record.as_bytes(), kind.number()), "row", Some(record), read_row)?);
    }
    Ok(all)
}

pub(crate) fn marks(conn: &Connection, record: RecordId) -> Result<Vec<Mark>, Fault> {
    many(conn, sql::MARKS, [record.as_bytes()], "row", Some(record), read_mark)
}

fn read_line(cells: &Cells<'_>) -> Result<LineRow, Fault> {
    Ok(LineRow {
        seq: cells.number(0, "a sequence number")?,
        leaf: cells.number(1, "a leaf's index")?,
        sealed: cells.bytes(2, "a sealed line")?,
    })
}

pub(crate) fn lines(
    conn: &Connection,
    record: RecordId,
    from_seq: u64,
    limit: usize,
) -> Result<Vec<LineRow>, Fault> {
    let params = (record.as_bytes(), upto(from_seq), page(limit));
    many(conn, sql::LINES, params, "line", Some(record), read_line)
}

pub(crate) fn last_lines(
    conn: &Connection,
    record: RecordId,
    before_seq: Option<u64>,
    limit: usize,
) -> Result<Vec<LineRow>, Fault> {
    let params = (record.as_bytes(), upto(before_seq.unwrap_or(u64::MAX)), page(limit));
    many(conn, sql::LAST_LINES, params, "line", Some(record), read_line)
}

/// The sequence number and leaf of a record's last line.
pub(crate) fn last_seq(conn: &Connection, record: RecordId) -> Result<Option<(u64, u64)>, Fault> {
    one(conn, sql::LAST_SEQ, [record.as_bytes()], "line", Some(record), |cells| {
        Ok((cells.number(0, "a sequence number")?, cells.number(1, "a leaf's index")?))
    })
}

/// The record's line that this leaf belongs to. Leaves rise with the lines of a record, so that it is found by halving.
pub(crate) fn line_of_leaf(conn: &Connection, record: RecordId, leaf: u64) -> Result<Option<LineRow>, Fault> {
    let (mut low, mut high) = (1, last_seq(conn, record)?.map_or(0, |(seq, _)| seq));
    while low < high {
        let middle = low + (high - low) / 2;
        let params = (record.as_bytes(), upto(middle));
        let at: Option<u64> = one(conn, sql::LINE_LEAF, params, "line", Some(record), |cells| {
            cells.number(0, "a leaf's index")
        })?;
        // a line that is missing is above none: what is sought is then found nowhere, which is told
        if at.is_some_and(|at| at < leaf) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(lines(conn, record, low, 1)?.pop().filter(|line| line.leaf == leaf))
}

pub(crate) fn body(conn: &Connection, record: RecordId, row: RowId) -> Result<Option<Body>, Fault> {
    one(conn, sql::BODY, (record.as_bytes(), row.as_bytes()), "body", Some(record), |cells| {
        Ok(Body { row, version: cells.number(0, "a version")?, sealed: cells.bytes(1, "a sealed body")? })
    })
}

pub(crate) fn body_version(conn: &Connection, record: RecordId, row: RowId) -> Result<Option<u64>, Fault> {
    one(conn, sql::BODY_VERSION, (record.as_bytes(), row.as_bytes()), "body", Some(record), |cells| {
        cells.number(0, "a version")
    })
}

pub(crate) fn bodies(conn: &Connection, record: RecordId) -> Result<Vec<(RowId, u64)>, Fault> {
    many(conn, sql::BODIES, [record.as_bytes()], "body", Some(record), |cells| {
        Ok((cells.row_id(0)?, cells.number(1, "a version")?))
    })
}

pub(crate) fn find(conn: &Connection, space: Space, hash: &[u8; 32]) -> Result<Option<RecordId>, Fault> {
    one(conn, sql::FIND, (space.number(), hash), "finder", None, |cells| cells.record_id(0))
}

pub(crate) fn finders(
    conn: &Connection,
    after: Option<(Space, [u8; 32])>,
    limit: usize,
) -> Result<Vec<Finder>, Fault> {
    let (space, hash) = after.map_or((0, Vec::new()), |(space, hash)| (space.number(), hash.to_vec()));
    many(conn, sql::FINDERS, (space, hash, page(limit)), "finder", None, |cells| {
        let what = "a finder's space";
        let space = Space::from_number(cells.number(0, what)?).ok_or_else(|| cells.damaged(what))?;
        Ok(Finder { space, hash: cells.array(1, "a finder's hash")?, record: cells.record_id(2)? })
    })
}

pub(crate) fn records(
    conn: &Connection,
    after: Option<RecordId>,
    limit: usize,
) -> Result<Vec<RecordId>, Fault> {
    let after = after.map_or(Vec::new(), |record| record.as_bytes().to_vec());
    many(conn, sql::RECORDS, (after, page(limit)), "head", None, |cells| cells.record_id(0))
}

pub(crate) fn has_job(conn: &Connection, record: RecordId, id: RowId) -> Result<bool, Fault> {
    let found = one(conn, sql::JOB, (record.as_bytes(), id.as_bytes()), "job", Some(record), |_| Ok(()))?;
    Ok(found.is_some())
}

pub(crate) fn due_jobs(conn: &Connection, now: Instant, limit: usize) -> Result<Vec<RecordJob>, Fault> {
    many(conn, sql::DUE_JOBS, (now.as_millis(), page(limit)), "job", None, record_job)
}

fn record_job(cells: &Cells<'_>) -> Result<RecordJob, Fault> {
    let job = Job {
        id: cells.row_id(1)?,
        kind: cells.number(2, "a job's kind")?,
        due: Instant::from_millis(cells.signed(3, "a job's due time")?),
        sealed: cells.bytes(4, "a sealed job")?,
    };
    Ok(RecordJob { record: cells.record_id(0)?, job })
}

/// Jobs that wait for somebody and have no day.
pub(crate) fn parked_jobs(conn: &Connection, limit: usize) -> Result<Vec<RecordJob>, Fault> {
    many(conn, sql::PARKED_JOBS, (PARKED.as_millis(), page(limit)), "job", None, record_job)
}

pub(crate) fn parked_jobs_of(conn: &Connection, record: RecordId) -> Result<Vec<RecordJob>, Fault> {
    many(conn, sql::PARKED_JOBS_OF, (record.as_bytes(), PARKED.as_millis()), "job", Some(record), record_job)
}

/// Those of one kind, the longest due first, leased or not.
pub(crate) fn due_jobs_of(
    conn: &Connection,
    kind: u8,
    now: Instant,
    limit: usize,
) -> Result<Vec<RecordJob>, Fault> {
    many(conn, sql::DUE_JOBS_OF, (kind, now.as_millis(), page(limit)), "job", None, record_job)
}

pub(crate) fn leaves_of(conn: &Connection, record: RecordId) -> Result<Vec<u64>, Fault> {
    many(conn, sql::LEAVES_OF, [record.as_bytes()], "line", Some(record), |cells| {
        cells.number(0, "a line's leaf")
    })
}

/// One more than the index of the last leaf: the next leaf's index.
pub(crate) fn leaf_count(conn: &Connection) -> Result<u64, Fault> {
    let last: Option<u64> =
        one(conn, sql::LAST_LEAF, [], "log_node", None, |cells| cells.number(0, "a leaf's index"))?;
    Ok(last.map_or(0, |last| last.saturating_add(1)))
}

pub(crate) fn log_node(conn: &Connection, level: u8, index: u64) -> Result<Option<[u8; 32]>, Fault> {
    one(conn, sql::LOG_NODE, (level, upto(index)), "log_node", None, |cells| cells.array(0, "a node's hash"))
}

fn read_leaf(cells: &Cells<'_>) -> Result<Leaf, Fault> {
    let owner = match cells.value(2, "a leaf's owner")? {
        ValueRef::Null => None,
        _ => Some(cells.record_id(2)?),
    };
    Ok(Leaf { index: cells.number(0, "a leaf's index")?, hash: cells.array(1, "a leaf's hash")?, owner })
}

pub(crate) fn leaf(conn: &Connection, index: u64) -> Result<Option<Leaf>, Fault> {
    one(conn, sql::LEAF, [upto(index)], "log_node", None, read_leaf)
}

pub(crate) fn leaves(conn: &Connection, from: u64, limit: usize) -> Result<Vec<Leaf>, Fault> {
    many(conn, sql::LEAVES, (upto(from), page(limit)), "log_node", None, read_leaf)
}

pub(crate) fn counters(conn: &Connection) -> Result<Vec<(String, i64)>, Fault> {
    many(conn, sql::COUNTERS, [], "counter", None, |cells| {
        Ok((cells.text(0, "a counter's name")?, cells.signed(1, "a counter's value")?))
    })
}

/// What the engine finds wrong with the file, its indices and its constraints, and what is of no known kind.
pub(crate) fn integrity(conn: &Connection) -> Result<Vec<String>, Fault> {
    let mut found =
        many(conn, sql::INTEGRITY, [], "the file", None, |cells| cells.text(0, "a check's result"))?;
    found.retain(|text| text != "ok");
    let shapes = many(conn, sql::SHAPES, [], "the file", None, |cells| {
        Ok((cells.text(0, "a table's name")?, cells.signed(1, "a count")?))
    })?;
    let broken = shapes.into_iter().filter(|(_, count)| *count > 0);
    found.extend(broken.map(|(table, count)| format!("table {table} has {count} rows of a wrong shape")));
    Ok(found)
}
