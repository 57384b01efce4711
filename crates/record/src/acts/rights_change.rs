//! What every act on rights does: read the rights, decide, write them back with the line (rules, W10).

use model::{Act, Instant, PsIdNat, RecordedBy, Request, Rights, RowKind};
use policy::Verdict;

use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::{GateRow, STATUS};
use crate::upkeep::notices::Notice;

/// The rights as they now stand.
#[derive(Clone, Debug)]
pub struct RightsView {
    pub record: model::RecordId,
    pub rights: Rights,
    pub at: Instant,
}

/// An act on rights: its name, whom it is about, and what it does to the rights.
pub(crate) struct RightsChange<'a, F> {
    pub(crate) act: Act,
    pub(crate) about: Option<&'a PsIdNat>,
    /// Changes the rights; an error is a rule the sender may know (nothing to revoke).
    pub(crate) apply: F,
}

impl Records {
    pub(crate) fn change_rights<F>(
        &self,
        call: &Call,
        target: &Target,
        change: &RightsChange<'_, F>,
    ) -> Result<Disclosed<RightsView>, Failure>
    where
        F: Fn(&mut Rights, RecordedBy, Instant) -> Result<(), Refusal>,
    {
        self.target_tested(call, target)?;
        let changed = self.attempt(|_| self.decide_rights(call, target, change))?;
        self.touched(call, changed.get().record);
        Ok(changed)
    }

    fn decide_rights<F>(
        &self,
        call: &Call,
        target: &Target,
        RightsChange { act, about, apply }: &RightsChange<'_, F>,
    ) -> Result<Decided<RightsView>, Failure>
    where
        F: Fn(&mut Rights, RecordedBy, Instant) -> Result<(), Refusal>,
    {
        let now = self.now();
        let request = Request { about: about.cloned(), form: call.agent_s_form(), ..Request::default() };
        let Some(loaded) = self.load(target)? else {
            return Ok(self.on_no_record(call, *act, &request, now));
        };
        let decision = self.decision(call, *act, &loaded.facts, None, &request, now);
        let mut account = self.account(call, *act);
        account.about = about.cloned();
        let mut change = Change::on(&loaded.readable.base);
        if decision.verdict == Verdict::Refuse {
            return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
        }
        let mut rights = loaded.rights.clone();
        if let Err(no) = apply(&mut rights.rights, call.recorded_by(), now) {
            return Ok(Decided { change, account: account.rejected("nothing to change"), outcome: Err(no) });
        }
        let base = &loaded.readable.base;
        change.bump();
        change.put_rights(self, &loaded, &rights)?;
        if rights.rights.attending != loaded.rights.rights.attending {
            let mut status = loaded.status.clone();
            status.attending.clone_from(&rights.rights.attending);
            change.put(self, Some(base), RowKind::Gate, STATUS, &GateRow::Status(Box::new(status)))?;
        }
        self.end_windows(&loaded.readable, &mut change, &rights.rights, now)?;
        self.tell_holder(call, *act, &mut change)?;
        let view = RightsView { record: loaded.record(), rights: rights.rights, at: now };
        Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(view) })
    }

    /// What somebody else recorded, the holder is told at once (rules, "Notices").
    fn tell_holder(&self, call: &Call, act: Act, change: &mut Change) -> Result<(), Failure> {
        if let Some(professional) = call.caller.professional() {
            let (by, who) = (professional.name.clone(), professional.id.clone());
            change.tell(self, Notice::RightsBy { by, who, act })?;
        }
        Ok(())
    }
}
