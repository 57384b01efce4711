//! The queue: a folder of its own, one entry a document that has not arrived, one receipt a document that has. Each
//! step is a file written beside and renamed, so that a process that dies leaves the step before or the step after.
//!
//! `00000001.json` says where a document stands, `00000001.body` is what will be sent, byte for byte; both go once it
//! is acknowledged. `receipts/` then says which, when and where, and nothing of the person.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use model::UniqueId;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::cause::Cause;
use super::{Usage, derive};

/// Where a document stands. Acknowledged ones are receipts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Whose it is cannot be said surely yet.
    Held,
    /// Checked, and ready to go.
    Validated,
    /// On its way: it was handed over and not answered yet. It is sent again until it is.
    Sent,
    /// The door, or a check before it, refuses.
    Rejected,
}

impl State {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Validated => "validated",
            Self::Sent => "sent",
            Self::Rejected => "rejected",
        }
    }
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Entry {
    pub file: PathBuf,
    pub state: State,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_id: Option<UniqueId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub submission: Option<UniqueId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Name and INS, for `--names`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patient: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<Cause>,
    /// When it came to this state.
    pub since: String,
}

/// What is kept of a document that arrived.
#[derive(Clone, Serialize, Deserialize)]
pub struct Receipt {
    pub unique_id: UniqueId,
    pub submission: UniqueId,
    pub sha256: String,
    /// Its id at the door, where this sending made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    pub acknowledged: String,
}

pub struct Queue {
    folder: PathBuf,
    /// Held as long as this process may change it.
    _lock: Option<File>,
}

