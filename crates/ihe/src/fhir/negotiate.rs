//! What form an answer takes, JSON or XML: `Accept` and `_format`; and what form a body has.

use super::outcome::{Outcome, Read};

pub const FHIR_JSON: &str = "application/fhir+json";
pub use super::xml::FHIR_XML;

/// How a resource is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    Json,
    Xml,
}

/// The form asked for; JSON where anything will do. Errors: 406.
pub fn answer(accept: Option<&str>) -> Read<Form> {
    let Some(accept) = accept else { return Ok(Form::Json) };
    ranges(accept).find_map(|range| of_range(&range)).ok_or_else(Outcome::not_acceptable)
}

fn of_range(range: &str) -> Option<Form> {
    match range {
        "*/*" | "application/*" => Some(Form::Json),
        _ if is_json(range) => Some(Form::Json),
        _ if is_xml(range) => Some(Form::Xml),
        _ => None,
    }
}

/// `_format`, which wins over `Accept`. Errors: 406.
pub fn format(value: &str) -> Read<Form> {
    // an unescaped plus sign reads as a space
    match value {
        "json" => Ok(Form::Json),
        "xml" => Ok(Form::Xml),
        _ => match of_range(&bare(&value.replace(' ', "+"))) {
            Some(form) if !value.contains('*') => Ok(form),
            _ => Err(Outcome::not_acceptable()),
        },
    }
}

/// What form a body has: JSON or XML, in UTF-8. Errors: 415.
pub fn body(content_type: Option<&str>) -> Read<Form> {
    let declared = content_type.unwrap_or_default();
    let utf8 = declared
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.trim().split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    let bare = bare(declared);
    match utf8 {
        true if is_json(&bare) => Ok(Form::Json),
        true if is_xml(&bare) => Ok(Form::Xml),
        _ => {
            let says = "application/fhir+json or application/fhir+xml, in UTF-8, is expected";
            Err(Outcome::new(415, super::IssueCode::NotSupported, says))
        }
    }
}

/// Whether the body of a `POST _search` may be read. Errors: 415.
pub fn search_body(content_type: Option<&str>) -> Read<()> {
    if bare(content_type.unwrap_or_default()) == "application/x-www-form-urlencoded" {
        Ok(())
    } else {
        Err(Outcome::new(
            415,
            super::IssueCode::NotSupported,
            "application/x-www-form-urlencoded is expected",
        ))
    }
}

/// The version that `If-Match` wants. Errors: 400 for anything but one entity tag of ours.
pub fn if_match(value: Option<&str>) -> Read<Option<u32>> {
    let Some(value) = value else { return Ok(None) };
    let tag = value.trim().strip_prefix("W/").unwrap_or(value.trim());
    let version = tag.strip_prefix('"').and_then(|it| it.strip_suffix('"')).and_then(|it| it.parse().ok());
    match version {
        None => {
            let says = "one entity tag is expected, as it was answered";
            Err(Outcome::at(400, super::IssueCode::Value, "http.If-Match", says))
        }
        some => Ok(some),
    }
}

/// Whether `If-None-Match` names this version: what the caller has is still so. What is no entity tag of ours names
/// none.
pub fn none_match(value: Option<&str>, version: u32) -> bool {
    let own = format!("\"{version}\"");
    value.is_some_and(|value| {
        value
            .split(',')
            .take(32)
            .map(str::trim)
            .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == own)
    })
}

/// How the content of a document is answered (ITI-68).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryForm {
    /// Its own bytes and type.
    Raw,
    /// A Binary resource, in JSON or in XML.
    Resource(Form),
}

/// `*/*`, its own type or nothing: raw bytes; FHIR's types: the resource. Errors: 406.
pub fn binary(accept: Option<&str>, mime_type: &str) -> Read<BinaryForm> {
    let Some(accept) = accept else { return Ok(BinaryForm::Raw) };
    let kind = mime_type.split('/').next().unwrap_or_default();
    let own = |range: &str| range == mime_type || range == "*/*" || range == format!("{kind}/*");
    for range in ranges(accept) {
        if range == FHIR_JSON {
            return Ok(BinaryForm::Resource(Form::Json));
        }
        if range == FHIR_XML {
            return Ok(BinaryForm::Resource(Form::Xml));
        }
        if own(&range) {
            return Ok(BinaryForm::Raw);
        }
    }
    Err(Outcome::not_acceptable())
}

