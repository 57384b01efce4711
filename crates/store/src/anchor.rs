//! The anchor: an append-only file beside the keys, one line per head of the log, by which a store that was
//! put back to an earlier state is found out (design, invariant 7). What a line says is the caller's.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::error::{Fault, file};
use crate::objects::{or_fatal, sync_folder};
use crate::writer::OnFatal;

/// The most bytes a line may hold.
pub const MAX_ANCHOR_LINE: usize = 16 << 10;

/// The anchor file. A last line without its end (a crash while appending) is not a line: it is not read, and
/// the next append takes its place.
pub struct Anchor {
    path: PathBuf,
    /// None when opened for reading only.
    file: Option<Mutex<File>>,
    on_fatal: OnFatal,
}

impl Anchor {
    pub(crate) fn open(folder: &Path, on_fatal: OnFatal) -> Result<Self, Fault> {
        let path = folder.join("anchor.log");
        let opened = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(&path);
        let opened = opened.map_err(file("open the anchor"))?;
        sync_folder(folder)?;
        Ok(Self { path, file: Some(Mutex::new(opened)), on_fatal })
    }

    pub(crate) fn open_read_only(folder: &Path, on_fatal: OnFatal) -> Self {
        Self { path: folder.join("anchor.log"), file: None, on_fatal }
    }

    /// Appends one line, given without its end; durable before it returns.
    pub fn append(&self, line: &[u8]) -> Result<(), Fault> {
        if line.len() > MAX_ANCHOR_LINE {
            return Err(Fault::TooLarge("a line of the anchor"));
        }
        if line.contains(&b'\n') {
            return Err(Fault::OutOfSequence("a line of the anchor holds a line's end"));
        }
        let shared = self.file.as_ref().ok_or(Fault::ReadOnly)?;
        let mut opened = shared.lock().unwrap_or_else(PoisonError::into_inner);
        let whole = whole_length(&opened)?;
        if opened.metadata().map_err(file("read the anchor"))?.len() > whole {
            opened.set_len(whole).map_err(file("cut a torn line"))?;
        }
        let written = opened.write_all(&[line, b"\n"].concat()).map_err(file("append to the anchor"));
        if written.is_err() {
            // if this fails as well, the torn line is cut by the next append
            let _ = opened.set_len(whole);
        }
        written?;
        or_fatal(opened.sync_data().map_err(file("sync the anchor")), &self.on_fatal)
    }

    /// The last whole line.
    pub fn last(&self) -> Result<Option<Vec<u8>>, Fault> {
        let Some(opened) = self.reader()? else { return Ok(None) };
        let whole = whole_length(&opened)?;
        let tail = read_before(&opened, whole, MAX_ANCHOR_LINE + 2)?;
        let Some(line) = tail.strip_suffix(b"\n") else { return Ok(None) };
        match line.iter().rposition(|byte| *byte == b'\n') {
            Some(end) => Ok(line.get(end + 1..).map(<[u8]>::to_vec)),
            None if (tail.len() as u64) == whole => Ok(Some(line.to_vec())),
            None => Err(too_long()),
        }
    }

    /// Every whole line, from the first.
    pub fn lines(&self) -> Result<AnchorLines, Fault> {
        let reader = match self.reader()? {
            Some(opened) => {
                let whole = whole_length(&opened)?;
                Some(BufReader::new(opened).take(whole))
            }
            None => None,
        };
        Ok(AnchorLines { reader })
    }

