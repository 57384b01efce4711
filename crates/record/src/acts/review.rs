//! The review of emergency accesses, by somebody who sees no content (rules, A21).
//!
//! The queue is the store's own: a job without a day, sealed under its record's key, written in the commit that
//! opened the window and taken off in the commit that reviews it. The store holds nothing readable, and no list
//! of its own can come to differ from the records.

use model::{Act, Emergency, Instant, Place, PsIdNat, RecordId, Request, RowId, RowKind, StructIdNat};
use policy::Rule;

use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::base::damaged;
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::emergencies::{EmergencyAccess, ReasonCategory, Review, ReviewFinding};
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::records::Records;

/// The kind of job a review that waits is.
pub(crate) const REVIEW: u8 = 2;
/// Lists over several records have at most this many (design, "Storage").
const MOST: usize = 50;

/// What a reviewer is shown: nothing of the holder, nothing of what was read, not the words of the reason.
#[derive(Clone, Debug)]
pub struct ToReview {
    /// Where the access is: both are opaque.
    pub record: RecordId,
    pub access: RowId,
    pub kind: Emergency,
    pub person: PsIdNat,
    pub name: String,
    pub organisation: Option<StructIdNat>,
    pub at: Instant,
    pub category: ReasonCategory,
    pub contested: bool,
    pub last: Option<ReviewFinding>,
}

impl Records {
    /// The accesses that wait for a review, the oldest first; each record it looks into keeps a line of it.
    pub fn reviews(&self, call: &Call) -> Result<Vec<Disclosed<ToReview>>, Failure> {
        let mut shown: Vec<Disclosed<ToReview>> = Vec::new();
        let jobs = self.parts().store.snapshot()?.parked_jobs(4 * MOST)?;
        let jobs: Vec<_> = jobs.into_iter().filter(|it| it.job.kind == REVIEW).collect();
        if jobs.is_empty() {
            self.nothing_to_review(call)?;
        }
        for waiting in jobs {
            if shown.len() == MOST {
                break;
            }
            let known = |record, access| {
                shown.iter().any(|it| it.get().record == record && it.get().access == access)
            };
            let mut twice = false;
            let seen = self.attempt(|_| {
                self.on_access(call, waiting.record, None, |loaded, _, _| {
                    let access = waits_for(loaded, waiting.job.id, &waiting.job.sealed)?;
                    twice = known(waiting.record, access);
                    let found = loaded.readable.emergencies()?.access(access).map(|it| it.clone());
                    Ok(found.map(|it| to_review(waiting.record, &it)))
                })
            });
            match seen {
                Ok(seen) if !twice => shown.push(seen),
                Ok(_) => {}
                // what is gone meanwhile, or closed, is not for review
                Err(Failure::Refused(no)) if no.kind == RefusalKind::NotFound || no.rules == [Rule::A2] => {}
                Err(failure) => return Err(failure),
            }
        }
        Ok(shown)
    }

    /// A reviewer's word on one access.
    pub fn review_emergency(
        &self,
        call: &Call,
        record: RecordId,
        access: RowId,
        finding: ReviewFinding,
    ) -> Result<Disclosed<ToReview>, Failure> {
        self.attempt(|_| {
            self.on_access(call, record, Some(access), |loaded, change, now| {
                let Some(by) = call.caller.official().map(|it| it.id.clone()) else { return Ok(None) };
                let mut emergencies = loaded.readable.emergencies()?;
                let Some(found) = emergencies.access(access) else { return Ok(None) };
                found.reviews.push(Review { at: now, by, finding });
                let given = to_review(record, found);
                let house = found.organisation.clone();
                self.put_emergencies(&loaded.readable, change, &emergencies)?;
                for waiting in loaded.readable.base.snapshot.parked_jobs_of(record)? {
                    let review = waiting.job.kind == REVIEW;
                    if review && waits_for(loaded, waiting.job.id, &waiting.job.sealed)? == access {
                        change.done(waiting.job.id);
                    }
                }
                if let (Some(house), ReviewFinding::NotJustified) = (house, finding) {
                    change.count(&format!("emergency_not_justified {house}"));
                }
                Ok(Some(given))
            })
        })
    }

    /// Decides a reviewer's act on one record; what is not there is refused as what may not be known.
    fn on_access(
        &self,
        call: &Call,
        record: RecordId,
        named: Option<RowId>,
        look: impl FnOnce(&Loaded, &mut Change, Instant) -> Result<Option<ToReview>, Failure>,
    ) -> Result<Decided<ToReview>, Failure> {
        let (now, act, request) = (self.now(), Act::ReviewEmergency, Request::default());
        let Some(loaded) = self.load(&Target::Record(record))? else {
            return Ok(self.on_no_record(call, act, &request, now));
        };
        let decision = self.decision(call, act, &loaded.facts, None, &request, now);
        let mut account = self.account(call, act);
        let mut change = Change::on(&loaded.readable.base);
        if !decision.is_allowed() {
            return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
        }
        account.note = named.is_none().then(|| "listed".to_owned());
        Ok(match look(&loaded, &mut change, now)? {
            Some(given) => {
                account.about = Some(given.person.clone());
                Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(given) }
            }
            None => {
                let outcome = Err(Refusal::new(RefusalKind::NotFound));
                Decided { change, account: account.rejected("no such access"), outcome }
            }
        })
    }

    /// Whether somebody may review at all is decided, and traced, also where there is nothing to review.
    fn nothing_to_review(&self, call: &Call) -> Result<(), Failure> {
        let absent = model::RecordFacts::absent();
        let facts = model::RecordFacts { status: model::RecordStatus::Open { since: self.now() }, ..absent };
        let (act, request) = (Act::ReviewEmergency, Request::default());
        let decision = self.decision(call, act, &facts, None, &request, self.now());
        let account = self.account(call, act);
        if decision.is_allowed() {
            self.trace(Change::ledger(self), &account.accepted(&decision.allowed_by))?;
            return Ok(());
        }
        self.trace(Change::ledger(self), &account.refused(&decision.refused_by))?;
        Err(refusal(decision.refused_by, RefusalKind::Denied).into())
    }
}

fn to_review(record: RecordId, access: &EmergencyAccess) -> ToReview {
    ToReview {
        record,
        access: access.id,
        kind: access.window.kind,
        person: access.window.person.clone(),
        name: access.name.clone(),
        organisation: access.organisation.clone(),
        at: access.window.opened,
        category: access.category,
        contested: access.contested.is_some(),
        last: access.reviews.last().map(|it| it.finding),
    }
}

/// Which access a waiting review is about.
fn waits_for(loaded: &Loaded, job: RowId, sealed: &[u8]) -> Result<RowId, Fault> {
    let record = loaded.record();
    let place = Place { record, kind: RowKind::Queue, row: job, version: 1 };
    let opener = loaded.readable.keyring.opener(RowKind::Queue);
    let plain = opener.open(&place, sealed).map_err(|_| damaged(record, "a job"))?;
    serde_json::from_slice(&plain).map_err(|_| damaged(record, "a job"))
}
