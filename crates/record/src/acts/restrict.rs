//! What the link of a notice can do: shut the professional out, or contest an access (rules, "Notices"). Whether
//! it did is told to nobody: a used, a late and an invented link answer alike.

use model::{Act, Caller, RecordedBy, Request, RowKind};

use crate::acts::block::shut_out;
use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::{GateRow, STATUS};
use crate::upkeep::notices::link::LinkToken;

/// What whoever holds the link asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restriction {
    /// The professional is shut out.
    Block,
    /// The access was not to be.
    Contest,
}

impl Records {
    /// The same answer whatever became of it; what became of it stands in the trace.
    pub fn restrict(&self, call: &Call, token: LinkToken, what: Restriction) -> Result<(), Failure> {
        let act = match what {
            Restriction::Block => Act::Block,
            Restriction::Contest => Act::ContestEmergency,
        };
        let call = Call { caller: Caller::link(token.record), ..call.clone() };
        let done = self.attempt(|_| {
            let now = self.now();
            let nobody = Call { caller: Caller::nobody(call.caller.door), ..call.clone() };
            let Some(loaded) = self.load(&Target::Record(token.record))? else {
                return Ok(self.on_no_record(&nobody, act, &Request::default(), now));
            };
            let mut change = Change::on(&loaded.readable.base);
            let Some(link) = self.use_link(&mut change, &loaded, token, now)? else {
                // whoever invents links gets no line into somebody's trace
                return Ok(self.on_no_record(&nobody, act, &Request::default(), now));
            };
            let request = Request { about: Some(link.about.clone()), ..Request::default() };
            let decision = self.decision(&call, act, &loaded.facts, None, &request, now);
            let mut account = self.account(&call, act);
            account.about = Some(link.about.clone());
            account.note = Some("by the link of a notice".into());
            if !decision.is_allowed() {
                let change = Change::on(&loaded.readable.base);
                return Ok(Decided {
                    change,
                    account: account.refused(&decision.refused_by),
                    outcome: Ok(()),
                });
            }
            let mut rights = loaded.rights.clone();
            let shuts = what == Restriction::Block && !rights.rights.is_blocked(&link.about, now);
            if shuts {
                shut_out(&mut rights.rights, &link.about, RecordedBy::Holder, now);
                let base = Some(&loaded.readable.base);
                change.bump();
                change.put_rights(self, &loaded, &rights)?;
                let mut status = loaded.status.clone();
                status.attending.clone_from(&rights.rights.attending);
                change.put(self, base, RowKind::Gate, STATUS, &GateRow::Status(Box::new(status)))?;
            }
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(()) })
        });
        match done {
            Ok(_) => Ok(()),
            Err(Failure::Refused(no)) if no.kind == crate::RefusalKind::Denied => Ok(()),
            Err(failure) => Err(failure),
        }
    }
}
