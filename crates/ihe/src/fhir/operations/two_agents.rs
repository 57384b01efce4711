//! `POST Patient/$two-agents`, `$heir`, `$at-counter`: what takes two agents, each with a message of their own; what an
//! heir asks for at a counter; and what a counter may know of a record, no content (rules, A2, W11 and W14).

use model::{EntryId, HeirPurpose, Ins, Instant, MandateKind, RecordId, RowId, UniqueId};
use serde_json::{Value, json};

use super::super::datatypes::to_base64;
use super::super::id_pair;
use super::super::json;
use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read};
use super::Parameters;

/// How a document is named by who fed it, or by its id here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DocumentName {
    Unique(UniqueId),
    Entry(RecordId, EntryId),
    /// Of no form that an id has: nobody's, and looked for as any other.
    Nobodys,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Action {
    Recall,
    Merge,
    Split,
    Release,
    Fraud,
    Confirm,
    Refuse,
    Withdraw,
}

const ACTIONS: [(&str, Action); 8] = [
    ("RECALL", Action::Recall),
    ("MERGE", Action::Merge),
    ("SPLIT", Action::Split),
    ("RELEASE", Action::Release),
    ("FRAUD", Action::Fraud),
    ("CONFIRM", Action::Confirm),
    ("REFUSE", Action::Refuse),
    ("WITHDRAW", Action::Withdraw),
];

#[derive(Debug, PartialEq, Eq)]
pub enum Doing {
    Recall(DocumentName),
    Merge(Ins),
    Split(Ins, Vec<DocumentName>),
    /// By the heir's request.
    Release(RowId),
    Fraud,
    Confirm(RowId),
    Refuse(RowId),
    Withdraw(RowId),
}

pub struct TwoAgentsRequest {
    pub patient: Ins,
    pub doing: Doing,
    /// Identity was verified.
    pub identified: bool,
    /// The quality, or the fraud, was proved by a document.
    pub proved: bool,
}

/// Of one correction at most so many documents.
const DOCUMENTS_MAX: usize = 100;

pub fn decode(body: &[u8]) -> Read<TwoAgentsRequest> {
    let node = json::parse(body)?;
    let known = ["patient", "action", "document", "to", "request", "identified", "proved"];
    let parameters = Parameters::read_with(&Obj::resource(&node, "Parameters")?, &known, &["document"])?;
    let action = parameters.need_code("action", &ACTIONS)?;
    let senseless: &[&str] = match action {
        Action::Recall => &["to", "request"],
        Action::Merge => &["document", "request"],
        Action::Split => &["request"],
        Action::Release | Action::Confirm | Action::Refuse | Action::Withdraw => &["document", "to"],
        Action::Fraud => &["document", "to", "request"],
    };
    parameters.none_of(senseless, "this action has no such parameter")?;
    let request =
        || parameters.need_parsed("request", "the id of what was asked", |it| it.parse::<RowId>().ok());
    let doing = match action {
        Action::Recall => match documents(&parameters)?.as_slice() {
            [one] => Doing::Recall(one.clone()),
            _ => return Err(Outcome::rule("document", "one document at a time")),
        },
        Action::Merge => Doing::Merge(parameters.ins("to")?),
        Action::Split => Doing::Split(parameters.ins("to")?, documents(&parameters)?),
        Action::Release => Doing::Release(request()?),
        Action::Fraud => Doing::Fraud,
        Action::Confirm => Doing::Confirm(request()?),
        Action::Refuse => Doing::Refuse(request()?),
        Action::Withdraw => Doing::Withdraw(request()?),
    };
    Ok(TwoAgentsRequest {
        patient: parameters.ins("patient")?,
        doing,
        identified: parameters.boolean("identified")?.unwrap_or(false),
        proved: parameters.boolean("proved")?.unwrap_or(false),
    })
}

fn documents(parameters: &Parameters<'_>) -> Read<Vec<DocumentName>> {
    parameters.need("document")?;
    if parameters.all("document").count() > DOCUMENTS_MAX {
        return Err(Outcome::rule("document", "a hundred documents at a time"));
    }
    parameters
        .all("document")
        .map(|it| {
            it.only(&["name", "valueString"])?;
            Ok(named(it.need_text("valueString")?))
        })
        .collect()
}

fn named(text: &str) -> DocumentName {
    let id = text.trim_start_matches("DocumentReference/");
    if let Some((record, entry)) = id_pair::parse::<EntryId>(id) {
        return DocumentName::Entry(record, entry);
    }
    UniqueId::from_urn(text).map_or(DocumentName::Nobodys, DocumentName::Unique)
}

/// What became of it: `waiting` until then, or `done`, `refused`, `withdrawn`.
pub fn encode(request: &RowId, state: &str, until: Option<Instant>) -> Value {
    let mut all = vec![
        json!({ "name": "request", "valueString": request.to_string() }),
        json!({ "name": "state", "valueCode": state }),
    ];
    all.extend(until.map(|it| json!({ "name": "until", "valueInstant": it.to_string() })));
    json!({ "resourceType": "Parameters", "parameter": all })
}

const PURPOSES: [(&str, HeirPurpose); 3] = [
    ("cause-of-death", HeirPurpose::CauseOfDeath),
    ("memory-of-the-deceased", HeirPurpose::MemoryOfTheDeceased),
    ("own-rights", HeirPurpose::OwnRights),
];

