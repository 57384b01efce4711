//! `createPatientAccess`, `updatePatientAccess`, `patientOTPUpdate` (TD1.5): the holder's account, and the channel its
//! codes go by. Historic: the official description dropped them in 2024; the patient is the VIHF's.

use xml::{Node, Writer};

use super::{Error, PATIENTS, Read, Status, answer, code, operation, parameter, required};
use crate::fhir::operations::open_record::{is_email, is_phone};

/// Where a holder's codes go.
#[derive(Clone, PartialEq, Eq)]
pub enum Channel {
    Email(String),
    Phone(String),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Add,
    Change,
    Remove,
}

#[derive(Clone, Copy)]
enum Kind {
    Email,
    Sms,
}

/// An account is asked for, with the channel of its codes.
pub fn decode_create(body: Node<'_>) -> Read<Channel> {
    let call = operation(body, PATIENTS, "createPatientAccess", &["otpChannelType", "otpChannel"])?;
    channel(call)
}

/// New secrets for the account that is there.
pub fn decode_update(body: Node<'_>) -> Read<()> {
    operation(body, PATIENTS, "updatePatientAccess", &[]).map(|_| ())
}

/// A channel is added, changed or removed.
pub fn decode_channel(body: Node<'_>) -> Read<(Action, Channel)> {
    let call = operation(body, PATIENTS, "patientOTPUpdate", &["otpChannelType", "otpChannel", "action"])?;
    let all = [("AJOUT", Action::Add), ("MODIFICATION", Action::Change), ("SUPPRESSION", Action::Remove)];
    let action = code(call, "action", &all)?.ok_or_else(|| required(call, "action"))?;
    Ok((action, channel(call)?))
}

fn channel(call: Node<'_>) -> Read<Channel> {
    let kind = code(call, "otpChannelType", &[("EMAIL", Kind::Email), ("SMS", Kind::Sms)])?;
    let kind = kind.ok_or_else(|| required(call, "otpChannelType"))?;
    let text = parameter(call, "otpChannel", 254)?.ok_or_else(|| required(call, "otpChannel"))?;
    match kind {
        Kind::Email if is_email(&text) => Ok(Channel::Email(text)),
        Kind::Sms if is_phone(&text) => Ok(Channel::Phone(text)),
        _ => Err(Error::value(format!("{}/otpChannel", call.path()), "not of the type that is said")),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Call {
    Create,
    Update,
    Channel,
}

impl Call {
    const fn name(self) -> &'static str {
        match self {
            Self::Create => "createPatientAccess",
            Self::Update => "updatePatientAccess",
            Self::Channel => "patientOTPUpdate",
        }
    }
}

/// Done; with login and first password where they are handed over, this once.
pub fn encode(call: Call, status: Status<'_>, handed: Option<(&str, &str)>, out: &mut Writer) {
    answer(out, PATIENTS, call.name(), status, |out| {
        if let Some((login, password)) = handed {
            out.element("login", login).element("password", password);
        }
    });
}
