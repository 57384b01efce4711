//! A record as the feed door knows it: through the gate rows, and nothing else (design, invariant 6).

use model::{EmergencyChoices, Ins, RecordFacts, RecordId, Rights, RowKind};

use crate::base::{Base, damaged};
use crate::failure::Fault;
use crate::life::Life;
use crate::records::Records;
use crate::rows::{GateRow, GateStatus, STATUS};

pub(crate) struct Gate {
    pub(crate) base: Base,
    pub(crate) status: GateStatus,
    pub(crate) facts: RecordFacts,
}

impl Records {
    pub(crate) fn gate(&self, ins: &Ins) -> Result<Option<Gate>, Fault> {
        let Some(record) = self.find_by_ins(ins)? else { return Ok(None) };
        let gate = self.gate_of(record)?.ok_or(damaged(record, "the finder of the INS"))?;
        if gate.status.ins() != ins {
            return Err(damaged(record, "the finder of the INS"));
        }
        Ok(Some(gate))
    }

    /// The same, of a record known by its id.
    pub(crate) fn gate_of(&self, record: RecordId) -> Result<Option<Gate>, Fault> {
        let base = if record == self.inner().ledger.record { None } else { self.base(record)? };
        // a book is no record of a person
        let Some(base) = base.filter(|it| it.mark(RowKind::Gate, STATUS).is_some()) else { return Ok(None) };
        let Some(GateRow::Status(status)) = base.gate(STATUS)? else {
            return Err(damaged(record, "the status"));
        };
        // of the rights, feeding knows the attending doctors and what is opposed
        let mut rights = Rights::new(EmergencyChoices { break_glass: false, regulation: false });
        rights.attending.clone_from(&status.attending);
        let facts = RecordFacts {
            record: Some(record),
            status: status.status.clone(),
            rights,
            ..RecordFacts::absent()
        };
        let facts = Life::of(&base)?.into_facts(facts);
        Ok(Some(Gate { base, status: *status, facts }))
    }
}
