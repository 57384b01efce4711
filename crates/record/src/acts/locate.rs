//! A feeder finds the entryUUID of what it fed, by its exact uniqueId (TD3.1b; rules, A1).

use model::{Act, DocumentStatus, EntryId, Ins, RecordId, Request, UniqueId};
use policy::Verdict;
use store::Space;
use vault::TagDomain;

use crate::account::{Fate, ObjectAccount};
use crate::attempt::{Decided, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::records::{Records, derived_row, unique_id_hash};
use crate::rows::{DocumentState, GateRow};

/// Where a document one fed is: the record and the ids its public id is made of.
#[derive(Clone, Debug)]
pub struct Located {
    pub record: RecordId,
    pub logical_id: EntryId,
    pub entry: EntryId,
    pub version: u32,
    pub status: DocumentStatus,
}

impl Records {
    /// None where there is no such document, where it is another's, or where there is no such record: alike.
    pub fn locate(
        &self,
        call: &Call,
        ins: &Ins,
        id: &UniqueId,
    ) -> Result<Disclosed<Option<Located>>, Failure> {
        self.identity_tested(call, ins)?;
        self.attempt(|_| {
            let now = self.now();
            let request = Request::default();
            let act = Act::LocateOwn;
            let Some(gate) = self.gate(ins)? else {
                let mut decided: Decided<Option<Located>> = self.on_no_record(call, act, &request, now);
                if matches!(&decided.outcome, Err(no) if no.kind == RefusalKind::Denied) {
                    decided.outcome = Ok(None);
                }
                return Ok(decided);
            };
            let account = self.account(call, act);
            let change = Change::on(&gate.base);
            let row = derived_row(&*self.parts().keeper, TagDomain::DocumentUniqueId, gate.base.record, id)?;
            let Some(GateRow::Document(state)) = gate.base.gate(row)? else {
                let decision = self.decision(call, act, &gate.facts, None, &request, now);
                let account = account.refused(&decision.refused_by);
                let outcome = neutral(refusal(decision.refused_by, RefusalKind::Denied));
                return Ok(Decided { change, account, outcome });
            };
            let decision = self.decision(call, act, &gate.facts, Some(&state.facts()), &request, now);
            let allowed = decision.verdict == Verdict::Allow;
            let fate = if allowed { Fate::Shown } else { Fate::Withheld };
            let mut account = match allowed {
                true => account.accepted(&decision.allowed_by),
                false => account.refused(&decision.refused_by),
            };
            account.objects = vec![object(&state, fate)];
            let outcome = match allowed {
                true => Ok(Some(Located {
                    record: gate.base.record,
                    logical_id: state.logical_id,
                    entry: state.entry,
                    version: state.version,
                    status: state.status,
                })),
                false => neutral(refusal(decision.refused_by, RefusalKind::Denied)),
            };
            Ok(Decided { change, account, outcome })
        })
    }
}

impl Records {
    /// Where a document with this unique id would be, for an act that then decides on it by its id. It tells nobody
    /// anything by itself: it has no line, and what has no answer here answers there as an absent document does.
    pub fn place_of(&self, id: &UniqueId) -> Result<Option<(RecordId, EntryId)>, Fault> {
        let keeper = &*self.parts().keeper;
        let hash = unique_id_hash(keeper, id)?;
        let Some(record) = self.parts().store.snapshot()?.find(Space::DocumentUniqueId, &hash)? else {
            return Ok(None);
        };
        let Some(gate) = self.gate_of(record)? else { return Ok(None) };
        let row = derived_row(keeper, TagDomain::DocumentUniqueId, record, id)?;
        match gate.base.gate(row)? {
            Some(GateRow::Document(state)) => Ok(Some((record, state.logical_id))),
            _ => Ok(None),
        }
    }
}

impl Records {
    /// The record of a person, for an act that then decides there on a document by its id. No line, as above; but to
    /// name a person is counted.
    pub fn record_named(&self, call: &Call, ins: &Ins) -> Result<Option<RecordId>, Failure> {
        self.identity_tested(call, ins)?;
        Ok(self.gate(ins)?.map(|it| it.base.record))
    }
}

fn neutral(no: Refusal) -> Result<Option<Located>, Refusal> {
    if no.kind == RefusalKind::Denied { Ok(None) } else { Err(no) }
}

fn object(state: &DocumentState, fate: Fate) -> ObjectAccount {
    ObjectAccount {
        document: Some(state.logical_id),
        type_code: state.type_code.code.clone(),
        fate,
        rules: Vec::new(),
    }
}
