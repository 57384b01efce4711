//! "Ce n'était pas une urgence": the holder contests an emergency access, from its line in the trace.

use model::{Act, RecordId, Request, RowId};

use crate::acts::review::REVIEW;
use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::emergencies::EmergencyAccess;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;

impl Records {
    /// `access`: the request that opened the window, as its trace line names it. It goes back to the reviewers.
    pub fn contest_emergency(
        &self,
        call: &Call,
        record: RecordId,
        access: RowId,
    ) -> Result<Disclosed<EmergencyAccess>, Failure> {
        self.attempt(|_| {
            let (now, act, request) = (self.now(), Act::ContestEmergency, Request::default());
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let account = self.account(call, act);
            let mut change = Change::on(&loaded.readable.base);
            if !decision.is_allowed() {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let mut emergencies = loaded.readable.emergencies()?;
            let Some(found) = emergencies.access(access) else {
                let account = account.rejected("no such access");
                let outcome = Err(Refusal::new(RefusalKind::NotFound));
                return Ok(Decided { change, account, outcome });
            };
            if found.contested.is_some() {
                let no = Refusal::because("request", "this access is contested already");
                return Ok(Decided {
                    change,
                    account: account.rejected("contested already"),
                    outcome: Err(no),
                });
            }
            found.contested = Some(now);
            let given = found.clone();
            let mut account = account.accepted(&decision.allowed_by);
            account.about = Some(given.window.person.clone());
            self.put_emergencies(&loaded.readable, &mut change, &emergencies)?;
            // reviewed already, it is looked at again; waiting, it is there twice and shown once
            change.park(self, REVIEW, &access)?;
            if let Some(house) = &given.organisation {
                change.count(&format!("{act} {house}"));
            }
            Ok(Decided { change, account, outcome: Ok(given) })
        })
    }
}
