//! The holder expressly asks that their record be destroyed (rules, W13; CSP L.1111-18): carried out by the service,
//! after a while in which reopening takes it back, and within the months the profile sets.

use model::{Act, Request};
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
        let months = REFLECTION_MONTHS.min(self.policy().profile.destruction_months.saturating_sub(1));
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
                Ok(stage.change.due(self, months_later(stage.now, months), &Due::Destroy)?)
            },
        };
        self.change_life(call, target, &change)
    }
}
