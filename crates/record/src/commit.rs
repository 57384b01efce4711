//! The one write path (design, invariant 4): a change against one record is sealed rows, one trace line, jobs
//! and counters, all or nothing, acknowledged only when durable. Reads pass here too: their change is the line
//! alone. What leaves a record afterwards needs the [`Receipt`] only this module makes.

use std::sync::Arc;

use journal::Head;
use model::{Instant, Mark, ObjectId, Place, RecordId, RowId, RowKind};
use serde::Serialize;
use store::{Batch, Body, CommitError, Current, Job, Row, Space};
use vault::FeedKeys;

use self::number::{Unnumbered, number};
use crate::account::Account;
use crate::base::Base;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::opened::Opened;
use crate::records::Records;

mod number;

pub(crate) use self::number::line_row;

const MINUTE_MS: i64 = 60_000;

/// Proof that a trace line is durable. Private fields: only a commit makes one.
#[derive(Debug)]
pub(crate) struct Receipt {
    pub(crate) seq: u64,
}

/// A change to one record, its rows already sealed; numbering and chaining wait for the commit.
pub(crate) struct Change {
    record: RecordId,
    keys: Arc<FeedKeys>,
    /// The version the decision was made on; none where there is nothing to lose a race about (the ledger).
    expected: Option<u64>,
    /// Digest and key epoch as well, where the record was kept open: nothing at all was written since.
    kept: Option<([u8; 32], u32)>,
    /// Rights or documents change: readers that decided before must decide again.
    bumps: bool,
    puts: Vec<Row>,
    /// The marks the puts replace.
    replaced: Vec<Mark>,
    bodies: Vec<(Body, journal::BodyMark)>,
    objects: Vec<(ObjectId, journal::BodyMark)>,
    /// Objects that were there before the change was made, and outlive one that is not to be.
    arrived: Vec<journal::BodyMark>,
    removes: Vec<(RowKind, RowId)>,
    remove_bodies: Vec<RowId>,
    /// Bodies that are objects: the files go when the commit is durable.
    removed_objects: Vec<(RowId, ObjectId)>,
    claims: Vec<(Space, [u8; 32])>,
    releases: Vec<(Space, [u8; 32])>,
    jobs: Vec<Job>,
    /// Jobs that are added only where none of their id waits already.
    once: Vec<Job>,
    done_jobs: Vec<RowId>,
    counters: Vec<(String, i64)>,
    /// Another record that ends with this line, and the line its head stands at.
    destroys: Option<store::Destroys>,
    is_ledgers: bool,
}

/// What became of an attempt to commit.
pub(crate) enum Attempt {
    Done(Receipt),
    /// The record changed since it was read: decide again.
    Stale,
    /// A finder row belongs to another record: which claim.
    Taken(usize),
}

impl Change {
    /// A line on a record that was read.
    pub(crate) fn on(base: &Base) -> Self {
        Self::with(base.record, Arc::clone(&base.keys), Some(base.head.version))
    }

    /// A line on a record that was kept open: only if its head still says what it was opened at.
    pub(crate) fn on_opened(opened: &Opened) -> Self {
        let Head { version, digest, epoch, .. } = opened.head;
        let change = Self::with(opened.record, Arc::clone(&opened.keys), Some(version));
        Self { kept: Some((digest, epoch)), ..change }
    }

    /// The first commit of a new record.
    pub(crate) fn new_record(record: RecordId, keys: Arc<FeedKeys>) -> Self {
        Self::with(record, keys, Some(0))
    }

    /// A line of the ledger.
    pub(crate) fn ledger(records: &Records) -> Self {
        let ledger = &records.inner().ledger;
        Self { is_ledgers: true, ..Self::with(ledger.record, Arc::clone(&ledger.keys), None) }
    }

    /// The line holds whatever changed since the record was read. Only without rows: theirs were counted on it.
    pub(crate) fn whatever_changed(mut self) -> Self {
        if self.puts.is_empty() {
            self.expected = None;
        }
        self
    }

    fn with(record: RecordId, keys: Arc<FeedKeys>, expected: Option<u64>) -> Self {
        Self {
            record,
            keys,
            expected,
            kept: None,
            bumps: false,
            puts: Vec::new(),
            replaced: Vec::new(),
            bodies: Vec::new(),
            objects: Vec::new(),
            arrived: Vec::new(),
            removes: Vec::new(),
            remove_bodies: Vec::new(),
            removed_objects: Vec::new(),
            claims: Vec::new(),
            releases: Vec::new(),
            jobs: Vec::new(),
            once: Vec::new(),
            done_jobs: Vec::new(),
            counters: Vec::new(),
            destroys: None,
            is_ledgers: false,
        }
    }

    /// Rights or document state change with this.
    pub(crate) fn bump(&mut self) {
        self.bumps = true;
    }

