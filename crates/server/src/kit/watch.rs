//! `carnet watch FOLDER`: a folder in which people and software put documents. Each is taken once it is whole, and
//! moves when its fate is known: to `done/`, `held/` or `rejected/`, there with a `.why.txt` beside it. What still
//! lies in the folder itself has not arrived yet.
//!
//! Held files are looked at again when they, or their NAME.json, change; a rejected one when it is put back.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use aws_lc_rs::digest::{SHA256, digest};
use model::Clock;

use super::cause::{Cause, why_text};
use super::deliver::{BackOff, Fate, Round, deliver, name, take};
use super::door::Door;
use super::draft::{Settings, is_taken, needs_sidecar};
use super::queue::Queue;
use super::stopping::Stopping;
use super::{hex, sidecar};

/// The most files looked at in one round: more wait their turn.
const FILES_MAX: usize = 1000;
/// How many rounds a file waits for the NAME.json it needs.
const ROUNDS_FOR_SIDECAR: u32 = 6;
/// Names of what is still being written, or is no document.
const UNFINISHED: &[&str] = &["tmp", "part", "partial", "crdownload", "new"];
const NO_DOCUMENT: &[&str] = &["thumbs.db", "desktop.ini"];

pub struct Watch<'a> {
    pub folder: PathBuf,
    pub queue: Queue,
    pub door: Door,
    pub settings: Settings,
    pub clock: &'a dyn Clock,
    pub every: Duration,
}

/// What a file and its sidecar look like from outside: whole once they look the same twice.
type Look = ((u64, Option<SystemTime>), Option<(u64, Option<SystemTime>)>);

struct Seen {
    look: Look,
    rounds: u32,
    /// It is in the queue as it looks now.
    taken: bool,
}

#[derive(Clone, Copy)]
enum Shelf {
    Done,
    Held,
    Rejected,
}

impl Shelf {
    const fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Held => "held",
            Self::Rejected => "rejected",
        }
    }
}

impl Watch<'_> {
    /// Until it is told to stop.
    pub fn run(&self, stopping: &Stopping) -> io::Result<()> {
        for shelf in [Shelf::Done, Shelf::Held, Shelf::Rejected] {
            fs::create_dir_all(self.folder.join(shelf.name()))?;
        }
        let (mut seen, mut held) = (HashMap::new(), HashMap::new());
        // what was corrected while nobody watched
        for file in documents(&self.folder.join(Shelf::Held.name()))? {
            self.put_back(&file)?;
        }
        let mut back_off = BackOff::default();
        let mut rest = Duration::ZERO;
        loop {
            let mut round = || -> io::Result<Duration> {
                self.look(&mut seen)?;
                let rest = if rest.is_zero() { self.send(&mut back_off)? } else { rest };
                self.look_at_held(&mut held)?;
                Ok(rest)
            };
            // a share that is away, a disk that is full: what was begun is taken up when it is back
            rest = round().unwrap_or_else(|fault| {
                println!("waiting: the folder or the queue cannot be used: {fault}");
                Duration::ZERO
            });
            if stopping.wait(self.every) {
                return Ok(());
            }
            rest = rest.saturating_sub(self.every);
        }
    }

    /// Sends what waits; how long not to try again.
    fn send(&self, back_off: &mut BackOff) -> io::Result<Duration> {
        let mut moved = Ok(());
        let round = deliver(&self.queue, &self.door, self.clock, &mut |file, sha256, fate| {
            // only what was sent is moved: a file that changed since is another document
            let same = fs::read(file).is_ok_and(|it| hex(digest(&SHA256, &it).as_ref()) == sha256);
            if same && moved.is_ok() {
                moved = self.settle(file, &fate);
            }
        })?;
        moved?;
        let (says, cure, wait) = match round {
            Round::Done => {
                back_off.rest();
                return Ok(Duration::ZERO);
            }
            Round::Later(later) => (later.says, None, back_off.next(&later)),
            Round::Stop(stop) => (stop.says, Some(stop.cure), Duration::from_secs(60)),
        };
        println!("waiting: {says}; trying again in {} s", wait.as_secs());
        if let Some(cure) = cure {
            println!("  -> {cure}");
        }
        Ok(wait)
    }

    /// Takes in every file that looks as it did a round ago.
    fn look(&self, seen: &mut HashMap<PathBuf, Seen>) -> io::Result<()> {
        self.join_sidecars()?;
        let files = documents(&self.folder)?;
        seen.retain(|file, _| files.contains(file));
        for file in files {
            let Some(look) = look_at(&file) else { continue };
            let before = seen.entry(file.clone()).or_insert(Seen { look, rounds: 0, taken: false });
            if before.look != look || before.rounds == 0 {
                *before = Seen { look, rounds: 1, taken: false };
                continue;
            }
            before.rounds = before.rounds.saturating_add(1);
            let waits_for_sidecar = is_taken(&file) && needs_sidecar(&file) && look.1.is_none();
            if before.taken || (waits_for_sidecar && before.rounds <= ROUNDS_FOR_SIDECAR) {
                continue;
            }
            before.taken = true;
            // taken back just now
            if !file.exists() {
                continue;
            }
            let fate = take(&self.queue, &file, &self.settings, self.clock)?;
            self.settle(&file, &fate)?;
        }
        Ok(())
    }

    /// A NAME.json that comes after its document was put aside joins it.
    fn join_sidecars(&self) -> io::Result<()> {
        let held = self.folder.join(Shelf::Held.name());
        for document in documents(&held)? {
            let own = [with_json(&document), document.with_extension("json")];
            for sidecar in own.iter().filter_map(|it| it.file_name()).map(|it| self.folder.join(it)) {
                let is_of_another = || {
                    documents(&self.folder).is_ok_and(|files| {
                        files
                            .iter()
                            .any(|it| with_json(it) == sidecar || it.with_extension("json") == sidecar)
                    })
                };
                if sidecar.is_file() && !is_of_another() {
                    let to = held.join(sidecar.file_name().unwrap_or_default());
                    fs::rename(&sidecar, to)?;
                }
            }
        }
        Ok(())
    }

    /// Puts back what was corrected: it is looked at like any other.
    fn look_at_held(&self, held: &mut HashMap<PathBuf, (Look, Look)>) -> io::Result<()> {
        let files = documents(&self.folder.join(Shelf::Held.name()))?;
        held.retain(|file, _| files.contains(file));
        for file in files {
            let Some(look) = look_at(&file) else { continue };
            let (first, last) = held.entry(file.clone()).or_insert((look, look));
            let corrected = look != *first && look == *last;
            *last = look;
            if corrected {
                self.put_back(&file)?;
            }
        }
        Ok(())
    }

    fn put_back(&self, file: &Path) -> io::Result<()> {
        let target = self.folder.join(file.file_name().unwrap_or_default());
        // somebody put a newer one there: that one counts
        if target.exists() {
            return Ok(());
        }
        if let Some(sidecar) = sidecar::beside(file) {
            fs::rename(&sidecar, self.folder.join(sidecar.file_name().unwrap_or_default()))?;
        }
        let _ = fs::remove_file(why_of(file));
        fs::rename(file, target)
    }

    /// Moves a file where its fate puts it, and says so.
    fn settle(&self, file: &Path, fate: &Fate) -> io::Result<()> {
        let (word, shelf, causes): (_, _, &[Cause]) = match fate {
            Fate::Validated => {
                println!("validated    {}", name(file));
                return Ok(());
            }
            Fate::Acknowledged { again: false } => ("acknowledged", Shelf::Done, &[]),
            Fate::Acknowledged { again: true } => ("already there", Shelf::Done, &[]),
            Fate::Held(causes) => ("held", Shelf::Held, causes),
            Fate::Rejected(causes) => ("rejected", Shelf::Rejected, causes),
        };
        println!("{word:<12} {}", name(file));
        for cause in causes {
            println!("{:13}{}", "", cause.says());
        }
        let target = free(&self.folder.join(shelf.name()), file, matches!(shelf, Shelf::Done));
        if let Some(sidecar) = sidecar::beside(file) {
            let whole = sidecar.file_name() == with_json(file).file_name();
            fs::rename(sidecar, if whole { with_json(&target) } else { target.with_extension("json") })?;
        }
        if !causes.is_empty() {
            tell(&why_of(&target), &why_text(causes))?;
        }
        fs::rename(file, target)
    }
}

