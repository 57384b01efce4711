//! `carnet directory import`: both extracts, line by line, all or nothing. A file that was cut, that is of another
//! shape, or that lost more than it may have lost is refused, and what was there stays.

use std::collections::HashMap;
use std::fs::File;
use std::hash::{DefaultHasher, Hasher};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::PersonEntry;
use super::kept::{self, About, Draft, Entry, FORMAT};
use super::organisations::{self, Row};
use super::persons::Columns;
use super::table::{Line, next};

/// What is imported, and how strictly.
#[derive(Clone, Debug)]
pub struct Options {
    pub data: PathBuf,
    pub persons: PathBuf,
    pub organisations: PathBuf,
    /// The day of the extract of persons, where its name does not tell it.
    pub extracted: Option<Date>,
    /// Count and check, and keep nothing.
    pub dry_run: bool,
    /// Take an extract that is much shorter than the last, or has many wrong lines.
    pub force: bool,
}

/// An extract may lose so many in a hundred of what the last one had.
const SHRINK_PERCENT: u64 = 5;
/// Of a thousand lines, so many may be wrong.
const WRONG_PER_MILLE: u64 = 10;
/// Numbers of wrong lines that are shown.
const SHOWN: usize = 20;
const TOLD_EVERY: u64 = 100_000;

