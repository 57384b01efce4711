//! Whom the holder let in and shut out (TD1.6), for the attending doctor, who may shut out another at the holder's
//! request (rules, W10). The holder has it on their own pages.

use std::collections::BTreeMap;

use model::{Act, Grantee, Instant, Request, Rights};

use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;

/// Somebody who is let in, or shut out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LetIn {
    pub who: Grantee,
    /// Shut out: whatever else was given gives nothing.
    pub blocked: bool,
    pub attending: bool,
    pub since: Instant,
    /// None: until it is ended.
    pub until: Option<Instant>,
}

impl Records {
    /// Everybody whom the rights in force name.
    pub fn list_authorised(&self, call: &Call, target: &Target) -> Result<Disclosed<Vec<LetIn>>, Failure> {
        self.target_tested(call, target)?;
        let mut record = None;
        let listed = self.attempt(|_| {
            let (act, request, now) = (Act::ListAuthorised, Request::default(), self.now());
            let Some(loaded) = self.load(target)? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            record = Some(loaded.record());
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let account = self.account(call, act);
            let change = Change::on(&loaded.readable.base);
            if !decision.is_allowed() {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let all = in_force(&loaded.rights.rights, now);
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(all) })
        })?;
        if let Some(record) = record {
            self.touched(call, record);
        }
        Ok(listed)
    }
}

/// One line for each, in an order that tells nothing.
fn in_force(rights: &Rights, now: Instant) -> Vec<LetIn> {
    let mut all: BTreeMap<Grantee, LetIn> = BTreeMap::new();
    for it in rights.authorisations.iter().filter(|it| it.is_in_force(now)) {
        let one = LetIn {
            who: it.to.clone(),
            blocked: false,
            attending: false,
            since: it.from,
            until: Some(it.until),
        };
        all.insert(it.to.clone(), one);
    }
    for it in rights.attending.iter().filter(|it| it.is_in_force(now)) {
        let who = Grantee::Person(it.person.clone());
        let since = it.confirmed.unwrap_or(it.declared);
        let one = LetIn { who: who.clone(), blocked: false, attending: true, since, until: None };
        all.insert(who, one);
    }
    for it in rights.blocks.iter().filter(|it| it.is_in_force(now)) {
        let who = Grantee::Person(it.person.clone());
        let one = LetIn { who: who.clone(), blocked: true, attending: false, since: it.since, until: None };
        all.insert(who, one);
    }
    all.into_values().collect()
}
