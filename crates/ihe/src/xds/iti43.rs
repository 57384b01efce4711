//! ITI-43 Retrieve Document Set (TD3.2): several documents, each with its own success or error.

use model::{Oid, UniqueId};
use xml::{Node, Writer};

use super::attributes::{unique_id, write_unique_id};
use super::error::{ErrorCode, Read, RegistryError, Severity, Status, write_response};
use super::names::XDS_B;
use crate::mtom::{self, XOP};

/// Documents of one request.
const DOCUMENTS_MAX: usize = 200;

/// One document asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// None where what was said is no OID: an unknown repository.
    pub repository: Option<Oid>,
    /// None where what was said is no uniqueId: an unknown document.
    pub document: Option<UniqueId>,
    /// As an error names it: `DocumentRequest[1]`.
    pub element: String,
}

impl Asked {
    /// The document, when it is asked of this repository; else the error to answer for it.
    pub fn of(&self, repository: &Oid) -> Result<&UniqueId, RegistryError> {
        if self.repository.as_ref() != Some(repository) {
            let says = "RepositoryUniqueId is not this repository's";
            return Err(RegistryError::at(ErrorCode::XDSUnknownRepositoryId, &self.element, says));
        }
        self.document.as_ref().ok_or_else(|| self.absent())
    }

    /// What is answered for a document that is absent, or that the caller may not read: alike.
    pub fn absent(&self) -> RegistryError {
        RegistryError::at(ErrorCode::XDSDocumentUniqueIdError, &self.element, "no such document")
    }
}

/// Reads `RetrieveDocumentSetRequest`.
pub fn decode(request: &Node<'_>) -> Read<Vec<Asked>> {
    let wrong = |place: String, says: &str| RegistryError::at(ErrorCode::XDSRepositoryError, place, says);
    let name = "RetrieveDocumentSetRequest";
    if !request.is(XDS_B, name) {
        return Err(wrong(name.to_owned(), "this element is expected").into());
    }
    let mut all: Vec<Asked> = Vec::new();
    for child in request.children() {
        let element = format!("DocumentRequest[{}]", all.len() + 1);
        if !child.is(XDS_B, "DocumentRequest") {
            return Err(wrong(name.to_owned(), "only DocumentRequests are expected").into());
        }
        if all.len() == DOCUMENTS_MAX {
            return Err(wrong(name.to_owned(), "too many documents are asked for at once").into());
        }
        let (mut repository, mut document) = (None, None);
        for part in child.children() {
            let text = part.text().trim().to_owned();
            let twice = match part.name() {
                (XDS_B, "HomeCommunityId") => continue,
                (XDS_B, "RepositoryUniqueId") => repository.replace(text).is_some(),
                (XDS_B, "DocumentUniqueId") => document.replace(text).is_some(),
                _ => true,
            };
            if twice {
                return Err(wrong(element, "an element that has no place here, or stands twice").into());
            }
        }
        let (Some(repository), Some(document)) = (repository, document) else {
            return Err(wrong(element, "RepositoryUniqueId and DocumentUniqueId are required").into());
        };
        let asked = Asked { repository: repository.parse().ok(), document: unique_id(&document), element };
        if all.iter().any(|it| it.document.is_some() && it.document == asked.document) {
            return Err(wrong(asked.element, "this document is asked for twice").into());
        }
        all.push(asked);
    }
    match all.is_empty() {
        true => Err(wrong(name.to_owned(), "at least one DocumentRequest is required").into()),
        false => Ok(all),
    }
}

/// One document given; its bytes follow as the part of this Content-ID.
#[derive(Clone)]
pub struct Given {
    pub document: UniqueId,
    pub mime_type: String,
    pub content_id: String,
}

/// The body of the answer: Success, PartialSuccess where only some are given, Failure where none is.
pub fn encode(
    given: &[Given],
    repository: &Oid,
    errors: &[RegistryError],
) -> Result<String, xml::WriteError> {
    let failed = errors.iter().any(|it| it.severity() == Severity::Error);
    let status = match (failed, given.is_empty()) {
        (false, _) => Status::Success,
        (true, false) => Status::PartialSuccess,
        (true, true) => Status::Failure,
    };
    let mut out = Writer::new();
    out.start("xdsb:RetrieveDocumentSetResponse").attribute("xmlns:xdsb", XDS_B);
    write_response(status, errors, &mut out);
    for it in given {
        out.start("xdsb:DocumentResponse")
            .element("xdsb:RepositoryUniqueId", repository.as_str())
            .element("xdsb:DocumentUniqueId", &write_unique_id(&it.document))
            .element("xdsb:mimeType", &it.mime_type)
            .start("xdsb:Document")
            .start("xop:Include")
            .attribute("xmlns:xop", XOP)
            .attribute("href", &mtom::href(&it.content_id))
            .end()
            .end()
            .end();
    }
    out.end();
    out.finish()
}
