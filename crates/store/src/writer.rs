//! The one writer: a thread that gathers what waits into one transaction, makes it durable, and only then
//! answers everybody (group commit; design, invariants 4 and 9).
//!
//! What is refused is undone alone: most of it has written nothing; where one has, the group is run again, each
//! work in a savepoint of its own. If the engine gives the whole transaction up (a full disk, a failed commit), nothing has been answered yet: each work is run again
//! in a transaction of its own and gets an answer of its own.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{self, JoinHandle, ThreadId};
use std::time::Duration;

use model::RecordId;
use rusqlite::Connection;

use crate::apply::Current;
use crate::database::WAIT;
use crate::error::{CommitError, Fault, engine, is_fatal};
use crate::shapes::Batch;
use crate::work::{Decision, Reply, Task, Work};

/// What is called, with a sentence, when going on could lose what was acknowledged.
pub(crate) type OnFatal = Arc<dyn Fn(&str) + Send + Sync>;

/// A group ends when it holds this many bytes, so that its answer does not wait for ever.
const GROUP_BYTES: usize = 8 << 20;
/// The write-ahead log is copied into the database file after about this many bytes of changes.
const CHECKPOINT_BYTES: usize = 8 << 20;
/// What a changed row costs in the log beside its own bytes: a page of its table and one of its index.
const PAGES_PER_ROW: usize = 2 * 4096;
/// From this many pages on (64 MB), the writer asks readers to let go of the log, and waits a little.
const LOG_PAGES: i64 = 16 << 10;
const LOG_WAIT: Duration = Duration::from_millis(100);

/// The handle to the writer's thread.
pub(crate) struct Writer {
    queue: Option<SyncSender<Box<dyn Work>>>,
    thread: Option<JoinHandle<()>>,
    id: ThreadId,
}

impl Writer {
    /// `waiting`: how many works may wait; `group`: how many are committed together at most.
    pub(crate) fn start(
        conn: Connection,
        waiting: usize,
        group: usize,
        on_fatal: OnFatal,
    ) -> std::io::Result<Self> {
        let (queue, works) = sync_channel(waiting.max(1));
        let engine = Engine { conn, works, group: group.max(1), on_fatal, since_checkpoint: 0 };
        let thread = thread::Builder::new().name("store-writer".into()).spawn(move || engine.run())?;
        let id = thread.thread().id();
        Ok(Self { queue: Some(queue), thread: Some(thread), id })
    }

    /// Queues a work without waiting.
    fn push(&self, work: Box<dyn Work>) -> Result<(), Refusal> {
        if thread::current().id() == self.id {
            // a closure that commits would wait for itself
            return Err(Refusal::Stopped);
        }
        let queue = self.queue.as_ref().ok_or(Refusal::Stopped)?;
        queue.try_send(work).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::Full,
            TrySendError::Disconnected(_) => Refusal::Stopped,
        })
    }

    /// Runs a decision and waits until what it changed is durable.
    pub(crate) fn commit<T, E, F>(&self, record: RecordId, decide: F) -> Result<T, CommitError<E>>
    where
        F: FnMut(&Current<'_>) -> Result<(Batch, T), E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        // whoever waited may be gone: what is durable stays
        self.commit_then(record, decide, Box::new(move |outcome| drop(reply.send(outcome))))?;
        answer.recv().unwrap_or(Err(CommitError::Fault(Fault::Stopped)))
    }

    /// Queues a decision; `reply` is told once what it changed is durable.
    pub(crate) fn commit_then<T, E, F>(
        &self,
        record: RecordId,
        decide: F,
        reply: Reply<T, E>,
    ) -> Result<(), CommitError<E>>
    where
        F: FnMut(&Current<'_>) -> Result<(Batch, T), E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        self.push(Box::new(Decision::new(record, decide, reply))).map_err(|refusal| match refusal {
            Refusal::Full => CommitError::Busy,
            Refusal::Stopped => CommitError::Fault(Fault::Stopped),
        })
    }

    /// Runs a change that is no record's commit, such as a lease.
    pub(crate) fn task<T, F>(&self, task: F) -> Result<T, Fault>
    where
        F: FnMut(&Connection) -> Result<T, Fault> + Send + 'static,
        T: Send + 'static,
    {
        let (reply, answer) = sync_channel(1);
        self.push(Box::new(Task::new(task, reply))).map_err(|refusal| match refusal {
            Refusal::Full => Fault::Busy,
            Refusal::Stopped => Fault::Stopped,
        })?;
        answer.recv().unwrap_or(Err(Fault::Stopped))
    }
}

