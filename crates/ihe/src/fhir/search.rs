//! Search parameters: a query string or an `application/x-www-form-urlencoded` body, parsed strictly.
//! What is unknown, repeated where it may not be, or crosses to another resource is refused, never ignored
//! (abuse cases E02, E03, E05).

mod moment;
mod token;
mod words;

use model::{Ins, RecordId};

use super::outcome::{IssueCode, Outcome, Read};
use super::subject::{PatientRef, RecordRef};

pub use moment::DateTest;
pub use token::Token;
pub use words::Words;

/// Names and values in their order.
pub type Pairs = Vec<(String, String)>;

/// Parameters of one search.
pub const MOST_PARAMETERS: usize = 64;
/// Bytes of one value.
pub const LONGEST_VALUE: usize = 4_096;
/// `_count` at most.
pub const MOST_RESULTS: usize = 500;
/// `_count` where none is asked for.
pub const USUAL_RESULTS: usize = 100;

/// Decodes `a=b&c=d`. Errors: 400 for what is not UTF-8 or too much.
pub fn pairs(query: &str) -> Read<Pairs> {
    let mut pairs = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        if pairs.len() >= MOST_PARAMETERS || part.len() > LONGEST_VALUE {
            return Err(Outcome::new(400, IssueCode::TooLong, "too many or too long parameters"));
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let decode =
            |text| unescape(text).ok_or_else(|| Outcome::new(400, IssueCode::Structure, "not a valid query"));
        pairs.push((decode(name)?, decode(value)?));
    }
    Ok(pairs)
}

/// Encodes pairs as a query string.
pub fn to_query(pairs: &[(String, String)]) -> String {
    let escape = |text: &str| {
        let mut out = String::new();
        for byte in text.bytes() {
            match byte {
                b'A'..=b'Z'
                | b'a'..=b'z'
                | b'0'..=b'9'
                | b'-'
                | b'_'
                | b'.'
                | b'~'
                | b':'
                | b'|'
                | b','
                | b'/' => {
                    out.push(char::from(byte));
                }
                _ => out.push_str(&format!("%{byte:02X}")),
            }
        }
        out
    };
    pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}

fn unescape(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut digit = || bytes.next().and_then(|it| char::from(it).to_digit(16));
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(out).ok().filter(|text| !text.chars().any(char::is_control))
}

/// Splits at a separator that no backslash escapes.
fn split(text: &str, separator: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match (character, parts.last_mut()) {
            ('\\', Some(last)) => {
                // the escape is kept for the next level
                last.push('\\');
                last.extend(characters.next());
            }
            (it, _) if it == separator => parts.push(String::new()),
            (it, Some(last)) => last.push(it),
            (_, None) => {}
        }
    }
    parts
}

fn unslash(text: &str) -> String {
    let mut out = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => out.extend(characters.next()),
            other => out.push(other),
        }
    }
    out
}

/// The values of a parameter joined by commas: any of them.
pub fn any_of(name: &str, value: &str) -> Read<Vec<String>> {
    let values = split(value, ',');
    if values.iter().any(String::is_empty) {
        Err(Outcome::parameter(name, "a value is empty"))
    } else {
        Ok(values)
    }
}

/// A parameter's name without its modifier, and the modifier.
pub fn modifier(name: &str) -> (&str, Option<&str>) {
    name.split_once(':').map_or((name, None), |(bare, modifier)| (bare, Some(modifier)))
}

/// What all searches have: patient, page, format.
#[derive(Clone)]
pub struct Common {
    pub patient: PatientRef,
    /// 1 to [`MOST_RESULTS`].
    pub count: usize,
    pub pairs: Pairs,
    patient_said: bool,
}

impl Common {
    pub fn new() -> Self {
        Self { patient: PatientRef::default(), count: USUAL_RESULTS, pairs: Vec::new(), patient_said: false }
    }

