//! From bytes to text: one decision on the encoding, then a strict decoding.
//!
//! UTF-8 is what everybody writes. UTF-16 with its mark and the two Latin alphabets are read
//! because older laboratory software still writes them; they are decoded to UTF-8 first, so
//! that everything after this file works on one encoding.

use crate::error::{Error, Reason};
use crate::tag;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16LittleEndian,
    Utf16BigEndian,
    Ascii,
    Latin1,
    Latin9,
}

/// Decodes a document, its byte order mark removed. `charset` is what the transport said, if
/// it said anything. Abuse cases C05 and C06: all that speak of the encoding must agree.
pub(crate) fn decode(bytes: &[u8], charset: Option<&str>) -> Result<String, Error> {
    let refuse = |reason, offset| Error::at(reason, bytes, offset);
    let (mark, body) = byte_order_mark(bytes);
    let skipped = bytes.len() - body.len();
    let text = match mark {
        Some(encoding @ (Encoding::Utf16LittleEndian | Encoding::Utf16BigEndian)) => {
            utf16(body, encoding).ok_or_else(|| refuse(Reason::InvalidBytes, skipped))?
        }
        _ => {
            let declared =
                declared_in_ascii(body).map_err(|reason| refuse(reason, skipped))?.unwrap_or(Encoding::Utf8);
            match declared {
                Encoding::Utf8 => std::str::from_utf8(body)
                    .map_err(|error| refuse(Reason::InvalidBytes, skipped + error.valid_up_to()))?
                    .to_owned(),
                Encoding::Ascii => {
                    if let Some(position) = body.iter().position(|byte| !byte.is_ascii()) {
                        return Err(refuse(Reason::InvalidBytes, skipped + position));
                    }
                    String::from_utf8_lossy(body).into_owned()
                }
                Encoding::Latin1 => body.iter().map(|byte| char::from(*byte)).collect(),
                Encoding::Latin9 => body.iter().map(|byte| latin_9(*byte)).collect(),
                // Declared in ASCII letters, so it cannot be so.
                Encoding::Utf16LittleEndian | Encoding::Utf16BigEndian => {
                    return Err(refuse(Reason::EncodingDisagreement, skipped));
                }
            }
        }
    };
    // A second mark is a character before the root, and our tokeniser would skip it.
    if text.starts_with('\u{FEFF}') {
        return Err(refuse(Reason::TextOutsideRoot, skipped));
    }

    let declaration = tag::declaration(&text).map_err(|reason| refuse(reason, skipped))?;
    let declared = match declaration.and_then(|declaration| declaration.encoding) {
        Some(label) => Some(labelled(label).ok_or_else(|| refuse(Reason::UnknownEncoding, skipped))?),
        None => None,
    };
    let said = match charset {
        Some(label) => Some(labelled(label).ok_or_else(|| refuse(Reason::UnknownEncoding, 0))?),
        None => None,
    };
    let used = mark.unwrap_or(match declared {
        Some(Label::Only(encoding)) => encoding,
        _ => Encoding::Utf8,
    });
    for label in [declared, said].into_iter().flatten() {
        if !label.allows(used) {
            return Err(refuse(Reason::EncodingDisagreement, skipped));
        }
    }
    Ok(text)
}

/// What a label names; `UTF-16` leaves the order of bytes to the mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    Only(Encoding),
    Utf16,
}

impl Label {
    fn allows(self, used: Encoding) -> bool {
        match self {
            Label::Only(encoding) => encoding == used,
            Label::Utf16 => matches!(used, Encoding::Utf16LittleEndian | Encoding::Utf16BigEndian),
        }
    }
}

fn labelled(label: &str) -> Option<Label> {
    let encoding = match label.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => Encoding::Utf8,
        "utf-16" => return Some(Label::Utf16),
        "utf-16le" => Encoding::Utf16LittleEndian,
        "utf-16be" => Encoding::Utf16BigEndian,
        "us-ascii" | "ascii" => Encoding::Ascii,
        "iso-8859-1" | "latin1" => Encoding::Latin1,
        "iso-8859-15" => Encoding::Latin9,
        _ => return None,
    };
    Some(Label::Only(encoding))
}

fn byte_order_mark(bytes: &[u8]) -> (Option<Encoding>, &[u8]) {
    if let Some(rest) = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]) {
        (Some(Encoding::Utf8), rest)
    } else if let Some(rest) = bytes.strip_prefix(&[0xFF, 0xFE]) {
        (Some(Encoding::Utf16LittleEndian), rest)
    } else if let Some(rest) = bytes.strip_prefix(&[0xFE, 0xFF]) {
        (Some(Encoding::Utf16BigEndian), rest)
    } else {
        (None, bytes)
    }
}

/// The encoding that the declaration of an ASCII-compatible document names, read before the
/// document is decoded: a declaration is ASCII and short.
fn declared_in_ascii(body: &[u8]) -> Result<Option<Encoding>, Reason> {
    const LONGEST: usize = 256;
    let head = body.get(..LONGEST).unwrap_or(body);
    let end = head.windows(2).position(|pair| pair == b"?>");
    let Some(head) = end.and_then(|end| head.get(..end + 2)) else {
        return Ok(None);
    };
    let Ok(head) = std::str::from_utf8(head) else {
        return Ok(None);
    };
    match tag::declaration(head)?.and_then(|declaration| declaration.encoding) {
        None => Ok(None),
        Some(label) => match labelled(label) {
            Some(Label::Only(encoding)) => Ok(Some(encoding)),
            Some(Label::Utf16) => Err(Reason::EncodingDisagreement),
            None => Err(Reason::UnknownEncoding),
        },
    }
}

fn utf16(body: &[u8], encoding: Encoding) -> Option<String> {
    if !body.len().is_multiple_of(2) {
        return None;
    }
    let units = body.chunks_exact(2).map(|pair| {
        let pair = [pair.first().copied().unwrap_or_default(), pair.get(1).copied().unwrap_or_default()];
        match encoding {
            Encoding::Utf16LittleEndian => u16::from_le_bytes(pair),
            _ => u16::from_be_bytes(pair),
        }
    });
    char::decode_utf16(units).collect::<Result<String, _>>().ok()
}

/// ISO-8859-15: Latin-1 with the euro, œ and Ÿ that French needs.
pub fn latin_9(byte: u8) -> char {
    match byte {
        0xA4 => '€',
        0xA6 => 'Š',
        0xA8 => 'š',
        0xB4 => 'Ž',
        0xB8 => 'ž',
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
        other => char::from(other),
    }
}
