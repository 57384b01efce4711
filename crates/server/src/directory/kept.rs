//! What was imported, as it is kept in the data folder: one line of JSON that says what it is, then an entry a line.
//! A file that is there is whole; what is imported anew takes its name in one step.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Inner, OrganisationEntry, PersonEntry};

const FOLDER: &str = "directory";
const FILE: &str = "entries.jsonl";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    pub format: u32,
    /// The older of the two extracts' days.
    pub extracted: Date,
}

pub(super) const FORMAT: u32 = 1;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    Person(PersonEntry),
    Organisation(OrganisationEntry),
    /// The last line: how many there were.
    End {
        persons: u64,
        organisations: u64,
    },
}

pub fn path(data: &Path) -> PathBuf {
    data.join(FOLDER).join(FILE)
}

/// A file under way.
pub(super) struct Draft {
    path: PathBuf,
    to: PathBuf,
    file: BufWriter<File>,
}

impl Draft {
    pub(super) fn begin(data: &Path, about: &About) -> io::Result<Self> {
        let folder = data.join(FOLDER);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let path = folder.join("entries.part");
        let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        let mut draft = Self { path, to: folder.join(FILE), file: BufWriter::new(file) };
        draft.line(about)?;
        Ok(draft)
    }

    pub(super) fn put(&mut self, entry: &Entry) -> io::Result<()> {
        self.line(entry)
    }

    fn line<T: Serialize>(&mut self, value: &T) -> io::Result<()> {
        serde_json::to_writer(&mut self.file, value)?;
        self.file.write_all(b"\n")
    }

    pub(super) fn keep(self) -> io::Result<()> {
        let file = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        fs::rename(&self.path, &self.to)?;
        self.to.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }

    pub(super) fn drop_it(self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// Reads what is kept, entry by entry. None where nothing was ever imported.
pub(super) fn each(path: &Path, mut take: impl FnMut(Entry)) -> io::Result<Option<About>> {
    let file = match File::open(path) {
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let damaged = || io::Error::new(io::ErrorKind::InvalidData, "the directory that is kept is not whole");
    let mut lines = BufReader::new(file).lines();
    let about: About = lines.next().ok_or_else(damaged)?.and_then(|it| Ok(serde_json::from_str(&it)?))?;
    if about.format != FORMAT {
        return Err(damaged());
    }
    let (mut persons, mut organisations, mut ended) = (0, 0, None);
    for line in lines {
        match serde_json::from_str(&line?)? {
            Entry::End { persons, organisations } => ended = Some((persons, organisations)),
            entry => {
                match &entry {
                    Entry::Person(_) => persons += 1,
                    _ => organisations += 1,
                }
                take(entry);
            }
        }
    }
    if ended == Some((persons, organisations)) { Ok(Some(about)) } else { Err(damaged()) }
}

/// All of it, for the directory of a process.
pub(super) fn load(path: &Path) -> io::Result<Option<(About, Inner)>> {
    let mut inner = Inner::default();
    let about = each(path, |entry| match entry {
        Entry::Person(person) => match inner.persons.get_mut(&person.id) {
            Some(known) => known.also(person),
            None => {
                inner.persons.insert(person.id.clone(), person);
            }
        },
        Entry::Organisation(it) => {
            inner.organisations.insert(it.id.clone(), it);
        }
        Entry::End { .. } => {}
    })?;
    Ok(about.map(|about| (about, inner)))
}
