//! Whoever opened a window of emergency ends it (rules, A18): at logout, or as soon as it is not needed. It is dead in the
//! record, not in the session alone: whoever still holds the session reads nothing through it.

use model::{Act, Request};

use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;

impl Records {
    /// The caller's windows of this session, on this record.
    pub fn end_emergency(&self, call: &Call, target: &Target) -> Result<Disclosed<()>, Failure> {
        self.target_tested(call, target)?;
        self.attempt(|_| {
            let (act, now, request) = (Act::EndEmergency, self.now(), Request::default());
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let account = self.account(call, act);
            let mut change = Change::on(&loaded.readable.base);
            let (true, Some(person)) = (decision.is_allowed(), call.caller.professional()) else {
                let account = account.refused(&decision.refused_by);
                let outcome = Err(refusal(decision.refused_by, RefusalKind::Denied));
                return Ok(Decided { change, account, outcome });
            };
            let mut emergencies = loaded.readable.emergencies()?;
            for window in emergencies.accesses.iter_mut().map(|it| &mut it.window) {
                let own = window.person == person.id && Some(&window.session) == call.caller.session.as_ref();
                if own && window.ended.is_none() {
                    window.ended = Some(now);
                }
            }
            self.put_emergencies(&loaded.readable, &mut change, &emergencies)?;
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(()) })
        })
    }
}
