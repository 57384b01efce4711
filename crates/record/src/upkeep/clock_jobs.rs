//! Each thing that falls due, as the service does it: decided like any act, on the facts of the day (rules, W16).

use model::rights::ClosingReason;
use model::{Act, Caller, EntryId, Instant, ObjectId, RecordId, RecordStatus, Request, RowId, RowKind};
use store::Space;

use crate::account::{Account, Fate, ObjectAccount};
use crate::acts::life_change::Stage;
use crate::attempt::{Decided, Loaded, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::failure::Failure;
use crate::life::{Dispute, Life};
use crate::records::{Records, unique_id_hash};
use crate::rows::{DocumentState, GateRow};
use crate::upkeep::clock::Due;
use crate::upkeep::notices::{Channel, Message, Post};

/// What a job comes to on the day.
enum Outcome {
    Done(Box<Account>),
    /// It no longer applies.
    Moot,
}

impl Records {
    /// Decides a job on the record as it stands, and takes it from the queue with its line.
    fn keep(
        &self,
        record: RecordId,
        job: RowId,
        act: Act,
        decide: impl Fn(&Call, &Loaded, &mut Change, Account) -> Result<Outcome, Failure>,
    ) -> Result<bool, Failure> {
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        let kept = self.attempt(|_| {
            let Some(loaded) = self.load(&Target::Record(record))? else {
                let decided: Decided<()> = self.on_no_record(&call, act, &Request::default(), self.now());
                return Ok(decided);
            };
            let mut change = Change::on(&loaded.readable.base);
            let account = self.account(&call, act);
            let account = match decide(&call, &loaded, &mut change, account.clone())? {
                Outcome::Done(account) => *account,
                Outcome::Moot => {
                    change = Change::on(&loaded.readable.base);
                    account.rejected("it no longer applies")
                }
            };
            change.done(job);
            Ok(Decided { change, account, outcome: Ok(()) })
        });
        kept.map(|_| true)
    }

    /// The month is over: what was hidden from the holder is shown (rules, A6).
    pub(crate) fn end_hiding(&self, record: RecordId, job: RowId, id: EntryId) -> Result<bool, Failure> {
        self.keep(record, job, Act::EndHiding, |call, loaded, change, account| {
            let now = self.now();
            let Some(mut state) = loaded.readable.base.state(id)? else { return Ok(Outcome::Moot) };
            let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
            let facts = state.facts();
            let decision = self.decision(call, Act::EndHiding, &loaded.facts, Some(&facts), &request, now);
            if !decision.is_allowed() {
                return Ok(Outcome::Moot);
            }
            state.visibility.hidden_from_holder = false;
            state.next_version(EntryId::random(self.dice()), now);
            let mut account = account.accepted(&decision.allowed_by);
            account.objects = vec![object(&state)];
            let row = GateRow::Document(Box::new(state));
            change.bump();
            change.put(self, Some(&loaded.readable.base), RowKind::Gate, id.into(), &row)?;
            Ok(Outcome::Done(Box::new(account)))
        })
    }

    /// The depositor of a disputed document is told, by its opaque id: the message holds no title and no name.
    pub(crate) fn tell_depositor(
        &self,
        record: RecordId,
        job: RowId,
        id: EntryId,
        post: &dyn Post,
    ) -> Result<bool, Failure> {
        let Some(loaded) = self.load(&Target::Record(record))? else { return Ok(false) };
        let state = loaded.readable.base.state(id)?;
        let disputed = state.filter(|it| it.dispute.as_ref().is_some_and(Dispute::is_open));
        drop(loaded);
        let mut told = false;
        if let Some(state) = disputed {
            let depositor = &state.depositor;
            let to = depositor.person.as_ref().map(ToString::to_string);
            let to = to.or_else(|| depositor.organisation.as_ref().map(ToString::to_string));
            if let Some(to) = to {
                let words = paper::notices::disputed(&format!("{record}-{id}"));
                let (subject, text) = (words.subject, words.text);
                let message = Message {
                    id: job.to_string(),
                    channel: Channel::Letter,
                    to,
                    address: Vec::new(),
                    subject,
                    text,
                    secret: false,
                };
                if post.send(&message).is_err() {
                    return Ok(false);
                }
                told = true;
            }
        }
        self.keep(record, job, Act::SendNotice, |call, loaded, _, account| {
            let request = Request::default();
            let decision = self.decision(call, Act::SendNotice, &loaded.facts, None, &request, self.now());
            let account = account.accepted(&decision.allowed_by);
            Ok(if told { Outcome::Done(Box::new(account)) } else { Outcome::Moot })
        })
    }

    /// What was recalled is taken out: its rows, its bytes, its finder (rules, W14).
    pub(crate) fn erase(&self, record: RecordId, job: RowId, id: EntryId) -> Result<bool, Failure> {
        self.keep(record, job, Act::Recompute, |call, loaded, change, account| {
            let base = &loaded.readable.base;
            let state = base.state(id)?.filter(|it| it.recalled.is_some());
            let Some(state) = state else { return Ok(Outcome::Moot) };
            // what the recall decided is carried out, in a closed record too
            let request = Request::default();
            let decision = self.decision(call, Act::Recompute, &loaded.facts, None, &request, self.now());
            let mut account = account.accepted(&decision.allowed_by);
            account.objects = vec![object(&state)];
            account.note = Some("recalled".into());
            let details = self.details(loaded, &state)?;
            change.bump();
            change.remove(base, RowKind::Gate, id.into());
            change.remove(base, RowKind::Metadata, id.into());
            change.remove_body(&details.body);
            let hash = unique_id_hash(&*self.parts().keeper, &state.unique_id)?;
            change.release(Space::DocumentUniqueId, hash);
            Ok(Outcome::Done(Box::new(account)))
        })
    }

    /// A death, or a fraud, was notified: the service closes (rules, W11).
    pub(crate) fn close_by_service(
        &self,
        record: RecordId,
        job: RowId,
        reason: ClosingReason,
    ) -> Result<bool, Failure> {
        self.keep(record, job, Act::Close, |call, loaded, change, account| {
            let now = self.now();
            let request = Request::default();
            let decision = self.decision(call, Act::Close, &loaded.facts, None, &request, now);
            if !decision.is_allowed() {
                return Ok(Outcome::Moot);
            }
            let life = Life::of(&loaded.readable.base)?;
            let status = loaded.status.status.clone();
            let mut stage = Stage { loaded, life, status, rights: None, change, note: None, now };
            self.end(&mut stage, "service", reason)?;
            let Stage { life, status, change, .. } = stage;
            self.write_life(loaded, change, &life, &status, None)?;
            // nobody is told of their own death
            if reason == ClosingReason::Fraud {
                self.tell_of(call, Some(&loaded.identity.contacts), Act::NoticeFraud, change)?;
            }
            Ok(Outcome::Done(Box::new(account.accepted(&decision.allowed_by))))
        })
    }

    /// The holder is told that the record closed then will be destroyed; nobody is, after a death.
    pub(crate) fn warn_of_destruction(
        &self,
        record: RecordId,
        job: RowId,
        closed: Instant,
    ) -> Result<bool, Failure> {
        self.keep(record, job, Act::SendNotice, |call, loaded, change, account| {
            let RecordStatus::Closed { at, reason, .. } = &loaded.status.status else {
                return Ok(Outcome::Moot);
            };
            if *at != closed || matches!(reason, ClosingReason::Death | ClosingReason::Merged) {
                return Ok(Outcome::Moot);
            }
            let request = Request::default();
            let decision = self.decision(call, Act::SendNotice, &loaded.facts, None, &request, self.now());
            self.tell_of(call, Some(&loaded.identity.contacts), Act::Destroy, change)?;
            Ok(Outcome::Done(Box::new(account.accepted(&decision.allowed_by))))
        })
    }

    /// The record ends: every row, body, line, finder and queued job in one commit of the ledger, then its objects
    /// and its key (rules, W13). What remains are leaves of the log that are in no line.
    pub(crate) fn destroy(&self, record: RecordId, job: RowId) -> Result<bool, Failure> {
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        let (act, request) = (Act::Destroy, Request::default());
        let destroyed = self.attempt(|_| {
            let now = self.now();
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(Decided { outcome: Ok(false), ..self.on_no_record(&call, act, &request, now) });
            };
            let decision = self.decision(&call, act, &loaded.facts, None, &request, now);
            let account = self.account(&call, act);
            // asked for, taken back and asked for again: the earlier day is not the later one's
            let early = loaded.facts.destruction_asked.is_some_and(|it| now < self.destroyed_not_before(it))
                && !matches!(&loaded.status.status, RecordStatus::Closed { at, .. } if self.destroyed_on(*at) <= now);
            if early || !decision.is_allowed() {
                let mut change = Change::on(&loaded.readable.base);
                change.done(job);
                let account = account.rejected("it no longer applies");
                return Ok(Decided { change, account, outcome: Ok(false) });
            }
            let details = loaded.readable.details()?;
            let objects: Vec<ObjectId> = details.values().filter_map(|it| it.body.object).collect();
            let mut change = Change::ledger(self);
            change.destroy(&loaded.readable.base);
            change.due(self, now, &Due::Destroyed { record, objects })?;
            change.count("records destroyed");
            let account = account.accepted(&decision.allowed_by);
            Ok(Decided { change, account, outcome: Ok(true) })
        })?;
        if *destroyed.get() {
            self.inner().seen.forget(record);
        }
        Ok(true)
    }

    /// The objects and the key of a destroyed record: until they are gone, the job stays.
    pub(crate) fn leave_nothing(
        &self,
        job: RowId,
        record: RecordId,
        objects: &[ObjectId],
    ) -> Result<bool, Failure> {
        self.remove_objects(objects);
        self.parts().store.keys().remove(record)?;
        let call = Call::new(Caller::upkeep(), RowId::random(self.dice()));
        self.attempt(|_| {
            let mut change = Change::ledger(self);
            change.done(job);
            let mut account = self.account(&call, Act::Destroy).accepted(&[policy::Rule::W13]);
            account.note = Some("its key is gone".into());
            Ok(Decided { change, account, outcome: Ok(()) })
        })
        .map(|_| true)
    }
}

fn object(state: &DocumentState) -> ObjectAccount {
    ObjectAccount {
        document: Some(state.logical_id),
        type_code: state.type_code.code.clone(),
        fate: Fate::Written,
        rules: Vec::new(),
    }
}
