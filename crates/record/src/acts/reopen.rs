//! Reopening a closed record (TD1.2; rules, W12; CSP R.1111-36): by its holder, or where fresh consent is recorded,
//! within ten years of closing by request, or after a death that was notified in error. What was there is there.

use model::{Act, RecordStatus, Request};

use crate::acts::life_change::{LifeChange, LifeView};
use crate::acts::open_record::{WORDING, said_by};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::Opening;

impl Records {
    /// `consent`: the holder's fresh consent was recorded; the holder who asks consents by it.
    pub fn reopen(
        &self,
        call: &Call,
        target: &Target,
        consent: bool,
    ) -> Result<Disclosed<LifeView>, Failure> {
        let change = LifeChange {
            act: Act::Reopen,
            request: Request { consent, ..Request::default() },
            apply: &|stage| {
                let now = stage.now;
                stage.status = RecordStatus::Open { since: now };
                for closing in stage.life.closings.iter_mut().filter(|it| it.reopened.is_none()) {
                    closing.reopened = Some(now);
                }
                stage.life.destruction_asked = None;
                stage.life.death_noticed = None;
                let mut rights = stage.loaded.rights.clone();
                let choices = rights.rights.emergency;
                let contacts = &stage.loaded.identity.contacts;
                rights.openings.push(Opening {
                    at: now,
                    by: said_by(call),
                    channel: "réouverture".into(),
                    consent: true,
                    break_glass: choices.break_glass,
                    regulation: choices.regulation,
                    contacts: contacts.email.is_some() || contacts.phone.is_some(),
                    wording: WORDING.into(),
                    representative: None,
                });
                stage.rights = Some(rights);
                Ok(())
            },
        };
        self.change_life(call, target, &change)
    }
}
