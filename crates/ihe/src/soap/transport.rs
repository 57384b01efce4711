//! What HTTP says of a message before a byte of it is read: its charset and its action.

/// The charset and the actions named by the headers of a message, or of the root part of a multipart one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Transport {
    pub charset: Option<String>,
    /// Each place that names an action adds it; they must all say what `wsa:Action` says (C07).
    pub actions: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    #[error("the content type cannot be read")]
    Unreadable,
    #[error("the content type is not one of soap 1.2")]
    NotSoap,
}

/// The longest header read.
const LONGEST: usize = 2048;

impl Transport {
    /// Reads the Content-Type of a plain SOAP message (`application/soap+xml`) or of the root part of an MTOM one
    /// (`application/xop+xml; type="application/soap+xml"`).
    pub fn of_content_type(header: &str) -> Result<Self, TransportError> {
        let (kind, parameters) = media_type(header)?;
        let mut transport = Self::default();
        match kind.as_str() {
            "application/soap+xml" => {}
            "application/xop+xml" => {
                let inner = find(&parameters, "type").ok_or(TransportError::NotSoap)?;
                let (kind, inner) = media_type(inner)?;
                if kind != "application/soap+xml" {
                    return Err(TransportError::NotSoap);
                }
                transport.actions.extend(find(&inner, "action").map(str::to_owned));
            }
            _ => return Err(TransportError::NotSoap),
        }
        transport.charset = find(&parameters, "charset").map(str::to_owned);
        transport.actions.extend(find(&parameters, "action").map(str::to_owned));
        Ok(transport)
    }

    /// Adds an action named elsewhere: the outer Content-Type of an MTOM message, a `SOAPAction` header. Quotes
    /// around it are not part of it; an empty one says nothing.
    #[must_use]
    pub fn and_action(mut self, action: &str) -> Self {
        let action = action.trim();
        let bare = action.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(action);
        if !bare.is_empty() {
            self.actions.push(bare.to_owned());
        }
        self
    }
}

type Parameters = Vec<(String, String)>;

fn find<'a>(parameters: &'a Parameters, name: &str) -> Option<&'a str> {
    parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Type and parameters of RFC 9110 section 8.3.1; a parameter twice is refused.
fn media_type(text: &str) -> Result<(String, Parameters), TransportError> {
    if text.len() > LONGEST {
        return Err(TransportError::Unreadable);
    }
    let (kind, mut rest) = text.split_once(';').unwrap_or((text, ""));
    let kind = kind.trim().to_ascii_lowercase();
    let mut parameters = Parameters::new();
    loop {
        rest = rest.trim_start_matches([' ', '\t', ';']);
        if rest.is_empty() {
            return Ok((kind, parameters));
        }
        let (name, after) = rest.split_once('=').ok_or(TransportError::Unreadable)?;
        let name = name.trim().to_ascii_lowercase();
        let (value, after) = value(after).ok_or(TransportError::Unreadable)?;
        let after = after.trim_start();
        let new = !name.is_empty() && find(&parameters, &name).is_none();
        if !new || !(after.is_empty() || after.starts_with(';')) {
            return Err(TransportError::Unreadable);
        }
        parameters.push((name, value));
        rest = after;
    }
}

/// A token or a quoted string, and what comes behind it.
fn value(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ' ', '\t']).unwrap_or(text.len());
        let (token, rest) = text.split_at_checked(end)?;
        return (!token.is_empty() && !token.contains('"')).then(|| (token.to_owned(), rest));
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((value, quoted.get(at + 1..)?)),
            '\\' => value.push(characters.next()?.1),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn plain_and_xop_types_are_read() {
        let plain =
            Transport::of_content_type("application/soap+xml; charset=UTF-8;action=\"urn:a\"").unwrap();
        assert_eq!(
            (plain.charset.as_deref(), plain.actions.as_slice()),
            (Some("UTF-8"), &["urn:a".to_owned()][..])
        );
        let xop = r#"application/xop+xml; charset=utf-8; type="application/soap+xml; action=\"urn:a\"""#;
        assert_eq!(Transport::of_content_type(xop).unwrap().actions, ["urn:a"]);
        let both = Transport::of_content_type("Application/SOAP+XML")
            .unwrap()
            .and_action("\"urn:b\"")
            .and_action("\"\"");
        assert_eq!(both.actions, ["urn:b"]);
    }

    #[test]
    fn other_types_and_twisted_ones_are_refused() {
        for wrong in [
            "text/xml",
            "",
            "application/xop+xml",
            "application/xop+xml; type=\"text/xml\"",
            "application/soap+xml; charset=a; charset=b",
            "application/soap+xml; charset",
            "application/soap+xml; action=\"urn:a",
            "application/soap+xml; action=\"a\"b",
            "application/soap+xml; =b",
        ] {
            assert!(Transport::of_content_type(wrong).is_err(), "{wrong}");
        }
    }
}
