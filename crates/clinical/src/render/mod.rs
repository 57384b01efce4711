//! A document made fit for a page: a tree of what may be shown, and its safe HTML.
//!
//! Never by the document's own stylesheet (F04), never with its styles, scripts, links or
//! addresses (F01, F02, F03): what is not in [`tree`] has no way out. Enclosed files leave
//! beside the text, as [`Media`] with an index; the page decides how to serve them (F05).
//!
//! Read in this order: `tree` (what can be shown), `narrative` and `table` (the document into
//! the tree), `html` (the tree into text).

mod flow;
mod header;
mod html;
mod media;
mod narrative;
mod plain_text;
mod scan;
mod table;
pub mod tree;
mod value;
mod words;

use std::fmt;

use xml::Document;

pub use header::{HeaderView, Moment, PatientLine, PersonLine};
pub use html::{CLASSES, Frame, FrameError};
pub use media::{Media, MediaKind};
pub use plain_text::{plain_text, text};
pub use tree::{Narrative, Note, Section};
pub use words::{French, Words};

use crate::cda::{self, CdaError, CdaLevel};

/// How much of one document is shown (F09). What goes beyond is left out, and the text says
/// where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of HTML. Default 8 MiB.
    pub output: usize,
    /// Rows of all tables together. Default 20 000.
    pub rows: usize,
    /// Tables, lists and footnotes inside one another; what is deeper becomes plain text.
    /// Default 8.
    pub nesting: usize,
    /// Sections inside one another; those deeper are put beside their parent. Default 12.
    pub sections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { output: 8 * 1024 * 1024, rows: 20_000, nesting: 8, sections: 12 }
    }
}

/// A CDA document, ready to be laid out.
pub struct View {
    /// What stands above the text.
    pub header: HeaderView,
    /// The text, or the one file.
    pub body: Body,
    /// Files a level 3 encloses, in the order of the document; the tree names them by index.
    pub media: Vec<Media>,
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("View")
            .field("header", &self.header)
            .field("media", &self.media)
            .finish_non_exhaustive()
    }
}

/// What a document holds.
pub enum Body {
    /// Text to be shown in the page.
    Narrative(Narrative),
    /// One file, to be shown in a sandboxed frame of its own.
    Enclosed(Media),
}

/// Reads a CDA document, plain or self-presenting, into what a page may show.
pub fn cda(bytes: &[u8], limits: &Limits) -> Result<View, CdaError> {
    let document = Document::parse(bytes, &xml::Limits::default())?;
    let read = cda::read(&document)?;
    let (node, _) = cda::find(&document)?;
    let header = header::read(&read.header, node);
    if matches!(read.header.level, CdaLevel::One { .. }) {
        let body = match read.attachments.into_iter().next() {
            Some(file) => enclosed(&file.media_type, file.bytes, limits),
            None => Body::Narrative(Narrative::default()),
        };
        return Ok(View { header, body, media: Vec::new() });
    }
    let (places, media): (Vec<usize>, Vec<Media>) = read
        .attachments
        .into_iter()
        .map(|file| (file.place, Media { kind: MediaKind::of(&file.bytes), bytes: file.bytes }))
        .unzip();
    let body = Body::Narrative(narrative::read(node, &places, limits));
    Ok(View { header, body, media })
}

/// The file of a level 1. A text is shown like one, unless its bytes are of another sort (G06).
fn enclosed(declared: &str, bytes: Vec<u8>, limits: &Limits) -> Body {
    let kind = MediaKind::of(&bytes);
    let name = declared.split(';').next().unwrap_or_default().trim();
    let is_text = name.eq_ignore_ascii_case("text/plain")
        && kind == MediaKind::Other
        && crate::plain::looks(&bytes) == crate::plain::Looks::Unknown;
    if is_text {
        // Nothing says the charset: old software writes Latin-1.
        let read = text(&bytes, None, limits).or_else(|_| text(&bytes, Some("iso-8859-1"), limits));
        if let Ok(narrative) = read {
            return Body::Narrative(narrative);
        }
    }
    Body::Enclosed(Media { kind, bytes })
}

/// Text without the characters that turn the direction of what follows: with them "5 mg" can
/// be made to read "gm 5", and a line to continue into the page around it.
fn tame(text: &str) -> String {
    text.chars().filter(|character| !turns(*character)).collect()
}

/// Unicode's explicit directional embeddings, overrides and isolates (UAX 9, 2.1 to 2.3).
const fn turns(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
