//! The DMP's own services beside HL7 v3: authorisations (TD0.3, the list of TD1.6), the caller's patients (TD0.4),
//! the holder's access (TD1.5). Each is one element in a body and one in the answer.
//!
//! No published text gives their schema: docs/conformance.md says of each name whether it was read in a client
//! or is ours. Elements are read with the namespace of their service or without one.

pub mod access;
pub mod authorisation;
pub mod patients;

use xml::{Node, Writer};

use crate::hl7v3::Word;
pub use crate::hl7v3::{Hl7Error as Error, Kind};

/// Authorisations: TD0.3 and their list.
pub const AUTHORISATIONS: &str = "urn:si-dmp-habilitations";
/// TD0.4 and TD1.5.
pub const PATIENTS: &str = "urn:si-dmp-patients";

pub type Read<T> = Result<T, Error>;

/// How a call ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status<'a> {
    Done,
    /// A word, and a sentence without personal data.
    Refused(Word, &'a str),
}

impl Status<'_> {
    pub const DONE: &'static str = "DMPOk";
}

/// The operation's element, and nothing but its parameters inside.
fn operation<'a>(body: Node<'a>, namespace: &str, name: &str, known: &[&str]) -> Read<Node<'a>> {
    if !body.is(namespace, name) {
        return Err(Error::structure(body.path(), format!("a {name} is expected")));
    }
    let strange = |it: &Node<'_>| {
        let (space, local) = it.name();
        !(space.is_empty() || space == namespace) || !known.contains(&local)
    };
    match body.children().find(strange) {
        Some(it) => Err(Error::structure(it.path(), "no such parameter")),
        None => Ok(body),
    }
}

/// A parameter's text; an empty or nil one is absent.
fn parameter(operation: Node<'_>, name: &str, most: usize) -> Read<Option<String>> {
    let mut found = operation.children().filter(|it| it.name().1 == name);
    match (found.next(), found.next()) {
        (_, Some(second)) => Err(Error::structure(second.path(), "this parameter stands twice")),
        (None, None) => Ok(None),
        (Some(it), None) => {
            if let Some(inner) = it.children().next() {
                return Err(Error::structure(inner.path(), "a text is expected"));
            }
            let text = it.text().trim().to_owned();
            if text.chars().count() > most {
                return Err(Error::value(it.path(), format!("at most {most} characters")));
            }
            Ok((!text.is_empty()).then_some(text))
        }
    }
}

/// One of a table of codes.
fn code<T: Copy>(operation: Node<'_>, name: &str, all: &[(&str, T)]) -> Read<Option<T>> {
    let Some(text) = parameter(operation, name, 64)? else { return Ok(None) };
    let found = all.iter().find(|(known, _)| *known == text);
    found.map(|(_, it)| Some(*it)).ok_or_else(|| {
        let known: Vec<_> = all.iter().map(|(known, _)| *known).collect();
        Error::value(format!("{}/{name}", operation.path()), format!("one of {}", known.join(", ")))
    })
}

fn required(operation: Node<'_>, name: &str) -> Error {
    Error::required(format!("{}/{name}", operation.path()))
}

/// The answer: `<name>Response`, in it what the call returns, beginning with how it ended.
fn answer(out: &mut Writer, namespace: &str, name: &str, status: Status<'_>, more: impl FnOnce(&mut Writer)) {
    out.start(&format!("{name}Response")).attribute("xmlns", namespace).start("return");
    match status {
        Status::Done => {
            out.element("status", Status::DONE);
            more(out);
        }
        Status::Refused(word, says) => {
            out.element("status", word.code()).element("context", says);
        }
    }
    out.end().end();
}

/// The status of an answer, for the clients of tests and tools.
pub fn status_of(answer: Node<'_>) -> Read<String> {
    let returned = answer.children().find(|it| it.name().1 == "return").unwrap_or(answer);
    parameter(returned, "status", 64)?.ok_or_else(|| required(returned, "status"))
}
