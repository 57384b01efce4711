//! How every act goes: read, decide, commit with the line; when the record changed meanwhile, decide again.

use model::{Act, Facts, Instant, RecordFacts, RecordId, Request, RowKind};
use policy::{Decision, Rule};

use crate::account::Account;
use crate::base::Readable;
use crate::call::Call;
use crate::commit::{Attempt, Change};
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::life::Life;
use crate::records::{Records, ins_hash};
use crate::rows::{GateRow, GateStatus, IDENTITY, Identity, RIGHTS, RightsRow, STATUS};
use crate::volume::{Alert, Pending};

/// A lost race is decided again this many times, then the caller is asked to come back (design, invariant 4).
const TRIES: usize = 8;

/// What an act decided, to be committed.
pub(crate) struct Decided<T> {
    pub(crate) change: Change,
    pub(crate) account: Account,
    pub(crate) outcome: Result<T, Refusal>,
}

impl<T> Decided<T> {
    /// By rules: nothing but the line is written; told as `otherwise`, but for a spent budget.
    pub(crate) fn refused(
        change: Change,
        account: Account,
        rules: Vec<Rule>,
        otherwise: RefusalKind,
    ) -> Self {
        Self { change, account: account.refused(&rules), outcome: Err(refusal(rules, otherwise)) }
    }
}

/// Which record an act is about.
#[derive(Clone, Debug)]
pub enum Target {
    Ins(model::Ins),
    Record(RecordId),
}

/// All that a decision looks at but the document.
#[derive(Clone, Copy)]
pub(crate) struct Question<'a> {
    call: &'a Call,
    act: Act,
    record: &'a RecordFacts,
    request: &'a Request,
    volume: model::Volume,
    now: Instant,
}

impl<'a> Question<'a> {
    pub(crate) fn record(&self) -> &'a RecordFacts {
        self.record
    }

    /// As of somebody who has asked for nothing lately: what another has used of their budget is not told.
    pub(crate) fn unhurried(self) -> Self {
        Self { volume: model::Volume::default(), ..self }
    }
}

/// A record that can be read and decided upon.
pub(crate) struct Loaded {
    pub(crate) readable: Readable,
    pub(crate) status: GateStatus,
    pub(crate) identity: Identity,
    pub(crate) rights: RightsRow,
    pub(crate) facts: RecordFacts,
}

impl Records {
    /// Runs `decide` until its change commits. `decide` is told which of its claims another record holds.
    pub(crate) fn attempt<T>(
        &self,
        mut decide: impl FnMut(Option<usize>) -> Result<Decided<T>, Failure>,
    ) -> Result<Disclosed<T>, Failure> {
        let mut taken = None;
        for _ in 0..TRIES {
            let Decided { change, account, outcome } = decide(taken)?;
            match self.commit(change, &account)? {
                Attempt::Done(receipt) => {
                    if outcome.as_ref().is_err_and(|no| no.kind == RefusalKind::TooMany) {
                        self.alert(&account)?;
                    }
                    return Ok(Disclosed::after(&receipt, outcome?));
                }
                Attempt::Stale => {}
                Attempt::Taken(which) => taken = Some(which),
            }
        }
        Err(Refusal::new(RefusalKind::Busy).into())
    }

    /// A refusal that loses no race: its line, then the refusal.
    pub(crate) fn refuse(&self, change: Change, account: &Account, no: Refusal) -> Failure {
        let written = self.trace(change, account).and_then(|_| match no.kind {
            RefusalKind::TooMany => self.alert(account),
            _ => Ok(()),
        });
        written.err().unwrap_or(Failure::Refused(no))
    }

