//! After a death: an heir, spouse or partner asks for one named document for one of the three purposes of the law,
//! and two agents release it (rules, A2; CSP L.1110-4 V). Neither sees what it says.

use model::{Act, DocumentFacts, EntryId, HeirPurpose, PsIdNat, RecordId, Request, RowId};
use policy::Verdict;

use crate::account::{Account, Fate, ObjectAccount, numbers};
use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::life::{HeirRequest, Life, Release};
use crate::records::Records;
use crate::rows::DocumentState;

/// A request as it stands.
#[derive(Clone, Debug)]
pub struct HeirAsk {
    pub record: RecordId,
    pub request: HeirRequest,
}

impl Records {
    /// `proved`: the quality of heir, spouse or partner was proved by a document.
    pub fn ask_as_heir(
        &self,
        call: &Call,
        record: RecordId,
        document: EntryId,
        purpose: HeirPurpose,
        proved: bool,
    ) -> Result<Disclosed<HeirAsk>, Failure> {
        let request = Request { quality_proved: proved, heir_purpose: Some(purpose), ..Request::default() };
        self.on_heirs(call, record, Act::AskAsHeir, &request, |life, states, now| {
            let found = states.iter().find(|it| it.is_known_as(document)).cloned()?;
            let id = RowId::random(self.dice());
            let request = HeirRequest {
                id,
                document: found.logical_id,
                purpose: purpose.into(),
                asked: now,
                released: None,
            };
            Some((found, request, life.heirs.len()))
        })
    }

    /// By an agent and a `second`, as proved.
    pub fn release_to_heir(
        &self,
        call: &Call,
        record: RecordId,
        asked: RowId,
        second: &PsIdNat,
        proved: bool,
    ) -> Result<Disclosed<HeirAsk>, Failure> {
        let purpose = self
            .load(&Target::Record(record))?
            .map(|it| Life::of(&it.readable.base))
            .transpose()?
            .and_then(|life| life.heirs.iter().find(|it| it.id == asked).map(|it| it.purpose.into()));
        let request = Request {
            quality_proved: proved,
            heir_purpose: purpose,
            second: Some(second.clone()),
            ..Request::default()
        };
        let first = call.caller.agent().map(|it| it.id.clone());
        self.on_heirs(call, record, Act::ReleaseToHeir, &request, |life, states, now| {
            let place = life.heirs.iter().position(|it| it.id == asked && it.released.is_none())?;
            let mut request = life.heirs.get(place).cloned()?;
            let found = states.iter().find(|it| it.logical_id == request.document).cloned()?;
            let first = first.clone()?;
            request.released = Some(Release { at: now, first, second: second.clone() });
            Some((found, request, place))
        })
    }

    /// Decides on the document that `of` finds, and writes its request in its place.
    fn on_heirs(
        &self,
        call: &Call,
        record: RecordId,
        act: Act,
        request: &Request,
        of: impl Fn(&Life, &[DocumentState], model::Instant) -> Option<(DocumentState, HeirRequest, usize)>,
    ) -> Result<Disclosed<HeirAsk>, Failure> {
        self.attempt(|_| {
            let now = self.now();
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(self.on_no_record(call, act, request, now));
            };
            let states = self.states(&loaded)?;
            let mut life = Life::of(&loaded.readable.base)?;
            let found = of(&life, &states, now);
            let facts: Option<DocumentFacts> = found.as_ref().map(|(state, ..)| state.facts());
            let decision = self.decision(call, act, &loaded.facts, facts.as_ref(), request, now);
            let account = self.account(call, act);
            let refused = |account: Account, no: Refusal| {
                let change = Change::on(&loaded.readable.base);
                Ok(Decided { change, account, outcome: Err(no) })
            };
            let Some((state, request, place)) = found else {
                let account = account.refused(&decision.refused_by);
                return refused(account, refusal(decision.refused_by, RefusalKind::NotFound));
            };
            let allowed = decision.verdict == Verdict::Allow;
            let objects = vec![ObjectAccount {
                document: Some(state.logical_id),
                type_code: state.type_code.code.clone(),
                fate: if allowed { Fate::Written } else { Fate::Refused },
                rules: numbers(&decision.refused_by),
            }];
            if !allowed {
                let account = Account { objects, ..account.refused(&decision.refused_by) };
                return refused(account, refusal(decision.refused_by, RefusalKind::NotFound));
            }
            match life.heirs.get_mut(place) {
                Some(there) => *there = request.clone(),
                None => life.heirs.push(request.clone()),
            }
            let change = self.heirs_change(&loaded, &life)?;
            let account = Account { objects, ..account.accepted(&decision.allowed_by) };
            Ok(Decided { change, account, outcome: Ok(HeirAsk { record, request }) })
        })
    }

    fn heirs_change(&self, loaded: &Loaded, life: &Life) -> Result<Change, Failure> {
        let mut change = Change::on(&loaded.readable.base);
        self.write_life(loaded, &mut change, life, &loaded.status.status, None)?;
        Ok(change)
    }
}
