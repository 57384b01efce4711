//! What acts on how the holder is reached and told do: read, decide, write back with the line (rules, W10).

use model::{Act, Instant, Request, RowKind};
use policy::Verdict;

use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::preferences::Preferences;
use crate::records::Records;
use crate::rows::{Contacts, IDENTITY, Identity};

/// How the holder is reached and told, as it now stands.
#[derive(Clone, Debug)]
pub struct Reach {
    pub contacts: Contacts,
    pub preferences: Preferences,
}

impl Records {
    pub(crate) fn change_identity(
        &self,
        call: &Call,
        target: &Target,
        act: Act,
        apply: impl Fn(&mut Identity, Instant) -> Result<(), Refusal>,
        tell: impl Fn(&mut Change, &Identity, &Identity) -> Result<(), crate::failure::Fault>,
    ) -> Result<Disclosed<Reach>, Failure> {
        self.target_tested(call, target)?;
        self.attempt(|_| {
            let now = self.now();
            let request = Request::default();
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let account = self.account(call, act);
            let mut change = Change::on(&loaded.readable.base);
            if decision.verdict == Verdict::Refuse {
                let account = account.refused(&decision.refused_by);
                let outcome = Err(refusal(decision.refused_by, RefusalKind::Denied));
                return Ok(Decided { change, account, outcome });
            }
            let mut identity = loaded.identity.clone();
            if let Err(no) = apply(&mut identity, now) {
                let account = account.rejected("nothing to change");
                return Ok(Decided { change, account, outcome: Err(no) });
            }
            change.put(self, Some(&loaded.readable.base), RowKind::Identity, IDENTITY, &identity)?;
            tell(&mut change, &loaded.identity, &identity)?;
            let Identity { contacts, preferences, .. } = identity;
            let account = account.accepted(&decision.allowed_by);
            Ok(Decided { change, account, outcome: Ok(Reach { contacts, preferences }) })
        })
    }
}