enum Refusal {
    Full,
    Stopped,
}

impl Drop for Writer {
    /// Lets the writer finish what waits and close; a writer that drops its own handle does not wait for itself.
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread::current().id() != self.id
        {
            let _ = thread.join();
        }
    }
}

struct Engine {
    conn: Connection,
    works: Receiver<Box<dyn Work>>,
    group: usize,
    on_fatal: OnFatal,
    since_checkpoint: usize,
}

/// Why a transaction was not made durable.
enum Lost {
    /// Nothing was tried.
    NotBegun(Fault),
    /// Rolled back: nothing of it is there.
    Undone(Fault),
    /// Rolled back because one was refused after it had written, with nothing to undo it alone.
    Dirty,
    /// Unknown: the process must end.
    Fatal(Fault),
}

impl Engine {
    /// Until every handle is dropped, or a fatal fault. Works that still wait then are answered by the drop
    /// of their reply: stopped.
    fn run(mut self) {
        while let Ok(first) = self.works.recv() {
            let outcome = self.commit_group(first).and_then(|()| self.checkpoint_if_due());
            if let Err(fault) = outcome {
                (self.on_fatal)(&format!(
                    "the store stops: {fault}; what was acknowledged is on disk, start again once the disk is sound"
                ));
                return;
            }
        }
        // a clean close leaves nothing in the write-ahead log
        if let Err(fault) = self.checkpoint("TRUNCATE") {
            (self.on_fatal)(&format!("the store could not be closed cleanly: {fault}"));
        }
    }

    fn commit_group(&mut self, first: Box<dyn Work>) -> Result<(), Fault> {
        let mut members = vec![first];
        let mut outcome = self.transact(&mut members, self.group, false);
        if matches!(outcome, Err(Lost::Dirty)) {
            outcome = self.transact(&mut members, self.group, true);
        }
        match outcome {
            Ok(()) => members.into_iter().for_each(|member| member.answer(Ok(()))),
            Err(Lost::Fatal(fault)) => return Err(fault),
            Err(Lost::NotBegun(fault)) => {
                members.into_iter().for_each(|member| member.answer(Err(fault.clone())));
            }
            Err(Lost::Undone(_) | Lost::Dirty) => {
                for member in members {
                    self.commit_alone(member)?;
                }
            }
        }
        Ok(())
    }

    fn commit_alone(&mut self, member: Box<dyn Work>) -> Result<(), Fault> {
        let mut members = vec![member];
        let durable = match self.transact(&mut members, 1, true) {
            Ok(()) => Ok(()),
            Err(Lost::Dirty) => Err(Fault::Stopped),
            Err(Lost::NotBegun(fault) | Lost::Undone(fault)) => Err(fault),
            Err(Lost::Fatal(fault)) => return Err(fault),
        };
        members.into_iter().for_each(|member| member.answer(durable.clone()));
        Ok(())
    }

    /// One transaction over the members, and over what arrives meanwhile up to `most`.
    ///
    /// Without `savepoints`, which make the engine keep a copy of every page a member changes: most refusals come
    /// before anything is written, and leave nothing to undo.
    fn transact(
        &mut self,
        members: &mut Vec<Box<dyn Work>>,
        most: usize,
        savepoints: bool,
    ) -> Result<(), Lost> {
        self.execute("BEGIN IMMEDIATE").map_err(|error| match lost(engine("begin")(error), false) {
            Lost::Undone(fault) => Lost::NotBegun(fault),
            other => other,
        })?;
        let (mut bytes, changes) = (0, self.conn.total_changes());
        let mut next = 0;
        while let Some(member) = members.get_mut(next) {
            let attempted =
                if savepoints { self.attempt(member.as_mut()) } else { self.try_out(member.as_mut()) };
            match attempted {
                Ok(Some(written)) => bytes += written,
                Ok(None) => {
                    return Err(match self.give_up(Fault::Stopped, false) {
                        Lost::Undone(_) => Lost::Dirty,
                        other => other,
                    });
                }
                Err(fault) => return Err(self.give_up(fault, false)),
            }
            next += 1;
            if next == members.len() && next < most && bytes < GROUP_BYTES {
                members.extend(self.works.try_recv());
            }
        }
        match self.execute("COMMIT") {
            Ok(()) => {
                let rows = self.conn.total_changes().saturating_sub(changes);
                self.since_checkpoint += bytes + PAGES_PER_ROW * rows as usize;
                Ok(())
            }
            Err(error) => Err(self.give_up(engine("commit")(error), true)),
        }
    }

