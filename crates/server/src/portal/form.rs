//! What a form posts: `application/x-www-form-urlencoded`, and a path that is one of ours.

use std::collections::HashMap;
use std::error::Error;

use super::errors::Wrong;

/// A form with few, short fields: beyond these it is not one of ours.
pub const BYTES_MAX: usize = 32 * 1024;
const FIELDS_MAX: usize = 64;

/// Why a body could not be taken in whole: too long, or cut off.
pub fn unread(error: &axum::Error) -> Wrong {
    let mut cause: Option<&dyn std::error::Error> = error.source();
    while let Some(it) = cause {
        if it.is::<http_body_util::LengthLimitError>() {
            return Wrong::TooLarge;
        }
        cause = it.source();
    }
    Wrong::Malformed
}

/// The fields of a form. Of a field that comes twice, the first counts. Does not print: it holds secrets.
#[derive(Default)]
pub struct Form(HashMap<String, String>);

impl Form {
    /// None where the bytes are not a form.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        if bytes.len() > BYTES_MAX {
            return None;
        }
        let text = std::str::from_utf8(bytes).ok()?;
        let mut fields = HashMap::new();
        for (place, pair) in text.split('&').filter(|pair| !pair.is_empty()).enumerate() {
            if place >= FIELDS_MAX {
                return None;
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            fields.entry(decode(name)?).or_insert(decode(value)?);
        }
        Some(Self(fields))
    }

    /// The field as it was typed; empty where it is absent.
    pub fn raw(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The field without spaces around it.
    pub fn text(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// Whether a box is ticked or an answer is yes.
    pub fn yes(&self, name: &str) -> bool {
        self.text(name) == "yes"
    }
}

fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'+' => b' ',
            b'%' => hex(bytes.next()?)? << 4 | hex(bytes.next()?)?,
            other => other,
        });
    }
    String::from_utf8(out).ok().filter(|text| !text.contains('\0'))
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|it| u8::try_from(it).ok())
}

/// A path to go back to: one of this portal's own, else none (no other host, no header, no script).
pub fn own_path(path: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_?=&.".contains(&byte);
    let ours =
        path.starts_with('/') && !path.starts_with("//") && path.len() <= 200 && path.bytes().all(plain);
    (ours && !path.starts_with("/login") && !path.starts_with("/api")).then_some(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reads_as_browsers_write_it() {
        let form = Form::read(b"login=odile.demo&password=go%C3%A9land+41&a&login=other").unwrap();
        assert_eq!((form.text("login"), form.raw("password")), ("odile.demo", "goéland 41"));
        assert_eq!((form.raw("a"), form.raw("absent")), ("", ""));
        for wrong in [&b"a=%4"[..], b"a=%zz", b"a=%ff", b"a=%00", &[b'a'; BYTES_MAX + 1]] {
            assert!(Form::read(wrong).is_none());
        }
    }

    #[test]
    fn only_our_own_paths_are_gone_back_to() {
        for right in ["/", "/trace?who=899700366240", "/documents/0123/who"] {
            assert_eq!(own_path(right), Some(right));
        }
        for wrong in
            ["", "//evil.example", "/\\evil.example", "https://evil.example", "/a\r\nb", "/login", "x"]
        {
            assert_eq!(own_path(wrong), None, "{wrong}");
        }
    }
}
