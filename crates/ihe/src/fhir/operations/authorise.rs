//! `POST Patient/$authorise`: a professional records that the holder authorised them, or no longer does;
//! a doctor declares themself attending (rules, W10; TD0.3). Answers the Consent that stands.

use model::Ins;

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{IssueCode, Outcome, Read};
use super::Parameters;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    Ajout,
    Suppression,
}

#[derive(Debug)]
pub struct AuthoriseRequest {
    pub patient: Ins,
    pub action: Action,
    /// As attending doctor too; pending until the holder confirms.
    pub attending: bool,
}

pub fn decode(body: &[u8]) -> Read<AuthoriseRequest> {
    let node = json::parse(body)?;
    let parameters =
        Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient", "action", "attending"])?;
    let action = match parameters.need_text("action")? {
        ("AJOUT", _) => Action::Ajout,
        ("SUPPRESSION", _) => Action::Suppression,
        (_, path) => return Err(Outcome::at(422, IssueCode::CodeInvalid, path, "AJOUT or SUPPRESSION")),
    };
    Ok(AuthoriseRequest {
        patient: parameters.ins("patient")?,
        action,
        attending: parameters.boolean("attending")?.unwrap_or(false),
    })
}
