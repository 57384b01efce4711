//! A death is notified, and the service closes the record; or it had been notified in error, and the record may be
//! reopened (rules, W11 and W12).

use model::rights::ClosingReason;
use model::{Act, RecordStatus, Request};

use crate::acts::life_change::{LifeChange, LifeView, because};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::upkeep::clock::Due;

impl Records {
    /// To the service, or at a counter with its proof (`proved`). The closing is the service's own act, and follows
    /// at once.
    pub fn notice_death(
        &self,
        call: &Call,
        target: &Target,
        proved: bool,
    ) -> Result<Disclosed<LifeView>, Failure> {
        let change = LifeChange {
            act: Act::NoticeDeath,
            request: Request { quality_proved: proved, ..Request::default() },
            apply: &|stage| {
                stage.life.death_noticed = Some(stage.now);
                Ok(stage.change.due(self, stage.now, &Due::Close { reason: ClosingReason::Death })?)
            },
        };
        self.change_life(call, target, &change)
    }

    /// By a counter, the person there and identified: `proved`.
    pub fn correct_death(
        &self,
        call: &Call,
        target: &Target,
        proved: bool,
    ) -> Result<Disclosed<LifeView>, Failure> {
        let change = LifeChange {
            act: Act::CorrectDeath,
            request: Request { quality_proved: proved, qualified_identity: proved, ..Request::default() },
            apply: &|stage| {
                let RecordStatus::Closed { at, by, .. } = stage.status.clone() else {
                    return Err(because("record", "it is not closed"));
                };
                let reason = ClosingReason::DeathInError;
                stage.status = RecordStatus::Closed { at, by, reason };
                stage.life.death_noticed = None;
                if let Some(closing) = stage.life.closings.last_mut() {
                    closing.reason = reason;
                }
                Ok(())
            },
        };
        self.change_life(call, target, &change)
    }
}