    /// Commits what was decided, once, and tells `done` when it is durable, on the writer's thread: nothing, where the
    /// record changed meanwhile. Dropped untold, it means the same: the caller goes the ordinary way, which says why.
    pub(crate) fn settle_later<T: Send + 'static>(
        &self,
        decided: Decided<T>,
        done: impl FnOnce(Option<Result<Disclosed<T>, Failure>>) + Send + 'static,
    ) {
        let Decided { change, account, outcome } = decided;
        let told = move |attempt| match attempt {
            Ok(Attempt::Done(receipt)) => {
                done(Some(outcome.map(|it| Disclosed::after(&receipt, it)).map_err(Failure::Refused)));
            }
            Ok(Attempt::Stale | Attempt::Taken(_)) => done(None),
            Err(failure) => done(Some(Err(failure))),
        };
        if let Err(failure) = self.commit_then(change, &account, told) {
            tracing::debug!(?failure, "a line was not queued");
        }
    }

    /// The record of a target with all that decisions look at; none where there is none, or where a finder
    /// leads to somebody else's (a finder is a hint, checked here).
    pub(crate) fn load(&self, target: &Target) -> Result<Option<Loaded>, Fault> {
        let record = match target {
            Target::Record(record) => *record,
            Target::Ins(ins) => match self.find_by_ins(ins)? {
                Some(record) => record,
                None => return Ok(None),
            },
        };
        let Some(readable) = self.readable_record(record)? else {
            return match target {
                Target::Record(_) => Ok(None),
                // finder and record are written together: one that leads nowhere was put there
                Target::Ins(_) => Err(crate::base::damaged(record, "the finder of the INS")),
            };
        };
        // a book is no record of a person: every record has had a status from its first commit on
        if matches!(target, Target::Record(_)) && readable.base.mark(RowKind::Gate, STATUS).is_none() {
            return Ok(None);
        }
        let Some(GateRow::Status(status)) = readable.base.gate(STATUS)? else {
            return Err(crate::base::damaged(record, "the status"));
        };
        if let Target::Ins(ins) = target
            && status.ins() != ins
        {
            return Err(crate::base::damaged(record, "the finder of the INS"));
        }
        let identity: Identity = readable.must(RowKind::Identity, IDENTITY)?;
        let rights: RightsRow = readable.must(RowKind::Rights, RIGHTS)?;
        let facts = RecordFacts {
            record: Some(record),
            status: status.status.clone(),
            rights: rights.rights.clone(),
            kin: identity.kin.clone(),
            windows: readable.emergencies()?.windows(),
            ..RecordFacts::absent()
        };
        let facts = around(facts, &identity, &rights);
        let facts = Life::of(&readable.base)?.into_facts(facts);
        Ok(Some(Loaded { readable, status: *status, identity, rights, facts }))
    }

    /// Counts an identity that is tried, before anything is decided about it (rules, "Volume").
    pub(crate) fn identity_tested(&self, call: &Call, ins: &model::Ins) -> Result<(), Fault> {
        let hash = ins_hash(&*self.parts().keeper, ins)?;
        self.inner().budgets.identity_tested(&call.caller, &hash, self.now());
        Ok(())
    }

    /// The same for a target named by its INS.
    pub(crate) fn target_tested(&self, call: &Call, target: &Target) -> Result<(), Fault> {
        match target {
            Target::Ins(ins) => self.identity_tested(call, ins),
            Target::Record(_) => Ok(()),
        }
    }

    pub(crate) fn touched(&self, call: &Call, record: RecordId) {
        let now = self.now();
        self.inner().budgets.touched(&call.caller, record, now);
        self.inner().tally.touched(call, record, now);
    }

    /// A record of a person: the ledger answers as absent.
    pub(crate) fn readable_record(&self, record: RecordId) -> Result<Option<Readable>, Fault> {
        if record == self.inner().ledger.record { Ok(None) } else { self.readable(record) }
    }

    pub(crate) fn account(&self, call: &Call, act: Act) -> Account {
        Account::of(call, act, &self.inner().hashes)
    }

    pub(crate) fn decision(
        &self,
        call: &Call,
        act: Act,
        record: &RecordFacts,
        document: Option<&model::DocumentFacts>,
        request: &Request,
        now: Instant,
    ) -> Decision {
        self.decide(&self.question(call, act, record, request, now), document)
    }

    /// What is asked of each object of a request: the caller's use is looked up once.
    pub(crate) fn question<'a>(
        &self,
        call: &'a Call,
        act: Act,
        record: &'a RecordFacts,
        request: &'a Request,
        now: Instant,
    ) -> Question<'a> {
        Question { call, act, record, request, volume: self.volume(call, act, record, now), now }
    }

    pub(crate) fn decide(&self, asked: &Question<'_>, document: Option<&model::DocumentFacts>) -> Decision {
        let Question { call, act, record, request, volume, now } = *asked;
        let facts = Facts { record, document, request, volume };
        self.policy().decide(&call.caller, act, &call.purpose, &facts, now)
    }

    /// The caller's use that is worst against the budgets of the profile.
    /// The request itself counts: the first beyond a budget is refused, of a record that is there or not.
    pub(crate) fn volume(&self, call: &Call, act: Act, record: &RecordFacts, now: Instant) -> model::Volume {
        let touches = !matches!(
            act,
            Act::KnowStatus | Act::LocateOwn | Act::ListPatients | Act::OpenRecord | Act::LogIn
        );
        let pending = Pending { record: touches.then_some(record.record), opens: act == Act::OpenRecord };
        let uses = self.inner().budgets.uses(&call.caller, pending, now);
        let kinds = uses.iter().filter_map(|(key, volume)| Some((policy::BudgetKind::of_key(key)?, *volume)));
        self.policy().profile.budgets.worst(kinds)
    }

    /// How long this caller's answer should wait: nearer to the end of a budget, longer (rules, "Volume").
    pub fn slow_down(&self, caller: &model::Caller) -> std::time::Duration {
        let uses = self.inner().budgets.uses(caller, Pending::default(), self.now());
        let kinds = uses.iter().filter_map(|(key, volume)| Some((policy::BudgetKind::of_key(key)?, *volume)));
        let budgets = &self.policy().profile.budgets;
        crate::volume::wait(&budgets.worst(kinds), &budgets.person)
    }

    /// A budget was spent, or many accounts spend theirs as one: a line of the ledger and a counter, once in a
    /// window.
    fn alert(&self, account: &Account) -> Result<(), Failure> {
        let limits = |kind| *self.policy().profile.budgets.limits(kind);
        for alert in self.inner().budgets.refused(&account.caller, self.now(), limits) {
            let (what, kind) = match alert {
                Alert::Spent(kind) => ("volume_alert", kind),
                Alert::Campaign(kind) => ("volume_campaign", kind),
            };
            let told = format!("{what} {}", format!("{kind:?}").to_lowercase());
            tracing::warn!(told, "somebody asks for too much");
            let mut change = Change::ledger(self);
            change.count(&told);
            self.trace(change, &Account { note: Some(told), objects: Vec::new(), ..account.clone() })?;
        }
        Ok(())
    }

    /// An attempt that reaches no record: a line of the ledger, at the cost of a record's.
    pub(crate) fn on_no_record<T>(
        &self,
        call: &Call,
        act: Act,
        request: &Request,
        now: Instant,
    ) -> Decided<T> {
        let decision = self.decision(call, act, &RecordFacts::absent(), None, request, now);
        // opens what a record's refusal opens, so that absent and forbidden take alike; what it finds is not used
        let _cost = self.readable(self.inner().ledger.record);
        let account = self.account(call, act);
        Decided::refused(Change::ledger(self), account, decision.refused_by, RefusalKind::Denied)
    }
}

/// Who is around the holder, and who cares for them.
fn around(facts: RecordFacts, identity: &Identity, rights: &RightsRow) -> RecordFacts {
    RecordFacts {
        birth_date: Some(identity.identity.traits.birth_date),
        mandates: identity.mandates.clone(),
        disagreements: identity.circle.disagreements.clone(),
        own_account: identity.circle.own_account,
        emancipated: identity.circle.emancipated,
        ties: identity.circle.ties(),
        care: rights.care.clone(),
        replacements: rights.replacements.clone(),
        occupational_consent: rights.occupational_consent,
        ..facts
    }
}

impl Loaded {
    pub(crate) fn record(&self) -> RecordId {
        self.readable.base.record
    }
}

/// A refusal by rules, as `otherwise`, but for a spent budget, which the caller may know.
pub(crate) fn refusal(rules: Vec<Rule>, otherwise: RefusalKind) -> Refusal {
    let kind = if rules.contains(&Rule::Volume) { RefusalKind::TooMany } else { otherwise };
    Refusal::by(kind, rules)
}