    /// Takes the parameter where it is one of these.
    pub fn take(&mut self, name: &str, value: &str) -> Read<bool> {
        match name {
            "patient" | "subject" | "patient:Patient" | "subject:Patient" => {
                let id = value.strip_prefix("Patient/").unwrap_or(value);
                self.patient(name, value, PatientRef { ins: None, record: Some(RecordRef::read(id)) })?;
            }
            "patient.identifier"
            | "patient:identifier"
            | "subject.identifier"
            | "subject:identifier"
            | "patient:Patient.identifier"
            | "subject:Patient.identifier" => {
                let ins = ins(name, value)?;
                self.patient(name, value, PatientRef { ins: Some(ins), record: None })?;
            }
            "_count" => match value.parse::<usize>() {
                // none: the total alone
                Ok(count) => self.count = count.min(MOST_RESULTS),
                _ => return Err(Outcome::parameter(name, "a whole number is expected")),
            },
            "_summary" if value == "count" => self.count = 0,
            "_format" => return super::negotiate::format(value).map(|_| true),
            "_pretty" => return Ok(true),
            _ => return Ok(false),
        }
        self.pairs.push((name.to_owned(), value.to_owned()));
        Ok(true)
    }

    fn patient(&mut self, name: &str, value: &str, patient: PatientRef) -> Read<()> {
        if self.patient_said {
            return Err(Outcome::parameter(name, "one patient, named once"));
        }
        if value.is_empty() || value.contains(',') {
            return Err(Outcome::parameter(name, "one patient"));
        }
        self.patient_said = true;
        self.patient = patient;
        Ok(())
    }

    pub fn keep(&mut self, name: &str, value: &str) {
        self.pairs.push((name.to_owned(), value.to_owned()));
    }

    /// 400 where no patient is named.
    pub fn finished(&self) -> Read<()> {
        if self.patient_said {
            Ok(())
        } else {
            Err(Outcome::at(
                400,
                IssueCode::Required,
                "http.patient",
                "patient or patient.identifier is required",
            ))
        }
    }
}

impl Default for Common {
    fn default() -> Self {
        Self::new()
    }
}

/// `system|number` as an INS. Errors: 400.
pub fn ins(name: &str, value: &str) -> Read<Ins> {
    let (system, number) = value.split_once('|').unwrap_or_default();
    Ins::from_identifier(system, number).map_err(|error| Outcome::parameter(name, error.to_string()))
}

/// What answers a parameter that is not known.
pub fn unknown(name: &str) -> Outcome {
    let why = match name {
        it if it.starts_with("_include") || it.starts_with("_revinclude") || it.starts_with("_has") => {
            "nothing beyond the resource searched is answered"
        }
        it if it.contains('.') => "this chain is not followed",
        it if it.contains(':') => "this parameter or its modifier is not supported",
        _ => "no such search parameter",
    };
    let mut outcome = Outcome::parameter(name, why);
    for issue in &mut outcome.issues {
        issue.code = IssueCode::NotSupported;
    }
    outcome
}

/// Ids of `_id` that are ours; others match nothing.
pub fn ids<T: std::str::FromStr>(name: &str, value: &str) -> Read<Vec<(RecordId, T)>> {
    Ok(any_of(name, value)?.iter().filter_map(|it| super::id_pair::parse(it)).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_query_is_utf8_within_limits() {
        assert_eq!(pairs("a=%C3%A9+x&b").unwrap(), [("a".into(), "é x".into()), ("b".into(), String::new())]);
        for wrong in ["a=%ff", "a=%0", "a=%zz", "a=%00", "%e9=1"] {
            assert_eq!(pairs(wrong).unwrap_err().status, 400, "{wrong}");
        }
        assert!(pairs(&"a=1&".repeat(100)).is_err());
    }

    proptest! {
        #[test]
        fn a_query_comes_back(names in proptest::collection::vec(("[a-z:._-]{1,9}", "[^\\p{Cc}]{0,20}"), 0..5)) {
            prop_assert_eq!(pairs(&to_query(&names)).unwrap(), names);
        }
    }
}