    /// A statement without answer, prepared once.
    fn execute(&self, statement: &'static str) -> rusqlite::Result<()> {
        self.conn.prepare_cached(statement)?.execute([]).map(drop)
    }

    /// Runs one member without a savepoint. None when it was refused after it had written something.
    fn try_out(&self, member: &mut dyn Work) -> Result<Option<usize>, Fault> {
        let before = self.conn.total_changes();
        match member.attempt(&self.conn) {
            Ok(bytes) if !self.conn.is_autocommit() => Ok(Some(bytes)),
            Err(undo) => match undo.fault {
                Some(fault) if is_fatal(&fault, false) || self.conn.is_autocommit() => Err(fault),
                // its own failure, a panic too: nobody else's, if it left nothing behind
                _ => Ok((self.conn.total_changes() == before).then_some(0)),
            },
            Ok(_) => Err(Fault::Engine { doing: "keep the transaction", code: 0 }),
        }
    }

    /// Runs one member in its savepoint. `Err` when the whole transaction is no longer there to go on with.
    fn attempt(&self, member: &mut dyn Work) -> Result<Option<usize>, Fault> {
        self.execute("SAVEPOINT member").map_err(engine("open a savepoint"))?;
        let outcome = member.attempt(&self.conn);
        let fault = match &outcome {
            Ok(_) => None,
            Err(undo) => undo.fault.clone(),
        };
        if let Some(fault) = &fault
            && is_fatal(fault, false)
        {
            return Err(fault.clone());
        }
        if self.conn.is_autocommit() {
            // the engine rolled everything back by itself, as it may on a full disk
            return Err(fault.unwrap_or(Fault::Engine { doing: "keep the transaction", code: 0 }));
        }
        match outcome {
            Ok(bytes) => self.execute("RELEASE member").map(|()| Some(bytes)),
            Err(_) => self.conn.execute_batch("ROLLBACK TO member; RELEASE member").map(|()| Some(0)),
        }
        .map_err(engine("close a savepoint"))
    }

    fn give_up(&self, fault: Fault, making_durable: bool) -> Lost {
        if !self.conn.is_autocommit()
            && let Err(error) = self.conn.execute_batch("ROLLBACK")
        {
            // neither kept nor undone: nothing sure can be answered from here
            return Lost::Fatal(engine("roll back")(error));
        }
        lost(fault, making_durable)
    }

    fn checkpoint_if_due(&mut self) -> Result<(), Fault> {
        if self.since_checkpoint < CHECKPOINT_BYTES {
            return Ok(());
        }
        self.since_checkpoint = 0;
        if self.checkpoint("PASSIVE")? < LOG_PAGES {
            return Ok(());
        }
        let hurry = self.conn.busy_timeout(LOG_WAIT);
        let outcome = hurry.map_err(engine("set a waiting time")).and_then(|()| self.checkpoint("RESTART"));
        self.conn.busy_timeout(WAIT).map_err(engine("set a waiting time"))?;
        outcome.map(drop)
    }

    /// Copies the write-ahead log into the database file. Done here rather than by the engine's own automatism,
    /// which would keep a failed sync to itself. A full disk or a reader in the way only puts it off. Answers
    /// how many pages the log holds.
    fn checkpoint(&self, mode: &str) -> Result<i64, Fault> {
        let outcome = self.conn.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| row.get(1));
        match outcome.map_err(engine("checkpoint")) {
            Err(fault) if is_fatal(&fault, true) => Err(fault),
            pages => Ok(pages.unwrap_or(0)),
        }
    }
}

fn lost(fault: Fault, making_durable: bool) -> Lost {
    if is_fatal(&fault, making_durable) { Lost::Fatal(fault) } else { Lost::Undone(fault) }
}
