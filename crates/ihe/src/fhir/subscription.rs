//! What is new in a record, asked for and never sent (IHE DSUBm, ITI-110 and ITI-113, in the Subscriptions R5 Backport
//! for R4). A Subscription here is kept nowhere: its id says of which record and since when, and gives no right, since
//! each pull is decided like any search. An address to send to is refused: this server fetches none that it is given.

use model::{DocumentEntry, EntryId, Instant, RecordId, RowId};
use serde_json::{Value, json};

use super::document_reference::{Context, encode};
use super::obj::Obj;
use super::outcome::{Outcome, Read};
use super::search::{Common, MOST_RESULTS, Pairs, pairs};
use super::subject::PatientRef;
use super::{id_pair, json, negotiate};

/// New documents of one patient.
pub const TOPIC: &str = "https://profiles.ihe.net/ITI/DSUBm/SubscriptionTopic/DSUBm-SubscriptionTopic-DocumentReference-PatientDependent";
pub const PROFILE: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription";
const STATUS_PROFILE: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4";
const FILTER: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-filter-criteria";
const CONTENT: &str =
    "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-payload-content";
const OF_DOCUMENTS: &str = "DocumentReference?";

/// Reads `POST Subscription`: whose documents. Errors: 400 what is malformed, 422 what is not served.
pub fn decode(body: &[u8]) -> Read<PatientRef> {
    let node = json::parse(body)?;
    let asked = Obj::resource(&node, "Subscription")?;
    asked.only_resource(&["status", "contact", "end", "reason", "criteria", "_criteria", "channel"])?;
    if asked.need_text("status")? != "requested" {
        return Err(Outcome::value(asked.at("status"), "requested"));
    }
    asked.need_text("reason")?;
    if asked.has("end") {
        return Err(Outcome::unsupported(asked.at("end"), "nothing is kept that could end: stop asking"));
    }
    if asked.need_text("criteria")? != TOPIC {
        return Err(Outcome::unsupported(asked.at("criteria"), format!("the topic is {TOPIC}")));
    }
    let channel = asked.need_object("channel")?;
    channel.only(&["type", "endpoint", "payload", "_payload", "header"])?;
    channel.need_text("type")?;
    for sent in ["endpoint", "header"] {
        if channel.has(sent) {
            let says = "nothing is sent anywhere: leave it out, and ask $events";
            return Err(Outcome::unsupported(channel.at(sent), says));
        }
    }
    negotiate::body(Some(channel.text("payload")?.unwrap_or(negotiate::FHIR_JSON)))
        .map_err(|_| Outcome::unsupported(channel.at("payload"), "FHIR's own types"))?;
    if let Some(payload) = channel.object("_payload")? {
        let content = payload.one_object("extension")?;
        if content.need_text("url")? != CONTENT || content.need_text("valueCode")? != "id-only" {
            let says = "id-only; the documents themselves, by $events?content=full-resource";
            return Err(Outcome::unsupported(payload.at("extension"), says));
        }
    }
    let filter = asked.need_object("_criteria")?.one_object("extension")?;
    if filter.need_text("url")? != FILTER {
        return Err(Outcome::value(filter.at("url"), FILTER));
    }
    let path = filter.at("valueString");
    let query = filter.need_text("valueString")?.strip_prefix(OF_DOCUMENTS);
    let query = query.ok_or_else(|| Outcome::value(&path, "DocumentReference?patient.identifier=…"))?;
    of_patient(&pairs(query)?, &path)
}

/// The patient alone: what else is wanted of the new ones, the software sees for itself.
fn of_patient(filters: &Pairs, path: &str) -> Read<PatientRef> {
    let mut common = Common::new();
    for (name, value) in filters {
        let patient = name.starts_with("patient") || name.starts_with("subject");
        if !patient || !common.take(name, value)? {
            return Err(Outcome::unsupported(path, "new documents are filtered by their patient alone"));
        }
    }
    match common.patient {
        PatientRef { ins: None, record: None } => Err(Outcome::missing(path)),
        patient => Ok(patient),
    }
}

/// A record, and since when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Since {
    pub record: RecordId,
    pub from: Instant,
}

impl Since {
    pub fn id(&self) -> String {
        let mut bytes = [0; 16];
        let (at, _) = bytes.split_at_mut(8);
        at.copy_from_slice(&self.from.as_millis().to_be_bytes());
        id_pair::format(self.record, RowId::from_bytes(bytes))
    }

    pub fn parse(id: &str) -> Option<Self> {
        let (record, row): (_, RowId) = id_pair::parse(id)?;
        let (at, rest) = row.as_bytes().split_first_chunk::<8>()?;
        let from = Instant::from_millis(i64::from_be_bytes(*at));
        rest.iter().all(|it| *it == 0).then_some(Self { record, from })
    }

    /// The number of what happened then: milliseconds, so that it grows and needs no counter. What happened at once
    /// has one number.
    fn number(&self, at: Instant) -> i64 {
        at.as_millis().saturating_sub(self.from.as_millis())
    }
}

