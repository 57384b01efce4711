//! MTOM: a SOAP message as `multipart/related` with its documents beside the envelope (RFC 2046, RFC 2387, XOP).
//!
//! [`Splitter`] is fed bytes as they come and gives events; no part is held, and what cannot be cut without doubt
//! is refused. Lines end with CRLF, the envelope is the first part, each part bears one Content-ID.

mod content_type;
mod head;
mod splitter;
mod transfer;
mod writer;

pub use content_type::{ContentType, Related};
pub use head::PartHead;
pub use splitter::{Event, Limits, Splitter};
pub use writer::Writer;

use xml::Node;

/// The namespace of `xop:Include`.
pub const XOP: &str = "http://www.w3.org/2004/08/xop/include";

/// Why a message cannot be cut into its parts. Holds nothing of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    #[error("a Content-Type that cannot be read")]
    ContentType,
    #[error("the boundary of a multipart message has 1 to 70 characters of RFC 2046")]
    Boundary,
    #[error("a multipart message here is of type application/xop+xml, its start-info application/soap+xml")]
    NotXop,
    #[error("the envelope is not the first part, or not the one that start names")]
    Start,
    #[error("text stands before the first boundary, or after the last")]
    OutsideParts,
    #[error("a boundary is followed by something else than the end of its line")]
    Delimiter,
    #[error("the header of a part cannot be read")]
    Header,
    #[error("the header of a part is too long")]
    HeaderTooLong,
    #[error("a part has no Content-ID")]
    NoContentId,
    #[error("two parts bear one Content-ID")]
    TwoContentIds,
    #[error("a part of a message is not itself in parts")]
    Nested,
    #[error("a Content-Transfer-Encoding other than binary, 8bit, 7bit and base64")]
    TransferEncoding,
    #[error("a part said to be base64 is not")]
    Base64,
    #[error("bytes beyond 127 in a part said to be 7bit")]
    SevenBit,
    #[error("the message has too many parts")]
    TooManyParts,
    #[error("the message ends before its last boundary")]
    Truncated,
    #[error("an xop:Include is one element whose href is cid: and a Content-ID")]
    Include,
}

/// The Content-ID that the one `xop:Include` inside `element` names. No other address is followed, or even looked at
/// (abuse case D01).
pub fn include(element: &Node<'_>) -> Result<String, Error> {
    let mut children = element.children();
    let (Some(include), None) = (children.next(), children.next()) else { return Err(Error::Include) };
    let blank = element.text().trim_matches([' ', '\t', '\r', '\n']).is_empty();
    if !blank || !include.is(XOP, "Include") || include.children().next().is_some() {
        return Err(Error::Include);
    }
    let href = include.attribute("href").ok_or(Error::Include)?;
    let id = href.strip_prefix("cid:").and_then(percent_decoded).ok_or(Error::Include)?;
    if head::is_content_id(&id) { Ok(id) } else { Err(Error::Include) }
}

/// The `href` of a Content-ID (RFC 2392).
pub fn href(content_id: &str) -> String {
    let mut out = String::from("cid:");
    for byte in content_id.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~@$!*'(),;:&=+/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|it| u8::try_from(it).ok());
            out.push(digit(bytes.next()?)? * 16 + digit(bytes.next()?)?);
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).ok()
}
