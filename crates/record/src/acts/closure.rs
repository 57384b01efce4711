//! The certificate that a record was closed: what its holder keeps of it, with the trace and the right to reopen
//! (rules, A2).

use model::rights::ClosingReason;
use model::{Act, Instant, QualifiedIdentity, RecordId, RecordStatus, Request};

use crate::acts::life_change::because;
use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::life::Life;
use crate::records::Records;

#[derive(Clone, Debug)]
pub struct Closure {
    pub record: RecordId,
    pub identity: QualifiedIdentity,
    pub closed: Instant,
    /// In what quality.
    pub by: String,
    pub reason: ClosingReason,
    /// What the holder said to it.
    pub words: Option<String>,
    /// Until when it can be reopened, and when it is then destroyed.
    pub destroyed_on: Instant,
    pub destruction_asked: Option<Instant>,
    pub at: Instant,
}

impl Records {
    pub fn closure(&self, call: &Call, record: RecordId) -> Result<Disclosed<Closure>, Failure> {
        self.attempt(|_| {
            let (act, now, request) = (Act::ReadClosure, self.now(), Request::default());
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let account = self.account(call, act);
            let change = Change::on(&loaded.readable.base);
            if !decision.is_allowed() {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let RecordStatus::Closed { at: closed, by, reason } = loaded.status.status.clone() else {
                return Err(because("record", "it is not closed"));
            };
            let life = Life::of(&loaded.readable.base)?;
            let closure = Closure {
                record,
                identity: loaded.identity.identity.clone(),
                closed,
                by,
                reason,
                words: life.closings.last().and_then(|it| it.words.clone()),
                destroyed_on: self.destroyed_on(closed),
                destruction_asked: life.destruction_asked,
                at: now,
            };
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(closure) })
        })
    }
}
