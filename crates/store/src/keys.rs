//! The wrapped keys of the records, in a database of their own, so that backups of keys and of data have
//! different lives. A key is durable before its record is; removing it is what destroys the record.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::RecordId;
use rusqlite::Connection;

use crate::database::{self, KEYS};
use crate::error::{Fault, OpenError, engine, is_fatal};
use crate::read::{Cells, many, one, page};
use crate::shapes::WrappedKey;
use crate::writer::OnFatal;

const GET: &str = "SELECT record, epoch, generation, wrapped FROM wrapped_key WHERE record = ?1";
const PAGE: &str = "SELECT record, epoch, generation, wrapped FROM wrapped_key \
                    WHERE record > ?1 AND length(record) = 16 ORDER BY record LIMIT ?2";
const PUT: &str = "INSERT INTO wrapped_key (record, epoch, generation, wrapped) VALUES (?1, ?2, ?3, ?4) \
                   ON CONFLICT (record) DO UPDATE SET epoch = excluded.epoch, generation = excluded.generation, \
                   wrapped = excluded.wrapped";
const REMOVE: &str = "DELETE FROM wrapped_key WHERE record = ?1";

/// The write-ahead log is copied into the database after so many keys.
const PUTS_PER_CHECKPOINT: usize = 100;

/// The key database. Reading does not wait for writing.
pub struct Keys {
    reader: Mutex<Connection>,
    /// None when opened for reading only.
    writer: Option<Mutex<Connection>>,
    puts: AtomicUsize,
    removals: AtomicUsize,
    on_fatal: OnFatal,
}

impl Keys {
    pub(crate) fn open(folder: &Path, on_fatal: OnFatal) -> Result<Self, OpenError> {
        let file = folder.join("keys.db");
        let writer = database::open(&file, &KEYS)?;
        let reader = Mutex::new(database::open_reader(&file, &KEYS)?);
        Ok(Self {
            reader,
            writer: Some(Mutex::new(writer)),
            puts: AtomicUsize::new(0),
            removals: AtomicUsize::new(0),
            on_fatal,
        })
    }

    pub(crate) fn open_read_only(folder: &Path, on_fatal: OnFatal) -> Result<Self, OpenError> {
        let reader = Mutex::new(database::open_reader(&folder.join("keys.db"), &KEYS)?);
        Ok(Self { reader, writer: None, puts: AtomicUsize::new(0), removals: AtomicUsize::new(0), on_fatal })
    }

    pub fn get(&self, record: RecordId) -> Result<Option<WrappedKey>, Fault> {
        get(&self.reader(), record)
    }

    /// Durable before it returns. A key is never replaced by an earlier one, nor by another of the same epoch
    /// and generation, which would lose a record for ever: `Fault::OutOfSequence`.
    pub fn put(&self, record: RecordId, key: &WrappedKey) -> Result<(), Fault> {
        if key.wrapped.len() > 4096 {
            return Err(Fault::TooLarge("a wrapped key"));
        }
        let conn = self.writer()?;
        self.transact(&conn, || {
            if let Some(old) = get(&conn, record)? {
                let later = key.epoch >= old.epoch && key.generation >= old.generation;
                let same_place = (key.epoch, key.generation) == (old.epoch, old.generation);
                if !later || (same_place && *key != old) {
                    return Err(Fault::OutOfSequence("a wrapped key"));
                }
            }
            let params = (record.as_bytes(), key.epoch, key.generation, &key.wrapped);
            conn.execute(PUT, params).map_err(engine("write a key"))
        })?;
        if self.puts.fetch_add(1, Ordering::Relaxed) % PUTS_PER_CHECKPOINT == PUTS_PER_CHECKPOINT - 1 {
            // the key is durable already: a log that cannot be emptied now is emptied later
            let _ = self.checkpoint(&conn, "PASSIVE");
        }
        Ok(())
    }

