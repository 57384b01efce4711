//! Whose record: a holder's own, and those they act in as representative. Each is opened, decided and traced
//! (design, "Storage": lists over several records); what their own record says of it is a hint.

use model::{Act, Name, Person, RecordId, Request};

use crate::attempt::{Decided, Target, refusal};
use crate::call::Call;
use crate::circle::{AccountOf, Represented};
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;

/// A record somebody may open with the session they have.
#[derive(Clone, Debug)]
pub struct Whose {
    pub record: RecordId,
    pub account: AccountOf,
    pub given: Name,
    pub family: Name,
}

/// Of one's own list at most so many are opened.
const MOST: usize = 50;

impl Records {
    /// The caller's own record first, then those where a mandate of theirs is in force.
    pub fn whose(&self, call: &Call) -> Result<Vec<Disclosed<Whose>>, Failure> {
        let (own, account) = match call.caller.person.proved() {
            Some(Person::Holder { record }) => (*record, AccountOf::Holder),
            Some(Person::Representative { record, mandate }) => {
                (*record, AccountOf::Representative(*mandate))
            }
            Some(Person::Relative { record, tie }) => (*record, AccountOf::Relative(*tie)),
            _ => return Err(Refusal::new(RefusalKind::Denied).into()),
        };
        let mut represents = Vec::new();
        let mut all = vec![self.one_of_them(call, own, account, Some(&mut represents))?];
        for Represented { record, mandate } in represents.into_iter().take(MOST) {
            let account = AccountOf::Representative(mandate);
            let theirs = Call { caller: account.caller(record), ..call.clone() };
            match self.one_of_them(&theirs, record, account, None) {
                Ok(whose) => all.push(whose),
                // ended, restricted, of age, closed: no longer theirs
                Err(Failure::Refused(_)) => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(all)
    }

    /// A session for another record of the caller's list: the two factors were proved for their own.
    pub fn act_in(&self, call: &Call, record: RecordId) -> Result<AccountOf, Failure> {
        let listed = self.whose(call)?;
        let found = listed.iter().map(Disclosed::get).find(|it| it.record == record);
        found.map(|it| it.account).ok_or_else(|| Refusal::new(RefusalKind::NotFound).into())
    }

    fn one_of_them(
        &self,
        call: &Call,
        record: RecordId,
        account: AccountOf,
        mut represents: Option<&mut Vec<Represented>>,
    ) -> Result<Disclosed<Whose>, Failure> {
        self.attempt(|_| {
            let now = self.now();
            let (act, request) = (Act::LogIn, Request::default());
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let mut told = self.account(call, act);
            told.note = Some("whose record".into());
            let change = Change::on(&loaded.readable.base);
            if !decision.is_allowed() {
                let account = told.refused(&decision.refused_by);
                let outcome = Err(refusal(decision.refused_by, RefusalKind::Denied));
                return Ok(Decided { change, account, outcome });
            }
            if let Some(represents) = represents.as_deref_mut() {
                represents.clone_from(&loaded.identity.circle.represents);
            }
            let traits = &loaded.identity.identity.traits;
            let whose = Whose {
                record,
                account,
                given: traits.first_given.clone(),
                family: traits.used_name.as_ref().unwrap_or(&traits.birth_name).clone(),
            };
            Ok(Decided { change, account: told.accepted(&decision.allowed_by), outcome: Ok(whose) })
        })
    }
}
