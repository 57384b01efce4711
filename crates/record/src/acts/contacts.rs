//! How the holder is reached, changed by the holder: both the old and the new contact are told, and the new one
//! carries no one-time code for a while, so that whoever slipped it in does not keep the holder out (abuse I02).

use jiff::SignedDuration;
use model::{Act, Instant};

use crate::acts::identity_change::Reach;
use crate::attempt::Target;
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal};
use crate::records::Records;
use crate::rows::{Contacts, Former, Identity};

/// So long codes still go to the contacts there were.
const PROBATION: SignedDuration = SignedDuration::from_hours(72);
const LINES_MAX: usize = 6;
const LINE_MAX: usize = 38;

/// The contacts a holder gives.
#[derive(Clone, Default)]
pub struct NewContacts {
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Street, postal code and town, as an envelope shows them.
    pub address: Vec<String>,
}

impl Records {
    pub fn set_contacts(
        &self,
        call: &Call,
        target: &Target,
        new: &NewContacts,
    ) -> Result<Disclosed<Reach>, Failure> {
        let no = |element: &str, says: &str| Failure::from(Refusal::because(element, says));
        if new.email.as_deref().is_some_and(|it| !is_email(it)) {
            return Err(no("email", "this is not an e-mail address"));
        }
        if new.phone.as_deref().is_some_and(|it| !is_phone(it)) {
            return Err(no("phone", "a number is written with its country: +33 and nine digits"));
        }
        let long = |it: &String| it.chars().count() > LINE_MAX || it.chars().any(char::is_control);
        if new.address.len() > LINES_MAX || new.address.iter().any(long) {
            return Err(no("address", "an address has at most six lines of 38 characters"));
        }
        self.change_identity(
            call,
            target,
            Act::SetContacts,
            |identity, now| {
                let NewContacts { email, phone, address } = new.clone();
                let contacts = Contacts { email, phone, address, trusted: true };
                if contacts == identity.contacts {
                    return Err(Refusal::because("contacts", "these are the contacts there are"));
                }
                let factor =
                    contacts.email != identity.contacts.email || contacts.phone != identity.contacts.phone;
                if factor {
                    let before = identity.code_contacts(now).clone();
                    identity.former =
                        before.trusted.then(|| Former { contacts: before, until: now.plus(PROBATION) });
                }
                identity.contacts = contacts;
                Ok(())
            },
            |change, before, after| self.tell_of_contacts(change, &before.contacts, &after.contacts),
        )
    }
}

impl Identity {
    /// Where a one-time code goes.
    pub(crate) fn code_contacts(&self, now: Instant) -> &Contacts {
        match &self.former {
            Some(former) if now < former.until => &former.contacts,
            _ => &self.contacts,
        }
    }
}

/// One address, of characters that cannot end a header or name a second.
fn is_email(text: &str) -> bool {
    let plain = |it: char| it.is_ascii_graphic() && !"<>()[],;:\\\"".contains(it);
    text.len() <= 254
        && text.chars().all(plain)
        && text.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty()
                && name.len() <= 64
                && host.contains('.')
                && !host.contains('@')
                && !host.starts_with('.')
                && !host.ends_with('.')
        })
}

/// E.164: a plus, a country, at most fifteen digits.
fn is_phone(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|it| {
        (8..=15).contains(&it.len()) && !it.starts_with('0') && it.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_and_nothing_that_ends_a_header() {
        for right in ["zelie@example.org", "a.b+c@sub.example.org"] {
            assert!(is_email(right), "{right}");
        }
        for wrong in [
            "",
            "zelie",
            "@example.org",
            "a@b",
            "a@b.c\r\nBcc: d@e.f",
            "a@b.c,d@e.f",
            "A <a@b.c>",
            "a@b.c ",
            "a@b@c.d",
        ] {
            assert!(!is_email(wrong), "{wrong:?}");
        }
        for right in ["+33639980000", "+262692000000"] {
            assert!(is_phone(right), "{right}");
        }
        for wrong in
            ["", "0639980000", "+0639980000", "+33 6 39 98 00 00", "+336399800001234567", "+33639980000\n"]
        {
            assert!(!is_phone(wrong), "{wrong:?}");
        }
    }
}