    /// A handle of its own, so that reading does not wait; none when nothing was ever anchored.
    fn reader(&self) -> Result<Option<File>, Fault> {
        match File::open(&self.path).map_err(file("open the anchor")) {
            Ok(opened) => Ok(Some(opened)),
            Err(Fault::Absent) => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}

/// The lines of the anchor, each without its end; ends after the first fault.
pub struct AnchorLines {
    reader: Option<std::io::Take<BufReader<File>>>,
}

impl Iterator for AnchorLines {
    type Item = Result<Vec<u8>, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        let reader = self.reader.as_mut()?;
        let mut line = Vec::new();
        let read = reader.by_ref().take(MAX_ANCHOR_LINE as u64 + 1).read_until(b'\n', &mut line);
        let outcome = match read.map_err(file("read the anchor")) {
            Ok(0) => None,
            Ok(_) if line.pop() == Some(b'\n') => Some(Ok(line)),
            Ok(_) => Some(Err(too_long())),
            Err(fault) => Some(Err(fault)),
        };
        if !matches!(outcome, Some(Ok(_))) {
            self.reader = None;
        }
        outcome
    }
}

fn too_long() -> Fault {
    Fault::Damaged { what: "a line too long", place: "the anchor".into() }
}

/// Up to `most` bytes that end at `end`.
fn read_before(opened: &File, end: u64, most: usize) -> Result<Vec<u8>, Fault> {
    let start = end.saturating_sub(most as u64);
    let mut bytes = vec![0; (end - start) as usize];
    opened.read_exact_at(&mut bytes, start).map_err(file("read the anchor"))?;
    Ok(bytes)
}

/// How many bytes up to the end of the last whole line.
fn whole_length(opened: &File) -> Result<u64, Fault> {
    let mut end = opened.metadata().map_err(file("read the anchor"))?.len();
    while end > 0 {
        let bytes = read_before(opened, end, MAX_ANCHOR_LINE)?;
        let start = end - bytes.len() as u64;
        if let Some(last) = bytes.iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + last as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::*;
    use std::sync::Arc;

    fn anchor(folder: &Path) -> Anchor {
        Anchor::open(folder, Arc::new(|_: &str| ())).unwrap()
    }

    fn lines(anchor: &Anchor) -> Vec<Vec<u8>> {
        anchor.lines().unwrap().collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn lines_come_back_in_order_and_survive_reopening() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(anchor(folder.path()).last().unwrap(), None);
        let long = vec![b'x'; MAX_ANCHOR_LINE];
        for line in [b"one".to_vec(), Vec::new(), long.clone(), long.clone()] {
            anchor(folder.path()).append(&line).unwrap();
            assert_eq!(anchor(folder.path()).last().unwrap(), Some(line));
        }
        assert_eq!(lines(&anchor(folder.path())), [b"one".to_vec(), Vec::new(), long.clone(), long]);
    }

    #[test]
    fn a_torn_last_line_is_ignored_and_replaced() {
        for torn in [b"tw".to_vec(), vec![b'y'; 3 * MAX_ANCHOR_LINE]] {
            let folder = tempfile::tempdir().unwrap();
            let anchor = anchor(folder.path());
            anchor.append(b"one").unwrap();
            let path = folder.path().join("anchor.log");
            OpenOptions::new().append(true).open(&path).unwrap().write_all(&torn).unwrap();
            assert_eq!(anchor.last().unwrap(), Some(b"one".to_vec()));
            assert_eq!(lines(&anchor), [b"one".to_vec()]);
            anchor.append(b"three").unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), b"one\nthree\n");
        }
    }

    #[test]
    fn what_would_break_the_file_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let anchor = anchor(folder.path());
        assert!(matches!(anchor.append(b"a\nb"), Err(Fault::OutOfSequence(_))));
        assert!(matches!(anchor.append(&vec![0; MAX_ANCHOR_LINE + 1]), Err(Fault::TooLarge(_))));
        assert_eq!(anchor.last().unwrap(), None);
        let read_only = Anchor::open_read_only(folder.path(), Arc::new(|_: &str| ()));
        assert_eq!(read_only.append(b"one"), Err(Fault::ReadOnly));
    }

    #[test]
    fn a_line_longer_than_ours_is_damage_not_memory() {
        let folder = tempfile::tempdir().unwrap();
        let anchor = anchor(folder.path());
        let mut foreign = vec![b'z'; 4 * MAX_ANCHOR_LINE];
        foreign.push(b'\n');
        std::fs::write(folder.path().join("anchor.log"), foreign).unwrap();
        assert!(matches!(anchor.last(), Err(Fault::Damaged { .. })));
        assert!(matches!(anchor.lines().unwrap().last(), Some(Err(Fault::Damaged { .. }))));
    }
}
