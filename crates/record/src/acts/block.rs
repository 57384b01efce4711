//! Blocking a professional, and lifting it (rules, A13): wins over everything, and lifting restores nothing.

use model::{Act, Block, Grantee, Instant, PsIdNat, RecordedBy, Rights};

use crate::acts::rights_change::{RightsChange, RightsView};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal};
use crate::records::Records;

impl Records {
    /// Shuts a person out. Their authorisation and their designation as attending doctor end with it.
    pub fn block(
        &self,
        call: &Call,
        target: &Target,
        person: &PsIdNat,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let apply = |rights: &mut Rights, by: RecordedBy, now: Instant| {
            if rights.is_blocked(person, now) {
                return Err(Refusal::because("person", "this professional is blocked already"));
            }
            shut_out(rights, person, by, now);
            Ok(())
        };
        self.change_rights(call, target, &RightsChange { act: Act::Block, about: Some(person), apply })
    }

    pub fn unblock(
        &self,
        call: &Call,
        target: &Target,
        person: &PsIdNat,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let apply = |rights: &mut Rights, _by: RecordedBy, now: Instant| {
            let mut found = false;
            for it in rights.blocks.iter_mut().filter(|it| it.person == *person && it.is_in_force(now)) {
                it.lifted = Some(now);
                found = true;
            }
            if found { Ok(()) } else { Err(Refusal::because("person", "this professional is not blocked")) }
        };
        self.change_rights(call, target, &RightsChange { act: Act::Unblock, about: Some(person), apply })
    }
}

/// Their authorisation, their designation and their reading end with it.
pub(crate) fn shut_out(rights: &mut Rights, person: &PsIdNat, by: RecordedBy, now: Instant) {
    rights.blocks.push(Block { person: person.clone(), since: now, by, lifted: None });
    for it in rights.attending.iter_mut().filter(|it| it.person == *person && it.ended.is_none()) {
        it.ended = Some(now);
    }
    let own = Grantee::Person(person.clone());
    for it in rights.authorisations.iter_mut().filter(|it| it.to == own && it.is_in_force(now)) {
        it.revoked = Some(now);
    }
    rights.same_reading.retain(|it| it != person);
}