/// What became of one extract.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub lines: u64,
    pub entries: u64,
    pub added: u64,
    pub changed: u64,
    pub ended: u64,
    pub wrong: u64,
    /// The numbers of the first wrong lines: what stands in them is nobody's business.
    pub wrong_lines: Vec<u64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub extracted: Date,
    pub persons: Counts,
    pub organisations: Counts,
    pub kept: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("there is no such data folder: nobody would take over what is imported there")]
    NoFolder,
    #[error("{0} cannot be read")]
    Unreadable(&'static str, #[source] io::Error),
    #[error("the directory cannot be kept in the data folder")]
    Unkept(#[source] io::Error),
    #[error("what was imported before cannot be read; --force imports without comparing")]
    Former(#[source] io::Error),
    #[error("{0} ends in the middle of a line: it was cut")]
    Cut(&'static str),
    #[error("the extract of persons has no column «{0}»")]
    Column(&'static str),
    #[error("the extract of organisations does not begin with «finess;etalab;…;day»")]
    Heading,
    #[error("the day of the extract of persons stands neither in the file's name nor in --extracted")]
    Day,
    #[error("{what}: {wrong} of {lines} lines are wrong, the first are {shown:?}; --force takes the others")]
    Wrong { what: &'static str, wrong: u64, lines: u64, shown: Vec<u64> },
    #[error(
        "{what}: {now} entries where there were {before}: an extract that lost so many is refused; --force takes it"
    )]
    Shrunk { what: &'static str, now: u64, before: u64 },
}

const PERSONS: &str = "the extract of persons";
const ORGANISATIONS: &str = "the extract of organisations";

/// Imports; `progress` is told how many lines were read.
pub fn import(options: &Options, mut progress: impl FnMut(u64)) -> Result<Report, ImportError> {
    if !options.data.is_dir() {
        return Err(ImportError::NoFolder);
    }
    let mut former = Former::read(&kept::path(&options.data), options.force)?;
    let mut organisations = open(ORGANISATIONS, &options.organisations)?;
    let mut persons = open(PERSONS, &options.persons)?;
    let heading = heading(ORGANISATIONS, &mut organisations)?;
    let day = organisations::day_of(&heading).ok_or(ImportError::Heading)?;
    let columns = Columns::of(&self::heading(PERSONS, &mut persons)?).map_err(ImportError::Column)?;
    let named = options.extracted.or_else(|| day_in_name(&options.persons)).ok_or(ImportError::Day)?;
    let extracted = day.min(named);

    let about = About { format: FORMAT, extracted };
    let mut draft = Draft::begin(&options.data, &about).map_err(ImportError::Unkept)?;
    let done = (|| {
        let mut told = |lines: u64| {
            if lines.is_multiple_of(TOLD_EVERY) {
                progress(lines);
            }
        };
        let houses = read_organisations(&mut organisations, &mut draft, &mut former, &mut told)?;
        let people = read_persons(&mut persons, &columns, &mut draft, &mut former, &mut told)?;
        let houses = former.judge(ORGANISATIONS, houses, former.organisations, options.force)?;
        let people = former.judge(PERSONS, people, former.persons, options.force)?;
        let end = Entry::End { persons: people.entries, organisations: houses.entries };
        draft.put(&end).map_err(ImportError::Unkept)?;
        Ok((people, houses))
    })();
    match done {
        Ok((persons, organisations)) => {
            if options.dry_run {
                draft.drop_it();
            } else {
                draft.keep().map_err(ImportError::Unkept)?;
            }
            Ok(Report { extracted, persons, organisations, kept: !options.dry_run })
        }
        Err(no) => {
            draft.drop_it();
            Err(no)
        }
    }
}

fn open(what: &'static str, path: &Path) -> Result<BufReader<File>, ImportError> {
    Ok(BufReader::with_capacity(1 << 18, File::open(path).map_err(|it| ImportError::Unreadable(what, it))?))
}

fn heading(what: &'static str, from: &mut dyn BufRead) -> Result<String, ImportError> {
    match next(from).map_err(|it| ImportError::Unreadable(what, it))? {
        Some(Line::Whole(line)) => Ok(line),
        _ => Err(ImportError::Cut(what)),
    }
}

fn read_organisations(
    from: &mut dyn BufRead,
    draft: &mut Draft,
    former: &mut Former,
    told: &mut dyn FnMut(u64),
) -> Result<Counts, ImportError> {
    let mut counts = Counts::default();
    each_line(ORGANISATIONS, from, &mut counts, told, |line, counts| match organisations::read(line) {
        Row::Other => Ok(true),
        Row::Wrong => Ok(false),
        Row::Establishment(entry) => {
            former.compare(&entry.id.to_string(), &Entry::Organisation(entry), draft, counts)?;
            Ok(true)
        }
    })?;
    Ok(counts)
}

/// Lines about one person follow one another; where they do not, they meet when the directory is loaded.
fn read_persons(
    from: &mut dyn BufRead,
    columns: &Columns,
    draft: &mut Draft,
    former: &mut Former,
    told: &mut dyn FnMut(u64),
) -> Result<Counts, ImportError> {
    let mut counts = Counts::default();
    let mut under_way: Option<PersonEntry> = None;
    each_line(PERSONS, from, &mut counts, told, |line, counts| {
        let Some(entry) = columns.read(line) else { return Ok(false) };
        match &mut under_way {
            Some(known) if known.id == entry.id => known.also(entry),
            _ => {
                if let Some(done) = under_way.replace(entry) {
                    former.compare(&done.id.to_string(), &Entry::Person(done), draft, counts)?;
                }
            }
        }
        Ok(true)
    })?;
    if let Some(done) = under_way {
        former.compare(&done.id.to_string(), &Entry::Person(done), draft, &mut counts)?;
    }
    Ok(counts)
}

fn each_line(
    what: &'static str,
    from: &mut dyn BufRead,
    counts: &mut Counts,
    told: &mut dyn FnMut(u64),
    mut take: impl FnMut(&str, &mut Counts) -> Result<bool, ImportError>,
) -> Result<(), ImportError> {
    while let Some(line) = next(from).map_err(|it| ImportError::Unreadable(what, it))? {
        counts.lines += 1;
        told(counts.lines);
        let right = match line {
            Line::Whole(line) if line.is_empty() => true,
            Line::Whole(line) => take(&line, counts)?,
            Line::Unreadable => false,
            Line::Cut => return Err(ImportError::Cut(what)),
        };
        if !right {
            counts.wrong += 1;
            if counts.wrong_lines.len() < SHOWN {
                // the heading is line 1
                counts.wrong_lines.push(counts.lines + 1);
            }
        }
    }
    Ok(())
}

/// What there was: of each entry a number that tells whether it changed, and nothing else of it.
#[derive(Default)]
struct Former {
    known: HashMap<u64, u64>,
    persons: u64,
    organisations: u64,
}

impl Former {
    fn read(path: &Path, force: bool) -> Result<Self, ImportError> {
        let mut former = Self::default();
        let read = kept::each(path, |entry| {
            let id = match &entry {
                Entry::Person(it) => it.id.to_string(),
                Entry::Organisation(it) => it.id.to_string(),
                Entry::End { .. } => return,
            };
            let person = matches!(entry, Entry::Person(_));
            *(if person { &mut former.persons } else { &mut former.organisations }) += 1;
            former.known.insert(key(person, &id), print(&entry));
        });
        match read {
            Err(_) if force => Ok(Self::default()),
            Err(fault) => Err(ImportError::Former(fault)),
            Ok(_) => Ok(former),
        }
    }

    fn compare(
        &mut self,
        id: &str,
        entry: &Entry,
        draft: &mut Draft,
        counts: &mut Counts,
    ) -> Result<(), ImportError> {
        draft.put(entry).map_err(ImportError::Unkept)?;
        counts.entries += 1;
        let person = matches!(entry, Entry::Person(_));
        match self.known.remove(&key(person, id)) {
            None => counts.added += 1,
            Some(before) if before != print(entry) => counts.changed += 1,
            Some(_) => {}
        }
        Ok(())
    }

    fn judge(
        &self,
        what: &'static str,
        mut counts: Counts,
        before: u64,
        force: bool,
    ) -> Result<Counts, ImportError> {
        let stayed = counts.entries.saturating_sub(counts.added);
        counts.ended = before.saturating_sub(stayed);
        if force {
            return Ok(counts);
        }
        let Counts { wrong, lines, entries, .. } = counts;
        if wrong.saturating_mul(1000) > lines.saturating_mul(WRONG_PER_MILLE) || entries == 0 {
            return Err(ImportError::Wrong { what, wrong, lines, shown: counts.wrong_lines });
        }
        if entries.saturating_mul(100) < before.saturating_mul(100 - SHRINK_PERCENT) {
            return Err(ImportError::Shrunk { what, now: entries, before });
        }
        Ok(counts)
    }
}

fn key(person: bool, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write_u8(u8::from(person));
    hasher.write(id.as_bytes());
    hasher.finish()
}

fn print(entry: &Entry) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(&serde_json::to_vec(entry).unwrap_or_default());
    hasher.finish()
}

/// `PS_LibreAcces_Personne_activite_202609230000.txt`
fn day_in_name(path: &Path) -> Option<Date> {
    let stem = path.file_stem()?.to_str()?;
    let digits =
        stem.rsplit('_').next().filter(|it| it.len() >= 8 && it.bytes().all(|it| it.is_ascii_digit()))?;
    Date::new(
        digits.get(..4)?.parse().ok()?,
        digits.get(4..6)?.parse().ok()?,
        digits.get(6..8)?.parse().ok()?,
    )
    .ok()
}

impl Report {
    pub fn print(&self, to: &mut dyn Write) -> io::Result<()> {
        for (what, it) in [("persons", &self.persons), ("organisations", &self.organisations)] {
            writeln!(
                to,
                "{what}: {} lines, {} entries: {} added, {} changed, {} ended; {} lines refused",
                it.lines, it.entries, it.added, it.changed, it.ended, it.wrong
            )?;
            if !it.wrong_lines.is_empty() {
                writeln!(to, "  refused lines: {:?}", it.wrong_lines)?;
            }
        }
        let kept = if self.kept { "kept" } else { "nothing was kept (--dry-run)" };
        writeln!(to, "extract of {}: {kept}", self.extracted)
    }
}
