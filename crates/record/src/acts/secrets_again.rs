//! The ordinary accidents at a counter: letter lost, phone lost, a new name (rules, W14). An agent, the holder's
//! signed request, and the proof of who they are; the contact that was there before is told.

use model::{Act, Name};

use crate::acts::open_record::{Letter, Secrets};
use crate::acts::own_words::told;
use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::AccountOf;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::{Contacts, Credential};

/// What the counter saw.
#[derive(Clone, Copy, Debug)]
pub struct SeenAtCounter {
    /// The request is signed.
    pub signed: bool,
    /// Identity was proved by a document.
    pub identity: bool,
}

impl Records {
    /// Letter lost: a new login and a new temporary password, in place of the old.
    pub fn reissue_secrets(
        &self,
        call: &Call,
        target: &Target,
        whose: AccountOf,
        seen: SeenAtCounter,
        letter: Letter,
    ) -> Result<Disclosed<Option<Secrets>>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            has_account(draft, whose)?;
            draft.new_secrets(whose.row(), letter)
        };
        let request = seen.request();
        self.settle(call, target, &Settling { act: Act::ReissueSecrets, request, note: None, apply })
    }

    /// Phone lost: codes go elsewhere from now on, and a code under way opens nothing.
    pub fn reset_factor(
        &self,
        call: &Call,
        target: &Target,
        whose: AccountOf,
        seen: SeenAtCounter,
        contacts: (Option<&str>, Option<&str>),
    ) -> Result<Disclosed<()>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            has_account(draft, whose)?;
            let (email, phone) = (contacts.0.map(str::to_owned), contacts.1.map(str::to_owned));
            if email.is_none() && phone.is_none() {
                return no("contacts", "a code must reach them: an e-mail address or a number");
            }
            let before = draft.loaded.identity.contacts_of(whose);
            let address = before.address.clone();
            let now = Contacts { email, phone, trusted: true, address };
            match whose {
                AccountOf::Holder => draft.identity().contacts = now.clone(),
                other => draft.reach(other.row(), now.clone()),
            }
            draft.forget_code(whose)?;
            told(draft, &before, &now)
        };
        let request = seen.request();
        self.settle(call, target, &Settling { act: Act::ResetFactor, request, note: None, apply })
    }

    /// A new used name, on the signed form and its proof. The traits of the national identity are not changed here:
    /// they are corrected where they come from.
    pub fn set_used_name(
        &self,
        call: &Call,
        target: &Target,
        family: Option<&Name>,
        given: Option<&Name>,
        seen: SeenAtCounter,
    ) -> Result<Disclosed<()>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            if !seen.identity || call.caller.agent().is_none() {
                return no("identity", "a name is changed at a counter, on proof of identity");
            }
            let traits = &mut draft.identity().identity.traits;
            (traits.used_name, traits.used_given) = (family.cloned(), given.cloned());
            let traits = traits.clone();
            draft.status().identity.traits = traits;
            Ok(())
        };
        let (request, note) = (seen.request(), Some("used name"));
        self.settle(call, target, &Settling { act: Act::SetContacts, request, note, apply })
    }
}

fn has_account(draft: &Draft<'_>, whose: AccountOf) -> Result<(), Failure> {
    match draft.loaded.accounts().contains(&whose) {
        true => Ok(()),
        false => no("account", "there is no such account"),
    }
}

impl Draft<'_> {
    /// A code under way is worth nothing from now on.
    pub(super) fn forget_code(&mut self, whose: AccountOf) -> Result<(), Failure> {
        match self.secrets_of(whose.row())? {
            Some(credential) => {
                self.credential(whose.row(), &Credential { challenge: None, failed: 0, ..credential })
            }
            None => Ok(()),
        }
    }
}
