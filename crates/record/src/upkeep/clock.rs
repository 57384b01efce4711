//! What time brings (rules, A6, W11, W13, W16): each thing that falls due is a job of the commit that caused it,
//! done once, in the order of the days, with one trace line; after however long an outage. What no longer applies
//! when its day comes (it was announced, reopened, deleted) is done with a line that says so.

use model::rights::ClosingReason;
use model::{EntryId, Instant, ObjectId, Place, RecordId, RowId, RowKind};
use serde::{Deserialize, Serialize};

use crate::attempt::Target;
use crate::base::{Readable, damaged};
use crate::commit::Change;
use crate::failure::{Failure, Fault};
use crate::records::Records;
use crate::upkeep::notices::Post;

/// The kind of job that time brings.
pub(crate) const CLOCK: u8 = 16;
const AT_ONCE: usize = 64;
const MINUTE_MS: i64 = 60_000;

/// Something that falls due.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "due")]
pub(crate) enum Due {
    /// The month is over (rules, A6).
    EndHiding {
        document: EntryId,
    },
    /// "Ce document est faux": its depositor is told.
    TellDepositor {
        document: EntryId,
    },
    /// What was recalled is taken out.
    Erase {
        document: EntryId,
    },
    /// Two agents decided that documents belong to another record.
    Move {
        departure: RowId,
    },
    /// A death, or a fraud, was notified.
    Close {
        reason: ClosingReason,
    },
    /// The record closed then will be destroyed soon.
    Warn {
        closed: Instant,
    },
    Destroy,
    /// Of the ledger: what is left of a destroyed record outside the store.
    Destroyed {
        record: RecordId,
        objects: Vec<ObjectId>,
    },
}

impl Change {
    /// What the database sees of the day is rounded up to the minute, so that nothing comes before its time.
    pub(crate) fn due(&mut self, records: &Records, at: Instant, what: &Due) -> Result<(), Fault> {
        let millis = at.as_millis();
        let rounded = millis.saturating_add(MINUTE_MS - 1);
        let at =
            if at <= records.now() { millis } else { rounded.saturating_sub(rounded.rem_euclid(MINUTE_MS)) };
        self.job(records, CLOCK, Instant::from_millis(at), what)
    }
}

impl Records {
    /// Does what is due, the oldest first; how many things were done.
    pub fn keep_time(&self, post: &dyn Post) -> Result<usize, Failure> {
        let mut done = 0;
        loop {
            let due = self.parts().store.snapshot()?.due_jobs_of(CLOCK, self.now(), AT_ONCE)?;
            let mut progress = 0;
            for job in due {
                match self.keep_one(&job, post) {
                    Ok(kept) => progress += usize::from(kept),
                    // what is wrong with one record keeps nothing of another's back (abuse J01)
                    Err(Failure::Fault(fault @ Fault::Damaged { .. })) => {
                        tracing::error!(record = %job.record, %fault, "what is due cannot be done");
                    }
                    Err(Failure::Refused(_)) => {}
                    Err(failure) => return Err(failure),
                }
            }
            done += progress;
            if progress == 0 {
                return Ok(done);
            }
        }
    }

    /// Whether it is done, and gone from the queue.
    fn keep_one(&self, job: &store::RecordJob, post: &dyn Post) -> Result<bool, Failure> {
        let (record, id) = (job.record, job.job.id);
        if record == self.inner().ledger.record {
            let Some(ledger) = self.readable(record)? else { return Ok(false) };
            let Due::Destroyed { record, objects } = open(&ledger, job)? else { return Ok(false) };
            return self.leave_nothing(id, record, &objects);
        }
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(false) };
        let due = open(&loaded.readable, job)?;
        drop(loaded);
        match due {
            Due::EndHiding { document } => self.end_hiding(record, id, document),
            Due::TellDepositor { document } => self.tell_depositor(record, id, document, post),
            Due::Erase { document } => self.erase(record, id, document),
            Due::Move { departure } => self.move_documents(record, id, departure),
            Due::Close { reason } => self.close_by_service(record, id, reason),
            Due::Warn { closed } => self.warn_of_destruction(record, id, closed),
            Due::Destroy => self.destroy(record, id),
            Due::Destroyed { .. } => Ok(false),
        }
    }
}

fn open(readable: &Readable, job: &store::RecordJob) -> Result<Due, Fault> {
    let place = Place { record: job.record, kind: RowKind::Queue, row: job.job.id, version: 1 };
    let opener = readable.keyring.opener(RowKind::Queue);
    let plain = opener.open(&place, &job.job.sealed).map_err(|_| damaged(job.record, "a job"))?;
    serde_json::from_slice(&plain).map_err(|_| damaged(job.record, "a job"))
}
