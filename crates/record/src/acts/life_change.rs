//! What every act on a record's life does: read it, decide, write it back with the line and what must follow.

use model::{Act, Door, Instant, RecordId, RecordStatus, Request, RowKind};
use policy::{Duty, Verdict};

use crate::attempt::{Decided, Loaded, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::life::Life;
use crate::records::Records;
use crate::rows::{GateRow, LIFE, RightsRow, STATUS};

/// A record's life as it now stands.
#[derive(Clone)]
pub struct LifeView {
    pub record: RecordId,
    pub status: RecordStatus,
    pub life: Life,
    pub at: Instant,
}

impl std::fmt::Debug for LifeView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LifeView({:?}, …)", self.status)
    }
}

/// What an act changes, under way.
pub(crate) struct Stage<'a> {
    pub(crate) loaded: &'a Loaded,
    pub(crate) life: Life,
    pub(crate) status: RecordStatus,
    /// Written where an act sets it.
    pub(crate) rights: Option<RightsRow>,
    pub(crate) change: &'a mut Change,
    /// A word for the line, where the act came to something else than its name says.
    pub(crate) note: Option<&'static str>,
    pub(crate) now: Instant,
}

/// An act on a record's life: its name, what is said with it, and what it does.
pub(crate) struct LifeChange<'a> {
    pub(crate) act: Act,
    pub(crate) request: Request,
    /// An error is a rule the sender may know.
    pub(crate) apply: &'a dyn Fn(&mut Stage<'_>) -> Result<(), Failure>,
}

impl Records {
    pub(crate) fn change_life(
        &self,
        call: &Call,
        target: &Target,
        change: &LifeChange<'_>,
    ) -> Result<Disclosed<LifeView>, Failure> {
        self.target_tested(call, target)?;
        let changed = self.attempt(|_| self.decide_life(call, target, change))?;
        self.touched(call, changed.get().record);
        Ok(changed)
    }

    fn decide_life(
        &self,
        call: &Call,
        target: &Target,
        LifeChange { act, request, apply }: &LifeChange<'_>,
    ) -> Result<Decided<LifeView>, Failure> {
        let now = self.now();
        let Some(loaded) = self.load(target)? else {
            return Ok(self.on_no_record(call, *act, request, now));
        };
        let decision = self.decision(call, *act, &loaded.facts, None, request, now);
        let account = self.account(call, *act);
        let mut change = Change::on(&loaded.readable.base);
        if decision.verdict == Verdict::Refuse {
            let account = account.refused(&decision.refused_by);
            let outcome = Err(refusal(decision.refused_by, RefusalKind::Denied));
            return Ok(Decided { change, account, outcome });
        }
        let mut stage = Stage {
            loaded: &loaded,
            life: Life::of(&loaded.readable.base)?,
            status: loaded.status.status.clone(),
            rights: None,
            change: &mut change,
            note: None,
            now,
        };
        match apply(&mut stage) {
            Ok(()) => {}
            Err(Failure::Refused(no)) => {
                let change = Change::on(&loaded.readable.base);
                return Ok(Decided {
                    change,
                    account: account.rejected("nothing to change"),
                    outcome: Err(no),
                });
            }
            Err(fault) => return Err(fault),
        }
        let Stage { life, status, rights, note, .. } = stage;
        self.write_life(&loaded, &mut change, &life, &status, rights.as_ref())?;
        // a parent whose word waits for the other's has closed nothing
        let happened = *act != Act::Close || status != loaded.status.status;
        if happened && decision.duties.contains(&Duty::TellHolder) && call.caller.door != Door::Feed {
            self.tell_of(call, Some(&loaded.identity.contacts), *act, &mut change)?;
        }
        let view = LifeView { record: loaded.record(), status, life, at: now };
        let mut account = account.accepted(&decision.allowed_by);
        account.note = note.map(str::to_owned);
        Ok(Decided { change, account, outcome: Ok(view) })
    }

    /// The rows of a record's life, in one change: whoever decided before decides again.
    pub(crate) fn write_life(
        &self,
        loaded: &Loaded,
        change: &mut Change,
        life: &Life,
        status: &RecordStatus,
        rights: Option<&RightsRow>,
    ) -> Result<(), Failure> {
        let base = Some(&loaded.readable.base);
        change.bump();
        change.put(self, base, RowKind::Gate, LIFE, &GateRow::Life(Box::new(life.clone())))?;
        if *status != loaded.status.status {
            let mut row = loaded.status.clone();
            row.status = status.clone();
            change.put(self, base, RowKind::Gate, STATUS, &GateRow::Status(Box::new(row)))?;
        }
        if let Some(rights) = rights {
            change.put_rights(self, loaded, rights)?;
        }
        Ok(())
    }
}

/// Something a sender may know is wrong.
pub(crate) fn because(element: &str, says: &str) -> Failure {
    Refusal::because(element, says).into()
}
