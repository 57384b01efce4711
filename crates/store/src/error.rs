//! What can go wrong, in types of our own: no engine's type crosses this crate's border, and no message
//! carries a key, a hash or a sealed byte.

use std::io;
use std::path::PathBuf;

use crate::shapes::Space;

/// A reading or writing that the store could not do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing was written; the same call succeeds once space is back.
    #[error("no space is left for the store")]
    NoSpace,
    /// What is stored does not have the shape it was written with.
    #[error("the store is damaged: {what} in {place}")]
    Damaged { what: &'static str, place: String },
    /// The object asked for is not there.
    #[error("no such object")]
    Absent,
    #[error("the store was opened for reading only")]
    ReadOnly,
    /// Every reader connection stayed taken, or another program held the database, longer than we wait.
    #[error("the store is busy")]
    Busy,
    /// The closure panicked; its changes were rolled back, its neighbours' were not.
    #[error("the decision panicked and was rolled back")]
    Panicked,
    /// The writer has ended, at closing or after a failed sync.
    #[error("the store has stopped")]
    Stopped,
    /// A batch numbers its line, leaf or nodes otherwise than what is stored allows. Either the caller is
    /// wrong or lines are missing: retrying does not help.
    #[error("does not follow what is stored: {0}")]
    OutOfSequence(&'static str),
    #[error("over the limit: {0}")]
    TooLarge(&'static str),
    /// `code` is the engine's extended result code.
    #[error("the database could not {doing} (code {code})")]
    Engine { doing: &'static str, code: i32 },
    #[error("the file system could not {doing}: {kind}")]
    File { doing: &'static str, kind: io::ErrorKind },
}

/// Why a store does not open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    #[error("another process already uses the folder {}: stop it, or give this one a folder of its own", .folder.display())]
    InUse { folder: PathBuf },
    #[error("there is no store in the folder {}", .folder.display())]
    NoStore { folder: PathBuf },
    #[error("{} is not a database of this program", .file.display())]
    Foreign { file: PathBuf },
    #[error("{} has schema {found}, this program knows up to {known}: use a newer program", .file.display())]
    Newer { file: PathBuf, found: u32, known: u32 },
    #[error("{} has schema {found}, this program reads {known}: migrate it first", .file.display())]
    Older { file: PathBuf, found: u32, known: u32 },
    #[error("cannot use {}: {kind}", .path.display())]
    Path { path: PathBuf, kind: io::ErrorKind },
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a commit changed nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CommitError<E> {
    /// The closure said no.
    #[error("refused")]
    Refused(E),
    /// A version written is not the one after what is there: somebody was faster. Load and decide again.
    #[error("another change came first")]
    Conflict,
    /// `claims[which]` belongs to another record.
    #[error("already taken by another record")]
    Taken { space: Space, which: usize },
    /// What may be used once was used before.
    #[error("used before")]
    Used,
    /// The queue of waiting changes is full: answer 503.
    #[error("too many changes are waiting")]
    Busy,
    #[error(transparent)]
    Fault(Fault),
}

/// Which engine failures no one may go on after: what was acknowledged could be lost by continuing
/// (design, invariant 9). A failed sync is fatal wherever it shows; any failed I/O is when it happens
/// while making changes durable. A full disk is not: it is told before anything is acknowledged.
pub(crate) fn is_fatal(fault: &Fault, making_durable: bool) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR, SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC};
    match fault {
        Fault::Engine { code, .. } if making_durable => code & 0xff == SQLITE_IOERR,
        Fault::Engine { code, .. } => matches!(*code, SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC),
        _ => false,
    }
}

/// Translates an engine error met while `doing` something.
pub(crate) fn engine(doing: &'static str) -> impl Fn(rusqlite::Error) -> Fault {
    use rusqlite::{Error, ErrorCode};
    move |error| match error {
        Error::SqliteFailure(failure, _) => match failure.code {
            ErrorCode::DiskFull => Fault::NoSpace,
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Fault::Damaged { what: "the database file", place: doing.to_owned() }
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Fault::Busy,
            _ => Fault::Engine { doing, code: failure.extended_code },
        },
        Error::InvalidColumnType(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::FromSqlConversionFailure(..) => {
            Fault::Damaged { what: "a value's type", place: doing.to_owned() }
        }
        _ => Fault::Engine { doing, code: 0 },
    }
}

/// Translates a file error met while `doing` something.
pub(crate) fn file(doing: &'static str) -> impl Fn(io::Error) -> Fault {
    move |error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Fault::NoSpace,
        io::ErrorKind::NotFound => Fault::Absent,
        kind => Fault::File { doing, kind },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::ffi;

    #[test]
    fn a_failed_sync_is_fatal_everywhere_and_other_io_only_when_making_durable() {
        let fault = |code| Fault::Engine { doing: "commit", code };
        assert!(is_fatal(&fault(ffi::SQLITE_IOERR_FSYNC), false));
        assert!(is_fatal(&fault(ffi::SQLITE_IOERR_DIR_FSYNC), false));
        assert!(is_fatal(&fault(ffi::SQLITE_IOERR_WRITE), true));
        assert!(!is_fatal(&fault(ffi::SQLITE_IOERR_READ), false));
        assert!(!is_fatal(&fault(ffi::SQLITE_CONSTRAINT), true));
        assert!(!is_fatal(&Fault::NoSpace, true));
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let full = rusqlite::Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None);
        assert_eq!(engine("write")(full), Fault::NoSpace);
        assert_eq!(file("write")(io::ErrorKind::StorageFull.into()), Fault::NoSpace);
    }
}
