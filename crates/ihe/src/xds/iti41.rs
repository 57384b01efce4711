//! ITI-41 Provide and Register Document Set (TD2.1, TD2.2): the metadata, and which part of the message, or which
//! text in it, each document is.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use xml::{Content as XmlContent, Node};

use super::error::{ErrorCode, Read, RegistryError, RegistryErrors};
use super::graph;
use super::names::XDS_B;
use super::submission::{self, Submission};
use crate::ebrim::LCM;
use crate::mtom;

/// What a submission says, and where its bytes are.
pub struct Provided {
    pub submission: Submission,
    /// Where each of [`Submission::documents`] is, in their order.
    pub contents: Vec<Content>,
    /// Where the signature is, when there is one.
    pub signature: Option<Content>,
}

/// Where a document's bytes are.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// In the part of this Content-ID, still to come.
    Part(String),
    /// In the envelope itself.
    Inline(Vec<u8>),
}

/// A document of the message, as the server counts them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Which {
    Document(usize),
    Signature,
}

/// Reads `ProvideAndRegisterDocumentSetRequest`. `inline_max`: bytes of documents in the envelope, all together.
pub fn decode(request: &Node<'_>, inline_max: usize) -> Read<Provided> {
    if !request.is(XDS_B, "ProvideAndRegisterDocumentSetRequest") {
        let says = "this element is expected";
        return Err(RegistryError::metadata("ProvideAndRegisterDocumentSetRequest", says).into());
    }
    let submit = request.child(LCM, "SubmitObjectsRequest");
    let submit =
        submit.ok_or_else(|| RegistryError::metadata("SubmitObjectsRequest", "this element is required"))?;
    let submission = submission::read(&graph::list(&submit)?)?;
    let mut documents = documents(request, inline_max)?;
    let mut errors = Vec::new();
    let mut take = |id: &str, element: &str| {
        documents.remove(id).map(|(content, _)| content).ok_or_else(|| {
            let says = "no Document of the message bears this entry's id";
            errors.push(RegistryError::at(ErrorCode::XDSMissingDocument, element, says));
        })
    };
    let contents: Vec<_> = submission.documents.iter().map(|it| take(&it.id, &it.element)).collect();
    let signature = submission.signature.as_ref().map(|it| take(&it.document.id, &it.document.element));
    let mut unnamed: Vec<_> = documents.into_values().map(|(_, place)| place).collect();
    unnamed.sort_unstable();
    errors.extend(unnamed.into_iter().map(|place| {
        let says = "no DocumentEntry of the message bears its id";
        RegistryError::at(ErrorCode::XDSMissingDocumentMetadata, format!("Document[{place}]"), says)
    }));
    let contents: Result<Vec<_>, ()> = contents.into_iter().collect();
    match (contents, signature.transpose()) {
        (Ok(contents), Ok(signature)) if errors.is_empty() => {
            Ok(Provided { submission, contents, signature })
        }
        _ => Err(RegistryErrors(errors)),
    }
}

/// Each `Document` by its id, with its place from 1.
fn documents(request: &Node<'_>, inline_max: usize) -> Read<HashMap<String, (Content, usize)>> {
    let mut found = HashMap::new();
    let mut room = inline_max;
    for child in request.children() {
        if child.is(LCM, "SubmitObjectsRequest") && found.is_empty() {
            continue;
        }
        let place = found.len() + 1;
        let at = format!("Document[{place}]");
        if !child.is(XDS_B, "Document") {
            return Err(RegistryError::metadata(at, "only Documents are expected here").into());
        }
        let id = child.attribute("id").filter(|it| !it.is_empty());
        let id =
            id.ok_or_else(|| RegistryError::metadata(format!("{at}.id"), "this attribute is required"))?;
        let content = content(&child, &at, &mut room)?;
        if found.insert(id.to_owned(), (content, place)).is_some() {
            return Err(RegistryError::metadata(at, "two Documents bear one id").into());
        }
    }
    let mut cids = std::collections::HashSet::new();
    let twice = found.values().any(|(content, _)| matches!(content, Content::Part(cid) if !cids.insert(cid)));
    if twice {
        return Err(RegistryError::metadata("Document", "two Documents are one part of the message").into());
    }
    Ok(found)
}

fn content(document: &Node<'_>, at: &str, room: &mut usize) -> Read<Content> {
    let wrong = |says: &str| RegistryError::at(ErrorCode::XDSRepositoryMetadataError, at, says);
    if document.children().next().is_some() {
        return mtom::include(document).map(Content::Part).map_err(|error| wrong(&error.to_string()).into());
    }
    let mut text = String::new();
    for piece in document.contents() {
        let XmlContent::Text(piece) = piece else {
            return Err(wrong("only base64 or an xop:Include is expected").into());
        };
        text.extend(piece.chars().filter(|it| !matches!(it, ' ' | '\t' | '\r' | '\n')));
        if text.len() / 4 * 3 > room.saturating_add(3) {
            return Err(wrong("too large for the envelope: send it as a part (MTOM)").into());
        }
    }
    let strict = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::RequireCanonical);
    let engine = GeneralPurpose::new(&base64::alphabet::STANDARD, strict);
    let bytes = engine.decode(&text).map_err(|_| wrong("this is not base64"))?;
    *room = room
        .checked_sub(bytes.len())
        .ok_or_else(|| wrong("too large for the envelope: send it as a part (MTOM)"))?;
    Ok(Content::Inline(bytes))
}

/// Which parts of a message are still to come: each is some document's, and all must come (abuse case D02).
#[derive(Clone, Debug, Default)]
pub struct Parts {
    due: HashMap<String, (Which, String)>,
}

impl Parts {
    pub fn of(provided: &Provided) -> Self {
        let mut due = HashMap::new();
        let documents = provided.submission.documents.iter().zip(&provided.contents).enumerate();
        for (place, (draft, content)) in documents {
            if let Content::Part(cid) = content {
                due.insert(cid.clone(), (Which::Document(place), draft.element.clone()));
            }
        }
        if let (Some(draft), Some(Content::Part(cid))) = (&provided.submission.signature, &provided.signature)
        {
            due.insert(cid.clone(), (Which::Signature, draft.document.element.clone()));
        }
        Self { due }
    }

    /// Whose bytes a part that has come is.
    pub fn take(&mut self, content_id: &str) -> Read<Which> {
        match self.due.remove(content_id) {
            Some((which, _)) => Ok(which),
            None => {
                let says = "a part of the message is no document of its metadata";
                Err(RegistryError::new(ErrorCode::XDSMissingDocumentMetadata, says).into())
            }
        }
    }

    /// When the message has ended.
    pub fn finish(self) -> Read<()> {
        let mut missing: Vec<_> = self.due.into_values().map(|(_, element)| element).collect();
        missing.sort_unstable();
        let errors: Vec<_> = missing
            .into_iter()
            .map(|element| {
                let says = "the part with its document is not in the message";
                RegistryError::at(ErrorCode::XDSMissingDocument, element, says)
            })
            .collect();
        if errors.is_empty() { Ok(()) } else { Err(RegistryErrors(errors)) }
    }
}
