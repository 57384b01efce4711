//! What a document holds: read whole and rendered for a page, or served as a file that nothing can act from
//! (abuse F01 to F05).

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use clinical::render::{self, Body as Shown, Frame, French, Limits, MediaKind};
use model::{Description, EntryId, RecordId};
use record::{Call, Document, Failure, Records};
use serde::Deserialize;

use super::errors::{PageError, Wrong};
use super::session::{Holder, InQuery};
use super::viewer::{self, StudyLine};
use crate::app::App;
use crate::blocking::act;
use crate::streaming;

/// Larger documents are downloaded, not laid out.
const RENDERED_BYTES_MAX: u64 = 16 << 20;

/// A selection of images is read whole; a larger DICOM file is no such thing.
const SELECTION_BYTES_MAX: u64 = 1 << 20;

/// Of whatever is no page: an origin of its own, without scripts, forms or addresses. Said by the answer itself, so
/// that it holds in a frame, in a tab and behind any link. The frame of a PDF has no `sandbox` of its own besides:
/// Chromium's viewer does not start in one, while it runs under this (SECURITY, "Documents in the browser").
pub const FILE_POLICY: &str =
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";

/// A document as a page shows it.
pub enum Content {
    /// HTML made by `clinical`: text, tables and names of ours.
    Html(String),
    /// A file, in a frame.
    Pdf,
    /// A file that the page shows as a picture, where nothing in it can act.
    Image,
    /// Images that are elsewhere: which, and where they open.
    Studies(Vec<StudyLine>),
    /// Nothing a browser should open: to be downloaded.
    File,
}

/// What a page can show without opening the document.
enum Sort {
    Cda,
    Text,
    Pdf,
    Image(&'static str),
    Dicom,
    Other,
}

fn sort(description: &Description) -> Sort {
    match description.mime_type.as_str() {
        "text/xml" | "application/xml" | "application/xslt+xml" | "text/xslt" => Sort::Cda,
        "text/plain" => Sort::Text,
        "application/pdf" => Sort::Pdf,
        "image/jpeg" => Sort::Image("image/jpeg"),
        "image/png" => Sort::Image("image/png"),
        "application/dicom" => Sort::Dicom,
        _ => Sort::Other,
    }
}

/// Who reads a record's documents, and the addresses its pages stand under: none for the holder's own.
#[derive(Clone)]
pub struct Reading {
    pub app: Arc<App>,
    pub call: Call,
    pub record: RecordId,
    pub base: String,
}

impl Reading {
    async fn act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Records, &Call, RecordId) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let (call, record) = (self.call.clone(), self.record);
        act(&self.app, move |records| work(records, &call, record)).await
    }
}

/// The content for a page. Opens the document only where the page shows its text; a frame opens it itself.
pub async fn shown(reading: &Reading, id: EntryId, description: &Description) -> Result<Content, Failure> {
    let sort = sort(description);
    match sort {
        Sort::Pdf => return Ok(Content::Pdf),
        Sort::Image(_) => return Ok(Content::Image),
        Sort::Cda | Sort::Text if description.size <= RENDERED_BYTES_MAX => {}
        // images themselves are never read: what says where they are is small
        Sort::Dicom if description.size <= SELECTION_BYTES_MAX => {}
        _ => return Ok(Content::File),
    }
    let media = format!("{}/documents/{id}/media", reading.base);
    let viewer = reading.app.viewer.clone();
    reading
        .act(move |records, call, record| {
            let bytes = whole(records.consult(call, record, id)?.into_inner())?;
            Ok(match sort {
                Sort::Text => text(&bytes),
                Sort::Dicom => {
                    viewer::studies(&bytes, viewer.as_ref()).map_or(Content::File, Content::Studies)
                }
                _ => cda(&bytes, &media),
            })
        })
        .await
}

