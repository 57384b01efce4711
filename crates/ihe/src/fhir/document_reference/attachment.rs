//! `DocumentReference.content`: exactly one, its bytes a Binary of the same bundle.

use base64::Engine as _;
use jiff::Timestamp;
use model::Coding;

use super::super::datatypes::coding;
use super::super::date;
use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read};

pub struct Attachment {
    pub mime_type: String,
    pub language: String,
    pub url: String,
    pub size: u64,
    pub hash: [u8; 20],
    pub title: String,
    pub creation: Timestamp,
    pub creation_path: String,
    pub format: Coding,
}

pub fn read(content: &Obj<'_>) -> Read<Attachment> {
    content.only(&["attachment", "format"])?;
    let it = content.need_object("attachment")?;
    it.only(&["contentType", "language", "data", "url", "size", "hash", "title", "creation"])?;
    if it.has("data") {
        return Err(Outcome::rule(it.at("data"), "the content is a Binary of the bundle"));
    }
    let language = it.need_text("language")?;
    let is_tag = language.len() <= 35
        && language.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if !is_tag {
        return Err(Outcome::value(it.at("language"), "not a language tag"));
    }
    let creation = it.need_text("creation")?;
    Ok(Attachment {
        mime_type: media_type(it.need_text("contentType")?, &it.at("contentType"))?,
        language: language.to_owned(),
        url: it.need_text("url")?.to_owned(),
        size: it.unsigned("size")?.ok_or_else(|| Outcome::missing(it.at("size")))?,
        hash: hash(&it)?,
        title: it.words("title", 1_000)?.ok_or_else(|| Outcome::missing(it.at("title")))?,
        creation: date::date_time(creation)
            .ok_or_else(|| {
                Outcome::malformed(it.at("creation"), "a date and time with its zone is expected")
            })?
            .from,
        creation_path: it.at("creation"),
        format: coding(&content.need_object("format")?)?,
    })
}

/// SHA-1 as FHIR writes it: base64 of the 20 bytes.
fn hash(attachment: &Obj<'_>) -> Read<[u8; 20]> {
    let text = attachment.need_text("hash")?;
    let path = attachment.at("hash");
    if text.len() == 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Outcome::malformed(path, "this is hexadecimal: base64 of the 20 bytes is expected"));
    }
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| Outcome::malformed(path, "base64 of the 20 bytes of a SHA-1 is expected"))
}

/// A media type in lower case without its parameters.
pub fn media_type(text: &str, path: &str) -> Read<String> {
    let bare = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let token = |part: &str| {
        (1..=127).contains(&part.len())
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    match bare.split_once('/') {
        Some((kind, name)) if token(kind) && token(name) => Ok(bare),
        _ => Err(Outcome::value(path, "not a media type")),
    }
}
