//! What the writer does one after the other: a record's commit, or a task such as a lease. Each remembers the
//! answer it will give once its transaction is durable.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::SyncSender;

use model::RecordId;
use rusqlite::Connection;

use crate::apply::{Current, Unapplied, apply};
use crate::error::{CommitError, Fault};
use crate::shapes::Batch;

/// One change that waits for its turn.
pub(crate) trait Work: Send {
    /// Runs inside a savepoint; may run more than once. `Ok` keeps the changes (about so many bytes), `Err`
    /// undoes them. Remembers the answer to give.
    fn attempt(&mut self, conn: &Connection) -> Result<usize, Undo>;

    /// Gives the remembered answer, or the fault that befell the transaction.
    fn answer(self: Box<Self>, durable: Result<(), Fault>);
}

/// The changes of one work are to be undone; `fault` when the engine was the reason.
pub(crate) struct Undo {
    pub(crate) fault: Option<Fault>,
}

/// Who is told what became of a change, on the writer's thread: to be quick. Dropped untold when the writer stops.
pub(crate) type Reply<T, E> = Box<dyn FnOnce(Result<T, CommitError<E>>) + Send>;

/// A closure's change of one record.
pub(crate) struct Decision<T, E, F> {
    record: RecordId,
    decide: F,
    reply: Reply<T, E>,
    outcome: Option<Result<T, CommitError<E>>>,
    panicked: bool,
}

impl<T, E, F> Decision<T, E, F>
where
    F: FnMut(&Current<'_>) -> Result<(Batch, T), E>,
{
    pub(crate) fn new(record: RecordId, decide: F, reply: Reply<T, E>) -> Self {
        Self { record, decide, reply, outcome: None, panicked: false }
    }

    fn decide(&mut self, conn: &Connection) -> Result<(T, usize), CommitError<E>> {
        if self.panicked {
            // what it captured may be half changed: it is not asked again
            return Err(CommitError::Fault(Fault::Panicked));
        }
        let current = Current::read(conn, self.record).map_err(CommitError::Fault)?;
        let decided = catch_unwind(AssertUnwindSafe(|| (self.decide)(&current)));
        self.panicked = decided.is_err();
        if let Some(fault) = current.fault() {
            return Err(CommitError::Fault(fault));
        }
        let decided = decided.map_err(|_| CommitError::Fault(Fault::Panicked))?;
        let (batch, answer) = decided.map_err(CommitError::Refused)?;
        match apply(&current, &batch) {
            Ok(bytes) => Ok((answer, bytes)),
            Err(Unapplied::Conflict) => Err(CommitError::Conflict),
            Err(Unapplied::Taken { space, which }) => Err(CommitError::Taken { space, which }),
            Err(Unapplied::Used) => Err(CommitError::Used),
            Err(Unapplied::Fault(fault)) => Err(CommitError::Fault(fault)),
        }
    }
}

impl<T, E, F> Work for Decision<T, E, F>
where
    F: FnMut(&Current<'_>) -> Result<(Batch, T), E> + Send,
    T: Send,
    E: Send,
{
    fn attempt(&mut self, conn: &Connection) -> Result<usize, Undo> {
        match self.decide(conn) {
            Ok((answer, bytes)) => {
                self.outcome = Some(Ok(answer));
                Ok(bytes)
            }
            Err(error) => {
                let fault = if let CommitError::Fault(fault) = &error { Some(fault.clone()) } else { None };
                self.outcome = Some(Err(error));
                Err(Undo { fault })
            }
        }
    }

    fn answer(self: Box<Self>, durable: Result<(), Fault>) {
        let Self { reply, outcome, decide, .. } = *self;
        // what the closure captured is let go before the answer: it may hold the last handle of the store but
        // the caller's own
        drop(decide);
        let outcome = match durable {
            Ok(()) => outcome.unwrap_or(Err(CommitError::Fault(Fault::Stopped))),
            Err(fault) => Err(CommitError::Fault(fault)),
        };
        reply(outcome);
    }
}

/// A change that is no record's commit.
pub(crate) struct Task<T, F> {
    task: F,
    reply: SyncSender<Result<T, Fault>>,
    outcome: Option<Result<T, Fault>>,
}

impl<T, F> Task<T, F> {
    pub(crate) fn new(task: F, reply: SyncSender<Result<T, Fault>>) -> Self {
        Self { task, reply, outcome: None }
    }
}

impl<T, F> Work for Task<T, F>
where
    F: FnMut(&Connection) -> Result<T, Fault> + Send,
    T: Send,
{
    fn attempt(&mut self, conn: &Connection) -> Result<usize, Undo> {
        let outcome = (self.task)(conn);
        let fault = outcome.as_ref().err().cloned();
        self.outcome = Some(outcome);
        match fault {
            None => Ok(0),
            fault => Err(Undo { fault }),
        }
    }

    fn answer(self: Box<Self>, durable: Result<(), Fault>) {
        let Self { reply, outcome, task } = *self;
        drop(task);
        // whoever waited may be gone: what is durable stays
        let _ = reply.send(durable.and_then(|()| outcome.unwrap_or(Err(Fault::Stopped))));
    }
}