pub enum HeirDoing {
    Ask(DocumentName, HeirPurpose),
    /// The copy, of what was asked and released.
    Deliver(RowId),
}

pub struct HeirRequest {
    pub patient: Ins,
    pub doing: HeirDoing,
    /// The quality of heir, spouse or partner was proved by a document.
    pub proved: bool,
}

pub fn decode_heir(body: &[u8]) -> Read<HeirRequest> {
    let node = json::parse(body)?;
    let known = ["patient", "action", "document", "purpose", "request", "proved"];
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &known)?;
    let delivers = match parameters.get("action") {
        Some(_) => parameters.need_code("action", &[("ASK", false), ("DELIVER", true)])?,
        None => false,
    };
    let senseless: &[&str] = if delivers { &["document", "purpose"] } else { &["request"] };
    parameters.none_of(senseless, "this action has no such parameter")?;
    let doing = if delivers {
        let request = parameters.need_parsed("request", "the id of what was asked", |it| it.parse().ok())?;
        HeirDoing::Deliver(request)
    } else {
        let document = named(parameters.need_text("document")?.0);
        HeirDoing::Ask(document, parameters.need_code("purpose", &PURPOSES)?)
    };
    let proved = parameters.boolean("proved")?.unwrap_or(false);
    Ok(HeirRequest { patient: parameters.ins("patient")?, doing, proved })
}

/// A copy handed over: the document, and how many more there may be.
pub fn encode_copy(title: &str, mime_type: &str, content: &[u8], left: u32) -> Value {
    let attachment = json!({
        "contentType": mime_type,
        "data": to_base64(content),
        "size": content.len(),
        "title": title,
    });
    json!({ "resourceType": "Parameters", "parameter": [
        { "name": "document", "valueAttachment": attachment },
        { "name": "copies-left", "valueUnsignedInt": left },
    ] })
}

pub fn encode_heir(request: &RowId) -> Value {
    json!({
        "resourceType": "Parameters",
        "parameter": [{ "name": "request", "valueString": request.to_string() }],
    })
}

pub struct LookRequest {
    pub patient: Ins,
    /// Why, in one of the words `whys` lists. Where there is none it is for the rules to refuse.
    pub why: Option<String>,
}

pub fn decode_look(body: &[u8], whys: &[&str]) -> Read<LookRequest> {
    let node = json::parse(body)?;
    let parameters = Parameters::read(&Obj::resource(&node, "Parameters")?, &["patient", "why"])?;
    let why = parameters.parsed("why", "holder, representative, heir or second-agent", |it| {
        whys.contains(&it).then(|| it.to_owned())
    })?;
    Ok(LookRequest { patient: parameters.ins("patient")?, why })
}

/// A mandate as a counter may know it.
pub struct MandateLine<'a> {
    pub id: &'a RowId,
    pub kind: MandateKind,
    pub family: &'a str,
    pub given: &'a str,
    pub from: Instant,
    pub until: Option<Instant>,
    pub restricted: bool,
}

/// What waits for a second agent.
pub struct WaitingLine<'a> {
    pub id: &'a RowId,
    /// As `action` names it.
    pub what: &'static str,
    pub by: String,
    pub until: Instant,
}

/// What an heir asked for.
pub struct HeirLine<'a> {
    pub id: &'a RowId,
    pub purpose: HeirPurpose,
    pub asked: Instant,
    pub released: bool,
    /// Handed over so often.
    pub copies: u32,
}

pub fn encode_look(
    mandates: &[MandateLine<'_>],
    waiting: &[WaitingLine<'_>],
    heirs: &[HeirLine<'_>],
) -> Value {
    let text = |name: &str, value: &str| json!({ "name": name, "valueString": value });
    let at = |name: &str, value: Instant| json!({ "name": name, "valueInstant": value.to_string() });
    let yes = |name: &str, value: bool| json!({ "name": name, "valueBoolean": value });
    let mandate = |it: &MandateLine<'_>| {
        let kind = super::representative::kind_code(it.kind);
        let mut part = vec![
            text("mandate", &it.id.to_string()),
            json!({ "name": "kind", "valueCode": kind }),
            text("family", it.family),
            text("given", it.given),
            at("from", it.from),
            yes("restricted", it.restricted),
        ];
        part.extend(it.until.map(|it| at("until", it)));
        json!({ "name": "mandate", "part": part })
    };
    let waits = |it: &WaitingLine<'_>| {
        json!({ "name": "waiting", "part": [
            text("request", &it.id.to_string()), json!({ "name": "action", "valueCode": it.what }),
            text("by", &it.by), at("until", it.until),
        ] })
    };
    let heir = |it: &HeirLine<'_>| {
        let purpose = PURPOSES.iter().find(|(_, known)| *known == it.purpose).map_or("", |(code, _)| code);
        json!({ "name": "heir", "part": [
            text("request", &it.id.to_string()), json!({ "name": "purpose", "valueCode": purpose }),
            at("asked", it.asked), yes("released", it.released),
            json!({ "name": "copies", "valueUnsignedInt": it.copies }),
        ] })
    };
    let all = mandates.iter().map(mandate).chain(waiting.iter().map(waits)).chain(heirs.iter().map(heir));
    json!({ "resourceType": "Parameters", "parameter": all.collect::<Vec<_>>() })
}
