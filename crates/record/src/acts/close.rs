//! Closing a record (TD1.6; rules, W11; CSP R.1111-36): by its holder, at once; of a child, by every holder of
//! parental authority; by the service on a notice of death or for fraud. What is closed answers as absent.

use jiff::SignedDuration;
use model::rights::ClosingReason;
use model::{Act, Caller, Instant, MandateKind, Person, RecordId, RecordStatus, Request, RowId, SignedForm};
use policy::{days_later, years_later};

use crate::acts::life_change::{LifeChange, LifeView, Stage};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault};
use crate::life;
use crate::records::Records;
use crate::upkeep::clock::Due;

/// So long one parent's word waits for the other's (choice).
const AGREEMENT_DAYS: u32 = 30;
/// So long before a record is destroyed its holder is told (choice).
const WARNING: SignedDuration = SignedDuration::from_hours(24 * 30);

/// What came of asking to close.
#[derive(Clone, Debug)]
pub enum Closing {
    Closed {
        record: RecordId,
        at: Instant,
        destroyed_on: Instant,
    },
    /// Of a child: every other holder of parental authority must want it too.
    Waits,
}

impl Records {
    /// `form`: an agent enters what the holder signed.
    pub fn close(
        &self,
        call: &Call,
        target: &Target,
        form: Option<SignedForm>,
    ) -> Result<Disclosed<Closing>, Failure> {
        self.close_saying(call, target, form, None)
    }

    /// `words`: what the holder says to it, kept with the closing.
    pub fn close_saying(
        &self,
        call: &Call,
        target: &Target,
        form: Option<SignedForm>,
        words: Option<&str>,
    ) -> Result<Disclosed<Closing>, Failure> {
        let by = quality(&call.caller);
        let agreed = self.agreed_to_close(call, target)?;
        let request = Request { form, agreed, ..Request::default() };
        let change = LifeChange {
            act: Act::Close,
            request,
            apply: &|stage| {
                if self.waits_for_others(call, stage) {
                    stage.note = Some("waits for the other holders of parental authority");
                    return Ok(());
                }
                self.end(stage, by, ClosingReason::Request)?;
                if let Some(closing) = stage.life.closings.last_mut() {
                    closing.words = words.map(str::to_owned);
                }
                Ok(())
            },
        };
        let closed = self.change_life(call, target, &change)?;
        closed.try_map(|view: LifeView| {
            let RecordStatus::Closed { at, .. } = view.status else { return Ok(Closing::Waits) };
            let destroyed_on = self.destroyed_on(at);
            Ok(Closing::Closed { record: view.record, at, destroyed_on })
        })
    }

    /// The holders of parental authority other than the caller, all of them: that each has said so is looked at
    /// where the record is closed, and a word that is the caller's own is taken down meanwhile.
    fn agreed_to_close(&self, call: &Call, target: &Target) -> Result<Vec<RowId>, Fault> {
        if own_mandate(&call.caller).is_none() {
            return Ok(Vec::new());
        }
        let loaded = self.load(target)?;
        Ok(loaded.map(|it| it.facts.mandates.iter().map(|it| it.id).collect()).unwrap_or_default())
    }

    /// Takes a parent's word down; true where another's is missing.
    fn waits_for_others(&self, call: &Call, stage: &mut Stage<'_>) -> bool {
        let Some(own) = own_mandate(&call.caller) else { return false };
        let (now, want) = (stage.now, &mut stage.life.want_closed);
        want.retain(|(who, since)| *who != own && now < days_later(*since, AGREEMENT_DAYS));
        want.push((own, now));
        let mandates = &stage.loaded.facts.mandates;
        mandates.iter().any(|it| {
            it.kind == MandateKind::ParentalAuthority
                && it.is_in_force(now)
                && !stage.life.want_closed.iter().any(|(who, _)| *who == it.id)
        })
    }

    /// The record is closed with this line; what time then brings is asked for.
    pub(crate) fn end(&self, stage: &mut Stage<'_>, by: &str, reason: ClosingReason) -> Result<(), Fault> {
        let now = stage.now;
        stage.status = RecordStatus::Closed { at: now, by: by.to_owned(), reason };
        stage.life.want_closed.clear();
        stage.life.closings.push(life::Closing {
            at: now,
            by: by.to_owned(),
            reason,
            reopened: None,
            words: None,
        });
        let destroyed_on = self.destroyed_on(now);
        stage.change.due(self, destroyed_on.minus(WARNING), &Due::Warn { closed: now })?;
        stage.change.due(self, destroyed_on, &Due::Destroy)
    }

    /// By the clock (rules, W13).
    pub(crate) fn destroyed_on(&self, closed: Instant) -> Instant {
        years_later(closed, self.policy().profile.kept_after_closing_years)
    }
}

fn own_mandate(caller: &Caller) -> Option<RowId> {
    match caller.person.proved() {
        Some(Person::Representative { mandate, .. }) => Some(*mandate),
        _ => None,
    }
}

/// Who closes, by their quality and never their name.
fn quality(caller: &Caller) -> &'static str {
    match caller.person.proved() {
        Some(Person::Holder { .. }) => "titulaire",
        Some(Person::Representative { .. }) => "titulaires de l'autorité parentale",
        Some(Person::Agent(_)) => "accueil, sur demande signée du titulaire",
        _ => "service",
    }
}
