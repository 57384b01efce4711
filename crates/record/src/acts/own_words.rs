//! What the holder writes and chooses: personal data, notes, the position on organ donation, contacts and
//! preferences; and their view of who is around them (rules, W4 and W10).

use jiff::SignedDuration;
use model::{Act, Disagreement, Mandate, RecordId, Request, RowId};

use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::{
    AccountOf, Close, DonationPosition, EmergencyContact, Former, Note, PersonalData, Preferences,
};
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::{Contacts, Successor};
use crate::upkeep::notices::Notice;

/// Who is around the holder, and what the holder says.
#[derive(Clone)]
pub struct Around {
    pub record: RecordId,
    pub at: model::Instant,
    pub mandates: Vec<Mandate>,
    /// How each representative is reached; empty for who may not know it (rules, A10).
    pub reached: Vec<(RowId, Contacts)>,
    pub disagreements: Vec<Disagreement>,
    pub own_account: bool,
    pub close: Vec<Close>,
    pub emergency_contacts: Vec<EmergencyContact>,
    pub preferences: Preferences,
    pub donation: Option<DonationPosition>,
    pub personal: PersonalData,
    pub notes: Vec<Note>,
    /// Proposed, and waiting for the holder's answer.
    pub successors: Vec<Successor>,
    /// Professionals with the attending doctor's reading.
    pub same_reading: Vec<model::PsIdNat>,
}

/// Said wherever a position on organ donation is shown or asked for.
pub const DONATION_NOTICE: &str = "Seule l'inscription au registre national des refus, ou un refus dit à vos \
    proches, s'impose : ce que vous écrivez ici n'y est pas inscrit et ne le remplace pas.";

const WORDS_MAX: usize = 4000;
const NOTES_MAX: usize = 200;

/// So long codes still go to the contacts there were (abuse I02).
const PROBATION: SignedDuration = SignedDuration::from_hours(72);

