//! Kill switches (rules, "Volume"): an administrator cuts a person, an organisation or a software off, alone and
//! at once; it takes two to undo it.

use model::{Act, RowId};

use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;
use crate::steering::{LISTED, Proposal, Proposed, Switch, SwitchedOff};

/// Who is switched off, and what waits for a second person.
type Switches = (Vec<SwitchedOff>, Vec<Proposal>);

impl Records {
    pub fn switch_off(&self, call: &Call, whom: &Switch) -> Result<Disclosed<SwitchedOff>, Failure> {
        self.steer(
            call,
            Act::SwitchOff,
            |_| None,
            |steering, account, by, now| {
                if steering.off.iter().any(|it| it.whom == *whom) {
                    return Err(Refusal::because("whom", "switched off already"));
                }
                account.note = Some(whom.to_string());
                let off = SwitchedOff { whom: whom.clone(), since: now, by: by.clone() };
                steering.off.push(off.clone());
                Ok(off)
            },
        )
    }

    /// Who is switched off, and what waits for a second person.
    pub fn switches(&self, call: &Call) -> Result<Disclosed<Switches>, Failure> {
        self.steer(
            call,
            Act::SwitchOff,
            |_| None,
            |steering, account, _, _| {
                account.note = Some(LISTED.into());
                Ok((steering.off.clone(), steering.proposals.clone()))
            },
        )
    }

    pub fn propose_switching_on(&self, call: &Call, whom: &Switch) -> Result<Disclosed<Proposal>, Failure> {
        self.propose(call, &Proposed::SwitchOn(whom.clone()), |steering| {
            let known = steering.off.iter().any(|it| it.whom == *whom);
            if known {
                Ok(whom.to_string())
            } else {
                Err(Refusal::because("whom", "this one is not switched off"))
            }
        })
    }

    /// Notes what waits for a second person; `check` says what the line tells of it.
    pub(crate) fn propose(
        &self,
        call: &Call,
        what: &Proposed,
        check: impl Fn(&crate::steering::Steering) -> Result<String, Refusal>,
    ) -> Result<Disclosed<Proposal>, Failure> {
        self.steer(
            call,
            what.act(),
            |_| Self::supposed_second(),
            |steering, account, by, now| {
                account.note = Some(format!("proposed: {}", check(steering)?));
                let proposal = Proposal { id: call.request, by: by.clone(), at: now, what: what.clone() };
                steering.proposals.push(proposal.clone());
                Ok(proposal)
            },
        )
    }

    /// The second person approves, and it is done.
    pub fn approve(&self, call: &Call, proposal: RowId) -> Result<Disclosed<Proposal>, Failure> {
        // which act it is decides what is asked of the rules; a proposal that is not there is one of none
        let waiting = self.steering()?.proposals.into_iter().find(|it| it.id == proposal);
        let act = waiting.as_ref().map_or(Act::ChangePolicy, |it| it.what.act());
        let author = |steering: &crate::steering::Steering| {
            steering.proposals.iter().find(|it| it.id == proposal).map(|it| it.by.clone())
        };
        self.steer(call, act, author, |steering, account, by, now| {
            let place = steering.proposals.iter().position(|it| it.id == proposal && it.what.act() == act);
            let Some(place) = place else { return Err(Refusal::new(RefusalKind::NotFound)) };
            let approved = steering.proposals.remove(place);
            account.about = Some(approved.by.clone());
            account.note = Some(match &approved.what {
                Proposed::SwitchOn(whom) => format!("approved: {whom}"),
                Proposed::Policy { profile, matrix } => {
                    format!("approved: {}", self.policy_change(profile, matrix)?)
                }
            });
            steering.choose(&approved, by.clone(), now);
            Ok(approved)
        })
    }
}
