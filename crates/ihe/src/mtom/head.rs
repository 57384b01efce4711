//! The header of a part: the few fields that count, each at most once.

use super::content_type::ContentType;
use super::{Error, transfer::Encoding};

/// What a part says of itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PartHead {
    /// 0 for the envelope.
    pub place: usize,
    /// Without its angle brackets. Empty for an envelope that bears none.
    pub content_id: String,
    pub content_type: Option<ContentType>,
    pub(super) encoding: Encoding,
}

impl PartHead {
    pub fn is_envelope(&self) -> bool {
        self.place == 0
    }
}

/// Reads the lines of a header, without the empty one that ends it.
pub(super) fn read(bytes: &[u8], place: usize) -> Result<PartHead, Error> {
    let text = std::str::from_utf8(bytes).map_err(|_| Error::Header)?;
    let (mut id, mut kind, mut encoding) = (None, None, None);
    for line in unfolded(text) {
        let (name, value) = line.split_once(':').ok_or(Error::Header)?;
        let is_name = !name.is_empty()
            && !name.starts_with('-')
            && name.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        if !is_name || value.chars().any(|it| it.is_control() && it != '\t') {
            return Err(Error::Header);
        }
        let slot = match name.to_ascii_lowercase().as_str() {
            "content-id" => &mut id,
            "content-type" => &mut kind,
            "content-transfer-encoding" => &mut encoding,
            _ => continue,
        };
        if slot.replace(value.trim().to_owned()).is_some() {
            return Err(Error::Header);
        }
    }
    let content_type = kind.map(|it| ContentType::parse(&it)).transpose()?;
    if content_type.as_ref().is_some_and(|it| it.media.starts_with("multipart/")) {
        return Err(Error::Nested);
    }
    let content_id = match id {
        Some(text) => content_id(&text).ok_or(Error::Header)?,
        None if place == 0 => String::new(),
        None => return Err(Error::NoContentId),
    };
    let encoding = encoding.map_or(Ok(Encoding::Binary), |it| Encoding::read(&it))?;
    Ok(PartHead { place, content_id, content_type, encoding })
}

/// The lines, those that continue one joined to it (RFC 5322 2.2.3).
fn unfolded(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in text.split("\r\n").filter(|it| !it.is_empty()) {
        match lines.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(last) => last.push_str(line),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// `<id>`; clients also write `start` without the brackets.
pub(super) fn content_id(text: &str) -> Option<String> {
    let id = match text.strip_prefix('<') {
        Some(rest) => rest.strip_suffix('>')?,
        None => text,
    };
    is_content_id(id).then(|| id.to_owned())
}

pub(super) fn is_content_id(id: &str) -> bool {
    (1..=200).contains(&id.len())
        && id.bytes().all(|byte| (0x21..=0x7e).contains(&byte) && !b"<>\"\\".contains(&byte))
}
