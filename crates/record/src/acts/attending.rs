//! The attending doctor: declared by the doctor and pending, confirmed or designated by the holder, ended
//! (rules, A12, A16 and W10; CSP L.1111-16).

use jiff::SignedDuration;
use model::{Act, Attending, Authorisation, Grantee, Instant, PsIdNat, RecordedBy, Rights};

use crate::acts::rights_change::{RightsChange, RightsView};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal};
use crate::records::Records;

impl Records {
    /// A doctor declares themself: an ordinary authorisation, until the holder confirms more.
    pub fn declare_attending(
        &self,
        call: &Call,
        target: &Target,
        doctor: &PsIdNat,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let length = SignedDuration::from_hours(24 * i64::from(self.policy().profile.authorisation_days));
        let apply = |rights: &mut Rights, by: RecordedBy, now: Instant| {
            if rights.authorisation(doctor, None, now).is_none() {
                let to = Grantee::Person(doctor.clone());
                let until = now.plus(length);
                rights.authorisations.push(Authorisation {
                    to,
                    from: now,
                    until,
                    by: by.clone(),
                    revoked: None,
                });
            }
            if !rights.is_attending(doctor, now) && !rights.is_pending_attending(doctor, now) {
                let person = doctor.clone();
                rights.attending.push(Attending { person, declared: now, by, confirmed: None, ended: None });
            }
            Ok(())
        };
        self.change_rights(
            call,
            target,
            &RightsChange { act: Act::DeclareAttending, about: Some(doctor), apply },
        )
    }

    /// The holder confirms what was declared, or designates on their own.
    pub fn confirm_attending(
        &self,
        call: &Call,
        target: &Target,
        doctor: &PsIdNat,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let apply = |rights: &mut Rights, by: RecordedBy, now: Instant| {
            if rights.is_blocked(doctor, now) {
                return Err(Refusal::because("person", "this professional is blocked: lift the block first"));
            }
            if rights.is_attending(doctor, now) {
                return Ok(());
            }
            match rights.attending.iter_mut().find(|it| it.person == *doctor && it.is_pending(now)) {
                Some(pending) => pending.confirmed = Some(now),
                None => rights.attending.push(Attending {
                    person: doctor.clone(),
                    declared: now,
                    by,
                    confirmed: Some(now),
                    ended: None,
                }),
            }
            Ok(())
        };
        self.change_rights(
            call,
            target,
            &RightsChange { act: Act::ConfirmAttending, about: Some(doctor), apply },
        )
    }

    /// The holder ends a designation, or refuses one that is pending.
    pub fn end_attending(
        &self,
        call: &Call,
        target: &Target,
        doctor: &PsIdNat,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let apply = |rights: &mut Rights, _by: RecordedBy, now: Instant| {
            let mut found = false;
            for it in rights.attending.iter_mut().filter(|it| it.person == *doctor && it.ended.is_none()) {
                it.ended = Some(now);
                found = true;
            }
            if found {
                Ok(())
            } else {
                Err(Refusal::because("person", "this doctor is not the attending doctor"))
            }
        };
        self.change_rights(call, target, &RightsChange { act: Act::EndAttending, about: Some(doctor), apply })
    }
}
