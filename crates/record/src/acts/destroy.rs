//! The holder expressly asks that their record be destroyed (rules, W13; CSP L.1111-18): carried out by the service,
//! after a while in which reopening takes it back, and within the months the profile sets.

use model::{Act, Instant, Request};
use policy::months_later;

use crate::acts::life_change::{LifeChange, LifeView, because};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::upkeep::clock::Due;

/// So many months pass before it is carried out (choice): two remain for a service that was down.
const REFLECTION_MONTHS: u8 = 1;

impl Records {
    pub fn ask_destruction(&self, call: &Call, target: &Target) -> Result<Disclosed<LifeView>, Failure> {
        let change = LifeChange {
            act: Act::AskDestruction,
            request: Request::default(),
            apply: &|stage| {
                if stage.life.destruction_asked.is_some() {
                    return Err(because("record", "its destruction was asked for already"));
                }
                stage.life.destruction_asked = Some(stage.now);
                let contacts = stage.loaded.identity.contacts.clone();
                self.tell_of(call, Some(&contacts), Act::AskDestruction, stage.change)?;
                Ok(stage.change.due(self, self.destroyed_not_before(stage.now), &Due::Destroy)?)
            },
        };
        self.change_life(call, target, &change)
    }

    /// Before it is carried out, the holder changes their mind.
    pub fn withdraw_destruction(&self, call: &Call, target: &Target) -> Result<Disclosed<LifeView>, Failure> {
        let change = LifeChange {
            act: Act::WithdrawDestruction,
            request: Request::default(),
            apply: &|stage| {
                if stage.life.destruction_asked.take().is_none() {
                    return Err(because("record", "nobody asked for its destruction"));
                }
                let contacts = stage.loaded.identity.contacts.clone();
                Ok(self.tell_of(call, Some(&contacts), Act::WithdrawDestruction, stage.change)?)
            },
        };
        self.change_life(call, target, &change)
    }

    /// Not before this: what was asked for again waits its own while, whenever it was first asked for.
    pub(crate) fn destroyed_not_before(&self, asked: Instant) -> Instant {
        months_later(asked, REFLECTION_MONTHS.min(self.policy().profile.destruction_months.saturating_sub(1)))
    }
}