/// The accepted media types, those preferred first.
fn ranges(accept: &str) -> impl Iterator<Item = String> {
    let mut all: Vec<_> = accept
        .split(',')
        .take(32)
        .map(|range| (quality(range), bare(range)))
        .filter(|(quality, _)| *quality > 0)
        .collect();
    all.sort_by_key(|(quality, _)| std::cmp::Reverse(*quality));
    all.into_iter().map(|(_, range)| range)
}

/// `q` in thousandths; what is not a number is refused by counting as 0.
fn quality(range: &str) -> u16 {
    let said =
        range.split(';').skip(1).find_map(|parameter| parameter.trim().strip_prefix("q=").map(str::to_owned));
    match said {
        None => 1_000,
        Some(text) => match text.split_once('.') {
            None if text == "1" => 1_000,
            None => 0,
            Some(("1", _)) => 1_000,
            Some(("0", rest)) => format!("{rest:0<3}").get(..3).and_then(|it| it.parse().ok()).unwrap_or(0),
            Some(_) => 0,
        },
    }
}

fn bare(text: &str) -> String {
    text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn is_json(range: &str) -> bool {
    range == FHIR_JSON || range == "application/json"
}

fn is_xml(range: &str) -> bool {
    range == FHIR_XML || range == "application/xml"
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_the_one_preferred() {
        for (accept, form) in [
            ("application/fhir+json", Form::Json),
            ("application/json;q=0.5", Form::Json),
            ("*/*", Form::Json),
            ("text/html, */*;q=0.1", Form::Json),
            ("application/fhir+xml, application/fhir+json;fhirVersion=4.0", Form::Xml),
            ("application/fhir+xml;q=0.3, application/fhir+json;q=0.4", Form::Json),
            ("application/xml", Form::Xml),
        ] {
            assert_eq!(answer(Some(accept)), Ok(form), "{accept}");
        }
        for wrong in ["text/html", "application/fhir+json;q=0", "*/*;q=0", "", "text/xml"] {
            assert_eq!(answer(Some(wrong)).unwrap_err().status, 406, "{wrong}");
        }
        assert_eq!(answer(None), Ok(Form::Json));
        assert_eq!(format("json"), Ok(Form::Json));
        assert_eq!(format("application/fhir json"), Ok(Form::Json));
        assert_eq!((format("xml"), format("application/fhir+xml")), (Ok(Form::Xml), Ok(Form::Xml)));
        assert!(format("ttl").is_err() && format("*/*").is_err());
        assert_eq!(body(Some("application/fhir+json; charset=UTF-8")), Ok(Form::Json));
        assert_eq!(body(Some("application/fhir+xml")), Ok(Form::Xml));
        assert_eq!(body(Some("application/fhir+json; charset=latin1")).unwrap_err().status, 415);
        assert_eq!(body(None).unwrap_err().status, 415);
    }

    #[test]
    fn a_version_is_one_entity_tag() {
        for (text, version) in [("W/\"3\"", 3), ("\"12\"", 12), (" W/\"1\" ", 1)] {
            assert_eq!(if_match(Some(text)), Ok(Some(version)));
        }
        for wrong in ["*", "3", "W/3", "W/\"x\"", "W/\"1\", W/\"2\"", ""] {
            assert_eq!(if_match(Some(wrong)).unwrap_err().status, 400, "{wrong}");
        }
        assert_eq!(if_match(None), Ok(None));
    }

    #[test]
    fn what_the_caller_has_is_known_by_its_tag() {
        for same in ["W/\"3\"", "\"3\"", "W/\"2\", W/\"3\"", "*"] {
            assert!(none_match(Some(same), 3), "{same}");
        }
        for other in [None, Some("3"), Some("W/\"2\""), Some("")] {
            assert!(!none_match(other, 3), "{other:?}");
        }
    }

    #[test]
    fn a_document_comes_as_itself_unless_fhir_is_asked_for() {
        let form = |accept| binary(accept, "application/pdf");
        for raw in [
            None,
            Some("*/*"),
            Some("application/pdf"),
            Some("application/*"),
            Some("application/fhir+json;q=0.2, application/pdf"),
        ] {
            assert_eq!(form(raw), Ok(BinaryForm::Raw), "{raw:?}");
        }
        for resource in [Some("application/fhir+json"), Some("application/fhir+json, */*;q=0.8")] {
            assert_eq!(form(resource), Ok(BinaryForm::Resource(Form::Json)), "{resource:?}");
        }
        assert_eq!(form(Some("application/fhir+xml")), Ok(BinaryForm::Resource(Form::Xml)));
        assert_eq!(form(Some("text/plain")).unwrap_err().status, 406);
    }
}
