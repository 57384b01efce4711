//! TD0.5, a patient sought by traits (ITI-47): PRPA_IN201305UV02, answered by PRPA_IN201306UV02.

use jiff::civil::Date;
use model::{Ins, Sex, Traits};
use xml::{Node, Writer};

use super::demographics::{custodian, query_id, semantics, write_ack};
use super::error::{Hl7Error, Read};
use super::person::write_person;
use super::read::{self, all, child, need, need_attribute};
use super::wrapper::{self, Acknowledged, Edition, Reply, Wrapper, empty, open, write_ii};
use super::{INTERACTIONS, time};

pub use super::read::Ii;

/// What is known of whom is sought. At least a name and a date of birth, or an INS.
#[derive(Clone, Debug)]
pub struct Query {
    pub wrapper: Wrapper,
    pub query_id: Ii,
    /// Of birth or in use: the message does not say which.
    pub family: Option<String>,
    pub given: Option<String>,
    /// Names near these are asked for too. What the record can find stays exact.
    pub approximate: bool,
    pub birth_date: Option<Date>,
    pub sex: Option<Sex>,
    pub postal_code: Option<String>,
    pub city: Option<String>,
    pub ins: Option<Ins>,
}

const QUERY: &str = "PRPA_IN201305UV02";
const ANSWER: &str = "PRPA_IN201306UV02";
const TRIGGER: &str = "PRPA_TE201305UV02";

const PARAMETERS: &[&str] = &[
    "livingSubjectAdministrativeGender",
    "livingSubjectBirthTime",
    "livingSubjectId",
    "livingSubjectName",
    "patientAddress",
];

const CONTROL: &[&str] = &["code", "effectiveTime", "reasonCode", "authorOrPerformer", "queryByParameter"];

const BY_PARAMETER: &[&str] = &[
    "queryId",
    "statusCode",
    "modifyCode",
    "responseElementGroupId",
    "responseModalityCode",
    "responsePriorityCode",
    "initialQuantity",
    "initialQuantityCode",
    "matchCriterionList",
    "parameterList",
];

pub fn decode(message: Node<'_>) -> Read<Query> {
    let (wrapper, control) = wrapper::read(message, QUERY)?;
    read::only(control, CONTROL)?;
    if let Some(code) = child(control, "code")? {
        read::of_system(code, INTERACTIONS)?;
        read::one_of(code, &[(TRIGGER, ())])?;
    }
    let query = need(control, "queryByParameter")?;
    read::only(query, BY_PARAMETER)?;
    if let Some(modality) = child(query, "responseModalityCode")? {
        read::one_of(modality, &[("R", ())])?;
    }
    let query_id = query_id(query)?;
    let list = need(query, "parameterList")?;
    read::only(list, PARAMETERS)?;
    let mut found = Query {
        wrapper,
        query_id,
        family: None,
        given: None,
        approximate: false,
        birth_date: None,
        sex: None,
        postal_code: None,
        city: None,
        ins: None,
    };
    if let Some(value) = parameter(list, "livingSubjectName", "LivingSubject.name")? {
        found.approximate = value.attribute("use") == Some("SRCH");
        found.family = only_text(value, "family")?;
        found.given = only_text(value, "given")?;
    }
    if let Some(value) = parameter(list, "livingSubjectBirthTime", "LivingSubject.birthTime")? {
        let day = time::day(need_attribute(value, "value")?);
        let whole = || Hl7Error::value(format!("{}/@value", value.path()), "a whole date is expected");
        found.birth_date = Some(day.ok_or_else(whole)?);
    }
    if let Some(value) =
        parameter(list, "livingSubjectAdministrativeGender", "LivingSubject.administrativeGender")?
    {
        let all = [("F", Sex::Female), ("M", Sex::Male), ("U", Sex::Unknown), ("UN", Sex::Unknown)];
        found.sex = Some(read::one_of(value, &all)?);
    }
    if let Some(value) = parameter(list, "patientAddress", "LivingSubject.addr")? {
        found.postal_code = only_text(value, "postalCode")?;
        found.city = only_text(value, "city")?;
    }
    if let Some(value) = parameter(list, "livingSubjectId", "LivingSubject.id")? {
        found.ins = Some(read::ins(value)?);
    }
    if found.ins.is_none() && (found.family.is_none() || found.birth_date.is_none()) {
        return Err(Hl7Error::required(format!(
            "{}: a family name and a date of birth, or an INS",
            list.path()
        )));
    }
    Ok(found)
}

fn parameter<'a>(list: Node<'a>, name: &str, about: &str) -> Read<Option<Node<'a>>> {
    match child(list, name)? {
        None => Ok(None),
        Some(parameter) => {
            semantics(parameter, about)?;
            need(parameter, "value").map(Some)
        }
    }
}

