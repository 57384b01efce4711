//! The thread that tells the trace: in the log's order, each line at least once. A connection is kept while there is
//! something to tell, and ended every so often to learn that all was read; when it fails, telling goes back to where
//! the one before began, and comes again after a while.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use model::chance::throw;
use model::{Clock, Dice};
use record::upkeep::audit::Telling;
use record::{Failure, Fault, Records};

use super::channel::Receiver;
use super::cursor::Cursor;
use super::message::frame;
use super::{Progress, Settings, SetupError};

/// Lines in memory at once.
const PAGE: usize = 100;
/// Lines in one connection, more or less.
const LINES_MAX: u64 = 5_000;
const TICK: Duration = Duration::from_millis(200);
/// A connection with nothing to tell is ended after so many ticks, and one that is used after so many.
const IDLE_TICKS: u32 = 10;
const TICKS_MAX: u32 = 50;
/// Ticks before it is tried again: doubled each time.
const WAIT_MIN: u32 = 5;
const WAIT_MAX: u32 = 300;
/// How long the end waits for a connection under way; what it did not confirm is told again.
const END: u32 = 10;

/// Telling, until it is stopped.
pub struct Sender {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<()>,
    pub progress: Arc<Progress>,
}

/// Why a connection did not end well.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("the audit repository does not answer, or broke off")]
    Away(#[from] io::Error),
    #[error("that the trace is told could not be written down")]
    Untraced,
    #[error("the trace cannot be read")]
    Fault(#[from] Fault),
}

struct Work {
    records: Records,
    receiver: Receiver,
    source: String,
    process: String,
    cursor: Cursor,
    clock: Arc<dyn Clock>,
    dice: Arc<dyn Dice>,
    progress: Arc<Progress>,
    stop: Arc<AtomicBool>,
}

impl Sender {
    pub fn start(
        records: Records,
        settings: &Settings,
        clock: Arc<dyn Clock>,
        dice: Arc<dyn Dice>,
    ) -> Result<Self, SetupError> {
        let cursor = Cursor::open(settings.cursor.clone()).map_err(SetupError::Cursor)?;
        let (progress, stop) = (Arc::new(Progress::default()), Arc::new(AtomicBool::new(false)));
        progress.note(|it| (it.confirmed, it.sent) = (cursor.confirmed, cursor.confirmed));
        let work = Work {
            records,
            receiver: Receiver::new(settings)?,
            source: settings.source.clone(),
            process: std::process::id().to_string(),
            cursor,
            clock,
            dice,
            progress: Arc::clone(&progress),
            stop: Arc::clone(&stop),
        };
        let thread = thread::Builder::new().name("audit".into()).spawn(move || work.run());
        Ok(Self { stop, thread: thread.map_err(SetupError::Thread)?, progress })
    }

    /// Ends it after the connection under way, if that ends soon.
    pub fn stop(self) {
        self.stop.store(true, Ordering::SeqCst);
        for _ in 0..END {
            if self.thread.is_finished() {
                return;
            }
            thread::sleep(TICK);
        }
    }
}

impl Work {
    fn run(mut self) {
        let mut wait = WAIT_MIN;
        let mut telling = None;
        while !self.stopped() {
            match self.round(&mut telling) {
                Ok(()) => {
                    wait = WAIT_MIN;
                    thread::sleep(TICK);
                }
                Err(lost) => {
                    self.lost(&lost);
                    self.pause(wait);
                    wait = (wait * 2).min(WAIT_MAX);
                }
            }
        }
    }

    /// Tells what there is to tell, in one connection.
    fn round(&mut self, telling: &mut Option<Telling>) -> Result<(), Lost> {
        if telling.is_none() {
            *telling = match self.records.begin_telling(self.cursor.confirmed) {
                Ok(telling) => Some(telling),
                Err(Failure::Fault(fault)) => return Err(fault.into()),
                Err(Failure::Refused(_)) => return Err(Lost::Untraced),
            };
        }
        let Some(telling) = telling else { return Ok(()) };
        let lines = self.records.lines_in_all()?;
        if lines == self.cursor.confirmed {
            return Ok(());
        }
        if lines < self.cursor.confirmed {
            tracing::error!(
                "the audit repository was told more lines than there are: told again from the first"
            );
            self.cursor.go_back(lines);
        }
        let next = self.tell(telling)?;
        self.cursor.confirm(next)?;
        let was_away = self.progress.standing().away_since.is_some();
        self.progress.note(|it| {
            (it.confirmed, it.sent, it.away_since) = (next, next, None);
        });
        if was_away {
            tracing::info!("the audit repository answers again");
        }
        Ok(())
    }

    /// One connection, from the cursor on; where the next begins, once all before was read.
    fn tell(&self, telling: &Telling) -> Result<u64, Lost> {
        let begin = self.cursor.confirmed;
        let mut channel = self.receiver.open()?;
        let (mut next, mut ticks, mut idle) = (begin, 0, 0);
        while next - begin < LINES_MAX && ticks < TICKS_MAX && idle < IDLE_TICKS && !self.stopped() {
            let page = telling.page(next, PAGE)?;
            if page.next == next {
                channel.wait(TICK)?;
                (ticks, idle) = (ticks + 1, idle + 1);
                continue;
            }
            let frames = page.lines.iter().filter_map(|it| frame(it, &self.source, &self.process));
            channel.send(&frames.flatten().collect::<Vec<u8>>())?;
            (next, idle) = (page.next, 0);
            self.progress.note(|it| {
                it.sent = next;
                it.unreadable += page.unreadable;
            });
        }
        channel.close()?;
        Ok(next)
    }

    fn lost(&mut self, lost: &Lost) {
        let now = self.clock.now();
        let lines = self.records.lines_in_all().unwrap_or(self.cursor.confirmed);
        self.cursor.go_back(lines);
        let confirmed = self.cursor.confirmed;
        self.progress.note(|it| {
            (it.confirmed, it.sent) = (confirmed, confirmed);
            it.away_since.get_or_insert(now);
        });
        let kind = match lost {
            Lost::Away(fault) => Some(fault.kind()),
            Lost::Untraced | Lost::Fault(_) => None,
        };
        tracing::warn!(%lost, ?kind, waiting = lines - confirmed, "lines wait for the audit repository");
    }

    /// More or less so many ticks, so that not all who lost one receiver come back at one instant.
    fn pause(&self, ticks: u32) {
        let [chance] = throw::<1>(&*self.dice);
        let percent = 75 + u32::from(chance) * 50 / 255;
        for _ in 0..(ticks * percent).div_ceil(100) {
            if self.stopped() {
                return;
            }
            thread::sleep(TICK);
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}