    /// Destroys the key: overwritten in the database, and gone from its write-ahead log. Answers whether
    /// there was one. `Fault::Busy` when a reader kept the log from being emptied: the key is removed, call
    /// again to have it erased. Backups of keys end with their generation.
    pub fn remove(&self, record: RecordId) -> Result<bool, Fault> {
        let conn = self.writer()?;
        let removed = self
            .transact(&conn, || conn.execute(REMOVE, [record.as_bytes()]).map_err(engine("remove a key")))?;
        self.removals.fetch_add(1, Ordering::SeqCst);
        self.checkpoint(&conn, "TRUNCATE")?;
        Ok(removed > 0)
    }

    /// How many keys this process has removed: who keeps a key in memory asks, before reading it and at each use.
    pub fn removals(&self) -> usize {
        self.removals.load(Ordering::SeqCst)
    }

    /// Every key after this record's, by record.
    pub fn all(&self, after: Option<RecordId>, limit: usize) -> Result<Vec<(RecordId, WrappedKey)>, Fault> {
        let after = after.map_or(Vec::new(), |record| record.as_bytes().to_vec());
        many(&self.reader(), PAGE, (after, page(limit)), "wrapped_key", None, read_key)
    }

    /// What the engine finds wrong with the file; empty when all is whole.
    pub fn integrity(&self) -> Result<Vec<String>, Fault> {
        let conn = self.reader();
        let check = "PRAGMA integrity_check(100)";
        let mut found =
            many(&conn, check, [], "the key file", None, |cells| cells.text(0, "a check's result"))?;
        found.retain(|text| text != "ok");
        Ok(found)
    }

    fn reader(&self) -> MutexGuard<'_, Connection> {
        self.reader.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn writer(&self) -> Result<MutexGuard<'_, Connection>, Fault> {
        let writer = self.writer.as_ref().ok_or(Fault::ReadOnly)?;
        Ok(writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn transact<T>(&self, conn: &Connection, change: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        let begun = conn.execute_batch("BEGIN IMMEDIATE").map_err(engine("begin"));
        let changed = begun.and_then(|()| change());
        let outcome = changed.and_then(|value| {
            let committed = conn.execute_batch("COMMIT").map_err(engine("commit a key"));
            self.stop_if_fatal(committed, true).map(|()| value)
        });
        if outcome.is_err() && !conn.is_autocommit() {
            self.stop_if_fatal(conn.execute_batch("ROLLBACK").map_err(engine("roll back a key")), true)?;
        }
        self.stop_if_fatal(outcome, false)
    }

    /// Copies the write-ahead log into the database file; `TRUNCATE` also leaves nothing in it.
    fn checkpoint(&self, conn: &Connection, mode: &str) -> Result<(), Fault> {
        let busy = conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get::<_, bool>(0));
        match self.stop_if_fatal(busy.map_err(engine("empty the log of keys")), true)? {
            false => Ok(()),
            true => Err(Fault::Busy),
        }
    }

    fn stop_if_fatal<T>(&self, outcome: Result<T, Fault>, making_durable: bool) -> Result<T, Fault> {
        outcome.inspect_err(|fault| {
            if is_fatal(fault, making_durable) {
                (self.on_fatal)(&format!("the key store stops: {fault}"));
            }
        })
    }
}

fn read_key(cells: &Cells<'_>) -> Result<(RecordId, WrappedKey), Fault> {
    let key = WrappedKey {
        epoch: cells.number(1, "a key's epoch")?,
        generation: cells.number(2, "a key's generation")?,
        wrapped: cells.bytes(3, "a wrapped key")?,
    };
    Ok((cells.record_id(0)?, key))
}

fn get(conn: &Connection, record: RecordId) -> Result<Option<WrappedKey>, Fault> {
    let found = one(conn, GET, [record.as_bytes()], "wrapped_key", Some(record), read_key)?;
    Ok(found.map(|(_, key)| key))
}
