//! Telling the holder what somebody else did in their record (rules, "Notices"). The one place acts of a record's
//! life tell from.

use model::Act;

use crate::call::Call;
use crate::commit::Change;
use crate::failure::Fault;
use crate::records::Records;
use crate::rows::Contacts;
use crate::upkeep::notices::Notice;

impl Records {
    /// At once. The feed door does not know where the holder is reached, and tells nothing.
    pub(crate) fn tell_of(
        &self,
        call: &Call,
        contacts: Option<&Contacts>,
        act: Act,
        change: &mut Change,
    ) -> Result<(), Fault> {
        let Some(contacts) = contacts.cloned() else { return Ok(()) };
        let by = match (call.caller.professional(), call.caller.organisation.proved()) {
            (Some(professional), _) => professional.name.clone(),
            (None, Some(organisation)) => organisation.name.clone(),
            (None, None) => "Le service".to_owned(),
        };
        change.tell(self, Notice::RightsRecorded { contacts, by, act })
    }
}
