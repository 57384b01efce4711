//! What an administrative message says of a holder (TD1.3), held against the record: what is the same stays, what
//! differs is changed where the caller may, whole or not at all; what they may not change is said, and why.

use model::person::normalise;
use model::{Act, EmergencyChoices, Request, SaidTraits};

use crate::acts::own_words::{move_holder, told};
use crate::acts::set_address::address_lines;
use crate::acts::settle::{Draft, Settling, named, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::AccountOf;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::Contacts;
use crate::upkeep::notices::Notice;

/// What is left out stays as it is.
#[derive(Clone, Default)]
pub struct SaidData {
    pub traits: SaidTraits,
    pub used_name: Option<String>,
    pub used_given: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<Vec<String>>,
    /// True = allowed.
    pub break_glass: Option<bool>,
    pub regulation: Option<bool>,
}

impl SaidData {
    fn speaks_of_contacts(&self) -> bool {
        self.email.is_some() || self.phone.is_some() || self.address.is_some()
    }

    fn speaks_of_emergencies(&self) -> bool {
        self.break_glass.is_some() || self.regulation.is_some()
    }
}

impl Records {
    pub fn say_data(&self, call: &Call, target: &Target, said: &SaidData) -> Result<Disclosed<()>, Failure> {
        let request = Request { form: call.agent_s_form(), ..Request::default() };
        let apply = |draft: &mut Draft<'_>| {
            same_person(draft, said)?;
            let changes = contacts(draft, said)?;
            if let Some((before, now)) = &changes {
                move_holder(draft, now);
                told(draft, before, now)?;
            }
            let emergencies = emergencies(draft, said, &request)?;
            match changes.is_some() || emergencies {
                true => Ok(()),
                false => no("data", "nothing differs from what is there"),
            }
        };
        // the act of the line; a message that speaks of both is decided as both
        let of_emergencies = said.speaks_of_emergencies() && !said.speaks_of_contacts();
        let act = if of_emergencies { Act::SetEmergencyChoices } else { Act::SetContacts };
        let note = Some("administrative data");
        self.settle(call, target, &Settling { act, request: request.clone(), note, apply })
    }
}

/// Traits are corrected where they come from; a name in use is shown with a document.
fn same_person(draft: &Draft<'_>, said: &SaidData) -> Result<(), Failure> {
    let traits = &draft.loaded.identity.identity.traits;
    if let Some(differs) = traits.disagreements(&said.traits).first() {
        let says = "this is not the one of the national identity, which is corrected where it comes from";
        return no(differs.words(), says);
    }
    let is = |said: &Option<String>, used: Option<&model::Name>, born: &model::Name| {
        said.as_deref().map(normalise).is_none_or(|it| used.unwrap_or(born).normalised() == it)
    };
    let same = is(&said.used_name, traits.used_name.as_ref(), &traits.birth_name)
        && is(&said.used_given, traits.used_given.as_ref(), &traits.first_given);
    if same { Ok(()) } else { no("used name", "it is changed at a counter, on proof of identity") }
}

/// Of contacts: those there were and those there are, where they differ.
fn contacts(draft: &Draft<'_>, said: &SaidData) -> Result<Option<(Contacts, Contacts)>, Failure> {
    let before = draft.loaded.identity.contacts_of(AccountOf::Holder);
    let mut now = before.clone();
    if let Some(lines) = &said.address {
        match address_lines(lines) {
            Some(lines) => now.address = lines,
            None => return no("address", "six lines of 38 characters at most"),
        }
    }
    for (mine, said) in [(&mut now.email, &said.email), (&mut now.phone, &said.phone)] {
        if said.is_some() {
            mine.clone_from(said);
        }
    }
    if now == before {
        return Ok(None);
    }
    let untouched =
        (said.email.is_none() && now.email.is_some()) || (said.phone.is_none() && now.phone.is_some());
    let touches = said.email.is_some() || said.phone.is_some();
    // what an organisation gave does not come to carry a code because something else changed (rules, W1)
    if touches && untouched && !before.trusted {
        return no("contacts", "the other contact was never confirmed: say both");
    }
    now.trusted = before.trusted || touches;
    Ok(Some((before, now)))
}

fn emergencies(draft: &mut Draft<'_>, said: &SaidData, request: &Request) -> Result<bool, Failure> {
    let before = draft.loaded.rights.rights.emergency;
    let now = EmergencyChoices {
        break_glass: said.break_glass.unwrap_or(before.break_glass),
        regulation: said.regulation.unwrap_or(before.regulation),
    };
    if now == before {
        return Ok(false);
    }
    let act = Act::SetEmergencyChoices;
    let decision = draft.records.decision(draft.call, act, &draft.loaded.facts, None, request, draft.now);
    if !decision.is_allowed() {
        return no("emergency choices", "these are the holder's own to change");
    }
    draft.rights().rights.emergency = now;
    let contacts = draft.loaded.identity.contacts.clone();
    let by = named(draft.call);
    if said.speaks_of_contacts() {
        draft.tell(&Notice::RightsRecorded { contacts, by, act })?;
    }
    Ok(true)
}
