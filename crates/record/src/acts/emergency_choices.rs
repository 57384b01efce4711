//! The two emergency answers, changeable at any time (requirements, R85).

use model::{Act, EmergencyChoices, Instant, RecordedBy, Rights};

use crate::acts::rights_change::{RightsChange, RightsView};
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    pub fn set_emergency_choices(
        &self,
        call: &Call,
        target: &Target,
        choices: EmergencyChoices,
    ) -> Result<Disclosed<RightsView>, Failure> {
        let apply = |rights: &mut Rights, _by: RecordedBy, _now: Instant| {
            rights.emergency = choices;
            Ok(())
        };
        self.change_rights(call, target, &RightsChange { act: Act::SetEmergencyChoices, about: None, apply })
    }
}
