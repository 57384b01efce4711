//! The sending kit: for houses without software that feeds, `carnet send FILES` and `carnet watch FOLDER`. A client
//! of the feed door like any other: it opens no store, and knows no more than the door tells it.
//!
//! A file goes: `sidecar` and `draft` (what is said of it) → `bundle` (the request, and the door's checks made here)
//! → `queue` (durable) → `deliver` and `door` (sent until answered) → a receipt, or a `cause` with its cure.

mod bundle;
pub mod cause;
pub mod cli;
mod deliver;
mod door;
mod draft;
mod house;
mod list;
mod queue;
pub mod sidecar;
mod stopping;
mod watch;

use std::io;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use model::Clock;
use uuid::Uuid;

use self::cli::{Connection, Send, Watched};
use self::deliver::{BackOff, Fate, Round, deliver, name, take};
use self::door::Door;
use self::draft::Settings;
use self::house::House;
use self::list::Shown;
use self::queue::{Queue, State};
use self::stopping::Stopping;
use self::watch::Watch;

/// Wrong use: nothing was sent, and nothing will be until it is typed otherwise.
#[derive(Debug, thiserror::Error)]
pub enum Usage {
    #[error("{0} is needed: see `carnet send --help`")]
    Missing(&'static str),
    #[error("--to is an address that begins with https://")]
    NotHttps,
    /// The option, and what is wrong with what it names.
    #[error("what {0} names {1}")]
    File(&'static str, &'static str),
    #[error(
        "another carnet works on this queue: put the files into the folder it watches, or name another --queue"
    )]
    Busy,
    #[error("{0} is not a file: `carnet watch` takes folders")]
    NotAFile(String),
    #[error("the folder to watch cannot be opened")]
    Folder,
}

/// Why it ended otherwise than well or for want of a person.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error(transparent)]
    Usage(#[from] Usage),
    #[error("the queue or a file")]
    Io(#[from] io::Error),
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// Everything has arrived.
    Well,
    /// Something is held, rejected, or waits.
    PersonNeeded,
}

pub fn send(asked: &Send, clock: &dyn Clock) -> Result<Ended, Fault> {
    if asked.example {
        print!("{}", sidecar::EXAMPLE);
        eprintln!("{}", sidecar::EXPLAINED);
        return Ok(Ended::Well);
    }
    if asked.types {
        for it in model::code::document_types() {
            println!("{:<12} {}", it.code, it.label);
        }
        return Ok(Ended::Well);
    }
    let folder = queue_folder(&asked.connection)?;
    if asked.list {
        let shown = Shown { names: asked.names, as_json: asked.json };
        return Ok(list::list(&Queue::look(&folder), &shown, &mut io::stdout().lock())?);
    }
    let files = asked.files.iter().filter(|it| it.extension().is_none_or(|it| it != "json"));
    if asked.forget {
        let queue = Queue::open(&folder)?;
        for file in files {
            let known = queue.forget(&std::path::absolute(file)?)?;
            println!("{:<13} {}", if known { "forgotten" } else { "not there" }, name(file));
        }
        return Ok(Ended::Well);
    }
    let (settings, door) = connect(&asked.connection)?;
    let files = files.map(|it| whole(it)).collect::<Result<Vec<_>, _>>()?;
    let queue = Queue::open(&folder)?;
    Sending { queue, door, settings, clock, once: asked.once }.run(&files, asked.again)
}

pub fn watch(asked: &Watched, clock: &dyn Clock) -> Result<Ended, Fault> {
    let stopping = Stopping::listen()?;
    let (settings, door) = connect(&asked.connection)?;
    let folder = std::path::absolute(&asked.folder)?;
    if !folder.is_dir() {
        return Err(Usage::Folder.into());
    }
    let queue = Queue::open(&queue_folder(&asked.connection)?)?;
    let every = Duration::from_secs(asked.every);
    Watch { folder, queue, door, settings, clock, every }.run(&stopping)?;
    Ok(Ended::Well)
}

fn whole(file: &Path) -> Result<PathBuf, Fault> {
    let file = std::path::absolute(file)?;
    match file.is_file() {
        true => Ok(file),
        false => Err(Usage::NotAFile(name(&file)).into()),
    }
}

fn connect(asked: &Connection) -> Result<(Settings, Door), Usage> {
    let to = asked.to.as_deref().ok_or(Usage::Missing("--to"))?;
    let cert = asked.cert.as_deref().ok_or(Usage::Missing("--cert"))?;
    let key = asked.key.as_deref().ok_or(Usage::Missing("--key"))?;
    let ca = asked.ca.as_deref().ok_or(Usage::Missing("--ca"))?;
    house::key_is_private(key)?;
    let door = Door::new(to, cert, key, ca)?;
    let (house, sector, setting) = (House::of(cert)?, asked.sector.clone(), asked.setting.clone());
    Ok((Settings { house, sector, setting }, door))
}

fn queue_folder(asked: &Connection) -> Result<PathBuf, Usage> {
    if let Some(folder) = &asked.queue {
        return Ok(folder.clone());
    }
    let at = |name: &str| std::env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let state = at("XDG_STATE_HOME").or_else(|| at("HOME").map(|it| it.join(".local/state")));
    state.map(|it| it.join("carnet/queue")).ok_or(Usage::Missing("--queue"))
}

struct Sending<'a> {
    queue: Queue,
    door: Door,
    settings: Settings,
    clock: &'a dyn Clock,
    once: bool,
}

