//! Where letters go (rules, W10 and "Notices"): the holder says it, or a counter enters it by a signed form. A letter
//! with secrets that nobody hands over goes there too.

use model::{Act, Request};

use crate::acts::own_words::told;
use crate::acts::settle::{Draft, Settling, named, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::AccountOf;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::Contacts;
use crate::upkeep::notices::Notice;

/// As an envelope takes them, the name apart.
const LINES_MAX: usize = 6;
const LINE_MAX: usize = 38;

/// The lines of an address, without empty ones; none where one does not fit an envelope.
pub fn address_lines(lines: &[String]) -> Option<Vec<String>> {
    let lines: Vec<String> =
        lines.iter().map(|it| it.trim().to_owned()).filter(|it| !it.is_empty()).collect();
    let fits = |it: &String| it.chars().count() <= LINE_MAX && !it.chars().any(char::is_control);
    (lines.len() <= LINES_MAX && lines.iter().all(fits)).then_some(lines)
}

impl Records {
    /// No lines: no letters there any more. Who was reached before is told, and who is now.
    pub fn set_address(
        &self,
        call: &Call,
        target: &Target,
        lines: &[String],
    ) -> Result<Disclosed<Contacts>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let Some(address) = address_lines(lines) else {
                return no("address", "six lines of 38 characters at most");
            };
            let before = draft.loaded.identity.contacts_of(AccountOf::Holder);
            let now = Contacts { address, ..before.clone() };
            draft.identity().contacts = now.clone();
            match before.email.is_some() || before.phone.is_some() {
                true => told(draft, &Contacts::default(), &now)?,
                // where there is nothing but letters, one goes where they went and one where they go
                false => {
                    for at in [&before, &now] {
                        if !at.address.is_empty() {
                            let by = named(draft.call);
                            draft.tell(&Notice::RightsRecorded {
                                contacts: at.clone(),
                                by,
                                act: Act::SetContacts,
                            })?;
                        }
                    }
                }
            }
            Ok(now)
        };
        let request = Request { form: call.agent_s_form(), ..Request::default() };
        let note = Some("postal address");
        self.settle(call, target, &Settling { act: Act::SetContacts, request, note, apply })
    }
}
