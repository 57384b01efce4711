//! The holder's own view of their record: identity, rights, documents.

use model::{
    Act, Attending, Authorisation, Block, DocumentEntry, EmergencyChoices, Instant, QualifiedIdentity,
};
use model::{RecordId, RecordStatus, Request};
use policy::Verdict;

use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::circle::AccountOf;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;
use crate::rows::Contacts;

/// A record as its holder sees it.
#[derive(Clone, Debug)]
pub struct Overview {
    pub record: RecordId,
    pub identity: QualifiedIdentity,
    /// How who looks is reached: nobody sees another's (rules, A10).
    pub contacts: Contacts,
    pub status: RecordStatus,
    pub authorisations: Vec<Authorisation>,
    pub blocks: Vec<Block>,
    pub attending: Vec<Attending>,
    pub emergency: EmergencyChoices,
    pub at: Instant,
}

/// One of the holder's documents.
pub type OwnDocument = DocumentEntry;

impl Records {
    pub fn overview(&self, call: &Call, record: RecordId) -> Result<Disclosed<Overview>, Failure> {
        self.attempt(|_| {
            let now = self.now();
            let request = Request::default();
            let act = Act::ReadRights;
            let Some(loaded) = self.load(&Target::Record(record))? else {
                return Ok(self.on_no_record(call, act, &request, now));
            };
            let decision = self.decision(call, act, &loaded.facts, None, &request, now);
            let account = self.account(call, act);
            let change = Change::on(&loaded.readable.base);
            if decision.verdict == Verdict::Refuse {
                return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
            }
            let rights = loaded.rights.rights.clone();
            let view = Overview {
                record,
                identity: loaded.identity.identity.clone(),
                contacts: loaded.identity.contacts_of(AccountOf::of(&call.caller)),
                status: loaded.status.status.clone(),
                authorisations: rights.authorisations,
                blocks: rights.blocks,
                attending: rights.attending,
                emergency: rights.emergency,
                at: now,
            };
            Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(view) })
        })
    }
}
