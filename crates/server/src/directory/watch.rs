//! A running process takes over what is imported beside it, and minds its age: past the first limit it says so in
//! the log, past the second the import confirms nobody (rules, A11; deny by default).

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use jiff::civil::Date;
use model::{Clock, Instant};

use super::{Directory, kept};

const ROUND: Duration = Duration::from_millis(500);

/// How old an extract may be, in days.
#[derive(Clone, Copy, Debug)]
pub struct Ages {
    pub warn_days: u16,
    pub refuse_days: u16,
}

impl Default for Ages {
    fn default() -> Self {
        Self { warn_days: 8, refuse_days: 30 }
    }
}

/// One look at the folder.
pub struct Watch {
    path: PathBuf,
    directory: Arc<Directory>,
    clock: Arc<dyn Clock>,
    ages: Ages,
    seen: Option<(SystemTime, u64)>,
    extracted: Option<Date>,
    warned: Option<i64>,
}

impl Watch {
    pub fn new(data: &Path, directory: Arc<Directory>, clock: Arc<dyn Clock>, ages: Ages) -> Self {
        Self { path: kept::path(data), directory, clock, ages, seen: None, extracted: None, warned: None }
    }

    /// Takes over what is new; a file that cannot be read leaves what there is.
    pub fn look(&mut self) {
        let state = std::fs::metadata(&self.path).ok().and_then(|it| Some((it.modified().ok()?, it.len())));
        if state.is_some() && state != self.seen {
            self.seen = state;
            match kept::load(&self.path) {
                Ok(Some((about, inner))) => {
                    self.directory.replace_imported(inner);
                    self.extracted = Some(about.extracted);
                    tracing::info!(extracted = %about.extracted, "the directory was taken over");
                }
                Ok(None) => {}
                Err(fault) => {
                    tracing::error!(kind = ?fault.kind(), "the directory that was imported cannot be read")
                }
            }
        }
        self.mind_age(self.clock.now());
    }

    fn mind_age(&mut self, now: Instant) {
        let Some(extracted) = self.extracted else { return };
        let today = now.in_paris().date();
        let days = extracted.until((jiff::Unit::Day, today)).map_or(0, |it| i64::from(it.get_days()));
        let refuses = days > i64::from(self.ages.refuse_days);
        self.directory.set_stale(refuses);
        if days > i64::from(self.ages.warn_days) && self.warned != Some(now.day()) {
            self.warned = Some(now.day());
            let confirms = if refuses { "nobody is confirmed by it any more" } else { "import a new one" };
            tracing::warn!(days, "ALERT: the directory's extract is old: {confirms}");
        }
    }
}

/// The same, again and again, until it is stopped.
pub struct Watching {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watching {
    pub fn start(mut watch: Watch) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("directory".into()).spawn(move || {
            while !stopped.load(Ordering::SeqCst) {
                watch.look();
                thread::sleep(ROUND);
            }
        })?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
