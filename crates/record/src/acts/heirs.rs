//! After a death: an heir, spouse or partner asks for one named document for one of the three purposes of the law
//! (rules, A2; CSP L.1110-4 V), themself or at a counter that saw the proof of who they are. Two agents release it
//! (`two_agents.rs`). None of them sees what it says.

use model::{Act, DocumentFacts, HeirPurpose, RecordId, Request, RowId};

use crate::account::{Account, Fate, ObjectAccount, numbers};
use crate::acts::feed::RelatesTo;
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
                return Ok(self.on_no_record(call, act, &said, now));
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
}
