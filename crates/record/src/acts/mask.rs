//! Masking a document from professionals, and unmasking it (TD3.3a; rules, A16 and W8).

use model::{Act, DocumentEntry, DocumentStatus, EntryId, RecordId, RelationKind, Request, RowKind};
use policy::Verdict;

use crate::account::{Fate, ObjectAccount};
use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;
use crate::rows::{DocumentState, GateRow};

impl Records {
    /// Masks a document and the ones it replaced (rules, W5: masking covers the chain).
    pub fn mask(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Disclosed<DocumentEntry>, Failure> {
        let given = self.attempt(|_| self.decide_mask(call, record, id, Act::Mask))?;
        self.touched(call, record);
        Ok(given)
    }

    /// Unmasks one version.
    pub fn unmask(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Disclosed<DocumentEntry>, Failure> {
        let given = self.attempt(|_| self.decide_mask(call, record, id, Act::Unmask))?;
        self.touched(call, record);
        Ok(given)
    }

    pub(super) fn decide_mask(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        act: Act,
    ) -> Result<Decided<DocumentEntry>, Failure> {
        let now = self.now();
        let request = Request { asked_deprecated: true, asked_archived: true, ..Request::default() };
        let Some(loaded) = self.load(&Target::Record(record))? else {
            return Ok(self.on_no_record(call, act, &request, now));
        };
        let account = self.account(call, act);
        let mut change = Change::on(&loaded.readable.base);
        let states = self.states(&loaded)?;
        let Some(state) = states.iter().find(|it| it.is_known_as(id)) else {
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::NotFound));
        };
        let decision = self.decision(call, act, &loaded.facts, Some(&state.facts()), &request, now);
        let fate = if decision.verdict == Verdict::Allow { Fate::Written } else { Fate::Refused };
        let object = |state: &DocumentState| ObjectAccount {
            document: Some(state.logical_id),
            type_code: state.type_code.code.clone(),
            fate,
            rules: crate::account::numbers(&decision.refused_by),
        };
        if decision.verdict == Verdict::Refuse {
            let mut account = account.refused(&decision.refused_by);
            account.objects = vec![object(state)];
            let outcome = Err(refusal(decision.refused_by, RefusalKind::NotFound));
            return Ok(Decided { change, account, outcome });
        }
        if let Err(stale) = call.meets(state.version) {
            let account = account.rejected("another version");
            return Ok(Decided { change, account, outcome: Err(stale) });
        }
        let masked = act == Act::Mask;
        let mut account = account.accepted(&decision.allowed_by);
        let mut given = state.clone();
        let chain = if masked { chain_of(&states, state) } else { vec![state.clone()] };
        for mut link in chain {
            if link.visibility.masked != masked {
                link.visibility.masked = masked;
                link.minors_own = masked && self.is_minors_own(call, &loaded.facts, now);
                link.next_version(EntryId::random(self.dice()), now);
                let row = GateRow::Document(Box::new(link.clone()));
                let base = &loaded.readable.base;
                change.put(self, Some(base), RowKind::Gate, link.logical_id.into(), &row)?;
                change.bump();
            }
            account.objects.push(object(&link));
            if link.logical_id == given.logical_id {
                given = link;
            }
        }
        let details = self.details(&loaded, &given)?;
        Ok(Decided { change, account, outcome: Ok(given.entry(&details)) })
    }
}

/// A document and every one it stands in for, as far back as there is something to hide.
pub(crate) fn chain_of(states: &[DocumentState], from: &DocumentState) -> Vec<DocumentState> {
    let mut chain = vec![from.clone()];
    let mut place = 0;
    while let Some(link) = chain.get(place).cloned() {
        let replaced =
            link.relations.iter().filter(|it| it.kind == RelationKind::Replaces).map(|it| it.target);
        for target in replaced {
            let before = states.iter().find(|it| it.is_known_as(target));
            if let Some(before) = before
                && !matches!(before.status, DocumentStatus::Deleted { .. })
                && !chain.iter().any(|it| it.logical_id == before.logical_id)
            {
                chain.push(before.clone());
            }
        }
        place += 1;
    }
    chain
}
