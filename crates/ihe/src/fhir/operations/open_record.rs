//! `POST Patient/$open-record`: open a record with the holder's consent (rules, W1); `$open-records`: those of the
//! residents of a house, each with their own consent, each opened or not for itself.

use model::Name;
use serde_json::{Value, json};

use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{IssueCode, Outcome, Read};
use super::super::patient::{self, Identity};
use super::Parameters;

/// By which counter the consent came. Recorded, not tied to the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Channel {
    Titulaire,
    Accueil,
    Pharmacie,
    Professionnel,
    Etablissement,
}

impl Channel {
    pub const ALL: [Channel; 5] =
        [Self::Titulaire, Self::Accueil, Self::Pharmacie, Self::Professionnel, Self::Etablissement];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Titulaire => "titulaire",
            Self::Accueil => "accueil",
            Self::Pharmacie => "pharmacie",
            Self::Professionnel => "professionnel",
            Self::Etablissement => "etablissement",
        }
    }
}

/// What is asked. Answers that were not given are None: it is for the rules to refuse them.
pub struct OpenRequest {
    pub identity: Identity,
    pub consent: Option<bool>,
    /// True = allowed.
    pub break_glass: Option<bool>,
    /// True = allowed.
    pub regulation: Option<bool>,
    pub channel: Option<Channel>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// None: the holder answers.
    pub representative: Option<AnswersFor>,
}

/// Who answers for the holder, and in what quality.
pub struct AnswersFor {
    pub family: Name,
    pub given: Name,
    pub quality: Quality,
    /// By a document that was seen. Where it was not, it is for the rules to refuse.
    pub proved: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quality {
    Parent,
    Guardian,
    Mandate,
}

const QUALITIES: [(&str, Quality); 3] =
    [("parent", Quality::Parent), ("guardian", Quality::Guardian), ("mandate", Quality::Mandate)];

pub fn decode(body: &[u8]) -> Read<OpenRequest> {
    let node = json::parse(body)?;
    one(&Parameters::read(&Obj::resource(&node, "Parameters")?, &KNOWN)?)
}

const KNOWN: [&str; 8] =
    ["patient", "consent", "break-glass", "regulation", "channel", "email", "phone", "representative"];

fn one(parameters: &Parameters<'_>) -> Read<OpenRequest> {
    let patient = parameters.resource("patient")?;
    if patient.need_text("resourceType")? != "Patient" {
        return Err(Outcome::malformed(patient.at("resourceType"), "a Patient is expected here"));
    }
    let channel = match parameters.text("channel")? {
        None => None,
        Some((code, path)) => match Channel::ALL.into_iter().find(|channel| channel.code() == code) {
            None => return Err(Outcome::at(422, IssueCode::CodeInvalid, path, "no such channel")),
            some => some,
        },
    };
    Ok(OpenRequest {
        identity: patient::identity(&patient)?,
        consent: parameters.boolean("consent")?,
        break_glass: parameters.boolean("break-glass")?,
        regulation: parameters.boolean("regulation")?,
        channel,
        email: contact(parameters, "email", is_email)?,
        phone: contact(parameters, "phone", is_phone)?,
        representative: parameters.get("representative").map(answers_for).transpose()?,
    })
}

fn answers_for(of: &Obj<'_>) -> Read<AnswersFor> {
    let parts = Parameters::parts(of, &["family", "given", "quality", "proved"])?;
    let name = |which: &str| {
        parts.need(which)?;
        parts.name(which)?.ok_or_else(|| Outcome::missing(which))
    };
    Ok(AnswersFor {
        family: name("family")?,
        given: name("given")?,
        quality: parts.need_code("quality", &QUALITIES)?,
        proved: parts.boolean("proved")?.unwrap_or(false),
    })
}

/// Of a batch at most so many.
const BATCH_MAX: usize = 50;

/// One line a resident. What cannot be read of one says nothing of the others.
pub fn decode_batch(body: &[u8]) -> Read<Vec<Read<OpenRequest>>> {
    let node = json::parse(body)?;
    let parameters =
        Parameters::read_with(&Obj::resource(&node, "Parameters")?, &["resident"], &["resident"])?;
    parameters.need("resident")?;
    if parameters.all("resident").count() > BATCH_MAX {
        let says = format!("at most {BATCH_MAX} residents at a time");
        return Err(Outcome::at(422, IssueCode::TooCostly, "resident", says));
    }
    Ok(parameters.all("resident").map(|it| one(&Parameters::parts(it, &KNOWN)?)).collect())
}

/// What came of one resident's opening.
pub enum BatchLine {
    /// The new record's id.
    Opened(String),
    /// Why not: `found` where there is one already, `refused` by a rule, `unreadable`.
    Not(&'static str, Outcome),
}

/// In the order they were sent.
pub fn encode_batch(lines: &[BatchLine]) -> Value {
    let line = |it: &BatchLine| {
        let part = match it {
            BatchLine::Opened(id) => json!([
                { "name": "status", "valueCode": "opened" },
                { "name": "record", "valueString": id },
            ]),
            BatchLine::Not(status, why) => json!([
                { "name": "status", "valueCode": status },
                { "name": "why", "resource": why.to_json() },
            ]),
        };
        json!({ "name": "resident", "part": part })
    };
    json!({ "resourceType": "Parameters", "parameter": lines.iter().map(line).collect::<Vec<_>>() })
}

fn contact(parameters: &Parameters<'_>, name: &str, valid: fn(&str) -> bool) -> Read<Option<String>> {
    match parameters.text(name)? {
        Some((text, path)) if !valid(text) => Err(Outcome::value(path, "not of the expected form")),
        found => Ok(found.map(|(text, _)| text.to_owned())),
    }
}

/// One mailbox; nothing that could begin a header of its own.
pub(crate) fn is_email(text: &str) -> bool {
    let part = |it: &str| {
        !it.is_empty() && it.chars().all(|c| c.is_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c))
    };
    text.len() <= 254
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| part(local) && part(domain) && domain.contains('.'))
}

pub(crate) fn is_phone(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (6..=15).contains(&digits)
        && text.len() <= 25
        && text.bytes().enumerate().all(|(place, byte)| {
            byte.is_ascii_digit() || b" .-()".contains(&byte) || (byte == b'+' && place == 0)
        })
}
