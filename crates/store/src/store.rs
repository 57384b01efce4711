//! The store: opening it, and the door to each of its parts.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use model::{Dice, Instant, ObjectId, RecordId, RowId};
use rusqlite::Connection;

use crate::anchor::Anchor;
use crate::apply::Current;
use crate::database::{self, RECORDS};
use crate::error::{CommitError, Fault, OpenError, engine};
use crate::keys::Keys;
use crate::objects::{ObjectWriter, Objects};
use crate::read;
use crate::shapes::{Batch, RecordJob};
use crate::snapshot::{Lent, Readers, Snapshot};
use crate::sql;
use crate::writer::{OnFatal, Writer};

/// The folders. Keys lie apart from what they open; they may be on another disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    pub data: PathBuf,
    pub keys: PathBuf,
}

/// The store's limits, with defaults that suit a server; and what happens at a fatal fault.
#[derive(Clone)]
pub struct Limits {
    /// Changes that may wait; one more is answered `Busy`.
    pub waiting: usize,
    /// Changes made durable together, at most.
    pub group: usize,
    /// Snapshots held at the same time; one more waits, then is answered `Busy`.
    pub readers: usize,
    pub reader_wait: Duration,
    /// The most pages of 4 kB the database may have; none: as much as the disk holds.
    pub max_pages: Option<u32>,
    /// Called with a sentence when going on could lose what was acknowledged. By default it is printed and the
    /// process ends with status 70.
    pub on_fatal: Arc<dyn Fn(&str) + Send + Sync>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            waiting: 1024,
            group: 256,
            readers: 16,
            reader_wait: Duration::from_secs(5),
            max_pages: None,
            on_fatal: Arc::new(|sentence| {
                // `eprintln!` would panic where the log lies on the same full disk, and the process live on
                let _ = writeln!(std::io::stderr(), "{sentence}");
                std::process::exit(70);
            }),
        }
    }
}

/// A handle to the store; clones share it. The last one dropped closes it cleanly.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

// in the order of closing, after `Drop` has closed the idle readers: writer, keys, and the locks last
pub(crate) struct Inner {
    /// None when opened for reading only.
    writer: Option<Writer>,
    pub(crate) readers: Arc<Readers>,
    pub(crate) objects: Objects,
    keys: Keys,
    anchor: Anchor,
    _locks: Vec<File>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // so that the writer is the last to close, and takes the write-ahead log with it
        self.readers.close();
    }
}

impl Store {
    /// Opens for writing; creates what is absent. One process at a time: a second is refused with
    /// [`OpenError::InUse`].
    pub fn open(options: &Options) -> Result<Store, OpenError> {
        Self::open_with(options, Limits::default())
    }

    pub fn open_with(options: &Options, limits: Limits) -> Result<Store, OpenError> {
        let on_fatal: OnFatal = limits.on_fatal;
        for folder in [&options.data, &options.keys] {
            let created = DirBuilder::new().recursive(true).mode(0o700).create(folder);
            created.map_err(refuse(folder))?;
        }
        // an existing folder of keys may be open to others: close it
        fs::set_permissions(&options.keys, fs::Permissions::from_mode(0o700))
            .map_err(refuse(&options.keys))?;
        let locks = vec![lock(&options.data, "store.lock")?, lock(&options.keys, "keys.lock")?];

        let file = options.data.join("records.db");
        let conn = database::open(&file, &RECORDS)?;
        if let Some(pages) = limits.max_pages {
            conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
                .map_err(engine("set the largest size"))?;
        }
        let objects = Objects::new(&options.data, on_fatal.clone());
        objects.prepare()?;
        let keys = Keys::open(&options.keys, on_fatal.clone())?;
        let anchor = Anchor::open(&options.keys, on_fatal.clone())?;
        let readers = Readers::new(file, limits.readers, limits.reader_wait);
        readers.check()?;
        let writer =
            Writer::start(conn, limits.waiting, limits.group, on_fatal).map_err(refuse(&options.data))?;
        Ok(Store(Arc::new(Inner { writer: Some(writer), readers, objects, keys, anchor, _locks: locks })))
    }

    /// Opens for reading, beside a running process or alone. Nothing is created, migrated or swept.
    pub fn open_read_only(options: &Options) -> Result<Store, OpenError> {
        let limits = Limits::default();
        let on_fatal: OnFatal = limits.on_fatal;
        let readers = Readers::new(options.data.join("records.db"), limits.readers, limits.reader_wait);
        readers.check()?;
        let objects = Objects::new(&options.data, on_fatal.clone());
        let keys = Keys::open_read_only(&options.keys, on_fatal.clone())?;
        let anchor = Anchor::open_read_only(&options.keys, on_fatal);
        Ok(Store(Arc::new(Inner { writer: None, readers, objects, keys, anchor, _locks: Vec::new() })))
    }

    /// A consistent view of everything acknowledged before this call.
    pub fn snapshot(&self) -> Result<Snapshot, Fault> {
        Snapshot::begin(self.0.clone())
    }