/// Every byte, in memory, on a thread that may block.
fn whole(mut document: Document) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = document.next_chunk()? {
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn cda(bytes: &[u8], media: &str) -> Content {
    let Ok(view) = render::cda(bytes, &Limits::default()) else { return text_of_xml(bytes) };
    let frame = Frame::new(2, "d", &French).and_then(|frame| frame.with_media(media));
    match (view.body, frame) {
        (Shown::Narrative(narrative), Ok(frame)) => Content::Html(narrative.html(&view.media, &frame)),
        (Shown::Enclosed(file), _) => match file.kind {
            MediaKind::Pdf => Content::Pdf,
            MediaKind::Jpeg { .. } | MediaKind::Png { .. } => Content::Image,
            MediaKind::Other => Content::File,
        },
        (Shown::Narrative(_), Err(_)) => Content::File,
    }
}

/// XML that is no CDA: its words, without any of its marks.
fn text_of_xml(bytes: &[u8]) -> Content {
    match render::plain_text(bytes) {
        Ok(words) => text(words.as_bytes()),
        Err(_) => Content::File,
    }
}

fn text(bytes: &[u8]) -> Content {
    let limits = Limits::default();
    let narrative =
        render::text(bytes, None, &limits).or_else(|_| render::text(bytes, Some("iso-8859-15"), &limits));
    match (narrative, Frame::new(2, "d", &French)) {
        (Ok(narrative), Ok(frame)) => Content::Html(narrative.html(&[], &frame)),
        _ => Content::File,
    }
}

#[derive(Deserialize, Default, Clone)]
pub struct How {
    /// The document as it was deposited, to keep.
    #[serde(default)]
    download: Option<String>,
}

/// A file for a frame, or the document as it was deposited.
pub async fn content(
    holder: Holder,
    Path(id): Path<String>,
    InQuery(how): InQuery<How>,
) -> Result<Response, PageError> {
    file(&holder.reading(), &id, how).await.map_err(|wrong| holder.wrong(wrong))
}

pub async fn file(reading: &Reading, id: &str, how: How) -> Result<Response, Wrong> {
    let id = read(id, &reading.app);
    let document =
        reading.act(move |records, call, record| records.consult(call, record, id)).await?.into_inner();
    let description = document.entry.description.clone();
    if how.download.is_some() {
        return Ok(download(document));
    }
    match sort(&description) {
        Sort::Pdf => Ok(streamed(document, "application/pdf")),
        Sort::Image(kind) => Ok(streamed(document, kind)),
        Sort::Text => Ok(streamed(document, "text/plain; charset=utf-8")),
        Sort::Cda if description.size <= RENDERED_BYTES_MAX => {
            let bytes = streaming::whole(document).await.map_err(|_| Wrong::Fault)?;
            match render::cda(&bytes, &Limits::default()).map(|view| view.body) {
                Ok(Shown::Enclosed(file)) => served(file),
                _ => Err(Wrong::Missing),
            }
        }
        _ => Ok(download(document)),
    }
}

/// A file a structured document encloses, by its place.
pub async fn media(holder: Holder, Path((id, number)): Path<(String, usize)>) -> Result<Response, PageError> {
    enclosed(&holder.reading(), &id, number).await.map_err(|wrong| holder.wrong(wrong))
}

pub async fn enclosed(reading: &Reading, id: &str, number: usize) -> Result<Response, Wrong> {
    let id = read(id, &reading.app);
    let found = reading
        .act(move |records: &Records, call, record| {
            let document = records.consult(call, record, id)?.into_inner();
            let small = document.entry.description.size <= RENDERED_BYTES_MAX;
            if !small || !matches!(sort(&document.entry.description), Sort::Cda) {
                return Ok(None);
            }
            let view = render::cda(&whole(document)?, &Limits::default());
            Ok(view.ok().and_then(|view| view.media.into_iter().nth(number)))
        })
        .await?;
    served(found.ok_or(Wrong::Missing)?)
}

fn served(file: render::Media) -> Result<Response, Wrong> {
    match file.kind.media_type() {
        Some(kind) => Ok(answer(Body::from(file.bytes), kind)),
        None => Err(Wrong::Missing),
    }
}

fn streamed(document: Document, kind: &'static str) -> Response {
    let size = document.entry.description.size;
    let mut response = answer(Body::from_stream(streaming::chunks(document)), kind);
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    response
}

fn answer(body: Body, kind: &'static str) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(FILE_POLICY));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("inline; filename=\"document\""));
    response
}

fn download(document: Document) -> Response {
    let name = file_name(&document.entry.description);
    let mut response = streamed(document, "application/octet-stream");
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A name for the holder's own disk: the title in plain letters, and the day.
fn file_name(description: &Description) -> String {
    let plain = model::person::normalise(&description.title).to_lowercase();
    let words = plain.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name: String = words.collect::<Vec<_>>().join("-").chars().take(60).collect();
    let kind = match description.mime_type.as_str() {
        "application/pdf" => "pdf",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "text/plain" => "txt",
        "text/rtf" | "application/rtf" => "rtf",
        "image/tiff" => "tif",
        "application/dicom" => "dcm",
        kind if kind.contains("xml") => "xml",
        _ => "bin",
    };
    format!("{}-{name}.{kind}", super::when::machine(description.service_start))
}

/// A malformed id becomes one that nobody has: it is looked for and traced like any other.
pub fn read(id: &str, app: &Arc<App>) -> EntryId {
    id.parse().unwrap_or_else(|_| EntryId::random(&*app.dice))
}

impl Content {
    /// The HTML of a narrative, for a template; empty where a frame shows the rest.
    pub fn html(&self) -> &str {
        match self {
            Self::Html(html) => html,
            _ => "",
        }
    }

    pub fn studies(&self) -> &[StudyLine] {
        match self {
            Self::Studies(studies) => studies,
            _ => &[],
        }
    }

    /// What the template shows: `html`, `pdf`, `image`, `studies` or `file`.
    pub fn form(&self) -> &'static str {
        match self {
            Self::Html(_) => "html",
            Self::Pdf => "pdf",
            Self::Image => "image",
            Self::Studies(_) => "studies",
            Self::File => "file",
        }
    }
}
