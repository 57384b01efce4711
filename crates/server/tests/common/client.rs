//! One actor at one door: requests and answers, without hiding anything of either.

use serde_json::{Value, json};
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

use super::{Actor, Demo};

pub const FHIR_JSON: &str = "application/fhir+json";

/// A client with an actor's certificate, or none, at a door.
pub struct Client<'d> {
    demo: &'d Demo,
    pub door: &'static str,
    agent: Agent,
}

/// What came back, whole.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// What was asked, for the words of a failure.
    asked: String,
}

impl<'d> Client<'d> {
    pub fn new(demo: &'d Demo, door: &'static str, actor: Option<&Actor>) -> Self {
        Self { demo, door, agent: demo.client(actor) }
    }

    /// None when TLS refused or the connection broke.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&[u8]>,
    ) -> Option<Answer> {
        let whole = path.starts_with("https://");
        let url = if whole { path.to_owned() } else { self.demo.at(self.door, path) };
        let once = || {
            let mut request = Request::builder().method(method).uri(&url);
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            match body {
                Some(body) => self.agent.run(request.body(body).unwrap()),
                None => self.agent.run(request.body(()).unwrap()),
            }
        };
        // an answer given before the body was read closes the connection; who comes next on it tries again, as
        // every client does
        let mut answer = once().or_else(|_| once()).ok()?;
        let body = answer.body_mut().with_config().limit(256 << 20).read_to_vec().ok()?;
        let asked = format!("{method} {path} at {}", self.door);
        Some(Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body, asked })
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Answer {
        self.try_send(method, path, headers, body)
            .unwrap_or_else(|| panic!("no answer to {method} {path} at {}", self.door))
    }

    /// A patch of these operations (RFC 6902).
    pub fn patch(&self, path: &str, operations: &Value) -> Answer {
        let kind = [("Content-Type", "application/json-patch+json")];
        self.send("PATCH", path, &kind, Some(operations.to_string().as_bytes()))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None)
    }

    pub fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.send("GET", path, &[("Accept", accept)], None)
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_bytes(path, &serde_json::to_vec(body).unwrap())
    }

    pub fn post_bytes(&self, path: &str, body: &[u8]) -> Answer {
        self.send("POST", path, &[("Content-Type", FHIR_JSON)], Some(body))
    }

    /// `POST _search`.
    pub fn form(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        self.send("POST", path, &form, Some(query(pairs).as_bytes()))
    }

    /// `GET path?…`.
    pub fn ask(&self, path: &str, pairs: &[(&str, &str)]) -> Answer {
        self.get(&format!("{path}?{}", query(pairs)))
    }
}

/// Pairs as a query string or a form.
pub fn query(pairs: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        text.bytes()
            .map(|byte| match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' => {
                    char::from(byte).to_string()
                }
                _ => format!("%{byte:02X}"),
            })
            .collect::<String>()
    };
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect::<Vec<_>>()
        .join("&")
}

impl Answer {
    /// Fails, showing the body, unless the status is this one.
    #[track_caller]
    pub fn must(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}: {}", self.asked, self.text());
        self
    }

    /// An OperationOutcome with this status, one of whose issues names this element.
    #[track_caller]
    pub fn names(self, status: u16, element: &str) -> Self {
        let answer = self.must(status);
        assert_eq!(answer.json()["resourceType"], "OperationOutcome", "{}", answer.text());
        let elements = answer.elements();
        assert!(
            elements.iter().any(|it| it.ends_with(element)),
            "{element}, not {elements:?}: {}",
            answer.text()
        );
        answer
    }

    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{}: not JSON: {}", self.asked, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body.get(..4000).unwrap_or(&self.body)).replace('\u{a0}', " ")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The expressions of an OperationOutcome's issues.
    pub fn elements(&self) -> Vec<String> {
        let issues = self.json()["issue"].as_array().cloned().unwrap_or_default();
        issues.iter().filter_map(|issue| issue["expression"][0].as_str().map(str::to_owned)).collect()
    }

    /// The resources of a Bundle.
    pub fn resources(&self) -> Vec<Value> {
        let entries = self.json()["entry"].as_array().cloned().unwrap_or_default();
        entries.into_iter().map(|mut entry| entry["resource"].take()).collect()
    }

    pub fn total(&self) -> u64 {
        self.json()["total"].as_u64().unwrap_or_else(|| panic!("{}: no total: {}", self.asked, self.text()))
    }

    /// Everything an outsider can compare: status, body, and the headers but those that differ between any two
    /// answers. `connection` tells whether the body had come before the answer was ready.
    pub fn shape(&self) -> Value {
        let headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| !["date", "x-request-id", "connection"].contains(&name.as_str()))
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap()))
            .collect();
        json!({ "status": self.status, "headers": headers, "body": self.text() })
    }
}
