//! ITI-42 Register Document Set: metadata of documents that another repository keeps.

use model::Oid;
use xml::Node;

use super::error::{Read, RegistryError};
use super::graph;
use super::submission::{self, Submission};

/// A submission whose documents are elsewhere: each says its repository, its hash and its size.
pub struct Registered {
    pub submission: Submission,
    /// The repository of each document, in their order.
    pub repositories: Vec<Oid>,
}

/// Reads `SubmitObjectsRequest`.
pub fn decode(request: &Node<'_>) -> Read<Registered> {
    let submission = submission::read(&graph::list(request)?)?;
    let mut repositories = Vec::new();
    let all = submission.documents.iter().chain(submission.signature.iter().map(|it| &it.document));
    for (place, draft) in all.enumerate() {
        let missing = |name: &str| {
            RegistryError::metadata(format!("{}.{name}", draft.element), "this attribute is required")
        };
        draft.described.said_hash().ok_or_else(|| missing("hash"))?;
        draft.described.said_size().ok_or_else(|| missing("size"))?;
        let repository = draft.repository.clone().ok_or_else(|| missing("repositoryUniqueId"))?;
        if place < submission.documents.len() {
            repositories.push(repository);
        }
    }
    Ok(Registered { submission, repositories })
}
