//! A minor's own account, and what stays secret from their representatives (rules, A7, A9 and W9).

use jiff::civil::Date;
use model::{Act, Request, StructIdNat};

use crate::acts::open_record::{Letter, Secrets};
use crate::acts::settle::{Draft, Settling, no};
use crate::attempt::Target;
use crate::call::Call;
use crate::circle::SecretAct;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::{CREDENTIAL, Contacts};

/// How a minor is reached on their own account: their own contacts, not their parents'.
#[derive(Clone)]
pub struct MinorAccount {
    /// The minor consents.
    pub consent: bool,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub letter: Letter,
}

/// Secrets to hand over, this once; none: the letter is in the post.
#[derive(Debug)]
pub struct NewAccount {
    pub secrets: Option<Secrets>,
}

/// An act that is to stay secret.
#[derive(Clone)]
pub struct NewSecretAct {
    pub day: Date,
    /// None: the caller's own house, or wherever on that day where the minor says so themself.
    pub house: Option<StructIdNat>,
    /// The minor asked for it.
    pub agreed: bool,
}

impl Records {
    /// Opens a minor's own account, from the age the profile sets. The old secrets open nothing from then on.
    pub fn open_minor_account(
        &self,
        call: &Call,
        target: &Target,
        account: &MinorAccount,
    ) -> Result<Disclosed<NewAccount>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            if account.email.is_none() && account.phone.is_none() {
                return no(
                    "contacts",
                    "a code must reach the minor: an e-mail address or a number of their own",
                );
            }
            let now = draft.now;
            let identity = draft.identity();
            identity.circle.own_account = Some(now);
            identity.contacts = Contacts {
                email: account.email.clone(),
                phone: account.phone.clone(),
                trusted: true,
                ..Contacts::default()
            };
            let secrets = draft.new_secrets(CREDENTIAL, account.letter)?;
            Ok(NewAccount { secrets })
        };
        let request = Request { consent: account.consent, ..Request::default() };
        self.settle(call, target, &Settling { act: Act::OpenMinorAccount, request, note: None, apply })
    }

    /// Declares an act secret: what is fed of it is hidden from representatives. Neither the line nor anything
    /// else of it reaches them.
    pub fn declare_secret_act(
        &self,
        call: &Call,
        target: &Target,
        secret: &NewSecretAct,
    ) -> Result<Disclosed<()>, Failure> {
        let apply = |draft: &mut Draft<'_>| {
            let own = call.caller.organisation.proved().map(|it| it.id.clone());
            let one = SecretAct { day: secret.day, house: secret.house.clone().or(own), declared: draft.now };
            let known = &mut draft.status().secret_acts;
            if !known.iter().any(|it| it.day == one.day && it.house == one.house) {
                known.push(one);
            }
            Ok(())
        };
        let request = Request { minor_agreed: secret.agreed, ..Request::default() };
        self.settle(call, target, &Settling { act: Act::DeclareSecretAct, request, note: None, apply })
    }
}
