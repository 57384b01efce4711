//! Search parameters: a query string or an `application/x-www-form-urlencoded` body, parsed strictly.
//! What is unknown, repeated where it may not be, or crosses to another resource is refused, never ignored
//! (abuse cases E02, E03, E05).

use jiff::Timestamp;
use model::code::system_oid;
use model::person::normalise;
use model::{Coding, Ins, Instant, RecordId, UniqueId};

use super::date::{self, Span};
use super::outcome::{IssueCode, Outcome, Read};
use super::subject::{PatientRef, RecordRef};

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

/// `code`, `system|code`, `|code` or `system|`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// None: of any system; empty: of none.
    system: Option<String>,
    /// None: every code of the system.
    value: Option<String>,
}

impl Token {
    pub fn any_of(name: &str, value: &str) -> Read<Vec<Token>> {
        any_of(name, value)?.iter().map(|it| Self::read(name, it)).collect()
    }

    fn read(name: &str, text: &str) -> Read<Token> {
        let mut parts = split(text, '|').into_iter().map(|it| unslash(&it));
        let token = match (parts.next(), parts.next(), parts.next()) {
            (Some(value), None, _) => Token { system: None, value: Some(value) },
            (Some(system), Some(value), None) => {
                Token { system: Some(system), value: Some(value).filter(|it| !it.is_empty()) }
            }
            _ => return Err(Outcome::parameter(name, "code or system|code is expected")),
        };
        match &token {
            Token { system: Some(system), value: None } if system.is_empty() => {
                Err(Outcome::parameter(name, "code or system|code is expected"))
            }
            _ => Ok(token),
        }
    }

    pub fn matches_coding(&self, coding: &Coding) -> bool {
        self.matches(&coding.system, &coding.code)
    }

    /// Systems compare by the OID they stand for.
    pub fn matches(&self, system: &str, value: &str) -> bool {
        self.system.as_ref().is_none_or(|it| system_oid(it) == system_oid(system))
            && self.value.as_ref().is_none_or(|it| it == value)
    }

    /// Unique ids compare by meaning: a UUID in capitals is the same.
    pub fn matches_unique(&self, id: &UniqueId) -> bool {
        let (system, value) = id.identifier();
        let same = |text: &str| match &self.system {
            Some(system) => UniqueId::from_identifier(system, text).is_ok_and(|it| it == *id),
            None => UniqueId::from_urn(text).is_ok_and(|it| it == *id),
        };
        self.matches(&system, &value) || self.value.as_deref().is_some_and(same)
    }

    /// The bare value, for parameters whose codes need no system.
    pub fn code(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }
}

/// How a text is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Starts,
    Contains,
    Exact,
}

/// A string parameter: begins with, without accents or case; `:contains`; `:exact`.
#[derive(Clone, PartialEq, Eq)]
pub struct Words {
    how: How,
    text: String,
}

impl Words {
    /// `modifier`: what stands after the colon, if anything.
    pub fn any_of(name: &str, modifier: Option<&str>, value: &str) -> Read<Vec<Words>> {
        let how = match modifier {
            None => How::Starts,
            Some("contains") => How::Contains,
            Some("exact") => How::Exact,
            Some(_) => return Err(Outcome::parameter(name, "this modifier is not supported")),
        };
        Ok(any_of(name, value)?.iter().map(|it| Words { how, text: unslash(it) }).collect())
    }

    pub fn matches(&self, text: &str) -> bool {
        match self.how {
            How::Exact => text == self.text,
            How::Starts => normalise(text).starts_with(&normalise(&self.text)),
            How::Contains => normalise(text).contains(&normalise(&self.text)),
        }
    }
}

/// A date parameter: a prefix and what the date covers.
#[derive(Clone, PartialEq, Eq)]
pub struct DateTest {
    prefix: Prefix,
    span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Eq,
    Ne,
    Gt,
    Lt,
    Ge,
    Le,
    Sa,
    Eb,
}

impl DateTest {
    pub fn any_of(name: &str, value: &str) -> Read<Vec<DateTest>> {
        any_of(name, value)?.iter().map(|it| Self::read(name, it)).collect()
    }

    fn read(name: &str, text: &str) -> Read<DateTest> {
        let (prefix, rest) = match text.split_at_checked(2) {
            Some(("eq", rest)) => (Prefix::Eq, rest),
            Some(("ne", rest)) => (Prefix::Ne, rest),
            Some(("gt", rest)) => (Prefix::Gt, rest),
            Some(("lt", rest)) => (Prefix::Lt, rest),
            Some(("ge", rest)) => (Prefix::Ge, rest),
            Some(("le", rest)) => (Prefix::Le, rest),
            Some(("sa", rest)) => (Prefix::Sa, rest),
            Some(("eb", rest)) => (Prefix::Eb, rest),
            _ => (Prefix::Eq, text),
        };
        // an unescaped plus sign reads as a space
        date::search(&rest.replace(' ', "+")).map(|span| DateTest { prefix, span }).ok_or_else(|| {
            Outcome::parameter(name, "a date with an optional prefix eq, ne, gt, lt, ge, le, sa or eb")
        })
    }