pub fn encode_subscription(since: &Since) -> Value {
    let filter = format!("{OF_DOCUMENTS}patient=Patient/{}", since.record);
    json!({
        "resourceType": "Subscription",
        "id": since.id(),
        "meta": { "profile": [PROFILE] },
        "status": "active",
        "reason": "new documents, to be asked for by $events: nothing is sent",
        "criteria": TOPIC,
        "_criteria": { "extension": [{ "url": FILTER, "valueString": filter }] },
        "channel": {
            "type": "rest-hook",
            "payload": negotiate::FHIR_JSON,
            "_payload": { "extension": [{ "url": CONTENT, "valueCode": "id-only" }] },
        },
    })
}

/// How much of each document `$events` answers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Content {
    Empty,
    Ids,
    Whole,
}

/// What `$events` asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// Inclusive.
    since: i64,
    until: i64,
    content: Content,
}

impl Asked {
    pub fn read(pairs: &Pairs) -> Read<Self> {
        let mut asked = Self { since: 0, until: i64::MAX, content: Content::Ids };
        for (name, value) in pairs {
            let number = || match value.parse::<i64>() {
                Ok(number) if number >= 0 => Ok(number),
                _ => Err(Outcome::parameter(name, "the number of an event is expected")),
            };
            match name.as_str() {
                "eventsSinceNumber" => asked.since = number()?,
                "eventsUntilNumber" => asked.until = number()?,
                "content" => {
                    asked.content = match value.as_str() {
                        "empty" => Content::Empty,
                        "id-only" => Content::Ids,
                        "full-resource" => Content::Whole,
                        _ => return Err(Outcome::parameter(name, "empty, id-only or full-resource")),
                    }
                }
                "_format" => drop(negotiate::format(value)?),
                _ => return Err(super::search::unknown(name)),
            }
        }
        Ok(asked)
    }

    /// Whether an entry that last changed then is asked for.
    pub fn wants(&self, since: &Since, changed: Instant) -> bool {
        let number = since.number(changed);
        number >= 0 && (self.since..=self.until).contains(&number)
    }
}

/// The answer to `$events`: the oldest first, so that who asks goes on from the last number plus one. What happened
/// at once is never cut in two.
pub fn events(since: &Since, asked: &Asked, mut found: Vec<DocumentEntry>, context: &Context<'_>) -> Value {
    found.sort_by_key(|it| (it.updated, it.logical_id));
    if let Some(first_left) = found.get(MOST_RESULTS).map(|it| it.updated) {
        let whole = found.partition_point(|it| it.updated < first_left);
        found.truncate(if whole == 0 { MOST_RESULTS } else { whole });
    }
    let last = found.last().map(|it| since.number(it.updated));
    let focus = |entry: &DocumentEntry| document(context.base, since.record, entry.logical_id);
    let mut said = parameters(since, context.base, "query-event", last);
    said.extend(found.iter().map(|it| {
        let mut part = vec![
            json!({ "name": "event-number", "valueString": since.number(it.updated).to_string() }),
            json!({ "name": "timestamp", "valueInstant": it.updated.to_string() }),
        ];
        if asked.content != Content::Empty {
            part.push(json!({ "name": "focus", "valueReference": { "reference": focus(it) } }));
        }
        json!({ "name": "notification-event", "part": part })
    }));
    let mut entries = vec![status_entry(since, context.base, said, true)];
    if asked.content != Content::Empty {
        entries.extend(found.iter().map(|it| {
            let url = focus(it);
            let mut entry = json!({
                "fullUrl": url,
                "request": { "method": "GET", "url": url },
                "response": { "status": "200" },
            });
            if asked.content == Content::Whole {
                entry["resource"] = encode(it, context);
            }
            entry
        }));
    }
    json!({ "resourceType": "Bundle", "type": "history", "entry": entries })
}

/// The answer to `$status`.
pub fn status(since: &Since, base: &str, last: Option<Instant>) -> Value {
    let last = last.map(|at| since.number(at));
    let entry = status_entry(since, base, parameters(since, base, "query-status", last), false);
    json!({ "resourceType": "Bundle", "type": "searchset", "total": 1, "entry": [entry] })
}

fn parameters(since: &Since, base: &str, kind: &str, last: Option<i64>) -> Vec<Value> {
    let subscription = format!("{base}/Subscription/{}", since.id());
    vec![
        json!({ "name": "subscription", "valueReference": { "reference": subscription } }),
        json!({ "name": "topic", "valueCanonical": TOPIC }),
        json!({ "name": "status", "valueCode": "active" }),
        json!({ "name": "type", "valueCode": kind }),
        json!({ "name": "events-since-subscription-start", "valueString": last.unwrap_or(0).to_string() }),
    ]
}

fn status_entry(since: &Since, base: &str, said: Vec<Value>, of_a_history: bool) -> Value {
    let mut entry = json!({
        "fullUrl": format!("{base}/Subscription/{}/$status", since.id()),
        "resource": {
            "resourceType": "Parameters",
            "id": since.id(),
            "meta": { "profile": [STATUS_PROFILE] },
            "parameter": said,
        },
    });
    if of_a_history {
        let url = format!("{base}/Subscription/{}/$status", since.id());
        entry["request"] = json!({ "method": "GET", "url": url });
        entry["response"] = json!({ "status": "200" });
    } else {
        entry["search"] = json!({ "mode": "match" });
    }
    entry
}

fn document(base: &str, record: RecordId, logical_id: EntryId) -> String {
    format!("{base}/DocumentReference/{}", id_pair::format(record, logical_id))
}
