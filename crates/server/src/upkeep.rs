//! The worker that runs the jobs of upkeep: what time brings, notices as soon as they are due, the anchor within a second of a
//! commit (design, invariants 7 and 8).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use record::upkeep::notices::Post;
use record::{Failure, Records};

/// Between two rounds. A one-time code leaves within this.
const ROUND: Duration = Duration::from_millis(100);
/// Rounds between two looks at the log's head, and at the rest.
const ANCHOR_EVERY: u32 = 5;

/// A thread at work, until it is stopped.
pub struct Upkeep {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Upkeep {
    /// `chore` is what the house does besides, asked for about twice a second: it looks whether it is time.
    pub fn start(
        records: Records,
        post: Arc<dyn Post>,
        chore: impl FnMut() + Send + 'static,
    ) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new()
            .name("upkeep".into())
            .spawn(move || work(&records, &*post, chore, &stopped))?;
        Ok(Self { stop, thread: Some(thread) })
    }

    /// Lets the round under way end, and anchors a last time.
    pub fn stop(mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(records: &Records, post: &dyn Post, mut chore: impl FnMut(), stop: &AtomicBool) {
    let mut round = 0_u32;
    while !stop.load(Ordering::SeqCst) {
        // what time brings comes first: it may be something to tell
        if let Err(Failure::Fault(fault)) = records.keep_time(post) {
            tracing::error!(%fault, "what is due is not done; tried again");
        }
        match records.keep_lists() {
            Ok(_) | Err(Failure::Refused(_)) => {}
            Err(Failure::Fault(fault)) => tracing::error!(%fault, "lists of patients wait; tried again"),
        }
        match records.send_notices(post) {
            Ok(_) | Err(Failure::Refused(_)) => {}
            Err(Failure::Fault(fault)) => tracing::error!(%fault, "notices are not sent; tried again"),
        }
        if round.is_multiple_of(ANCHOR_EVERY) {
            anchor(records);
            chore();
            // another process may have been told to switch somebody off
            if let Err(fault) = records.look_at_switches() {
                tracing::error!(%fault, "who is switched off cannot be read; tried again");
            }
        }
        round = round.wrapping_add(1);
        thread::sleep(ROUND);
    }
    anchor(records);
}

fn anchor(records: &Records) {
    if let Err(fault) = records.anchor() {
        tracing::error!(%fault, "the log is not anchored; tried again");
    }
}
