//! Emergency access. The rules of emergencies (A18 to A21) come with a later issue; until then the decision
//! refuses, and the attempt is traced like any other.

use model::{Act, Ins, Purpose, Request};

use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;

impl Records {
    pub fn break_glass(&self, call: &Call, ins: &Ins, reason: &str) -> Result<Disclosed<()>, Failure> {
        let call = Call { purpose: Purpose::BreakGlass { reason: reason.to_owned() }, ..call.clone() };
        self.identity_tested(&call, ins)?;
        self.attempt(|_| {
            let now = self.now();
            let request = Request::default();
            let Some(loaded) = self.load(&Target::Ins(ins.clone()))? else {
                return Ok(self.on_no_record(&call, Act::BreakGlass, &request, now));
            };
            let decision = self.decision(&call, Act::BreakGlass, &loaded.facts, None, &request, now);
            let account = self.account(&call, Act::BreakGlass);
            let mut change = Change::on(&loaded.readable.base);
            if decision.is_allowed() {
                self.tell_of_emergency(&call, &loaded, &mut change)?;
            }
            Ok(match decision.is_allowed() {
                true => Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(()) },
                false => Decided {
                    change,
                    account: account.refused(&decision.refused_by),
                    outcome: Err(refusal(decision.refused_by, RefusalKind::Denied)),
                },
            })
        })
    }
}