    /// Seals and adds a row; `base` is none for a new record.
    pub(crate) fn put<T: Serialize>(
        &mut self,
        records: &Records,
        base: Option<&Base>,
        kind: RowKind,
        row: RowId,
        value: &T,
    ) -> Result<(), Fault> {
        let version = base.map_or(1, |base| base.next_version(kind, row));
        let place = Place { record: self.record, kind, row, version };
        let plain = zeroize::Zeroizing::new(
            serde_json::to_vec(value).map_err(|_| Fault::Unwritable { what: "a row" })?,
        );
        let sealed = self
            .keys
            .sealer(kind)
            .seal(&place, &plain, records.dice())
            .map_err(|_| Fault::Unwritable { what: "a row" })?;
        self.replaced.extend(base.and_then(|base| base.mark(kind, row)).copied());
        self.puts.push(Row { kind, row, version, tag: sealed.tag, sealed: sealed.bytes });
        Ok(())
    }

    pub(crate) fn body(&mut self, body: Body, mark: journal::BodyMark) {
        self.bodies.push((body, mark));
    }

    pub(crate) fn object(&mut self, id: ObjectId, mark: journal::BodyMark) {
        self.objects.push((id, mark));
    }

    /// A document sealed as it arrived: whoever holds it removes it where nothing comes of it.
    pub(crate) fn arrived(&mut self, mark: journal::BodyMark) {
        self.arrived.push(mark);
    }

    pub(crate) fn claim(&mut self, space: Space, hash: [u8; 32]) {
        self.claims.push((space, hash));
    }

    /// Takes a row away, if it is there.
    pub(crate) fn remove(&mut self, base: &Base, kind: RowKind, row: RowId) {
        if let Some(mark) = base.mark(kind, row) {
            self.replaced.push(*mark);
            self.removes.push((kind, row));
        }
    }

    /// Takes a document's bytes away.
    pub(crate) fn remove_body(&mut self, place: &crate::rows::BodyPlace) {
        match place.object {
            Some(object) => self.removed_objects.push((place.row, object)),
            None => self.remove_bodies.push(place.row),
        }
    }

    pub(crate) fn release(&mut self, space: Space, hash: [u8; 32]) {
        self.releases.push((space, hash));
    }

    /// Seals and adds what must follow (design, invariant 8). What the database sees of `due` is rounded down to
    /// the minute.
    pub(crate) fn job<T: Serialize>(
        &mut self,
        records: &Records,
        kind: u8,
        due: Instant,
        value: &T,
    ) -> Result<(), Fault> {
        let job = self.sealed_job(records, RowId::random(records.dice()), kind, due, value)?;
        self.jobs.push(job);
        Ok(())
    }

    /// The same under an id of its own: where one waits already, that one stands.
    pub(crate) fn job_once<T: Serialize>(
        &mut self,
        records: &Records,
        id: RowId,
        kind: u8,
        due: Instant,
        value: &T,
    ) -> Result<(), Fault> {
        let job = self.sealed_job(records, id, kind, due, value)?;
        self.once.push(job);
        Ok(())
    }

    fn sealed_job<T: Serialize>(
        &self,
        records: &Records,
        id: RowId,
        kind: u8,
        due: Instant,
        value: &T,
    ) -> Result<Job, Fault> {
        let place = Place { record: self.record, kind: RowKind::Queue, row: id, version: 1 };
        let plain = zeroize::Zeroizing::new(
            serde_json::to_vec(value).map_err(|_| Fault::Unwritable { what: "a job" })?,
        );
        let sealed = self
            .keys
            .sealer(RowKind::Queue)
            .seal(&place, &plain, records.dice())
            .map_err(|_| Fault::Unwritable { what: "a job" })?;
        let due = Instant::from_millis(due.as_millis() - due.as_millis().rem_euclid(MINUTE_MS));
        Ok(Job { id, kind, due, sealed: sealed.bytes })
    }

    /// Seals and adds what waits for somebody and has no day: no lease takes it.
    pub(crate) fn park<T: Serialize>(&mut self, records: &Records, kind: u8, value: &T) -> Result<(), Fault> {
        self.job(records, kind, store::PARKED, value)
    }

    /// This record ends with the line, as it was read.
    pub(crate) fn destroy(&mut self, base: &Base) {
        self.destroys = Some(store::Destroys { record: base.record, head: base.head.seq });
    }

    pub(crate) fn done(&mut self, job: RowId) {
        self.done_jobs.push(job);
    }

    pub(crate) fn count(&mut self, counter: &str) {
        self.counters.push((counter.to_owned(), 1));
    }
}

