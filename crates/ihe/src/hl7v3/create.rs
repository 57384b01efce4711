//! TD1.1, a record is opened: PRPA_IN201311UV02, answered by PRPA_IN201312UV02 or refused by PRPA_IN201313UV02.

use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
use model::{Ins, Traits};
use xml::{Node, Writer};

use super::error::{Hl7Error, Read};
use super::person::{Consents, Person};
use super::read::{self, all, child, need};
use super::wrapper::{self, Acknowledged, Edition, Reply, Wrapper, empty, open};
use super::{GDP, HL7};

/// Who is named as author of a registration: a claim, to be compared with who is proved.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Author {
    /// PS_IdNat
    pub person: Option<String>,
    /// Struct_IdNat
    pub organisation: Option<String>,
}

/// A record to open.
pub struct Request {
    pub wrapper: Wrapper,
    pub patient: Ins,
    pub person: Person,
    pub consents: Consents,
    pub author: Author,
    person_path: String,
}

impl Request {
    /// All strict traits. Errors: the one that is missing or wrong.
    pub fn traits(&self) -> Read<Traits> {
        self.person.traits(&self.person_path)
    }
}

const REQUEST: &str = "PRPA_IN201311UV02";

pub fn decode(message: Node<'_>) -> Read<Request> {
    let (wrapper, control) = wrapper::read(message, REQUEST)?;
    read::only(control, &["code", "effectiveTime", "reasonCode", "authorOrPerformer", "subject"])?;
    wrapper::reason(control, &[("CREA_RD", ())])?;
    let registration = registration(control)?;
    let (patient, status) = patient(registration)?;
    if status != Status::Active {
        return Err(Hl7Error::value(patient.path(), "what is created is active"));
    }
    let person = need(patient, "patientPerson")?;
    Ok(Request {
        wrapper,
        patient: read::ins(need(patient, "id")?)?,
        person: Person::read(person)?,
        consents: Consents::read(patient)?,
        author: author(registration)?,
        person_path: person.path(),
    })
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Active,
    Terminated,
}

pub(super) fn registration(control: Node<'_>) -> Read<Node<'_>> {
    let registration = read::need_path(control, &["subject", "registrationRequest"])?;
    let known = &["id", "statusCode", "effectiveTime", "subject1", "author", "custodian", "inFulfillmentOf"];
    read::only(registration, known)?;
    Ok(registration)
}

pub(super) fn patient(registration: Node<'_>) -> Read<(Node<'_>, Status)> {
    let patient = read::need_path(registration, &["subject1", "patient"])?;
    let known = &["id", "statusCode", "effectiveTime", "patientPerson", "providerOrganization", "subjectOf"];
    read::only(patient, known)?;
    let status = need(patient, "statusCode")?;
    Ok((patient, read::one_of(status, &[("active", Status::Active), ("terminated", Status::Terminated)])?))
}

pub(super) fn author(registration: Node<'_>) -> Read<Author> {
    let Some(author) = child(registration, "author")? else { return Ok(Author::default()) };
    let entity = need(author, "assignedEntity")?;
    let organisation = child(entity, "representedOrganization")?;
    Ok(Author {
        person: id_of(entity, PS_IDNAT_OID)?,
        organisation: organisation.map_or(Ok(None), |it| id_of(it, STRUCT_IDNAT_OID))?,
    })
}

fn id_of(node: Node<'_>, root: &str) -> Read<Option<String>> {
    let mut found = None;
    for id in all(node, "id") {
        let id = read::ii(id)?;
        if id.root == root && id.extension.is_some() && found.is_none() {
            found = id.extension;
        }
    }
    Ok(found)
}

/// Done, or why not.
pub fn encode(request: &Request, reply: &Reply<'_>, answer: Acknowledged<'_>, out: &mut Writer) {
    let names = ["PRPA_IN201311UV02_Response", "PRPA_IN201312UV02", "PRPA_IN201313UV02"];
    encode_registration(names, "CREA_RD", &request.patient, reply, answer, out);
}

/// The wrapper of the choice, the message that accepts, the one that refuses.
pub(super) fn encode_registration(
    [choice, accepts, refuses]: [&str; 3],
    reason: &str,
    ins: &Ins,
    reply: &Reply<'_>,
    answer: Acknowledged<'_>,
    out: &mut Writer,
) {
    let name = if answer == Acknowledged::Accepted { accepts } else { refuses };
    open(out, choice, &[("xmlns", GDP)]);
    wrapper::begin(out, name, reply, Edition::Of2009, answer, |_| ());
    open(out, "controlActProcess", &[("classCode", "CACT"), ("moodCode", "EVN")]);
    empty(out, "reasonCode", &[("code", reason), ("codeSystem", super::REASONS)]);
    open(out, "subject", &[("typeCode", "SUBJ"), ("contextConductionInd", "false")]);
    let mood = if answer == Acknowledged::Accepted { "EVN" } else { "RQO" };
    let event = if answer == Acknowledged::Accepted { "registrationEvent" } else { "registrationRequest" };
    open(out, event, &[("classCode", "REG"), ("moodCode", mood)]);
    let status = if answer == Acknowledged::Accepted { "completed" } else { "aborted" };
    empty(out, "statusCode", &[("code", status)]);
    open(out, "subject1", &[("typeCode", "SBJ")]);
    open(out, "patient", &[("classCode", "PAT")]);
    empty(out, "id", &[("root", ins.authority().oid()), ("extension", ins.matricule())]);
    out.end().end().end().end().end();
    out.end().end();
}

/// Whether an answer accepts, and the word it refuses with; for the clients of tests and tools.
pub fn decode_answer(body: Node<'_>) -> Read<Result<(), String>> {
    let message = match body.name() {
        (HL7, _) => body,
        _ => body.children().next().ok_or_else(|| Hl7Error::required(body.path()))?,
    };
    let acknowledgement = need(message, "acknowledgement")?;
    match read::need_attribute(acknowledgement, "typeCode")? {
        "AA" => Ok(Ok(())),
        _ => {
            let code = read::need_path(acknowledgement, &["acknowledgementDetail", "code"])?;
            Ok(Err(read::need_attribute(code, "code")?.to_owned()))
        }
    }
}