    pub fn matches_instant(&self, at: Timestamp) -> bool {
        let Span { from, until, .. } = self.span;
        match self.prefix {
            Prefix::Eq => from <= at && at < until,
            Prefix::Ne => at < from || until <= at,
            Prefix::Gt | Prefix::Sa => until <= at,
            Prefix::Lt | Prefix::Eb => at < from,
            Prefix::Ge => from <= at,
            Prefix::Le => at < until,
        }
    }

    /// Of a period; without an end it lasts. FHIR R4 3.1.1.4.6: `eq` covers all of it, the comparisons
    /// look for an overlap, `sa` and `eb` for none.
    pub fn matches_period(&self, start: Timestamp, end: Option<Timestamp>) -> bool {
        let Span { from, until, .. } = self.span;
        let covers = from <= start && end.is_some_and(|end| end < until);
        let after = end.is_none_or(|end| until <= end);
        let before = start < from;
        match self.prefix {
            Prefix::Eq => covers,
            Prefix::Ne => !covers,
            Prefix::Gt => after,
            Prefix::Lt => before,
            Prefix::Ge => after || covers,
            Prefix::Le => before || covers,
            Prefix::Sa => until <= start,
            Prefix::Eb => end.is_some_and(|end| end < from),
        }
    }

    pub fn matches_our_instant(&self, at: Instant) -> bool {
        self.matches_instant(at.timestamp())
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
                Ok(count) if count > 0 => self.count = count.min(MOST_RESULTS),
                _ => return Err(Outcome::parameter(name, "a whole number from 1 is expected")),
            },
            "_format" => return super::negotiate::format(value).map(|()| true),
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
        if value.contains(',') {
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

    fn date(text: &str) -> DateTest {
        DateTest::any_of("date", text).unwrap().remove(0)
    }

    #[test]
    fn dates_compare_by_what_they_cover() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let noon = at("2026-06-12T10:00:00Z");
        for (test, expected) in [
            ("2026-06-12", true),
            ("eq2026-06", true),
            ("2026-06-13", false),
            ("ne2026-06-12", false),
            ("ge2026-06-12", true),
            ("gt2026-06-12", false),
            ("gt2026-06-11", true),
            ("lt2026-06-12", false),
            ("le2026-06-12", true),
            ("lt2026-06-13", true),
            ("sa2026-06-11", true),
            ("eb2026-06-13", true),
            ("2026-06-12T12:00 02:00", true),
            ("2026-06-12T12:00:00+02:00", true),
            ("2026-06-12T12:00:01+02:00", false),
        ] {
            assert_eq!(date(test).matches_instant(noon), expected, "{test}");
        }
        let (start, end) = (at("2026-06-10T08:00:00Z"), Some(at("2026-06-14T08:00:00Z")));
        for (test, expected) in [
            ("2026-06-12", false),
            ("2026-06", true),
            ("ge2026-06-12", true),
            ("le2026-06-12", true),
            ("gt2026-06-14", false),
            ("sa2026-06-09", true),
            ("sa2026-06-10", false),
            ("eb2026-06-15", true),
        ] {
            assert_eq!(date(test).matches_period(start, end), expected, "{test}");
        }
        assert!(date("ge2030").matches_period(start, None) && !date("2026").matches_period(start, None));
    }

    #[test]
    fn tokens_know_systems_by_oid_or_address() {
        let loinc = Coding::new("http://loinc.org", "11488-4", None).unwrap();
        let matches =
            |text: &str| Token::any_of("type", text).unwrap().iter().any(|it| it.matches_coding(&loinc));
        for right in [
            "11488-4",
            "http://loinc.org|11488-4",
            "urn:oid:2.16.840.1.113883.6.1|11488-4",
            "http://loinc.org|",
            "x,11488-4",
        ] {
            assert!(matches(right), "{right}");
        }
        for wrong in ["|11488-4", "http://snomed.info/sct|11488-4", "11488", r"x\,11488-4"] {
            assert!(!matches(wrong), "{wrong}");
        }
        for refused in ["", "a,", "|", "a|b|c"] {
            assert!(Token::any_of("type", refused).is_err(), "{refused}");
        }
    }

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
