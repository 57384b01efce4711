//! Letters for the printer: a page each, in a folder that is closed once a day and fetched once. A folder that is
//! there is whole: it gets its name when its last page and its list are on the disk.
//!
//! The list says what is inside by reference alone. A letter of secrets is never here: it would lie on a disk in
//! clear, and is handed over instead (rules, W14).

use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use jiff::civil::Date;
use model::Instant;
use paper::letter::Letter;
use record::upkeep::notices::{Message, PostError};

use super::SetupError;

/// Where pages gather until their folder is closed. A printer looks at no name that begins with a dot.
const OPEN: &str = ".open";
/// In it: the day of its first page.
const DAY: &str = ".day";

pub struct Letters {
    folder: PathBuf,
    /// Who writes, a line each.
    from: Vec<String>,
    writing: Mutex<()>,
}

impl Letters {
    pub fn new(folder: &Path, from: Vec<String>) -> Result<Self, SetupError> {
        let letters = Self { folder: folder.to_owned(), from, writing: Mutex::default() };
        letters.open().map_err(SetupError::Folder)?;
        Ok(letters)
    }

    /// Made again where a closing was cut off before it.
    fn open(&self) -> io::Result<PathBuf> {
        let open = self.folder.join(OPEN);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&open)?;
        Ok(open)
    }

    /// On the disk when it returns. The same letter again is the same page.
    pub fn send(&self, message: &Message, now: Instant) -> Result<(), PostError> {
        if message.secret {
            tracing::warn!("a letter of secrets is not printed here: hand new ones over at a counter");
            return Err(PostError::Refused);
        }
        // the name becomes a file's: of our own making, and looked at all the same (abuse G08)
        if message.id.is_empty() || !message.id.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'.') {
            return Err(PostError::Refused);
        }
        let reference = message.id.trim_end_matches(".letter");
        let local = now.in_paris();
        let day = format!("{} {} {}", local.day(), model::day::month(local.date()), local.year());
        let (subject, text) = (message.subject.as_str(), message.text.as_str());
        let letter = Letter { from: &self.from, to: &message.address, day: &day, subject, text, reference };
        let pdf = letter.pdf().map_err(|_| PostError::Down)?;
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let written = self.open().and_then(|open| {
            if !open.join(DAY).exists() {
                write_whole(&open, DAY, local.date().to_string().as_bytes())?;
            }
            write_whole(&open, &format!("{reference}.pdf"), &pdf)
        });
        written.map_err(|fault| {
            tracing::error!(kind = ?fault.kind(), "a letter cannot be written");
            PostError::Down
        })
    }

    /// Closes the folder when the day of its first page is over in France, whatever ran or slept meanwhile.
    pub fn close_if_over(&self, now: Instant) -> io::Result<Option<PathBuf>> {
        match fs::read_to_string(self.folder.join(OPEN).join(DAY)) {
            Ok(day) if day.parse::<Date>().is_ok_and(|day| now.in_paris().date() <= day) => Ok(None),
            // pages without their day: a closing was cut off
            Ok(_) => self.close(now),
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => self.close(now),
            Err(fault) => Err(fault),
        }
    }

    /// Closes the folder; its name, where there was anything in it.
    pub fn close(&self, now: Instant) -> io::Result<Option<PathBuf>> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let open = self.open()?;
        let names = fs::read_dir(&open)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        // the day, and what a crash left half written
        let (hidden, names): (Vec<String>, Vec<String>) = names.partition(|name| name.starts_with('.'));
        let mut pages: Vec<String> = names.into_iter().filter(|name| name.ends_with(".pdf")).collect();
        if pages.is_empty() {
            return Ok(None);
        }
        pages.sort();
        let list: String = pages.iter().map(|name| format!("{}\n", name.trim_end_matches(".pdf"))).collect();
        write_whole(&open, "list.txt", list.as_bytes())?;
        for name in hidden {
            fs::remove_file(open.join(name))?;
        }
        let name = format!("letters-{}", now.timestamp().strftime("%Y%m%dT%H%M%SZ"));
        let closed = self.folder.join(name);
        fs::rename(&open, &closed)?;
        self.open()?;
        fs::File::open(&self.folder)?.sync_all()?;
        Ok(Some(closed))
    }
}

/// Under its name only when it is whole.
fn write_whole(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let part = folder.join(format!(".{name}.part"));
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(&part)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&part, folder.join(name))?;
    fs::File::open(folder)?.sync_all()
}
