//! How far the trace was told, in a small file that is replaced whole. Lost, it costs doubles and no line.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

/// Two places in the log: what was read by the receiver, and where to go back to when it fails.
#[derive(Debug)]
pub(super) struct Cursor {
    file: PathBuf,
    pub(super) confirmed: u64,
    /// The beginning of the connection before: what a receiver had read when it fell over, it may not have kept.
    pub(super) safe: u64,
}

impl Cursor {
    /// From the beginning of the log where there is no file.
    pub(super) fn open(file: PathBuf) -> io::Result<Self> {
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => "0 0".to_owned(),
            Err(fault) => return Err(fault),
        };
        let mut places = text.split_whitespace().map(str::parse::<u64>);
        match (places.next(), places.next(), places.next()) {
            (Some(Ok(confirmed)), Some(Ok(safe)), None) if safe <= confirmed => {
                Ok(Self { file, confirmed, safe })
            }
            _ => Err(io::ErrorKind::InvalidData.into()),
        }
    }

    /// All before `next` was read by the receiver, in one connection.
    pub(super) fn confirm(&mut self, next: u64) -> io::Result<()> {
        (self.safe, self.confirmed) = (self.confirmed, next);
        let Self { file, confirmed, safe } = self;
        let fresh = file.with_extension("new");
        let mut out = fs::File::create(&fresh)?;
        out.write_all(format!("{confirmed} {safe}\n").as_bytes())?;
        out.sync_all()?;
        fs::rename(&fresh, &file)?;
        match file.parent() {
            Some(folder) => fs::File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }

    /// The receiver failed, or the log is not the one this was about: some lines are told again.
    pub(super) fn go_back(&mut self, lines_in_all: u64) {
        if self.confirmed > lines_in_all {
            self.safe = 0;
        }
        self.confirmed = self.safe;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Cursor;

    #[test]
    fn it_is_found_again_and_goes_back_by_one_connection() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("audit-cursor");
        let open = || Cursor::open(file.clone()).unwrap();
        let mut cursor = open();
        assert_eq!((cursor.confirmed, cursor.safe), (0, 0));
        cursor.confirm(10).unwrap();
        cursor.confirm(25).unwrap();
        assert_eq!((open().confirmed, open().safe), (25, 10));
        cursor.go_back(30);
        cursor.go_back(30);
        assert_eq!((cursor.confirmed, cursor.safe), (10, 10));
        cursor.confirm(25).unwrap();
        assert_eq!((open().confirmed, open().safe), (25, 10));
        let mut elsewhere = open();
        elsewhere.go_back(24);
        assert_eq!(elsewhere.confirmed, 0, "another log");
        for wrong in ["", "1", "1 2", "2 1 0", "x y"] {
            std::fs::write(&file, wrong).unwrap();
            assert!(Cursor::open(file.clone()).is_err(), "{wrong}");
        }
    }
}