impl Records {
    /// Who is around the holder, as the caller may know it.
    pub fn around(&self, call: &Call, record: RecordId) -> Result<Disclosed<Around>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let (now, loaded) = (draft.now, draft.loaded);
            let circle = &loaded.identity.circle;
            let contacts =
                |act| self.decision(call, act, &loaded.facts, None, &Request::default(), now).is_allowed();
            let reached = match contacts(Act::ReadContacts) {
                true => circle.reached.iter().map(|it| (it.account, it.contacts.clone())).collect(),
                false => Vec::new(),
            };
            Ok(Around {
                record,
                at: now,
                mandates: loaded.identity.mandates.clone(),
                reached,
                disagreements: circle.disagreements.clone(),
                own_account: circle.own_account.is_some(),
                close: circle.ties.clone(),
                emergency_contacts: circle.emergency_contacts.clone(),
                preferences: circle.preferences,
                donation: circle.donation.clone(),
                personal: circle.personal.clone(),
                notes: circle.notes.clone(),
                successors: loaded
                    .rights
                    .successors
                    .iter()
                    .filter(|it| it.answered.is_none())
                    .cloned()
                    .collect(),
                same_reading: loaded.rights.rights.same_reading.clone(),
            })
        };
        let (request, note) = (Request::default(), Some("who is around"));
        self.settle(call, &Target::Record(record), &Settling { act: Act::ReadRights, request, note, apply })
    }

    /// Where the holder, or a representative for their own account, is reached; the old and the new are told.
    pub fn set_contacts(
        &self,
        call: &Call,
        target: &Target,
        whose: AccountOf,
        email: Option<&str>,
        phone: Option<&str>,
    ) -> Result<Disclosed<Contacts>, Failure> {
        let own = matches!(call.caller.person.proved(),
            Some(model::Person::Representative { mandate, .. }) if whose == AccountOf::Representative(*mandate))
            || matches!(call.caller.person.proved(),
            Some(model::Person::Relative { tie, .. }) if whose == AccountOf::Relative(*tie));
        let apply = |draft: &mut Draft<'_>| {
            // of another's account nobody changes the contacts here
            if !own && whose != AccountOf::Holder {
                return no("contacts", "these are another's");
            }
            let before = draft.loaded.identity.contacts_of(whose);
            let now = Contacts {
                email: email.map(str::to_owned),
                phone: phone.map(str::to_owned),
                // given by somebody individually authenticated (rules, W1)
                trusted: true,
                address: before.address.clone(),
            };
            if now.email.is_none() && now.phone.is_none() && own {
                return no("contacts", "a code must reach you: an e-mail address or a number");
            }
            match whose {
                AccountOf::Holder => move_holder(draft, &now),
                other => draft.reach(other.row(), now.clone()),
            }
            told(draft, &before, &now)?;
            Ok(now)
        };
        let act = if own { Act::ChangeSecrets } else { Act::SetContacts };
        let request = Request { form: call.agent_s_form(), ..Request::default() };
        self.settle(call, target, &Settling { act, request, note: Some("contacts"), apply })
    }

    /// Of what the holder wishes to be told.
    pub fn set_preferences(
        &self,
        call: &Call,
        target: &Target,
        preferences: Preferences,
    ) -> Result<Disclosed<Preferences>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            draft.identity().circle.preferences = preferences;
            Ok(preferences)
        };
        let request = Request { form: call.agent_s_form(), ..Request::default() };
        self.settle(call, target, &Settling { act: Act::SetPreferences, request, note: None, apply })
    }

    /// The holder's position; none takes it back. [`DONATION_NOTICE`] stands beside it.
    pub fn set_donation_position(
        &self,
        call: &Call,
        target: &Target,
        agrees: Option<bool>,
    ) -> Result<Disclosed<Option<DonationPosition>>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let position = agrees.map(|agrees| DonationPosition { agrees, said: draft.now });
            draft.identity().circle.donation.clone_from(&position);
            Ok(position)
        };
        let request = Request::default();
        self.settle(call, target, &Settling { act: Act::SetDonationPosition, request, note: None, apply })
    }

    pub fn edit_personal_data(
        &self,
        call: &Call,
        target: &Target,
        personal: &PersonalData,
    ) -> Result<Disclosed<PersonalData>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let PersonalData { allergies, blood_group, weight_kg, height_cm, more } = personal;
            let all = [allergies, blood_group, weight_kg, height_cm, more];
            if all.into_iter().flatten().any(|it| it.chars().count() > WORDS_MAX) {
                return no("personal", "at most 4000 characters");
            }
            draft.identity().circle.personal = personal.clone();
            Ok(personal.clone())
        };
        let request = Request::default();
        self.settle(call, target, &Settling { act: Act::EditPersonalData, request, note: None, apply })
    }

    /// Writes a note, writes one again, or takes one away (empty words).
    pub fn write_note(
        &self,
        call: &Call,
        target: &Target,
        id: Option<RowId>,
        text: &str,
    ) -> Result<Disclosed<Vec<Note>>, Failure> {
        let text = text.trim();
        let apply = |draft: &mut Draft<'_>| {
            let (now, by, new) = (draft.now, draft.by.clone(), draft.new_id());
            let notes = &mut draft.identity().circle.notes;
            if text.chars().count() > WORDS_MAX || (id.is_none() && notes.len() >= NOTES_MAX) {
                return no("text", "at most 200 notes of 4000 characters");
            }
            match id {
                None if text.is_empty() => return no("text", "a note says something"),
                None => notes.push(Note { id: new, text: text.to_owned(), written: now, by }),
                Some(id) => {
                    // one's own alone: a representative does not speak with the holder's voice
                    let Some(place) = notes.iter().position(|it| it.id == id && it.by == by) else {
                        return no("note", "there is no such note of yours");
                    };
                    if text.is_empty() {
                        notes.remove(place);
                    } else if let Some(note) = notes.get_mut(place) {
                        (note.text, note.written) = (text.to_owned(), now);
                    }
                }
            }
            Ok(notes.clone())
        };
        let request = Request::default();
        self.settle(call, target, &Settling { act: Act::WriteNote, request, note: None, apply })
    }
}

/// The holder is reached elsewhere from now on; codes still go where they went, for a while.
pub(super) fn move_holder(draft: &mut Draft<'_>, now: &Contacts) {
    let at = draft.now;
    let carried = draft.loaded.identity.code_contacts(AccountOf::Holder, at);
    let identity = draft.identity();
    identity.contacts = now.clone();
    let until = at.plus(PROBATION);
    identity.circle.former = if carried.trusted { Some(Former { contacts: carried, until }) } else { None };
}

/// Contacts changed: both who was there and who is there now are told (rules, "Notices").
pub(super) fn told(draft: &mut Draft<'_>, before: &Contacts, now: &Contacts) -> Result<(), Failure> {
    for contacts in [before, now] {
        if contacts.email.is_some() || contacts.phone.is_some() {
            let by = super::settle::named(draft.call);
            let contacts = contacts.clone();
            draft.tell(&Notice::RightsRecorded { contacts, by, act: Act::SetContacts })?;
        }
    }
    Ok(())
}