/// Never through a link that somebody else of the folder may have put there.
fn tell(path: &Path, text: &str) -> io::Result<()> {
    let _ = fs::remove_file(path);
    fs::OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// The documents lying in a folder, none of them hidden, unfinished, or said about another.
fn documents(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder)? {
        let file = file?;
        let name = file.file_name().to_string_lossy().to_lowercase();
        let extension = Path::new(&name).extension().and_then(|it| it.to_str()).unwrap_or_default();
        let other = name.starts_with(['.', '~'])
            || name.ends_with('~')
            || name.ends_with(".why.txt")
            || extension == "json"
            || UNFINISHED.contains(&extension)
            || NO_DOCUMENT.contains(&name.as_str());
        if !other && file.file_type()?.is_file() {
            found.push(file.path());
        }
        if found.len() == FILES_MAX {
            break;
        }
    }
    found.sort();
    Ok(found)
}

fn look_at(file: &Path) -> Option<Look> {
    let look = |meta: Metadata| (meta.len(), meta.modified().ok());
    let of_sidecar = sidecar::beside(file).and_then(|it| fs::metadata(it).ok()).map(look);
    Some((look(fs::metadata(file).ok()?), of_sidecar))
}

fn with_json(file: &Path) -> PathBuf {
    let mut whole = file.as_os_str().to_owned();
    whole.push(".json");
    whole.into()
}

fn why_of(file: &Path) -> PathBuf {
    let mut whole = file.as_os_str().to_owned();
    whole.push(".why.txt");
    whole.into()
}

/// Where a file goes on a shelf. What is done is kept beside others of its name; elsewhere the last one counts.
fn free(shelf: &Path, file: &Path, keep: bool) -> PathBuf {
    let plain = shelf.join(file.file_name().unwrap_or_default());
    let stem = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let extension = file.extension().map(|it| format!(".{}", it.to_string_lossy())).unwrap_or_default();
    let numbered = (2..).map(|number| shelf.join(format!("{stem}.{number}{extension}")));
    let mut all = std::iter::once(plain.clone()).chain(numbered);
    if keep { all.find(|it| !it.exists()).unwrap_or(plain) } else { plain }
}
