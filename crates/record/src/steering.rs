//! What those who run the service decided, in a row of the node's own record: who is switched off, by which
//! profile and matrix it decides, and what waits for a second person (rules, V1 and P1).

use std::fmt;

use model::{Act, Instant, PsIdNat, Request, RowId, RowKind, StructIdNat};
use policy::Policy;
use serde::{Deserialize, Serialize};

use crate::account::Account;
use crate::attempt::Decided;
use crate::base::{Readable, damaged};
use crate::call::Call;
use crate::commit::Change;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Fault, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::Plain;

const STEERING: RowId = RowId::from_bytes(*b"steering........");
/// Stands for the second person while the first proposes: may they, once approved?
const SECOND: &str = "800000000000";

/// The note of a line that only looked.
pub(crate) const LISTED: &str = "listed";

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Steering {
    pub(crate) off: Vec<SwitchedOff>,
    pub(crate) proposals: Vec<Proposal>,
    pub(crate) policy: Option<PolicyChoice>,
}

/// Who may be cut off at once, whatever their budget.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switch {
    Person(PsIdNat),
    Organisation(StructIdNat),
    /// By its proved name.
    Software(String),
}

/// A kill switch that is on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct SwitchedOff {
    pub whom: Switch,
    pub since: Instant,
    pub by: PsIdNat,
}

/// What waits for the approval of a second person.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Proposal {
    pub id: RowId,
    pub by: PsIdNat,
    pub at: Instant,
    pub what: Proposed,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proposed {
    SwitchOn(Switch),
    /// The texts of a profile and of the matrix it names.
    Policy {
        profile: String,
        matrix: String,
    },
}

/// The profile and matrix that two persons chose: what the node decides by from its next start on.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PolicyChoice {
    profile: String,
    matrix: String,
    author: PsIdNat,
    approved_by: PsIdNat,
    since: Instant,
}

impl Plain for Steering {
    fn read(plain: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(plain)
    }
}

/// As volume is counted (`Caller::budget_keys`).
impl fmt::Display for Switch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(f, "person {id}"),
            Self::Organisation(id) => write!(f, "organisation {id}"),
            Self::Software(name) => write!(f, "software {name}"),
        }
    }
}

impl Proposed {
    pub(crate) fn act(&self) -> Act {
        match self {
            Self::SwitchOn(_) => Act::SwitchOn,
            Self::Policy { .. } => Act::ChangePolicy,
        }
    }
}

impl Steering {
    pub(crate) fn keys(&self) -> impl Iterator<Item = String> {
        self.off.iter().map(|it| it.whom.to_string())
    }

    pub(crate) fn choose(&mut self, proposal: &Proposal, approved_by: PsIdNat, now: Instant) {
        match &proposal.what {
            Proposed::SwitchOn(whom) => self.off.retain(|it| it.whom != *whom),
            Proposed::Policy { profile, matrix } => {
                let (profile, matrix) = (profile.clone(), matrix.clone());
                let author = proposal.by.clone();
                self.policy = Some(PolicyChoice { profile, matrix, author, approved_by, since: now });
            }
        }
    }
}

impl Records {
    fn ledger(&self) -> Result<Option<Readable>, Fault> {
        self.readable(self.inner().ledger.record)
    }

    pub(crate) fn steering(&self) -> Result<Steering, Fault> {
        match self.ledger()? {
            Some(ledger) => steering(&ledger),
            None => Ok(Steering::default()),
        }
    }

    /// The policy two persons chose, where they did.
    pub(crate) fn chosen_policy(&self) -> Result<Option<Policy>, Fault> {
        let Some(choice) = self.steering()?.policy else { return Ok(None) };
        let policy = Policy::from_text(&choice.profile, &choice.matrix);
        policy.map(Some).map_err(|_| damaged(self.inner().ledger.record, "the policy that was chosen"))
    }

    /// An act on the service itself: decided, and written to the node's own record with its line. `change` makes
    /// what is given of what stands; a refusal of its own is a rule the asker may know.
    pub(crate) fn steer<T>(
        &self,
        call: &Call,
        act: Act,
        second: impl Fn(&Steering) -> Option<PsIdNat>,
        change: impl Fn(&mut Steering, &mut Account, &PsIdNat, Instant) -> Result<T, Refusal>,
    ) -> Result<Disclosed<T>, Failure> {
        let done = self.attempt(|_| {
            let now = self.now();
            let ledger = self.ledger()?;
            let mut steering = ledger.as_ref().map(steering).transpose()?.unwrap_or_default();
            let request = Request { second: second(&steering), ..Request::default() };
            let nowhere = model::RecordFacts::absent();
            let decision = self.decision(call, act, &nowhere, None, &request, now);
            let mut account = self.account(call, act);
            let (true, Some(by)) = (decision.is_allowed(), call.caller.official().map(|it| it.id.clone()))
            else {
                let account = account.refused(&decision.refused_by);
                // V1 also says who switches: its word is no spent budget here
                let outcome = Err(Refusal::by(RefusalKind::Denied, decision.refused_by));
                return Ok(Decided { change: Change::ledger(self), account, outcome });
            };
            match change(&mut steering, &mut account, &by, now) {
                Err(no) => {
                    let account = account.rejected("nothing to change");
                    Ok(Decided { change: Change::ledger(self), account, outcome: Err(no) })
                }
                Ok(given) => {
                    let inner = self.inner();
                    let base = ledger.as_ref().map(|it| &it.base);
                    let keys = std::sync::Arc::clone(&inner.ledger.keys);
                    let mut change =
                        base.map_or_else(|| Change::new_record(inner.ledger.record, keys), Change::on);
                    // looking changes nothing
                    if account.note.as_deref() != Some(LISTED) {
                        change.bump();
                        change.put(self, base, RowKind::Rights, STEERING, &steering)?;
                        change.count(&act.to_string());
                    }
                    let account = account.accepted(&decision.allowed_by);
                    Ok(Decided { change, account, outcome: Ok((given, steering)) })
                }
            }
        })?;
        // holds from the very next request of this process; of others, when they next look
        self.inner().budgets.switch(done.get().1.keys());
        Ok(done.map(|(given, _)| given))
    }

    /// Looks again who is switched off: another process may have been told.
    pub fn look_at_switches(&self) -> Result<(), Fault> {
        self.inner().budgets.switch(self.steering()?.keys());
        Ok(())
    }

    /// The second person of somebody who only proposes.
    pub(crate) fn supposed_second() -> Option<PsIdNat> {
        SECOND.parse().ok()
    }
}

fn steering(ledger: &Readable) -> Result<Steering, Fault> {
    if ledger.base.mark(RowKind::Rights, STEERING).is_none() {
        return Ok(Steering::default());
    }
    ledger.must(RowKind::Rights, STEERING)
}
