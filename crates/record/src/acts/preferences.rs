//! What the holder wants to be told of (rules, "Notices").

use model::Act;

use crate::acts::identity_change::Reach;
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::preferences::Preferences;
use crate::records::Records;

impl Records {
    pub fn set_preferences(
        &self,
        call: &Call,
        target: &Target,
        preferences: Preferences,
    ) -> Result<Disclosed<Reach>, Failure> {
        self.change_identity(
            call,
            target,
            Act::SetPreferences,
            |identity, _| {
                identity.preferences = preferences;
                Ok(())
            },
            |_, _, _| Ok(()),
        )
    }
}
