//! What form an answer takes: `Accept` and `_format`. XML comes with a later issue.

use super::outcome::{Outcome, Read};

pub const FHIR_JSON: &str = "application/fhir+json";

/// Whether JSON may be answered. No header accepts everything. Errors: 406.
pub fn json(accept: Option<&str>) -> Read<()> {
    let Some(accept) = accept else { return Ok(()) };
    if ranges(accept).any(|range| is_json(&range) || range == "*/*" || range == "application/*") {
        Ok(())
    } else {
        Err(Outcome::not_acceptable())
    }
}

/// `_format`. Errors: 406.
pub fn format(value: &str) -> Read<()> {
    // an unescaped plus sign reads as a space
    if value == "json" || is_json(&bare(&value.replace(' ', "+"))) {
        Ok(())
    } else {
        Err(Outcome::not_acceptable())
    }
}

/// Whether a body may be read: JSON, in UTF-8. Errors: 415.
pub fn body(content_type: Option<&str>) -> Read<()> {
    let declared = content_type.unwrap_or_default();
    let utf8 = declared
        .split(';')
        .skip(1)
        .filter_map(|parameter| parameter.trim().split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
        .all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
    if utf8 && is_json(&bare(declared)) {
        Ok(())
    } else {
        Err(Outcome::new(415, super::IssueCode::NotSupported, "application/fhir+json in UTF-8 is expected"))
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

/// How the content of a document is answered (ITI-68).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryForm {
    /// Its own bytes and type.
    Raw,
    /// A Binary resource.
    Resource,
}

/// `*/*`, its own type or nothing: raw bytes; FHIR's JSON: the resource. Errors: 406.
pub fn binary(accept: Option<&str>, mime_type: &str) -> Read<BinaryForm> {
    let Some(accept) = accept else { return Ok(BinaryForm::Raw) };
    let kind = mime_type.split('/').next().unwrap_or_default();
    let own = |range: &str| range == mime_type || range == "*/*" || range == format!("{kind}/*");
    for range in ranges(accept) {
        if range == FHIR_JSON {
            return Ok(BinaryForm::Resource);
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn json_is_answered_to_those_who_take_it() {
        for right in [
            "application/fhir+json",
            "application/json;q=0.5",
            "*/*",
            "text/html, */*;q=0.1",
            "application/fhir+xml, application/fhir+json;fhirVersion=4.0",
        ] {
            assert!(json(Some(right)).is_ok(), "{right}");
        }
        for wrong in ["application/fhir+xml", "text/html", "application/fhir+json;q=0", "*/*;q=0", ""] {
            assert_eq!(json(Some(wrong)).unwrap_err().status, 406, "{wrong}");
        }
        assert!(json(None).is_ok());
        assert!(format("json").is_ok() && format("application/fhir json").is_ok() && format("xml").is_err());
        assert!(body(Some("application/fhir+json; charset=UTF-8")).is_ok());
        assert_eq!(body(Some("application/fhir+json; charset=latin1")).unwrap_err().status, 415);
        assert_eq!(body(None).unwrap_err().status, 415);
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
            assert_eq!(form(resource), Ok(BinaryForm::Resource), "{resource:?}");
        }
        assert_eq!(form(Some("application/fhir+xml")).unwrap_err().status, 406);
    }
}
