//! "A file must open": is a document what its depositor says it is?
//!
//! The declared media type chooses the check; the bytes decide. Abuse cases F01, F04, F05,
//! G03, G06 and G10.

use xml::{Document, Limits, Node};

use crate::cda::{self, CdaError, CdaHeader};
use crate::image::{self, JpegFault};
use crate::pdf::{self, PdfFacts, PdfFault};
use crate::plain::{self, Looks, TextFault};

/// What a document was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A CDA document.
    Cda,
    /// A stylesheet that holds a CDA document.
    SelfPresentingCda,
    /// Well-formed XML of another sort.
    Xml,
    /// A PDF with at least one page.
    Pdf,
    /// A JPEG that decodes.
    Jpeg,
    /// Text.
    Text,
    /// A DICOM file, by its first bytes.
    Dicom,
    /// A type nothing here can open; its first bytes do not betray another one.
    Other,
}

impl Kind {
    /// The media type to serve it with; none when only the declared one is known.
    pub const fn media_type(self) -> Option<&'static str> {
        match self {
            Kind::Cda | Kind::Xml => Some("text/xml"),
            Kind::SelfPresentingCda => Some("application/xslt+xml"),
            Kind::Pdf => Some("application/pdf"),
            Kind::Jpeg => Some("image/jpeg"),
            Kind::Text => Some("text/plain"),
            Kind::Dicom => Some("application/dicom"),
            Kind::Other => None,
        }
    }
}

/// A document that opens, and what is known of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// What it really is.
    pub kind: Kind,
    /// The header, when it is a CDA.
    pub cda: Option<CdaHeader>,
    /// What a CDA of level 1 encloses.
    pub encapsulated: Option<Kind>,
    /// What is known of the PDF: the document itself, or the one a level 1 encloses.
    pub pdf: Option<PdfFacts>,
}

impl Checked {
    pub(crate) fn only(kind: Kind) -> Self {
        Self { kind, cda: None, encapsulated: None, pdf: None }
    }
}