impl Queue {
    /// To look at. One that is not there is empty.
    pub fn look(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), _lock: None }
    }

    /// To change, by one process at a time.
    pub fn open(folder: &Path) -> Result<Self, Usage> {
        let cannot = |_| Usage::File("--queue", "cannot be written");
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder.join("receipts")).map_err(cannot)?;
        let mode = fs::metadata(folder).map_err(cannot)?.permissions().mode();
        if mode & 0o077 != 0 {
            return Err(Usage::File(
                "--queue",
                "can be read by others: it will hold health data, chmod 700 it first",
            ));
        }
        let lock = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(folder.join("lock"))
            .map_err(cannot)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Usage::Busy),
            Err(TryLockError::Error(fault)) => return Err(cannot(fault)),
        }
        let queue = Self { folder: folder.to_owned(), _lock: Some(lock) };
        queue.sweep().map_err(cannot)?;
        Ok(queue)
    }

    /// Removes what a process that died left half done: a body without its entry, a file not yet renamed, an entry
    /// whose receipt is there.
    fn sweep(&self) -> io::Result<()> {
        for (number, entry) in self.entries()? {
            if self.has_arrived(&entry) {
                self.remove(number)?;
            }
        }
        for file in fs::read_dir(&self.folder)?.chain(fs::read_dir(self.folder.join("receipts"))?) {
            let path = file?.path();
            let lonely =
                path.extension().is_some_and(|it| it == "body") && !path.with_extension("json").exists();
            if lonely || path.extension().is_some_and(|it| it == "new") {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// Every document that has not arrived, in the order they came.
    pub fn entries(&self) -> io::Result<Vec<(u64, Entry)>> {
        let mut entries = Vec::new();
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(entries),
            Err(fault) => return Err(fault),
        };
        for file in files {
            let path = file?.path();
            let number = path.file_stem().and_then(|it| it.to_str()).and_then(|it| it.parse().ok());
            if let Some(number) = number.filter(|_| path.extension().is_some_and(|it| it == "json"))
                && let Some(entry) = read(&path)?
            {
                entries.push((number, entry));
            }
        }
        entries.sort_by_key(|(number, _)| *number);
        Ok(entries)
    }

    /// Adds a document, or says anew where it stands. What was known of the same file gives way, but for what may
    /// have reached the door.
    pub fn put(&self, entry: &Entry, body: Option<&[u8]>) -> io::Result<()> {
        let entries = self.entries()?;
        let number = entries.last().map_or(1, |(number, _)| number + 1);
        if let Some(body) = body {
            write(&self.path(number, "body"), body)?;
        }
        self.set(number, entry)?;
        for (before, _) in entries.iter().filter(|(_, it)| it.file == entry.file && it.state != State::Sent) {
            self.remove(*before)?;
        }
        Ok(())
    }

    pub fn set(&self, number: u64, entry: &Entry) -> io::Result<()> {
        write(&self.path(number, "json"), &serde_json::to_vec_pretty(entry)?)
    }

    pub fn body(&self, number: u64) -> io::Result<Vec<u8>> {
        fs::read(self.path(number, "body"))
    }

    /// Nothing that could be sent is kept of what is refused.
    pub fn refuse(&self, number: u64, entry: &Entry) -> io::Result<()> {
        self.set(number, entry)?;
        gone(fs::remove_file(self.path(number, "body")))
    }

    pub fn acknowledge(&self, number: u64, receipt: &Receipt) -> io::Result<()> {
        write(&self.receipt_path(&receipt.unique_id), &serde_json::to_vec_pretty(receipt)?)?;
        self.remove(number)
    }

    /// Whatever waits or was refused of this file; true where something did.
    pub fn forget(&self, file: &Path) -> io::Result<bool> {
        let entries = self.entries()?;
        let mut found = false;
        for (number, _) in entries.iter().filter(|(_, it)| it.file == file) {
            self.remove(*number)?;
            found = true;
        }
        Ok(found)
    }

    /// What was held or refused of this file is settled: it has arrived. What may be on its way stays.
    pub fn settled(&self, file: &Path) -> io::Result<()> {
        let settled = |it: &Entry| it.file == file && matches!(it.state, State::Held | State::Rejected);
        for (number, _) in self.entries()?.iter().filter(|(_, it)| settled(it)) {
            self.remove(*number)?;
        }
        Ok(())
    }

    fn remove(&self, number: u64) -> io::Result<()> {
        gone(fs::remove_file(self.path(number, "json")))?;
        gone(fs::remove_file(self.path(number, "body")))
    }

    pub fn receipt(&self, unique_id: &UniqueId) -> io::Result<Option<Receipt>> {
        read(&self.receipt_path(unique_id))
    }

    fn has_arrived(&self, entry: &Entry) -> bool {
        let receipt = entry.unique_id.as_ref().and_then(|it| self.receipt(it).ok().flatten());
        receipt.is_some_and(|it| Some(it.submission) == entry.submission)
    }

    /// Every receipt, one at a time, in no order.
    pub fn receipts(&self) -> impl Iterator<Item = Receipt> + use<> {
        let files = fs::read_dir(self.folder.join("receipts"));
        files.into_iter().flatten().flatten().filter_map(|it| read(&it.path()).ok().flatten())
    }

    fn path(&self, number: u64, kind: &str) -> PathBuf {
        self.folder.join(format!("{number:08}.{kind}"))
    }

    fn receipt_path(&self, unique_id: &UniqueId) -> PathBuf {
        let name = derive(&[b"receipt", unique_id.to_string().as_bytes()]);
        self.folder.join("receipts").join(format!("{name}.json"))
    }
}

fn read<T: DeserializeOwned>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        // what is wrong with it could quote it
        Ok(bytes) => serde_json::from_slice(&bytes).map(Some).map_err(|_| io::ErrorKind::InvalidData.into()),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Whole and durable, or not at all, for its owner alone.
fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let fresh = path.with_extension("new");
    gone(fs::remove_file(&fresh))?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&fresh, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(file: &str, state: State) -> Entry {
        Entry {
            file: file.into(),
            state,
            unique_id: Some(
                "urn:uuid:8b6d2c0e-5f1a-4c57-9e83-2d7a41c0b9f6"
                    .parse::<String>()
                    .unwrap()
                    .try_into()
                    .unwrap(),
            ),
            submission: Some(UniqueId::Uuid(derive(&[file.as_bytes()]))),
            sha256: Some("00".into()),
            patient: None,
            causes: Vec::new(),
            since: String::new(),
        }
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().filter(|it| it.as_ref().unwrap().path().extension().is_some()).count()
    }

    #[test]
    fn only_what_may_have_reached_the_door_stays_when_a_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let queue = Queue::open(&folder.path().join("queue")).unwrap();
        for state in [State::Held, State::Rejected, State::Validated, State::Sent, State::Validated] {
            queue.put(&entry("a", state), Some(b"x")).unwrap();
        }
        queue.put(&entry("b", State::Held), None).unwrap();
        let states: Vec<_> = queue.entries().unwrap().into_iter().map(|(_, it)| it.state).collect();
        assert_eq!(states, [State::Sent, State::Validated, State::Held]);
    }

    #[test]
    fn what_a_dead_process_left_half_done_is_swept_and_two_do_not_meet() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("queue");
        let queue = Queue::open(&path).unwrap();
        assert!(matches!(Queue::open(&path), Err(Usage::Busy)));
        let sent = entry("a", State::Sent);
        queue.put(&sent, Some(b"x")).unwrap();
        fs::write(path.join("00000009.body"), b"without its entry").unwrap();
        fs::write(path.join("00000010.new"), b"half").unwrap();
        drop(queue);
        let queue = Queue::open(&path).unwrap();
        assert_eq!(files(&path), 2, "the one entry and its body");
        // killed between the receipt and the removal
        let receipt = Receipt {
            unique_id: sent.unique_id.clone().unwrap(),
            submission: sent.submission.clone().unwrap(),
            sha256: "00".into(),
            location: None,
            acknowledged: String::new(),
        };
        let json = serde_json::to_vec(&receipt).unwrap();
        fs::write(queue.receipt_path(&receipt.unique_id), json).unwrap();
        drop(queue);
        assert_eq!(Queue::open(&path).unwrap().entries().unwrap().len(), 0);
        assert_eq!(files(&path), 0);
    }

    #[test]
    fn a_queue_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(Queue::open(folder.path()), Err(Usage::File("--queue", _))));
    }
}