impl Sending<'_> {
    fn run(&self, files: &[PathBuf], again: bool) -> Result<Ended, Fault> {
        // without files: what was held may be so no longer, and what was rejected, where they say so
        let before = match files {
            [] => self.queue.entries()?,
            _ => Vec::new(),
        };
        let before = before
            .iter()
            .filter(|(_, it)| it.state == State::Held || (again && it.state == State::Rejected))
            .map(|(_, it)| &it.file);
        for file in files.iter().chain(before) {
            let fate = take(&self.queue, file, &self.settings, self.clock)?;
            say(file, &fate);
        }
        let mut back_off = BackOff::default();
        loop {
            let round = deliver(&self.queue, &self.door, self.clock, &mut |file, _, fate| {
                say(file, &fate);
                back_off.rest();
            })?;
            match round {
                Round::Done => break,
                Round::Stop(stop) => {
                    println!("stopped: {}", stop.says);
                    println!("  -> {}", stop.cure);
                    return Ok(Ended::PersonNeeded);
                }
                Round::Later(later) if self.once => {
                    println!("stopped: {}; what waits stays in the queue", later.says);
                    return Ok(Ended::PersonNeeded);
                }
                Round::Later(later) => {
                    let wait = back_off.next(&later);
                    println!("waiting: {}; trying again in {} s", later.says, wait.as_secs());
                    sleep(wait);
                }
            }
        }
        // of the files named; without any, of all
        let concerns = |it: &PathBuf| files.is_empty() || files.contains(it);
        let waits = self.queue.entries()?.iter().any(|(_, it)| concerns(&it.file));
        Ok(if waits { Ended::PersonNeeded } else { Ended::Well })
    }
}

fn say(file: &Path, fate: &Fate) {
    let (word, causes) = match fate {
        Fate::Validated => ("validated", None),
        Fate::Acknowledged { again: false } => ("acknowledged", None),
        Fate::Acknowledged { again: true } => ("already there", None),
        Fate::Held(causes) => ("held", Some(causes)),
        Fate::Rejected(causes) => ("rejected", Some(causes)),
    };
    println!("{word:<13} {}", name(file));
    for cause in causes.into_iter().flatten() {
        println!("{:14}{}", "", cause.says());
        println!("{:14}-> {}", "", cause.why.words().cure);
    }
}

/// An id that is always the same for the same parts (RFC 9562, version 8), and tells nothing of them.
fn derive(parts: &[&[u8]]) -> Uuid {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    let mut bytes = [0; 16];
    let hash = context.finish();
    bytes.iter_mut().zip(hash.as_ref()).for_each(|(byte, it)| *byte = *it);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Uuid::from_bytes(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