impl Records {
    /// Commits a change with its one line. Returns when it is durable.
    pub(crate) fn commit(&self, mut change: Change, account: &Account) -> Result<Attempt, Failure> {
        let (record, now) = (change.record, self.now());
        let tallied = self.inner().tally.due(now);
        change.counters.extend(tallied.iter().cloned());
        let objects: Vec<ObjectId> = change.objects.iter().map(|(id, _)| *id).collect();
        let gone: Vec<ObjectId> = change.removed_objects.iter().map(|(_, id)| *id).collect();
        let outcome = self.parts().store.commit(record, self.numbering(change, account)?);
        if let (Ok(_), Some(once)) = (&outcome, &account.once) {
            once.spent();
        }
        // what was written beside a commit that was not to be; after a fault nobody knows, and it stays
        if !matches!(outcome, Ok(_) | Err(CommitError::Fault(_))) {
            for object in objects {
                if let Err(fault) = self.parts().store.remove_object(object) {
                    tracing::warn!(%object, %fault, "an object nobody names could not be removed");
                }
            }
        }
        let durable = outcome.is_ok();
        if !durable {
            self.inner().tally.back(tallied, now);
        }
        let attempt = self.attempted(record, outcome);
        if durable {
            self.remove_objects(&gone);
        }
        attempt
    }

    /// The same for a change without objects, given or taken away; `done` is told once it is durable, on the writer's thread, or dropped
    /// untold where the writer stops. An error means that it is not told.
    pub(crate) fn commit_then(
        &self,
        change: Change,
        account: &Account,
        done: impl FnOnce(Result<Attempt, Failure>) + Send + 'static,
    ) -> Result<(), Failure> {
        let (record, records) = (change.record, self.clone());
        let numbering = self.numbering(change, account)?;
        let once = account.once.clone();
        let store = &self.parts().store;
        let queued = store.commit_then(record, numbering, move |it| {
            if let (Ok(_), Some(once)) = (&it, &once) {
                once.spent();
            }
            done(records.attempted(record, it));
        });
        queued.or_else(|refused| self.attempted(record, Err(refused)).map(drop))
    }

    /// What numbers, chains and seals the line inside the commit.
    fn numbering(
        &self,
        change: Change,
        account: &Account,
    ) -> Result<impl FnMut(&Current<'_>) -> Result<(Batch, u64), Unnumbered> + Send + 'static, Failure> {
        let once = account.once.clone();
        let account = serde_json::to_vec(account).map_err(|_| Fault::Unwritable { what: "a trace line" })?;
        let account = zeroize::Zeroizing::new(account);
        let salt = model::chance::throw::<32>(self.dice());
        let floor = self.inner().seen.floor(change.record);
        let (clock, dice) = (Arc::clone(&self.parts().clock), Arc::clone(&self.parts().dice));
        Ok(move |current: &Current<'_>| {
            let now = clock.now();
            let (mut batch, seq) = number(&change, current, &account, (salt, floor), now, &*dice)?;
            batch.uses = once.as_ref().and_then(|it| it.to_use(now));
            Ok((batch, seq))
        })
    }

    fn attempted(
        &self,
        record: RecordId,
        outcome: Result<u64, CommitError<Unnumbered>>,
    ) -> Result<Attempt, Failure> {
        match outcome {
            Ok(seq) => {
                self.inner().seen.note(record, seq);
                Ok(Attempt::Done(Receipt { seq }))
            }
            Err(CommitError::Refused(Unnumbered::Stale) | CommitError::Conflict) => {
                self.inner().cache.evict(record);
                Ok(Attempt::Stale)
            }
            Err(CommitError::Refused(Unnumbered::Damaged(what))) => {
                Err(Failure::Fault(Fault::Damaged { record, what }))
            }
            Err(CommitError::Taken { which, .. }) => Ok(Attempt::Taken(which)),
            Err(CommitError::Used) => Err(Refusal::new(RefusalKind::Replayed).into()),
            Err(CommitError::Busy) => Err(Refusal::new(RefusalKind::Busy).into()),
            Err(CommitError::Fault(fault)) => Err(Failure::Fault(fault.into())),
        }
    }

    /// Removes objects no commit names any more. One that stays is sealed, and its key may be gone.
    pub(crate) fn remove_objects(&self, objects: &[ObjectId]) {
        for object in objects {
            match self.parts().store.remove_object(*object) {
                Ok(()) | Err(store::Fault::Absent) => {}
                Err(fault) => tracing::warn!(%object, %fault, "an object nobody names could not be removed"),
            }
        }
    }

    /// Commits a line that nothing can lose: on a stale record the line is written all the same.
    pub(crate) fn trace(&self, change: Change, account: &Account) -> Result<Receipt, Failure> {
        match self.commit(change.whatever_changed(), account)? {
            Attempt::Done(receipt) => Ok(receipt),
            Attempt::Stale | Attempt::Taken(_) => Err(Failure::Fault(Fault::LostRaces)),
        }
    }
}
