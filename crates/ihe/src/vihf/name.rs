//! The issuer's name against the certificate's: the same values, however each tool writes and orders them.
//!
//! Tools name the same attribute `G`, `GN`, `GIVENNAME` or `2.5.4.42`, write `S` for `ST`, begin at either end and
//! encode what they do not know in hexadecimal. The values are what cannot differ.

use xml::signature::Certificate;

/// Attributes of one name.
const ATTRIBUTES: usize = 32;

/// Whether a distinguished name, as text, has exactly the values of the certificate's subject.
pub(super) fn is_of(text: &str, certificate: &Certificate) -> bool {
    let Some(mut written) = values(text) else { return false };
    let mut held: Vec<String> = certificate.subject().iter().map(|(_, value)| normal(value)).collect();
    written.sort_unstable();
    held.sort_unstable();
    !held.is_empty() && written == held
}

fn normal(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The values of `C=FR,O=…+CN=…` in the forms of RFC 2253 and RFC 4514, spaces after separators allowed.
fn values(text: &str) -> Option<Vec<String>> {
    let mut values = Vec::new();
    let mut rest = text;
    loop {
        let (kind, after) = rest.split_once('=')?;
        let kind = kind.trim();
        if kind.is_empty() || !kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
            return None;
        }
        let (value, after) = value(after)?;
        values.push(normal(&value));
        if values.len() > ATTRIBUTES {
            return None;
        }
        match after {
            None => return Some(values),
            Some(after) => rest = after,
        }
    }
}

/// One value, unquoted, and what follows its separator.
fn value(text: &str) -> Option<(String, Option<&str>)> {
    let text = text.trim_start();
    let mut bytes = Vec::new();
    let mut quoted = false;
    let mut at = 0;
    let raw = text.as_bytes();
    let rest = loop {
        let Some(&byte) = raw.get(at) else {
            break None;
        };
        at += 1;
        match byte {
            b'"' => quoted = !quoted,
            b'\\' => match raw.get(at..at + 2).and_then(byte_of) {
                Some(byte) => {
                    bytes.push(byte);
                    at += 2;
                }
                None => {
                    bytes.push(*raw.get(at)?);
                    at += 1;
                }
            },
            b',' | b'+' | b';' if !quoted => break Some(text.get(at..)?),
            other => bytes.push(other),
        }
    };
    if quoted {
        return None;
    }
    let value = String::from_utf8(bytes).ok()?;
    let value = match value.trim().strip_prefix('#') {
        Some(hex) => hexadecimal(hex)?,
        None => value,
    };
    Some((value, rest))
}

/// `#0c04…`: a short string in DER.
fn hexadecimal(hex: &str) -> Option<String> {
    let bytes: Vec<u8> = hex.as_bytes().chunks(2).map(byte_of).collect::<Option<_>>()?;
    match bytes.as_slice() {
        // UTF8String, PrintableString, IA5String
        [0x0C | 0x13 | 0x16, length, value @ ..] if usize::from(*length) == value.len() => {
            String::from_utf8(value.to_vec()).ok()
        }
        _ => None,
    }
}

/// Two hexadecimal digits, without the sign that the standard library would take.
fn byte_of(pair: &[u8]) -> Option<u8> {
    let [high, low] = pair else { return None };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    u8::try_from(digit(high)? * 16 + digit(low)?).ok()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_tools_write_them() {
        let same = ["dr", "a+b, c", "899700366240"];
        for text in [
            "T=Dr, O=\"A+B, C\", CN=899700366240",
            "2.5.4.12=#0c024472,O=A\\+B\\, C,CN=899700366240",
            "T=Dr+O=A\\2bB\\2C C+CN=899700366240",
        ] {
            assert_eq!(values(text).unwrap(), same, "{text}");
        }
        for wrong in ["", "CN", "CN=a,", "=a", "CN=\"a", "CN=a\\", "CN=#0c05", "CN=#zz", "a b=c"] {
            assert_eq!(values(wrong), None, "{wrong}");
        }
    }
}
