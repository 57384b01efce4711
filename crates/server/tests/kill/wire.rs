//! What the clients of these tests send and what they get. A request that gets no answer is an `Err`: the client
//! cannot know what became of it.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use rehearsal::SeededDice;
use serde_json::Value;
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::common::bundle::{Document, Person, TEST_OID, bundle};
use crate::common::client::FHIR_JSON;
use crate::common::{Actor, Demo};

const URI: &str = "urn:ietf:rfc:3986";

/// An answer that came, at least its head.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    /// `X-Request-Id`.
    pub request: String,
    /// None when it was cut off.
    pub body: Option<Vec<u8>>,
}

impl Answer {
    #[track_caller]
    pub fn must(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(self.bytes()).unwrap_or_else(|fault| panic!("{fault}: {self:?}"))
    }

    pub fn bytes(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_else(|| panic!("an answer cut off: {self:?}"))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body.as_deref().unwrap_or_default()).into_owned()
    }
}

/// No answer came.
#[derive(Debug)]
pub struct Silence;

pub type Told = Result<Answer, Silence>;

fn told(answer: Result<Response<Body>, ureq::Error>) -> Told {
    let mut answer = answer.map_err(|_| Silence)?;
    let request = answer.headers().get("x-request-id").and_then(|it| it.to_str().ok());
    let request = request.expect("an answer without X-Request-Id").to_owned();
    let body = answer.body_mut().with_config().limit(256 << 20).read_to_vec().ok();
    Ok(Answer { status: answer.status().as_u16(), request, body })
}

/// One submission, as the bytes that are sent.
pub struct Lot {
    pub ins: String,
    /// The organisation that brings it.
    pub house: String,
    /// A `urn:uuid:`.
    pub unique_id: String,
    pub documents: Vec<Document>,
    pub body: Vec<u8>,
}

impl Lot {
    /// Texts of about so many bytes each.
    pub fn new(dice: &SeededDice, house: &Actor, ins: &str, sizes: &[usize]) -> Self {
        let documents: Vec<_> =
            sizes.iter().map(|size| Document::file("text/plain", &text(dice, *size))).collect();
        let bundle = bundle(&known_by(ins), house, &documents);
        let unique_id =
            bundle["entry"][0]["resource"]["identifier"][0]["value"].as_str().expect("a List").to_owned();
        let body = bundle.to_string().into_bytes();
        Self { ins: ins.to_owned(), house: house.text("id").to_owned(), unique_id, documents, body }
    }

    pub fn send(&self, demo: &Demo, client: &Agent) -> Told {
        told(client.post(demo.at("feed", "/fhir")).content_type(FHIR_JSON).send(&self.body[..]))
    }

    pub fn unique_ids(&self) -> Vec<&str> {
        self.documents.iter().map(|it| it.unique_id.as_str()).collect()
    }
}

/// Words no other file holds.
fn text(dice: &SeededDice, size: usize) -> Vec<u8> {
    let mut text = String::from("Observation");
    while text.len() < size {
        text += &format!(" {:016x}", dice.next());
    }
    text.into_bytes()
}

/// Somebody of whom the client knows the INS alone.
fn known_by(ins: &str) -> Person {
    Person { ins: ins.to_owned(), ..Person::invented(0) }
}

/// What a search showed of one document.
#[derive(Clone)]
pub struct Shown {
    pub unique_id: String,
    pub url: String,
}

/// ITI-67 for these unique ids (all documents when there is none), page after page.
pub fn search(demo: &Demo, client: &Agent, ins: &str, ids: &[&str]) -> Result<(Answer, Vec<Shown>), Silence> {
    let patient = format!("urn:oid:{TEST_OID}|{ins}");
    let mut form = vec![("patient.identifier", patient.as_str()), ("_count", "200")];
    let wanted: Vec<_> = ids.iter().map(|it| format!("{URI}|{it}")).collect();
    let wanted = wanted.join(",");
    if !wanted.is_empty() {
        form.push(("identifier", &wanted));
    }
    let mut answer = told(client.post(demo.at("care", "/fhir/DocumentReference/_search")).send_form(form))?;
    let mut shown = Vec::new();
    loop {
        if answer.status != 200 || answer.body.is_none() {
            return Ok((answer, shown));
        }
        let page = answer.json();
        for entry in page["entry"].as_array().into_iter().flatten() {
            let text =
                |path: &str| entry["resource"].pointer(path).and_then(Value::as_str).map(str::to_owned);
            shown.push(Shown {
                unique_id: text("/masterIdentifier/value").expect("a document without masterIdentifier"),
                url: text("/content/0/attachment/url").expect("a document without its address"),
            });
        }
        let next = page["link"].as_array().into_iter().flatten().find(|it| it["relation"] == "next");
        match next.and_then(|it| it["url"].as_str()) {
            Some(url) => answer = told(client.get(url).call())?,
            None => return Ok((answer, shown)),
        }
    }
}

/// Whether the caller may search this record: 200 or 403, 503 when there is no room.
pub fn knock(demo: &Demo, client: &Agent, ins: &str) -> Told {
    Ok(search(demo, client, ins, &["urn:uuid:00000000-0000-4000-8000-000000000404"])?.0)
}

/// ITI-66: how many submission sets have this unique id.
pub fn sets(demo: &Demo, client: &Agent, lot: &Lot) -> Result<usize, Silence> {
    let (patient, set) = (format!("urn:oid:{TEST_OID}|{}", lot.ins), format!("{URI}|{}", lot.unique_id));
    let form = [("patient.identifier", patient.as_str()), ("identifier", &set), ("code", "submissionset")];
    let answer = told(client.post(demo.at("care", "/fhir/List/_search")).send_form(form))?;
    Ok(answer.must(200).json()["entry"].as_array().map_or(0, Vec::len))
}

/// ITI-68.
pub fn read(client: &Agent, url: &str) -> Told {
    told(client.get(url).call())
}

/// `Patient/$authorise` by a professional for themselves: `AJOUT` or `SUPPRESSION`.
pub fn authorise(demo: &Demo, client: &Agent, ins: &str, action: &str) -> Told {
    let body = known_by(ins).authorise(action, None).to_string();
    told(client.post(demo.at("care", "/fhir/Patient/$authorise")).content_type(FHIR_JSON).send(body))
}

/// `Patient/$open-record` at a counter.
pub fn open(demo: &Demo, client: &Agent, person: &Person) -> Told {
    let body = person.opening().to_string();
    told(client.post(demo.at("care", "/fhir/Patient/$open-record")).content_type(FHIR_JSON).send(body))
}
