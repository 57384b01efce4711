//! Content-Type with its parameters (RFC 2045 5.1), and what a multipart SOAP message must say in it.

use super::{Error, head};

/// A media type in lower case, and its parameters, names in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContentType {
    pub media: String,
    parameters: Vec<(String, String)>,
}

impl ContentType {
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::read(text).ok_or(Error::ContentType)
    }

    fn read(text: &str) -> Option<Self> {
        if text.len() > 2_000 || text.chars().any(|it| it.is_control() && it != '\t') {
            return None;
        }
        let (media, mut rest) = text.split_at(text.find(';').unwrap_or(text.len()));
        let media = media.trim().to_ascii_lowercase();
        let (kind, name) = media.split_once('/')?;
        if !is_token(kind) || !is_token(name) {
            return None;
        }
        let mut parameters: Vec<(String, String)> = Vec::new();
        while let Some(after) = rest.strip_prefix(';') {
            let after = after.trim_start();
            // a semicolon at the very end
            if after.is_empty() && !parameters.is_empty() {
                break;
            }
            let (name, after) = after.split_once('=')?;
            let name = name.trim().to_ascii_lowercase();
            let (value, after) = value(after.trim_start())?;
            if !is_token(&name) || parameters.iter().any(|(known, _)| *known == name) {
                return None;
            }
            parameters.push((name, value));
            rest = after.trim_start();
        }
        rest.is_empty().then_some(Self { media, parameters })
    }

    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// A token or a quoted string, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.strip_prefix('"') else {
        let (token, rest) = text.split_at(text.find([';', ' ', '\t']).unwrap_or(text.len()));
        // clients write a media type without quotes
        let loose = token.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && byte != b'"');
        return (!token.is_empty() && loose).then(|| (token.to_owned(), rest));
    };
    let mut out = String::new();
    let mut characters = quoted.char_indices();
    while let Some((place, character)) = characters.next() {
        match character {
            '"' => return Some((out, quoted.get(place + 1..)?)),
            '\\' => out.push(characters.next()?.1),
            other => out.push(other),
        }
    }
    None
}

fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`{|}~".contains(&byte))
}

/// What the HTTP Content-Type of a multipart SOAP message says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Related {
    pub(super) boundary: String,
    pub(super) start: Option<String>,
    /// `action`, or that of `start-info`: held against wsa:Action by the reader of the envelope.
    pub action: Option<String>,
}

impl Related {
    /// None for another media type: a plain SOAP message.
    pub fn of(content_type: &ContentType) -> Result<Option<Self>, Error> {
        if content_type.media != "multipart/related" {
            return match content_type.media.starts_with("multipart/") {
                true => Err(Error::NotXop),
                false => Ok(None),
            };
        }
        let boundary = content_type.parameter("boundary").ok_or(Error::Boundary)?;
        if !is_boundary(boundary) {
            return Err(Error::Boundary);
        }
        let media = |text: &str| ContentType::parse(text).map_err(|_| Error::NotXop);
        let kind = media(content_type.parameter("type").ok_or(Error::NotXop)?)?;
        let info = media(content_type.parameter("start-info").ok_or(Error::NotXop)?)?;
        if kind.media != "application/xop+xml" || info.media != "application/soap+xml" {
            return Err(Error::NotXop);
        }
        let start = match content_type.parameter("start") {
            None => None,
            Some(text) => Some(head::content_id(text).ok_or(Error::Start)?),
        };
        let actions = [content_type.parameter("action"), info.parameter("action")];
        if let [Some(one), Some(other)] = actions
            && one != other
        {
            return Err(Error::NotXop);
        }
        let action = actions.into_iter().flatten().next().map(str::to_owned);
        Ok(Some(Self { boundary: boundary.to_owned(), start, action }))
    }
}

/// RFC 2046 5.1.1: 1 to 70 of these characters, the last no space.
pub(super) fn is_boundary(text: &str) -> bool {
    (1..=70).contains(&text.len())
        && !text.ends_with(' ')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn related(text: &str) -> Result<Option<Related>, Error> {
        Related::of(&ContentType::parse(text)?)
    }

    #[test]
    fn what_clients_write_is_read() {
        let axis = "multipart/related; boundary=MIMEBoundary_1; type=\"application/xop+xml\"; \
                    start=\"<0.a@x>\"; start-info=\"application/soap+xml\"; action=\"urn:x\"";
        let found = related(axis).unwrap().unwrap();
        assert_eq!((found.boundary.as_str(), found.start.as_deref()), ("MIMEBoundary_1", Some("0.a@x")));
        assert_eq!(found.action.as_deref(), Some("urn:x"));
        let metro = "Multipart/Related;start=\"<rootpart*1@x>\";type=\"application/xop+xml\";\
                     boundary=\"uuid:1\";start-info=\"application/soap+xml;action=\\\"urn:x\\\"\"";
        let found = related(metro).unwrap().unwrap();
        assert_eq!(found.action.as_deref(), Some("urn:x"));
        assert_eq!(related("application/soap+xml; charset=utf-8").unwrap(), None);
    }

    #[test]
    fn what_is_no_xop_message_is_refused() {
        let with = |boundary: &str, rest: &str| {
            related(&format!("multipart/related; boundary=\"{boundary}\"{rest}"))
        };
        let right = "; type=\"application/xop+xml\"; start-info=\"application/soap+xml\"";
        assert!(with(&"b".repeat(70), right).is_ok());
        assert_eq!(with(&"b".repeat(71), right), Err(Error::Boundary));
        for wrong in ["", "a ", "a\"b", "é", "a<b"] {
            assert!(with(wrong, right).is_err(), "{wrong}");
        }
        for wrong in [
            "",
            "; type=\"application/xop+xml\"",
            "; type=\"text/xml\"; start-info=\"application/soap+xml\"",
            "; type=\"application/xop+xml\"; start-info=\"text/xml\"",
        ] {
            assert_eq!(with("b", wrong), Err(Error::NotXop), "{wrong}");
        }
        assert_eq!(related("multipart/mixed; boundary=b"), Err(Error::NotXop));
        assert_eq!(related("multipart/related"), Err(Error::Boundary));
        for wrong in ["", "multipart", "a/b; c", "a/b; c=\"d", "a/b; c=d; c=e", "a/b; c=d e", "a/b\r\nx: y"] {
            assert_eq!(ContentType::parse(wrong), Err(Error::ContentType), "{wrong}");
        }
    }
}
