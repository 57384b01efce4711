//! Authorising to read, and taking it back (TD0.3; rules, A14 and W10).

use jiff::SignedDuration;
use model::{Act, Authorisation, Grantee, Instant, PsIdNat, RecordedBy, Rights};

use crate::acts::rights_change::{RightsChange, RightsView};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal};
use crate::records::Records;

/// What stands after an authorisation was recorded.
pub type Authorised = RightsView;

impl Records {
    /// Authorises a person or an organisation from now on, for the length the profile sets.
    /// A renewal replaces what was in force.
    pub fn authorise(
        &self,
        call: &Call,
        target: &Target,
        to: &Grantee,
    ) -> Result<Disclosed<Authorised>, Failure> {
        let length = SignedDuration::from_hours(24 * i64::from(self.policy().profile.authorisation_days));
        let apply = |rights: &mut Rights, by: RecordedBy, now: Instant| {
            end_in_force(rights, to, now);
            let until = now.plus(length);
            rights.authorisations.push(Authorisation { to: to.clone(), from: now, until, by, revoked: None });
            Ok(())
        };
        self.change_rights(call, target, &RightsChange { act: Act::Authorise, about: person(to), apply })
    }

    /// Takes an authorisation back, at once.
    pub fn revoke(
        &self,
        call: &Call,
        target: &Target,
        to: &Grantee,
    ) -> Result<Disclosed<Authorised>, Failure> {
        let apply = |rights: &mut Rights, _by: RecordedBy, now: Instant| {
            if end_in_force(rights, to, now) {
                Ok(())
            } else {
                Err(Refusal::because("action", "there is no authorisation in force to take back"))
            }
        };
        self.change_rights(call, target, &RightsChange { act: Act::Revoke, about: person(to), apply })
    }
}

fn person(to: &Grantee) -> Option<&PsIdNat> {
    match to {
        Grantee::Person(person) => Some(person),
        Grantee::Organisation(_) => None,
    }
}

fn end_in_force(rights: &mut Rights, to: &Grantee, now: Instant) -> bool {
    let mut found = false;
    for it in rights.authorisations.iter_mut().filter(|it| it.to == *to && it.is_in_force(now)) {
        it.revoked = Some(now);
        found = true;
    }
    found
}
