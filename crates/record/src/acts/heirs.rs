//! After a death: an heir, spouse or partner asks for one named document for one of the three purposes of the law
//! (rules, A2; CSP L.1110-4 V), themself or at a counter that saw the proof of who they are. Two agents release it
//! (`two_agents.rs`), and one of the two then hands the copy over, to whom shows the proof again: so often, and so long,
//! as the profile says. Nothing of it leaves any other way.

use model::{Act, DocumentFacts, HeirPurpose, HeirRelease, RecordId, Request, RowId};

use crate::account::{Account, Fate, ObjectAccount, numbers};
use crate::acts::consult::{Document, Granted};
use crate::acts::feed::RelatesTo;
use crate::acts::search::object;
use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::life::{HeirRequest, Life};
use crate::records::Records;
use crate::rows::DocumentState;

/// A request as it stands.
#[derive(Clone, Debug)]
pub struct HeirAsk {
    pub record: RecordId,
    pub request: HeirRequest,
}

/// The copy for an heir, on its way out.
pub struct HeirCopy {
    pub document: Document,
    pub purpose: HeirPurpose,
    /// So many more may be handed over.
    pub left: u32,
}

impl Records {
    /// `proved`: the quality of heir, spouse or partner was proved by a document.
    pub fn ask_as_heir(
        &self,
        call: &Call,
        target: &Target,
        document: &RelatesTo,
        purpose: HeirPurpose,
        proved: bool,
    ) -> Result<Disclosed<HeirAsk>, Failure> {
        self.target_tested(call, target)?;
        let act = Act::AskAsHeir;
        let said = Request { quality_proved: proved, heir_purpose: Some(purpose), ..Request::default() };
        let asked = self.attempt(|_| {
            let now = self.now();
            let Some(loaded) = self.load(target)? else {
                return Ok(not_found(self.on_no_record(call, act, &said, now)));
            };
            let found = self.named_here(&loaded, document)?;
            let facts: Option<DocumentFacts> = found.as_ref().map(DocumentState::facts);
            let decision = self.decision(call, act, &loaded.facts, facts.as_ref(), &said, now);
            let account = self.account(call, act);
            let mut change = Change::on(&loaded.readable.base);
            let allowed = decision.is_allowed();
            let objects = found.as_ref().map(|state| ObjectAccount {
                document: Some(state.logical_id),
                type_code: state.type_code.code.clone(),
                fate: if allowed { Fate::Written } else { Fate::Refused },
                rules: numbers(&decision.refused_by),
            });
            let objects = objects.into_iter().collect();
            // absent and forbidden are one
            let (true, Some(state)) = (allowed, found) else {
                let account = Account { objects, ..account.refused(&decision.refused_by) };
                let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
                return Ok(Decided { change, account, outcome });
            };
            let request = HeirRequest {
                id: RowId::random(self.dice()),
                document: state.logical_id,
                purpose: purpose.into(),
                asked: now,
                released: None,
            };
            let mut life = Life::of(&loaded.readable.base)?;
            life.heirs.push(request.clone());
            self.write_life(&loaded, &mut change, &life, &loaded.status.status, None)?;
            let account = Account { objects, ..account.accepted(&decision.allowed_by) };
            let outcome = Ok(HeirAsk { record: loaded.record(), request });
            Ok(Decided { change, account, outcome })
        })?;
        self.touched(call, asked.get().record);
        Ok(asked)
    }

    /// `proved`: the quality was proved again, by whoever stands there.
    pub fn deliver_to_heir(
        &self,
        call: &Call,
        target: &Target,
        request: RowId,
        proved: bool,
    ) -> Result<Disclosed<HeirCopy>, Failure> {
        self.target_tested(call, target)?;
        let handed = self.attempt(|_| self.hand_copy(call, target, request, proved))?;
        let handed = handed.try_map(|(granted, purpose, left)| {
            let document = self.open_body(granted)?;
            Ok::<_, Failure>(HeirCopy { document, purpose, left })
        })?;
        self.touched(call, handed.get().document.record());
        Ok(handed)
    }

    fn hand_copy(
        &self,
        call: &Call,
        target: &Target,
        request: RowId,
        proved: bool,
    ) -> Result<Decided<(Granted, HeirPurpose, u32)>, Failure> {
        let (act, now) = (Act::DeliverToHeir, self.now());
        let mut said = Request { quality_proved: proved, ..Request::default() };
        let Some(view) = self.fresh(target)? else {
            return Ok(not_found(self.on_no_record(call, act, &said, now)));
        };
        let loaded = view.loaded()?;
        let mut life = Life::of(&loaded.readable.base)?;
        let asked = life.heirs.iter_mut().find(|it| it.id == request);
        said.heir_purpose = asked.as_ref().map(|it| it.purpose.into());
        said.heir_release = asked.as_ref().and_then(|it| it.released.as_ref()).map(|it| HeirRelease {
            at: it.at,
            by: [it.first.clone(), it.second.clone()],
            copies: it.copies,
        });
        let state = match &asked {
            Some(asked) => self.here(loaded, asked.document)?,
            None => None,
        };
        let facts = state.as_ref().map(DocumentState::facts);
        let decision = self.decision(call, act, &loaded.facts, facts.as_ref(), &said, now);
        let allowed = decision.is_allowed();
        let objects = state.as_ref().map(|it| object(it.logical_id, &it.type_code.code, allowed, &decision));
        let objects = objects.into_iter().collect();
        let mut change = view.change();
        let account = self.account(call, act);
        let released = asked.and_then(|it| it.released.as_mut().map(|of| (it.purpose, of)));
        // absent and forbidden are one
        let (true, Some(state), Some((purpose, released))) = (allowed, state, released) else {
            let account = Account { objects, ..account.refused(&decision.refused_by) };
            let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
            return Ok(Decided { change, account, outcome });
        };
        released.copies += 1;
        let left = self.policy().profile.heir_copies.saturating_sub(released.copies);
        let granted = self.granted(&view, &state)?;
        self.write_life(loaded, &mut change, &life, &loaded.status.status, None)?;
        let account = Account { objects, ..account.accepted(&decision.allowed_by) };
        Ok(Decided { change, account, outcome: Ok((granted, purpose.into(), left)) })
    }
}

fn not_found<T>(mut decided: Decided<T>) -> Decided<T> {
    if let Err(no) = &mut decided.outcome
        && no.kind == RefusalKind::Denied
    {
        no.kind = RefusalKind::NotFound;
    }
    decided
}
