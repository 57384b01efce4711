//! To whom a notice goes and by which way: e-mail, else SMS, else a letter; for a minor without an account, each
//! representative; for an attending doctor, where the directory says.

use model::{RecordStatus, RowId};

use super::kinds::Recipient;
use super::{Channel, Notice, Round, Waiting};
use crate::attempt::Loaded;
use crate::records::Records;
use crate::rows::Contacts;

/// Whose eyes read the message: it tells of nothing they may not see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Eyes {
    Holder,
    /// By their mandate; none: who is reached where the child's record says, by no account.
    Representative(Option<RowId>),
    Doctor,
}

pub(super) struct Addressee {
    contacts: Contacts,
    pub(super) eyes: Eyes,
    /// As a letter is addressed.
    name: String,
}

pub(super) enum Route {
    To(Addressee),
    /// A message for each.
    Each(Vec<Recipient>),
    Nobody(&'static str),
}

impl Records {
    pub(super) fn route(&self, loaded: &Loaded, waiting: &Waiting, round: &Round<'_>) -> Route {
        let identity = &loaded.identity;
        let minor = self.is_minor_without_account(loaded);
        let eyes = if minor { Eyes::Representative(None) } else { Eyes::Holder };
        if matches!(loaded.status.status, RecordStatus::Destroyed { .. }) {
            return Route::Nobody("destroyed");
        }
        // who changed is told where they were and are, whoever they are to the record
        if let (Notice::RightsRecorded { contacts, .. }, Recipient::Home) = (&waiting.notice, &waiting.to)
            && *contacts != identity.contacts
        {
            return Route::To(Addressee { contacts: contacts.clone(), eyes, name: name(loaded) });
        }
        match &waiting.to {
            Recipient::Home => {
                let now = round.now;
                let mandates = identity.mandates.iter().filter(|it| minor && it.is_in_force(now));
                let each: Vec<Recipient> = mandates
                    .filter(|it| identity.circle.contacts_of(it.id).is_some())
                    .map(|it| Recipient::Representative(it.id))
                    .collect();
                if !each.is_empty() {
                    return Route::Each(each);
                }
                Route::To(Addressee { contacts: identity.contacts.clone(), eyes, name: name(loaded) })
            }
            Recipient::Representative(mandate) => {
                let home = identity.circle.contacts_of(*mandate);
                let mandate =
                    identity.mandates.iter().find(|it| it.id == *mandate && it.is_in_force(round.now));
                match (home, mandate) {
                    (Some(home), Some(mandate)) => Route::To(Addressee {
                        contacts: home.clone(),
                        eyes: Eyes::Representative(Some(mandate.id)),
                        name: format!("{} {}", mandate.given.as_str(), mandate.family.as_str()),
                    }),
                    _ => Route::Nobody("no longer a representative"),
                }
            }
            Recipient::At(contacts) => {
                Route::To(Addressee { contacts: contacts.clone(), eyes, name: name(loaded) })
            }
            Recipient::Doctor(id) => match round.post.professional(id) {
                Some(contacts) => Route::To(Addressee { contacts, eyes: Eyes::Doctor, name: String::new() }),
                None => Route::Nobody("the directory gives no address"),
            },
        }
    }

    /// Under the age at which a minor has an account of their own (rules, A7).
    fn is_minor_without_account(&self, loaded: &Loaded) -> bool {
        let born = loaded.identity.identity.traits.birth_date;
        let today = self.now().in_paris().date();
        let years = i32::from(today.year()) - i32::from(born.year());
        let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
        years - i32::from(!had_birthday) < i32::from(self.policy().profile.minor_own_account_age)
    }
}

fn name(loaded: &Loaded) -> String {
    let traits = &loaded.identity.identity.traits;
    let given = traits.used_given.as_ref().unwrap_or(&traits.first_given);
    let family = traits.used_name.as_ref().unwrap_or(&traits.birth_name);
    format!("{} {}", given.as_str(), family.as_str())
}

impl Addressee {
    /// The first way that is left. A code is worth nothing on paper, a letter of secrets nowhere else.
    pub(super) fn channel(&self, waiting: &Waiting) -> Option<(Channel, String)> {
        let email = self.contacts.email.clone().map(|it| (Channel::Email, it));
        let phone = self.contacts.phone.clone().map(|it| (Channel::Sms, it));
        let ways = match &waiting.notice {
            Notice::Secrets(_) => vec![Some((Channel::Letter, String::new()))],
            Notice::Code { .. } => vec![email, phone],
            // a letter to a doctor needs to know where; a holder's can be handed over
            _ if self.eyes == Eyes::Doctor && self.contacts.address.is_empty() => vec![email, phone],
            _ => vec![email, phone, Some((Channel::Letter, String::new()))],
        };
        ways.into_iter().flatten().find(|(channel, _)| !waiting.refused.contains(channel))
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let name = Some(self.name.clone()).filter(|it| !it.is_empty());
        name.into_iter().chain(self.contacts.address.iter().cloned()).collect()
    }
}