/// Why a document does not open, to be told to its depositor. Holds no content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Zero bytes (G10).
    #[error("the document is empty")]
    Empty,
    /// The media type cannot be read.
    #[error("the media type is not one")]
    MediaType,
    /// The bytes are of another type than declared (G06).
    #[error("declared as {declared}, it is {found}")]
    NotWhatItSays {
        /// The declared type, in words of ours.
        declared: &'static str,
        /// What its first bytes say.
        found: &'static str,
    },
    /// HTML, SVG and the like: they act when they are opened (F05).
    #[error(
        "a document that acts when it is opened is not accepted: web page, svg or stylesheet without a CDA"
    )]
    Active,
    /// XML that is not well-formed.
    #[error("not readable as xml: {0}")]
    Xml(#[from] xml::Error),
    /// A CDA that lacks what a CDA must have.
    #[error("not readable as a CDA document: {0}")]
    Cda(CdaError),
    /// A PDF that does not open.
    #[error("the pdf does not open: {0}")]
    Pdf(#[from] PdfFault),
    /// A JPEG that does not open.
    #[error("the jpeg image does not open: {0}")]
    Jpeg(#[from] JpegFault),
    /// A text that is none.
    #[error("not plain text: {0}")]
    Text(#[from] TextFault),
    /// The file inside a CDA does not open.
    #[error("{path} encloses a file that does not open: {fault}")]
    Enclosed {
        /// The element that holds it.
        path: String,
        /// What is wrong with the file.
        fault: Box<Unreadable>,
    },
}

/// Opens a document declared as `media_type` (parameters allowed: `text/plain;
/// charset=iso-8859-1`). Only the form is looked at: who it is about is compared elsewhere.
pub fn check(media_type: &str, bytes: &[u8]) -> Result<Checked, Unreadable> {
    let declared = MediaType::read(media_type).ok_or(Unreadable::MediaType)?;
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    if declared.is_xml() { xml(bytes, &declared) } else { file(bytes, &declared) }
}

/// Everything that is not declared as XML.
fn file(bytes: &[u8], declared: &MediaType) -> Result<Checked, Unreadable> {
    let found = plain::looks(bytes);
    let must_be = |wanted: Looks, words: &'static str| {
        let refusal = Unreadable::NotWhatItSays { declared: words, found: found.words() };
        if found == wanted { Ok(()) } else { Err(refusal) }
    };
    match declared.name.as_str() {
        "application/pdf" => {
            must_be(Looks::Pdf, "a pdf")?;
            let facts = pdf::inspect(bytes)?;
            Ok(Checked { pdf: Some(facts), ..Checked::only(Kind::Pdf) })
        }
        "image/jpeg" | "image/jpg" => {
            must_be(Looks::Jpeg, "a jpeg image")?;
            image::jpeg(bytes)?;
            Ok(Checked::only(Kind::Jpeg))
        }
        "text/plain" => {
            must_be(Looks::Unknown, "plain text")?;
            plain::text(bytes, declared.charset.as_deref())?;
            Ok(Checked::only(Kind::Text))
        }
        "application/dicom" => must_be(Looks::Dicom, "a dicom file").map(|()| Checked::only(Kind::Dicom)),
        "image/png" => must_be(Looks::Png, "a png image").map(|()| Checked::only(Kind::Other)),
        "image/tiff" => must_be(Looks::Tiff, "a tiff image").map(|()| Checked::only(Kind::Other)),
        "text/rtf" | "application/rtf" => {
            must_be(Looks::Rtf, "an rtf text").map(|()| Checked::only(Kind::Other))
        }
        "text/html"
        | "application/xhtml+xml"
        | "image/svg+xml"
        | "text/javascript"
        | "application/javascript" => Err(Unreadable::Active),
        _ => match found {
            Looks::Html | Looks::Svg => Err(Unreadable::Active),
            Looks::Unknown => Ok(Checked::only(Kind::Other)),
            found => Err(Unreadable::NotWhatItSays { declared: "another type", found: found.words() }),
        },
    }
}

fn xml(bytes: &[u8], declared: &MediaType) -> Result<Checked, Unreadable> {
    match plain::looks(bytes) {
        // What looks like HTML may be XML that begins with a comment: its elements decide.
        Looks::Html | Looks::Svg | Looks::Xml | Looks::Unknown => {}
        found => return Err(Unreadable::NotWhatItSays { declared: "an xml document", found: found.words() }),
    }
    let limits = Limits::default();
    let document = match &declared.charset {
        Some(charset) => Document::parse_with_charset(bytes, charset, &limits)?,
        None => Document::parse(bytes, &limits)?,
    };
    if !cda::is_cda(&document) {
        let root = document.root();
        let acts = std::iter::once(root).chain(root.descendants()).any(is_active);
        return if acts { Err(Unreadable::Active) } else { Ok(Checked::only(Kind::Xml)) };
    }
    let read = match cda::read(&document) {
        Ok(read) => read,
        Err(CdaError::NotCda) => return Err(Unreadable::Active),
        Err(fault) => return Err(Unreadable::Cda(fault)),
    };
    let kind = match read.header.form {
        cda::CdaForm::Plain => Kind::Cda,
        cda::CdaForm::SelfPresenting => Kind::SelfPresentingCda,
    };
    let mut checked = Checked::only(kind);
    for attachment in &read.attachments {
        let enclosed = |fault| Unreadable::Enclosed { path: attachment.path.clone(), fault: Box::new(fault) };
        if attachment.is_body {
            let inner = body(&attachment.media_type, &attachment.bytes).map_err(enclosed)?;
            checked.encapsulated = Some(inner.kind);
            checked.pdf = inner.pdf;
        } else if matches!(plain::looks(&attachment.bytes), Looks::Html | Looks::Svg | Looks::Program) {
            // Illustrations of published examples are png declared as jpeg: only what acts
            // is refused.
            return Err(enclosed(Unreadable::Active));
        }
    }
    checked.cda = Some(read.header);
    Ok(checked)
}

/// The file that a level 1 encloses. XML inside XML would hide one document in another.
fn body(media_type: &str, bytes: &[u8]) -> Result<Checked, Unreadable> {
    let declared = MediaType::read(media_type).ok_or(Unreadable::MediaType)?;
    if bytes.is_empty() {
        return Err(Unreadable::Empty);
    }
    file(bytes, &declared)
}

/// Elements a browser runs or shows as a page when XML is opened in it.
fn is_active(node: Node<'_>) -> bool {
    let (namespace, local) = node.name();
    if node.parent().is_none() && (local.eq_ignore_ascii_case("html") || local.eq_ignore_ascii_case("svg")) {
        return true;
    }
    matches!(
        namespace,
        "http://www.w3.org/1999/xhtml"
            | "http://www.w3.org/2000/svg"
            | "http://www.w3.org/1999/XSL/Transform"
    )
}

/// A media type and the one parameter that matters.
struct MediaType {
    /// `type/subtype` in lower case.
    name: String,
    charset: Option<String>,
}

impl MediaType {
    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let name = parts.next()?.to_ascii_lowercase();
        let (kind, subtype) = name.split_once('/')?;
        let is_token = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
        };
        if !is_token(kind) || !is_token(subtype) {
            return None;
        }
        let charset = parts
            .filter_map(|part| part.split_once('='))
            .find(|(key, _)| key.trim().eq_ignore_ascii_case("charset"))
            .map(|(_, value)| value.trim().trim_matches('"').to_owned());
        Some(Self { name, charset })
    }

    fn is_xml(&self) -> bool {
        matches!(self.name.as_str(), "text/xml" | "application/xml")
            || (self.name.ends_with("+xml")
                && !matches!(self.name.as_str(), "image/svg+xml" | "application/xhtml+xml"))
    }
}