fn only_text(value: Node<'_>, name: &str) -> Read<Option<String>> {
    let mut found = all(value, name);
    match (found.next(), found.next()) {
        (_, Some(second)) => Err(Hl7Error::structure(second.path(), "at most one is expected")),
        (Some(it), None) => read::text(it, 100),
        (None, None) => Ok(None),
    }
}

/// Somebody who may be the one sought, and whose traits the caller may know.
pub struct Candidate<'a> {
    pub ins: &'a Ins,
    pub open: bool,
    pub traits: &'a Traits,
}

/// Those found, none too; or why nothing is answered (too many, for one).
pub fn encode(
    query: &Query,
    reply: &Reply<'_>,
    answer: Result<&[Candidate<'_>], Acknowledged<'_>>,
    out: &mut Writer,
) {
    let acknowledged = answer.err().unwrap_or(Acknowledged::Accepted);
    let found = answer.unwrap_or_default();
    wrapper::begin(out, ANSWER, reply, Edition::Of2008, acknowledged, |_| ());
    open(out, "controlActProcess", &[("classCode", "CACT"), ("moodCode", "EVN")]);
    empty(out, "code", &[("code", "PRPA_TE201306UV02"), ("codeSystem", INTERACTIONS)]);
    for it in found {
        write_candidate(out, it);
    }
    let response = match (answer.is_err(), found.is_empty()) {
        (true, _) => "AE",
        (false, true) => "NF",
        (false, false) => "OK",
    };
    write_ack(out, &query.query_id, response, Some(found.len()));
    echo(out, query);
    out.end().end();
}

fn write_candidate(out: &mut Writer, it: &Candidate<'_>) {
    open(out, "subject", &[("typeCode", "SUBJ"), ("contextConductionInd", "false")]);
    open(out, "registrationEvent", &[("classCode", "REG"), ("moodCode", "EVN")]);
    empty(out, "id", &[("nullFlavor", "NA")]);
    empty(out, "statusCode", &[("code", "active")]);
    open(out, "subject1", &[("typeCode", "SBJ")]);
    open(out, "patient", &[("classCode", "PAT")]);
    empty(out, "id", &[("root", it.ins.authority().oid()), ("extension", it.ins.matricule())]);
    empty(out, "statusCode", &[("code", if it.open { "active" } else { "terminated" })]);
    write_person(out, it.traits, None, None);
    // the name and the date were compared exactly
    open(out, "subjectOf1", &[("typeCode", "SBJ")]);
    open(out, "queryMatchObservation", &[("classCode", "OBS"), ("moodCode", "EVN")]);
    empty(out, "code", &[("code", "IHE_PDQ")]);
    let xsi = ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance");
    empty(out, "value", &[xsi, ("xsi:type", "INT"), ("value", "100")]);
    out.end().end().end().end();
    custodian(out);
    out.end().end();
}

/// An answer repeats its question.
fn echo(out: &mut Writer, query: &Query) {
    out.start("queryByParameter");
    write_ii(out, "queryId", &query.query_id);
    empty(out, "statusCode", &[("code", "new")]);
    out.start("parameterList");
    if let Some(sex) = query.sex {
        let code = match sex {
            Sex::Female => "F",
            Sex::Male => "M",
            Sex::Unknown => "U",
        };
        out.start("livingSubjectAdministrativeGender");
        empty(out, "value", &[("code", code)]);
        out.element("semanticsText", "LivingSubject.administrativeGender").end();
    }
    if let Some(date) = query.birth_date {
        out.start("livingSubjectBirthTime");
        empty(out, "value", &[("value", &time::write_day(date))]);
        out.element("semanticsText", "LivingSubject.birthTime").end();
    }
    if let Some(ins) = &query.ins {
        out.start("livingSubjectId");
        empty(out, "value", &[("root", ins.authority().oid()), ("extension", ins.matricule())]);
        out.element("semanticsText", "LivingSubject.id").end();
    }
    let part = |out: &mut Writer, name: &str, text: &Option<String>| {
        if let Some(text) = text {
            out.element(name, text);
        }
    };
    let search: &[(&str, &str)] = if query.approximate { &[("use", "SRCH")] } else { &[] };
    if query.family.is_some() || query.given.is_some() {
        out.start("livingSubjectName");
        open(out, "value", search);
        part(out, "family", &query.family);
        part(out, "given", &query.given);
        out.end().element("semanticsText", "LivingSubject.name").end();
    }
    if query.postal_code.is_some() || query.city.is_some() {
        out.start("patientAddress").start("value");
        part(out, "postalCode", &query.postal_code);
        part(out, "city", &query.city);
        out.end().element("semanticsText", "LivingSubject.addr").end();
    }
    out.end().end();
}
