//! TD1.2, a closed record is opened again, and TD1.3, its data are changed or it is closed: PRPA_IN201314UV02,
//! answered by PRPA_IN201315UV02 or refused by PRPA_IN201316UV02.

use model::Ins;
use xml::{Node, Writer};

use super::CLOSINGS;
use super::create::{Author, Status, author, encode_registration, patient, registration};
use super::error::{Hl7Error, Read};
use super::person::{Consents, Person};
use super::read::{self, child, need};
use super::wrapper::{self, Acknowledged, Reply, Wrapper};

/// What is asked.
pub enum Doing {
    /// REAC, with the holder's fresh consent where it is said.
    Reactivate { consents: Consents },
    /// MODIF_DATA: what the message says is to be so; what it leaves out stays.
    Modify { person: Box<Person>, consents: Consents },
    /// FERM, at the holder's request.
    Close { words: Option<String> },
}

impl Doing {
    const fn reason(&self) -> &'static str {
        match self {
            Self::Reactivate { .. } => "REAC",
            Self::Modify { .. } => "MODIF_DATA",
            Self::Close { .. } => "FERM",
        }
    }
}

pub struct Request {
    pub wrapper: Wrapper,
    pub patient: Ins,
    /// What is said of who it is, to be compared with the record.
    pub person: Person,
    pub doing: Doing,
    pub author: Author,
}

#[derive(Clone, Copy)]
enum Reason {
    Reactivate,
    Modify,
    Close,
}

const REQUEST: &str = "PRPA_IN201314UV02";

pub fn decode(message: Node<'_>) -> Read<Request> {
    let (wrapper, control) = wrapper::read(message, REQUEST)?;
    read::only(
        control,
        &["code", "effectiveTime", "reasonCode", "authorOrPerformer", "subject", "reasonOf"],
    )?;
    let all = [("REAC", Reason::Reactivate), ("MODIF_DATA", Reason::Modify), ("FERM", Reason::Close)];
    let reason = wrapper::reason(control, &all)?;
    let registration = registration(control)?;
    let (patient, status) = patient(registration)?;
    let expected = if matches!(reason, Reason::Close) { Status::Terminated } else { Status::Active };
    if status != expected {
        return Err(Hl7Error::value(patient.path(), "the status is not the one this reason leads to"));
    }
    let person = child(patient, "patientPerson")?.map_or(Ok(Person::default()), Person::read)?;
    let consents = Consents::read(patient)?;
    let words = closing_words(control)?;
    let doing = match reason {
        Reason::Reactivate => Doing::Reactivate { consents },
        Reason::Modify => Doing::Modify { person: Box::new(person.clone()), consents },
        Reason::Close => {
            let path = || format!("{}/reasonOf", control.path());
            Doing::Close { words: words.ok_or_else(|| Hl7Error::required(path()))? }
        }
    };
    Ok(Request {
        wrapper,
        patient: read::ins(need(patient, "id")?)?,
        person,
        doing,
        author: author(registration)?,
    })
}

/// Why it is closed: at the holder's request alone; and what they say to it.
fn closing_words(control: Node<'_>) -> Read<Option<Option<String>>> {
    let Some(why) = child(control, "reasonOf")? else { return Ok(None) };
    let event = need(why, "detectedIssueEvent")?;
    let code = need(event, "code")?;
    read::of_system(code, CLOSINGS)?;
    read::one_of(code, &[("FERMETURE_DEMANDE_PATIENT", ())])?;
    let words = child(event, "text")?.map_or(Ok(None), |it| read::text(it, 1_000))?;
    Ok(Some(words))
}

/// Done, or why not.
pub fn encode(request: &Request, reply: &Reply<'_>, answer: Acknowledged<'_>, out: &mut Writer) {
    let names = ["PRPA_IN201314UV02_Response", "PRPA_IN201315UV02", "PRPA_IN201316UV02"];
    encode_registration(names, request.doing.reason(), &request.patient, reply, answer, out);
}
