//! TD0.2 (does a record exist, may I read it) and the reading half of TD1.3: PRPA_IN201307UV02, answered by
//! PRPA_IN201308UV02.

use model::rights::ClosingReason;
use model::{Ins, RecordStatus, Traits};
use xml::{Node, Writer};

use super::error::{Hl7Error, Read};
use super::person::{Consents, write_observation, write_person};
use super::read::{self, need, need_attribute};
use super::wrapper::{self, Acknowledged, Edition, Reply, Wrapper, empty, open, write_ii};
use super::{CLOSINGS, time};
use crate::fhir::patient::AuthorisationStatus;

pub use super::read::Ii;

/// What is asked of the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// TD0.2
    TestExistence,
    /// TD1.3
    ReadData,
}

impl Reason {
    const ALL: [(&'static str, Self); 2] =
        [("TEST_EXST", Self::TestExistence), ("CNSLT_DATA", Self::ReadData)];
}

/// One patient is asked for, by INS.
#[derive(Clone, Debug)]
pub struct Query {
    pub wrapper: Wrapper,
    pub reason: Reason,
    pub query_id: Ii,
    pub patient: Ins,
}

const QUERY: &str = "PRPA_IN201307UV02";
const ANSWER: &str = "PRPA_IN201308UV02";

pub fn decode(message: Node<'_>) -> Read<Query> {
    let (wrapper, control) = wrapper::read(message, QUERY)?;
    read::only(control, &["code", "effectiveTime", "reasonCode", "authorOrPerformer", "queryByParameter"])?;
    let reason = wrapper::reason(control, &Reason::ALL)?;
    let query = need(control, "queryByParameter")?;
    let query_id = query_id(query)?;
    let list = need(query, "parameterList")?;
    read::only(list, &["dataSource", "patientIdentifier"])?;
    let identifier = need(list, "patientIdentifier")?;
    semantics(identifier, "Patient.id")?;
    Ok(Query { wrapper, reason, query_id, patient: read::ins(need(identifier, "value")?)? })
}

/// The id of a query that is new: none is continued or cancelled here.
pub(super) fn query_id(query: Node<'_>) -> Read<Ii> {
    read::one_of(need(query, "statusCode")?, &[("new", ())])?;
    read::ii(need(query, "queryId")?)
}

/// What a parameter is about, as the schema wants it said again.
pub(super) fn semantics(parameter: Node<'_>, expected: &str) -> Read<()> {
    read::only(parameter, &["value", "semanticsText"])?;
    let said = need(parameter, "semanticsText")?;
    match read::text(said, 64)? {
        Some(text) if text.eq_ignore_ascii_case(expected) => Ok(()),
        _ => Err(Hl7Error::value(said.path(), format!("{expected} is expected"))),
    }
}

/// A record that is there, as far as the caller may know it.
pub struct Found<'a> {
    pub status: &'a RecordStatus,
    /// What the holder wrote when closing it.
    pub closing_words: Option<&'a str>,
    /// For who may read the record.
    pub traits: Option<&'a Traits>,
    pub email: Option<&'a str>,
    pub phone: Option<&'a str>,
    pub consents: Consents,
    /// The holder has an account of their own.
    pub account: Option<bool>,
}

/// What is answered. Absent and destroyed records are `None`.
pub struct Answer<'a> {
    pub found: Option<Found<'a>>,
    pub authorisation: Option<AuthorisationStatus>,
    /// The caller is the attending doctor.
    pub attending: Option<bool>,
}

pub fn encode(query: &Query, reply: &Reply<'_>, answer: &Answer<'_>, out: &mut Writer) {
    wrapper::begin(out, ANSWER, reply, Edition::Of2009, Acknowledged::Accepted, |out| attention(out, answer));
    open(out, "controlActProcess", &[("classCode", "CACT"), ("moodCode", "EVN")]);
    if let Some(found) = &answer.found {
        write_found(out, &query.patient, found);
        closing(out, found);
    }
    let response = if answer.found.is_some() { "OK" } else { "NF" };
    write_ack(out, &query.query_id, response, None);
    echo(out, query);
    out.end().end();
}

/// The same question refused: nothing is said of the record.
pub fn refuse(query: &Query, reply: &Reply<'_>, why: Acknowledged<'_>, out: &mut Writer) {
    wrapper::begin(out, ANSWER, reply, Edition::Of2009, why, |_| ());
    open(out, "controlActProcess", &[("classCode", "CACT"), ("moodCode", "EVN")]);
    write_ack(out, &query.query_id, "AE", None);
    echo(out, query);
    out.end().end();
}

/// The caller's standing goes before the control act, as words and values.
fn attention(out: &mut Writer, answer: &Answer<'_>) {
    let xsi = ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    if let Some(status) = answer.authorisation {
        out.start("attentionLine");
        empty(out, "keyWordText", &[("code", "AUTORISATION")]);
        empty(out, "value", &[xsi, ("xsi:type", "CV"), ("code", status.code())]);
        out.end();
    }
    if let Some(attending) = answer.attending {
        out.start("attentionLine");
        empty(out, "keyWordText", &[("code", "STATUT_MT")]);
        let said = if attending { "true" } else { "false" };
        empty(out, "value", &[xsi, ("xsi:type", "BL"), ("value", said)]);
        out.end();
    }
}

