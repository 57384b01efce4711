//! `Patient/$counter` and `$signed-form`: what an agent does at a counter, seeing no content (rules, A7 and W14).

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use ihe::fhir::operations::counter::{self, AccountDoing, FormDoing};
use ihe::fhir::operations::life::recorded;
use model::{Act, EmergencyChoices, Grantee, SignedForm};
use record::circle::AccountOf;
use record::{Letter, MinorAccount, Secrets, SeenAtCounter, Target};

use super::answer::{Answer, fhir};
use super::incoming::Incoming;
use crate::blocking::act;

const BYTES_MAX: usize = 64 << 10;

pub(super) fn letter(handed: bool) -> Letter {
    if handed { Letter::Handed } else { Letter::Posted }
}

/// Login and password, to whom they are handed over.
pub(super) fn handed(secrets: Option<&Secrets>) -> Option<(&str, &str)> {
    secrets.map(|it| (it.login.as_str(), it.password.as_str()))
}

pub(super) async fn accounts(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = counter::decode(&body)?;
    let Incoming { app, call, .. } = incoming;
    let call = call.entering_a_form();
    let target = Target::Ins(asked.patient);
    let whose = asked.mandate.map_or(AccountOf::Holder, AccountOf::Representative);
    let seen = SeenAtCounter { signed: asked.signed, identity: asked.identified };
    let (email, phone, letter) = (asked.email, asked.phone, letter(asked.handed));
    let secrets = act(&app, move |records| match asked.doing {
        AccountDoing::ReissueSecrets => {
            records.reissue_secrets(&call, &target, whose, seen, letter).map(record::Disclosed::into_inner)
        }
        AccountDoing::ResetFactor => {
            let contacts = (email.as_deref(), phone.as_deref());
            records.reset_factor(&call, &target, whose, seen, contacts).map(|_| None)
        }
        AccountDoing::NewName(family, given) => {
            records.set_used_name(&call, &target, family.as_ref(), given.as_ref(), seen).map(|_| None)
        }
        AccountDoing::OpenMinorAccount => {
            let account = MinorAccount { consent: asked.signed, email, phone, letter };
            records.open_minor_account(&call, &target, &account).map(|it| it.into_inner().secrets)
        }
    })
    .await?;
    Ok(fhir(StatusCode::OK, &counter::encode(handed(secrets.as_ref()))))
}

pub(super) async fn signed_form(incoming: Incoming, request: Request) -> Result<Response, Answer> {
    let body = incoming.json(request, BYTES_MAX).await?;
    let asked = counter::decode_form(&body)?;
    let Incoming { app, call, .. } = incoming;
    let call = call.entering_a_form();
    // a form is an agent's to enter: whoever decides here on their own has other operations
    if call.caller.agent().is_none() {
        let target = Target::Ins(asked.patient);
        act(&app, move |records| records.enter_form(&call, &target, Act::Mask, "").map(drop)).await?;
        return Err(record::Failure::from(record::Refusal::new(record::RefusalKind::Denied)).into());
    }
    let target = Target::Ins(asked.patient);
    act(&app, move |records| match asked.doing {
        FormDoing::Mask(code, mask) => {
            let what = if mask { Act::Mask } else { Act::Unmask };
            records.enter_form(&call, &target, what, &code).map(drop)
        }
        FormDoing::Close => records.close(&call, &target, Some(SignedForm::Plain)).map(drop),
        FormDoing::Authorise(whom) => records.authorise(&call, &target, &Grantee::Person(whom)).map(drop),
        FormDoing::Revoke(whom) => records.revoke(&call, &target, &Grantee::Person(whom)).map(drop),
        FormDoing::Block(whom) => records.block(&call, &target, &whom).map(drop),
        FormDoing::Unblock(whom) => records.unblock(&call, &target, &whom).map(drop),
        FormDoing::Designate(whom) => records.confirm_attending(&call, &target, &whom).map(drop),
        FormDoing::EndAttending(whom) => records.end_attending(&call, &target, &whom).map(drop),
        FormDoing::SameReading(whom, given) => {
            records.give_same_reading(&call, &target, &whom, given).map(drop)
        }
        FormDoing::EmergencyChoices { break_glass, regulation } => records
            .set_emergency_choices(&call, &target, EmergencyChoices { break_glass, regulation })
            .map(drop),
        FormDoing::Contacts(email, phone) => records
            .set_contacts(&call, &target, AccountOf::Holder, email.as_deref(), phone.as_deref())
            .map(drop),
        FormDoing::Address(lines) => records.set_address(&call, &target, &lines).map(drop),
    })
    .await?;
    Ok(fhir(StatusCode::OK, &recorded()))
}
