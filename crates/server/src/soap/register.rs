//! ITI-42: metadata of a document that another repository keeps. Read, and refused for what it is: a document is here
//! with its bytes, or it is not here (ADR 14).

use ihe::xds::{ErrorCode, RegistryError, iti42};

use super::answer::Done;
use super::talk::{Asked, Not, repository};
use super::told::{Of, Told};

pub(super) fn register(asked: &Asked<'_>) -> Result<Done, Not> {
    let registered = iti42::decode(&asked.request.body())?;
    asked.same_patient(&registered.submission.patient, Of::Providing)?;
    let here = repository()?;
    let errors = registered.submission.documents.iter().zip(&registered.repositories);
    let errors = errors.map(|(draft, said)| {
        let says = if *said == here {
            "this repository takes a document with its bytes: feed it by ITI-41"
        } else {
            "no other repository is known here: feed the document itself by ITI-41"
        };
        let place = format!("{}.repositoryUniqueId", draft.element);
        RegistryError::at(ErrorCode::XDSRegistryMetadataError, place, says)
    });
    Err(Told::Errors(errors.collect()).into())
}
