//! The body of a CDA document: structured or not, and the files it encloses in base64.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use xml::Node;

use super::walk::{attribute, optional, required};
use super::{CdaError, HL7};

/// How far the body is structured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CdaLevel {
    /// `nonXMLBody`: one file, enclosed.
    One {
        /// `text/@mediaType`.
        media_type: String,
        /// Bytes of the file once decoded.
        encapsulated_length: usize,
    },
    /// `structuredBody`: sections, and entries when it is truly of level 3.
    Three,
}

/// A file enclosed in a document. Its bytes do not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    /// What the document says it is; it may be something else.
    pub media_type: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Whether it is the whole body (level 1) rather than an illustration.
    pub is_body: bool,
    /// The element that holds it.
    pub path: String,
    /// Where that element begins in the document as UTF-8.
    pub(crate) place: usize,
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attachment")
            .field("media_type", &self.media_type)
            .field("length", &self.bytes.len())
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

/// Base64 as producers write it: with or without the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) fn level(cda: Node<'_>, attachments: &[Attachment]) -> Result<CdaLevel, CdaError> {
    let component = required(cda, "component")?;
    if optional(component, "structuredBody")?.is_some() {
        return match component.child(HL7, "nonXMLBody") {
            Some(second) => Err(CdaError::Repeated { path: second.path() }),
            None => Ok(CdaLevel::Three),
        };
    }
    required(component, "nonXMLBody")?;
    match attachments {
        [body] if body.is_body => {
            Ok(CdaLevel::One { media_type: body.media_type.clone(), encapsulated_length: body.bytes.len() })
        }
        _ => Err(CdaError::Missing { path: format!("{}/nonXMLBody/text", component.path()) }),
    }
}

/// Files one structured document may enclose; published examples have up to four.
const MOST: usize = 256;

/// Every file enclosed. The memory is bounded by the size of the document.
pub(super) fn attachments(cda: Node<'_>) -> Result<Vec<Attachment>, CdaError> {
    let component = required(cda, "component")?;
    if let Some(body) = component.child(HL7, "nonXMLBody") {
        return Ok(vec![non_xml_body(body)?]);
    }
    let mut attachments = Vec::new();
    for node in component.descendants().filter(|node| node.attribute("representation") == Some("B64")) {
        // Finding a path takes time that grows with the elements around it.
        if attachments.len() >= MOST {
            return Err(CdaError::Invalid { path: component.path(), what: "too many files are enclosed" });
        }
        attachments.push(Attachment {
            media_type: attribute(node, "mediaType").unwrap_or_else(|| "text/plain".to_owned()),
            bytes: decode(node)?,
            is_body: false,
            path: node.path(),
            place: node.range().start,
        });
    }
    Ok(attachments)
}

fn non_xml_body(body: Node<'_>) -> Result<Attachment, CdaError> {
    let text = required(body, "text")?;
    let invalid = |what| CdaError::Invalid { path: text.path(), what };
    // The server fetches nothing, so a document that only points elsewhere holds nothing (F01).
    if text.child(HL7, "reference").is_some() {
        return Err(invalid("the content is elsewhere: it must be enclosed"));
    }
    let media_type = attribute(text, "mediaType").unwrap_or_else(|| "text/plain".to_owned());
    let bytes = match text.attribute("representation") {
        Some("B64") => decode(text)?,
        None | Some("TXT") => text.text().trim().as_bytes().to_vec(),
        Some(_) => return Err(invalid("an unknown representation")),
    };
    if bytes.is_empty() {
        return Err(invalid("nothing is enclosed"));
    }
    Ok(Attachment { media_type, bytes, is_body: true, path: text.path(), place: text.range().start })
}

fn decode(node: Node<'_>) -> Result<Vec<u8>, CdaError> {
    let letters: Vec<u8> = node.text().bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(letters).map_err(|_| CdaError::Invalid { path: node.path(), what: "not base64" })
}
