//! `patientList` (TD0.4): the caller's patients, since a day, by authorisation or by document.

use jiff::civil::Date;
use model::{Ins, Instant, Traits};
use xml::{Node, Writer};

use super::{Error, PATIENTS, Read, Status, answer, code, operation, parameter, required};

/// Since when what happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    LastAuthorisation,
    LastDocument,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PatientList {
    pub since: Date,
    pub by: By,
}

pub fn decode(body: Node<'_>) -> Read<PatientList> {
    let call = operation(body, PATIENTS, "patientList", &["date", "dateType"])?;
    let text = parameter(call, "date", 10)?.ok_or_else(|| required(call, "date"))?;
    let since =
        day(&text).ok_or_else(|| Error::value(format!("{}/date", call.path()), "ddmmyyyy is expected"))?;
    // the first is spelt as clients spell it
    let all = [
        ("LASTAUTORIZATION", By::LastAuthorisation),
        ("LASTAUTHORIZATION", By::LastAuthorisation),
        ("LASTDOCUMENT", By::LastDocument),
    ];
    Ok(PatientList { since, by: code(call, "dateType", &all)?.ok_or_else(|| required(call, "dateType"))? })
}

/// `01012018`
fn day(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to);
    Date::new(part(4, 8)?.parse().ok()?, part(2, 4)?.parse().ok()?, part(0, 2)?.parse().ok()?).ok()
}

/// One of the caller's patients.
pub struct Patient<'a> {
    pub ins: &'a Ins,
    pub traits: &'a Traits,
    pub attending: bool,
    pub last_authorisation: Option<Instant>,
    pub last_document: Option<Instant>,
    /// A word of the service about this record: that it is closed, for one.
    pub message: Option<&'a str>,
}

/// `more` says that there are more than are told, and how to have them.
pub fn encode(answered: Result<&[Patient<'_>], Status<'_>>, more: Option<&str>, out: &mut Writer) {
    let (status, all) = match answered {
        Ok(all) => (Status::Done, all),
        Err(status) => (status, &[] as &[Patient<'_>]),
    };
    answer(out, PATIENTS, "patientList", status, |out| {
        if let Some(more) = more {
            out.element("context", more);
        }
        for it in all {
            write_patient(out, it);
        }
    });
}

fn write_patient(out: &mut Writer, it: &Patient<'_>) {
    let used = it.traits.used_name.as_ref().unwrap_or(&it.traits.birth_name);
    out.start("patientlistData");
    out.element("ins", it.ins.matricule()).element("insOid", it.ins.authority().oid());
    out.element("firstName", it.traits.first_given.as_str());
    out.element("lastName", used.as_str());
    out.element("birthName", it.traits.birth_name.as_str());
    out.element("dateOfBirth", &it.traits.birth_date.strftime("%d%m%Y").to_string());
    out.element("statutMT", if it.attending { "true" } else { "false" });
    for (name, at) in
        [("lastAuthorizationDate", it.last_authorisation), ("lastDocumentDate", it.last_document)]
    {
        if let Some(at) = at {
            out.element(name, &at.to_string());
        }
    }
    if let Some(message) = it.message {
        out.element("message", message);
    }
    out.end();
}
