//! Whether a record exists and may be used (TD0.2): the one act that tells a record's status (rules, A1).

use model::{Act, Door, Ins, QualifiedIdentity, RecordId, RecordStatus, Request};
use policy::Verdict;

use crate::attempt::{Decided, Target};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, RefusalKind};
use crate::records::Records;

/// What TD0.2 answers.
#[derive(Clone, Debug)]
pub struct StatusView {
    pub record: Option<RecordId>,
    pub status: RecordStatus,
    pub authorisation: AuthorisationStatus,
    /// The caller is the attending doctor: in force, or pending the holder's word.
    pub attending: bool,
    pub attending_pending: bool,
    /// The identity, for who comes to care: a feeder learns a status.
    pub identity: Option<QualifiedIdentity>,
}

/// The caller's authorisation as TD0.2 words it (EF_DMP04_01).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AuthorisationStatus {
    Valid,
    Expired,
    None,
    Forbidden,
}

impl AuthorisationStatus {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Valid => "VALIDE",
            Self::Expired => "EXPIRE",
            Self::None => "NON_EXISTE",
            Self::Forbidden => "INTERDIT",
        }
    }
}

impl Records {
    pub fn know_status(&self, call: &Call, ins: &Ins) -> Result<Disclosed<StatusView>, Failure> {
        self.identity_tested(call, ins)?;
        self.attempt(|_| self.decide_status(call, ins))
    }

    fn decide_status(&self, call: &Call, ins: &Ins) -> Result<Decided<StatusView>, Failure> {
        let now = self.now();
        let request = Request::default();
        let loaded = self.load(&Target::Ins(ins.clone()))?;
        let facts = loaded.as_ref().map_or_else(model::RecordFacts::absent, |it| it.facts.clone());
        let decision = self.decision(call, Act::KnowStatus, &facts, None, &request, now);
        let account = self.account(call, Act::KnowStatus);
        let change = loaded.as_ref().map_or_else(|| Change::ledger(self), |it| Change::on(&it.readable.base));
        if decision.verdict == Verdict::Refuse {
            return Ok(Decided::refused(change, account, decision.refused_by, RefusalKind::Denied));
        }
        let authorisation = authorisation(call, &facts, now);
        // an INS shall not be a way to look up a name: the traits are for who may read the record
        let may_know = authorisation == AuthorisationStatus::Valid && call.caller.door != Door::Feed;
        let view = StatusView {
            record: facts.record,
            status: facts.status.clone(),
            authorisation,
            attending: call.caller.professional().is_some_and(|it| facts.rights.is_attending(&it.id, now)),
            attending_pending: call
                .caller
                .professional()
                .is_some_and(|it| facts.rights.is_pending_attending(&it.id, now)),
            identity: loaded.filter(|_| may_know).map(|it| it.identity.identity),
        };
        Ok(Decided { change, account: account.accepted(&decision.allowed_by), outcome: Ok(view) })
    }
}

pub(super) fn authorisation(
    call: &Call,
    facts: &model::RecordFacts,
    now: model::Instant,
) -> AuthorisationStatus {
    let Some(professional) = call.caller.professional() else { return AuthorisationStatus::None };
    let organisation = call.caller.organisation.proved().map(|it| &it.id);
    let rights = &facts.rights;
    if rights.is_blocked(&professional.id, now) {
        AuthorisationStatus::Forbidden
    } else if rights.authorisation(&professional.id, organisation, now).is_some()
        || rights.is_attending(&professional.id, now)
    {
        AuthorisationStatus::Valid
    } else if rights.authorisations.iter().any(|it| {
        it.until <= now && matches!(&it.to, model::Grantee::Person(person) if *person == professional.id)
    }) {
        AuthorisationStatus::Expired
    } else {
        AuthorisationStatus::None
    }
}
