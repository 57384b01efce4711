//! `DocumentReference.content`: exactly one, its bytes a Binary of the same bundle, or inside.

use aws_lc_rs::digest;
use base64::Engine as _;
use jiff::Timestamp;
use model::Coding;
use model::code::FALLBACK_FORMAT;

use super::super::datatypes::{self, coding};
use super::super::date;
use super::super::obj::Obj;
use super::super::outcome::{Outcome, Read};
use super::Shape;

/// Where the bytes are.
pub enum Content {
    /// In the Binary of this address.
    Url(String),
    Inside(Vec<u8>),
}

/// The system of the code of what follows no model (ASS_A11's fallback), for a format that is left out.
const NO_MODEL_SYSTEM: &str = "1.2.250.1.213.1.1.4.2.282";

pub struct Attachment {
    pub mime_type: String,
    pub language: String,
    pub content: Content,
    pub size: u64,
    pub hash: [u8; 20],
    pub title: String,
    pub creation: Timestamp,
    pub creation_path: String,
    pub format: Coding,
}

/// `dated`: when the resource says it was created, where the attachment does not.
pub fn read(content: &Obj<'_>, shape: Shape, dated: Option<Timestamp>) -> Read<Attachment> {
    content.only(&["attachment", "format"])?;
    let it = content.need_object("attachment")?;
    it.only(&["contentType", "language", "data", "url", "size", "hash", "title", "creation"])?;
    let simple = shape == Shape::Simplified;
    let language = match it.text("language")? {
        // the profile says what French systems produce
        None if simple => "fr-FR",
        said => said.ok_or_else(|| Outcome::missing(it.at("language")))?,
    };
    let is_tag = language.len() <= 35
        && language.split('-').all(|part| {
            (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
    if !is_tag {
        return Err(Outcome::value(it.at("language"), "not a language tag"));
    }
    let creation = match it.text("creation")? {
        Some(text) => {
            let says = "a date and time with its zone is expected";
            date::date_time(text).ok_or_else(|| Outcome::malformed(it.at("creation"), says))?.from
        }
        None => dated.filter(|_| simple).ok_or_else(|| Outcome::missing(it.at("creation")))?,
    };
    let (content_at, size, hash) = if simple { inside(&it)? } else { elsewhere(&it)? };
    let format = match content.object("format")? {
        None if simple => {
            Coding { system: NO_MODEL_SYSTEM.to_owned(), code: FALLBACK_FORMAT.to_owned(), display: None }
        }
        Some(format) => coding(&format)?,
        None => return Err(Outcome::missing(content.at("format"))),
    };
    Ok(Attachment {
        mime_type: media_type(it.need_text("contentType")?, &it.at("contentType"))?,
        language: language.to_owned(),
        content: content_at,
        size,
        hash,
        title: it.words("title", 1_000)?.ok_or_else(|| Outcome::missing(it.at("title")))?,
        creation,
        creation_path: it.at("creation"),
        format,
    })
}

/// The Binary is named; its size and hash are said.
fn elsewhere(it: &Obj<'_>) -> Read<(Content, u64, [u8; 20])> {
    if it.has("data") {
        return Err(Outcome::rule(it.at("data"), "the content is a Binary of the bundle"));
    }
    let url = it.need_text("url")?.to_owned();
    let size = it.unsigned("size")?.ok_or_else(|| Outcome::missing(it.at("size")))?;
    Ok((Content::Url(url), size, hash(it)?))
}

/// The bytes are here; what is said of them must be so.
fn inside(it: &Obj<'_>) -> Read<(Content, u64, [u8; 20])> {
    if it.has("url") {
        return Err(Outcome::rule(it.at("url"), "the content is inside: nothing else is read"));
    }
    let bytes = datatypes::base64(it, "data")?.ok_or_else(|| Outcome::missing(it.at("data")))?;
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if it.unsigned("size")?.is_some_and(|said| said != size) {
        return Err(Outcome::rule(it.at("size"), "the data has another size"));
    }
    let mut found = [0; 20];
    found.copy_from_slice(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, &bytes).as_ref());
    if it.has("hash") && hash(it)? != found {
        return Err(Outcome::rule(it.at("hash"), "the data has another SHA-1"));
    }
    Ok((Content::Inside(bytes), size, found))
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
