//! The holder's access at a counter (TD1.5; rules, W14): an account where there is none, and one channel of its codes
//! at a time. An agent, the holder's signed request, the proof of who they are; old and new contacts are told.

use model::{Act, SignedForm};
use policy::age_reached;

use crate::acts::open_record::{Letter, Secrets};
use crate::acts::own_words::told;
use crate::acts::secrets_again::SeenAtCounter;
use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::AccountOf;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal, RefusalKind};
use crate::records::Records;
use crate::rows::{CREDENTIAL, Contacts};

/// Where codes go.
#[derive(Clone, Copy)]
pub enum CodeChannel<'a> {
    Email(&'a str),
    Phone(&'a str),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelChange {
    Add,
    Change,
    Remove,
}

impl Records {
    /// An account for a holder whose record was opened without one, by an organisation alone.
    pub fn open_access(
        &self,
        call: &Call,
        target: &Target,
        seen: SeenAtCounter,
        channel: CodeChannel<'_>,
        letter: Letter,
    ) -> Result<Disclosed<Option<Secrets>>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            if draft.secrets_of(CREDENTIAL)?.is_some() {
                return exists();
            }
            let majority = self.policy().profile.majority_age;
            if age_reached(draft.loaded.identity.identity.traits.birth_date, majority) > draft.now {
                return no("account", "a minor's is opened on its own terms: they, or who answers for them");
            }
            let before = draft.loaded.identity.contacts_of(AccountOf::Holder);
            let mut now = before.clone();
            *slot(&mut now, channel) = Some(text(channel).to_owned());
            reached_at(draft, &before, now)?;
            draft.new_secrets(CREDENTIAL, letter)
        };
        let request = seen.request();
        self.settle(call, target, &Settling { act: Act::ReissueSecrets, request, note: None, apply })
    }

    /// Codes go somewhere more, elsewhere, or no longer there.
    pub fn change_channel(
        &self,
        call: &Call,
        target: &Target,
        seen: SeenAtCounter,
        change: ChannelChange,
        channel: CodeChannel<'_>,
    ) -> Result<Disclosed<()>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let before = draft.loaded.identity.contacts_of(AccountOf::Holder);
            let mut now = before.clone();
            let slot = slot(&mut now, channel);
            match change {
                ChannelChange::Add if slot.is_some() => return exists(),
                ChannelChange::Add | ChannelChange::Change => *slot = Some(text(channel).to_owned()),
                ChannelChange::Remove if slot.as_deref() != Some(text(channel)) => {
                    return no("contacts", "no code goes there");
                }
                ChannelChange::Remove => *slot = None,
            }
            if now.email.is_none() && now.phone.is_none() {
                return no("contacts", "a code must reach them: an e-mail address or a number");
            }
            reached_at(draft, &before, now)?;
            draft.forget_code(AccountOf::Holder)
        };
        let request = seen.request();
        self.settle(call, target, &Settling { act: Act::ResetFactor, request, note: None, apply })
    }
}

impl SeenAtCounter {
    /// Who sends this says by it that they have the signed request and saw the proof of identity.
    pub fn both() -> Self {
        Self { signed: true, identity: true }
    }

    pub(super) fn request(self) -> model::Request {
        model::Request {
            form: self.signed.then_some(SignedForm::Plain),
            qualified_identity: self.identity,
            ..model::Request::default()
        }
    }
}

fn exists<T>() -> Result<T, Failure> {
    Err(Refusal::new(RefusalKind::Conflict).into())
}

fn slot<'a>(contacts: &'a mut Contacts, channel: CodeChannel<'_>) -> &'a mut Option<String> {
    match channel {
        CodeChannel::Email(_) => &mut contacts.email,
        CodeChannel::Phone(_) => &mut contacts.phone,
    }
}

fn text(channel: CodeChannel<'_>) -> &str {
    match channel {
        CodeChannel::Email(it) | CodeChannel::Phone(it) => it,
    }
}

/// From now on the holder is reached there. What an organisation gave comes to carry no code by it (rules, W1).
fn reached_at(draft: &mut Draft<'_>, before: &Contacts, mut now: Contacts) -> Result<(), Failure> {
    let kept = (now.email.is_some() && now.email == before.email)
        || (now.phone.is_some() && now.phone == before.phone);
    if kept && !before.trusted {
        return no("contacts", "the other contact was never confirmed: Patient/$counter takes both");
    }
    now.trusted = true;
    draft.identity().contacts = now.clone();
    told(draft, before, &now)
}
