//! From a file into the queue, and from the queue to the door. Whatever step a process dies at, the same steps taken
//! again end the same way: what is sent twice is answered as the first time.

use std::io;
use std::path::Path;
use std::time::Duration;

use model::{Clock, UniqueId};

use super::bundle::{self, Ready};
use super::cause::Cause;
use super::door::{Answer, Door, Later, Stop};
use super::draft::{self, Draft, Settings};
use super::queue::{Entry, Queue, Receipt, State};

/// What became of one file.
pub enum Fate {
    /// Checked, and in the queue.
    Validated,
    /// It has arrived; `again`: already before, and nothing was sent now.
    Acknowledged {
        again: bool,
    },
    Held(Vec<Cause>),
    Rejected(Vec<Cause>),
}

/// Takes one file in: read, checked, written down.
pub fn take(queue: &Queue, file: &Path, settings: &Settings, clock: &dyn Clock) -> io::Result<Fate> {
    let ready = match draft::draft(file, settings) {
        Ok(draft) => {
            let replaces = replaced(queue, &draft)?;
            bundle::ready(&draft, settings, replaces.as_ref())
                .map_err(|causes| (causes, Some(draft.patient())))
        }
        Err(unready) => Err((unready.causes, unready.patient)),
    };
    let blank = Entry {
        file: file.to_owned(),
        state: State::Rejected,
        unique_id: None,
        submission: None,
        sha256: None,
        patient: None,
        causes: Vec::new(),
        since: clock.now().to_string(),
    };
    match ready {
        Ok(ready) => validated(queue, ready, blank),
        Err((mut causes, patient)) => {
            causes.dedup();
            let held = causes.iter().all(|it| it.why.holds());
            let state = if held { State::Held } else { State::Rejected };
            queue.put(&Entry { state, patient, causes: causes.clone(), ..blank }, None)?;
            Ok(if held { Fate::Held(causes) } else { Fate::Rejected(causes) })
        }
    }
}

fn validated(queue: &Queue, ready: Ready, blank: Entry) -> io::Result<Fate> {
    let receipt = queue.receipt(&ready.unique_id)?;
    if receipt.is_some_and(|it| it.sha256 == ready.sha256) {
        queue.settled(&blank.file)?;
        return Ok(Fate::Acknowledged { again: true });
    }
    let waits = |it: &Entry| {
        it.submission.as_ref() == Some(&ready.submission)
            && matches!(it.state, State::Validated | State::Sent)
    };
    if queue.entries()?.iter().any(|(_, it)| waits(it)) {
        return Ok(Fate::Validated);
    }
    let entry = Entry {
        state: State::Validated,
        unique_id: Some(ready.unique_id),
        submission: Some(ready.submission),
        sha256: Some(ready.sha256),
        patient: Some(ready.patient),
        ..blank
    };
    queue.put(&entry, Some(&ready.body))?;
    Ok(Fate::Validated)
}

/// What a sidecar says is replaced must be there; what a CDA says it follows may never have been sent: it is replaced
/// where we did.
fn replaced(queue: &Queue, draft: &Draft) -> io::Result<Option<UniqueId>> {
    if draft.replaces.is_some() {
        return Ok(draft.replaces.clone());
    }
    let Some(before) = &draft.succeeds else { return Ok(None) };
    let ours = queue.receipt(before)?.is_some()
        || queue
            .entries()?
            .iter()
            .any(|(_, it)| it.unique_id.as_ref() == Some(before) && it.state != State::Rejected);
    Ok(ours.then(|| before.clone()))
}

/// How a round ended.
pub enum Round {
    /// Nothing waits any more.
    Done,
    Later(Later),
    Stop(Stop),
}

/// Sends what waits, in the order it came, until the door is away. `told`: the file, the digest of what was sent, and
/// what became of it.
pub fn deliver(
    queue: &Queue,
    door: &Door,
    clock: &dyn Clock,
    told: &mut dyn FnMut(&Path, &str, Fate),
) -> io::Result<Round> {
    let waiting: Vec<_> = queue
        .entries()?
        .into_iter()
        .filter(|(_, it)| matches!(it.state, State::Validated | State::Sent))
        .collect();
    if waiting.is_empty() {
        return Ok(Round::Done);
    }
    match door.knock() {
        Err(Answer::Later(later)) => return Ok(Round::Later(later)),
        Err(Answer::Stop(stop)) => return Ok(Round::Stop(stop)),
        _ => {}
    }
    for (number, mut entry) in waiting {
        let body = queue.body(number)?;
        // said before it leaves: an answer that is lost is asked for again
        (entry.state, entry.since) = (State::Sent, clock.now().to_string());
        queue.set(number, &entry)?;
        let sha256 = entry.sha256.clone().unwrap_or_default();
        match door.send(&body) {
            Answer::Taken { location } => {
                let (Some(unique_id), Some(submission)) = (entry.unique_id, entry.submission) else {
                    continue;
                };
                let acknowledged = clock.now().to_string();
                let receipt =
                    Receipt { unique_id, submission, sha256: sha256.clone(), location, acknowledged };
                queue.acknowledge(number, &receipt)?;
                told(&entry.file, &sha256, Fate::Acknowledged { again: receipt.location.is_none() });
            }
            Answer::Refused(mut causes) => {
                causes.dedup();
                let held = causes.iter().all(|it| it.why.holds());
                entry.state = if held { State::Held } else { State::Rejected };
                entry.causes.clone_from(&causes);
                queue.refuse(number, &entry)?;
                told(&entry.file, &sha256, if held { Fate::Held(causes) } else { Fate::Rejected(causes) });
            }
            Answer::Later(later) => return Ok(Round::Later(later)),
            Answer::Stop(stop) => return Ok(Round::Stop(stop)),
        }
    }
    Ok(Round::Done)
}

/// How long to wait before the next try: doubling from a second to a minute, or as the door asks, ten minutes at most.
#[derive(Default)]
pub struct BackOff {
    tries: u32,
}

impl BackOff {
    pub fn next(&mut self, later: &Later) -> Duration {
        let own = Duration::from_secs(1 << self.tries.min(6)).min(Duration::from_secs(60));
        self.tries = self.tries.saturating_add(1);
        later.after.map_or(own, |asked| asked.clamp(Duration::from_secs(1), Duration::from_secs(600)))
    }

    pub fn rest(&mut self) {
        self.tries = 0;
    }
}

/// The file's own name, as it is shown: on one line, and without what a terminal would obey.
pub fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
    name.chars().map(|it| if it.is_control() { '?' } else { it }).collect()
}