    /// One body's version and sealed bytes, as they stand now: for who knows from elsewhere what they must be.
    pub fn body(&self, record: RecordId, row: RowId) -> Result<Option<(u64, Vec<u8>)>, Fault> {
        let lent = Lent::take(&self.0.readers)?;
        Ok(read::body(lent.conn()?, record, row)?.map(|body| (body.version, body.sealed)))
    }

    /// Changes one record: the one write path (design, invariant 4).
    ///
    /// `decide` runs on the writer's thread, inside the transaction, and sees the record as it stands there.
    /// It may run more than once, and must not call the store. What it refuses is undone alone. Blocks; returns
    /// only when the changes, and every change `decide` could see, are durable.
    pub fn commit<T, E, F>(&self, record: RecordId, decide: F) -> Result<T, CommitError<E>>
    where
        F: FnMut(&Current<'_>) -> Result<(Batch, T), E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let writer = self.writer().map_err(CommitError::Fault)?;
        writer.commit(record, decide)
    }

    /// The same for who does something else meanwhile: `done` is told on the writer's thread, where it must be
    /// quick and may not call the store. An error means that it will not be told; nor is it when the writer stops.
    pub fn commit_then<T, E, F>(
        &self,
        record: RecordId,
        decide: F,
        done: impl FnOnce(Result<T, CommitError<E>>) + Send + 'static,
    ) -> Result<(), CommitError<E>>
    where
        F: FnMut(&Current<'_>) -> Result<(Batch, T), E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let writer = self.writer().map_err(CommitError::Fault)?;
        writer.commit_then(record, decide, Box::new(done))
    }

    /// Takes up to `limit` jobs that are due, for nobody else until `lease_until`. A job not done by then is
    /// due again, so what it does must bear being done twice.
    pub fn lease_jobs(
        &self,
        now: Instant,
        lease_until: Instant,
        limit: usize,
    ) -> Result<Vec<RecordJob>, Fault> {
        self.lease(lease_until, move |conn| read::due_jobs(conn, now, limit))
    }

    /// The same, of one kind of job.
    pub fn lease_jobs_of(
        &self,
        kind: u8,
        now: Instant,
        lease_until: Instant,
        limit: usize,
    ) -> Result<Vec<RecordJob>, Fault> {
        self.lease(lease_until, move |conn| read::due_jobs_of(conn, kind, now, limit))
    }

    fn lease(
        &self,
        until: Instant,
        mut due: impl FnMut(&Connection) -> Result<Vec<RecordJob>, Fault> + Send + 'static,
    ) -> Result<Vec<RecordJob>, Fault> {
        self.writer()?.task(move |conn| {
            let due = due(conn)?;
            let mut lease = conn.prepare_cached(sql::LEASE_JOB).map_err(engine("lease a job"))?;
            for RecordJob { record, job } in &due {
                lease
                    .execute((record.as_bytes(), job.id.as_bytes(), until.as_millis()))
                    .map_err(engine("lease a job"))?;
            }
            Ok(due)
        })
    }

    /// Puts leased jobs off: due again then. One that is done meanwhile stays done.
    pub fn postpone_jobs(&self, jobs: Vec<(RecordId, RowId)>, until: Instant) -> Result<(), Fault> {
        self.writer()?.task(move |conn| {
            let mut lease = conn.prepare_cached(sql::LEASE_JOB).map_err(engine("postpone a job"))?;
            for (record, id) in &jobs {
                lease
                    .execute((record.as_bytes(), id.as_bytes(), until.as_millis()))
                    .map_err(engine("postpone a job"))?;
            }
            Ok(())
        })
    }

    /// Begins a new object, which must be finished before the commit that names it.
    pub fn object_writer(&self, dice: &dyn Dice) -> Result<ObjectWriter, Fault> {
        self.writer()?;
        self.0.objects.writer(dice)
    }

    /// `Fault::Absent` when there is none of that name.
    pub fn object(&self, id: ObjectId) -> Result<File, Fault> {
        self.0.objects.open(id)
    }

    /// Durable before it returns. `Fault::Absent` when there is none of that name.
    pub fn remove_object(&self, id: ObjectId) -> Result<(), Fault> {
        self.writer()?;
        self.0.objects.remove(id)
    }

    pub fn keys(&self) -> &Keys {
        &self.0.keys
    }

    pub fn anchor(&self) -> &Anchor {
        &self.0.anchor
    }

    fn writer(&self) -> Result<&Writer, Fault> {
        self.0.writer.as_ref().ok_or(Fault::ReadOnly)
    }
}

fn refuse(path: &Path) -> impl Fn(std::io::Error) -> OpenError {
    let path = path.to_path_buf();
    move |error| OpenError::Path { path: path.clone(), kind: error.kind() }
}

/// Held as long as the file is open; the system lets go of it when the process ends, however it ends.
fn lock(folder: &Path, name: &str) -> Result<File, OpenError> {
    let path = folder.join(name);
    let opened =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(&path);
    let opened = opened.map_err(refuse(&path))?;
    match opened.try_lock() {
        Ok(()) => Ok(opened),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: folder.to_path_buf() }),
        Err(TryLockError::Error(error)) => Err(refuse(&path)(error)),
    }
}
