//! A record as the feed door knows it: through the gate rows, and nothing else (design, invariant 6).

use model::{EmergencyChoices, Ins, RecordFacts, Rights};

use crate::base::{Base, damaged};
use crate::failure::Fault;
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
        let base = if record == self.inner().ledger.record { None } else { self.base(record)? };
        let base = base.ok_or(damaged(record, "the finder of the INS"))?;
        let Some(GateRow::Status(status)) = base.gate(STATUS)? else {
            return Err(damaged(record, "the status"));
        };
        if status.ins() != ins {
            return Err(damaged(record, "the finder of the INS"));
        }
        // of the rights, feeding knows the attending doctors alone
        let mut rights = Rights::new(EmergencyChoices { break_glass: false, regulation: false });
        rights.attending.clone_from(&status.attending);
        let facts = RecordFacts {
            record: Some(record),
            status: status.status.clone(),
            rights,
            ..RecordFacts::absent()
        };
        Ok(Some(Gate { base, status: *status, facts }))
    }
}