fn write_found(out: &mut Writer, ins: &Ins, found: &Found<'_>) {
    let status = if found.status.is_open() { "active" } else { "terminated" };
    open(out, "subject", &[("typeCode", "SUBJ"), ("contextConductionInd", "false")]);
    open(out, "registrationEvent", &[("classCode", "REG"), ("moodCode", "EVN")]);
    empty(out, "statusCode", &[("code", status)]);
    if let RecordStatus::Closed { at, .. } = found.status {
        empty(out, "effectiveTime", &[("value", &time::write(*at))]);
    }
    open(out, "subject1", &[("typeCode", "SBJ")]);
    open(out, "patient", &[("classCode", "PAT")]);
    empty(out, "id", &[("root", ins.authority().oid()), ("extension", ins.matricule())]);
    empty(out, "statusCode", &[("code", status)]);
    match found.traits {
        Some(traits) => write_person(out, traits, found.email, found.phone),
        None => empty(out, "patientPerson", &[("classCode", "PSN"), ("nullFlavor", "MSK")]),
    }
    empty(out, "providerOrganization", &[("classCode", "ORG"), ("nullFlavor", "NA")]);
    found.consents.write(out);
    if let Some(account) = found.account {
        write_observation(out, "COMPTE_INTERNET_OUVERT", account);
    }
    out.end().end();
    custodian(out);
    out.end().end();
}

pub(super) fn custodian(out: &mut Writer) {
    open(out, "custodian", &[("typeCode", "CST")]);
    open(out, "assignedEntity", &[("classCode", "ASSIGNED")]);
    empty(out, "id", &[("root", super::DMP_DEVICE)]);
    out.end().end();
}

fn closing(out: &mut Writer, found: &Found<'_>) {
    let RecordStatus::Closed { reason, .. } = found.status else { return };
    open(out, "reasonOf", &[("typeCode", "RSON")]);
    open(out, "detectedIssueEvent", &[("classCode", "ALRT"), ("moodCode", "EVN")]);
    empty(out, "code", &[("code", closing_code(*reason)), ("codeSystem", CLOSINGS)]);
    if let Some(words) = found.closing_words {
        out.element("text", words);
    }
    out.end().end();
}

/// The first was read in clients; the others are ours.
const fn closing_code(reason: ClosingReason) -> &'static str {
    match reason {
        ClosingReason::Request => "FERMETURE_DEMANDE_PATIENT",
        ClosingReason::Death => "FERMETURE_DECES",
        ClosingReason::DeathInError => "FERMETURE_DECES_ERRONE",
        ClosingReason::Fraud => "FERMETURE_FRAUDE",
        ClosingReason::Merged => "FERMETURE_FUSION",
    }
}

/// `total`: how many were found, for a search.
pub(super) fn write_ack(out: &mut Writer, query_id: &Ii, response: &str, total: Option<usize>) {
    out.start("queryAck");
    write_ii(out, "queryId", query_id);
    empty(out, "statusCode", &[("code", "deliveredResponse")]);
    empty(out, "queryResponseCode", &[("code", response)]);
    if let Some(total) = total {
        let total = total.to_string();
        for (name, value) in [
            ("resultTotalQuantity", total.as_str()),
            ("resultCurrentQuantity", &total),
            ("resultRemainingQuantity", "0"),
        ] {
            empty(out, name, &[("value", value)]);
        }
    }
    out.end();
}

/// An answer repeats its question.
fn echo(out: &mut Writer, query: &Query) {
    out.start("queryByParameter");
    write_ii(out, "queryId", &query.query_id);
    empty(out, "statusCode", &[("code", "new")]);
    out.start("parameterList").start("patientIdentifier");
    let ins = &query.patient;
    empty(out, "value", &[("root", ins.authority().oid()), ("extension", ins.matricule())]);
    out.element("semanticsText", "Patient.id");
    out.end().end().end();
}

/// What an answer says, for the clients of tests and tools.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read201308 {
    pub accepted: bool,
    pub response: String,
    /// `active` or `terminated`.
    pub status: Option<String>,
    pub authorisation: Option<String>,
    pub attending: Option<bool>,
}

pub fn decode_answer(message: Node<'_>) -> Read<Read201308> {
    if !message.is(super::HL7, ANSWER) {
        return Err(Hl7Error::structure(message.path(), format!("a {ANSWER} is expected")));
    }
    let line = |word: &str| -> Read<Option<Node<'_>>> {
        for line in read::all(message, "attentionLine") {
            if read::need(line, "keyWordText")?.attribute("code") == Some(word) {
                return need(line, "value").map(Some);
            }
        }
        Ok(None)
    };
    let control = need(message, "controlActProcess")?;
    let patient = match read::child(control, "subject")? {
        Some(subject) => Some(read::need_path(subject, &["registrationEvent", "subject1", "patient"])?),
        None => None,
    };
    let code = |node: Node<'_>| need_attribute(node, "code").map(str::to_owned);
    Ok(Read201308 {
        accepted: need_attribute(need(message, "acknowledgement")?, "typeCode")? == "AA",
        response: code(read::need_path(control, &["queryAck", "queryResponseCode"])?)?,
        status: patient.map(|it| need(it, "statusCode").and_then(code)).transpose()?,
        authorisation: line("AUTORISATION")?.map(code).transpose()?,
        attending: line("STATUT_MT")?.map(read::boolean).transpose()?,
    })
}
