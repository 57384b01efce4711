//! How what `record` says becomes an answer of XDS: errors of its table, or a fault. Outwardly every refusal about a
//! record is one, and what is forbidden answers as what is absent.

use ihe::soap::{Fault, Subcode};
use ihe::xds::{ErrorCode, RegistryError};
use record::{Failure, OTHER_BYTES, Problem, Refusal, RefusalKind};

/// Which errors a transaction has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Of {
    Providing,
    Asking,
    Retrieving,
    Updating,
}

/// Errors of the transaction, or a fault.
pub(super) enum Told {
    Errors(Vec<RegistryError>),
    Fault(Fault),
}

impl From<Fault> for Told {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<ihe::xds::RegistryErrors> for Told {
    fn from(errors: ihe::xds::RegistryErrors) -> Self {
        Self::Errors(errors.0)
    }
}

impl From<RegistryError> for Told {
    fn from(error: RegistryError) -> Self {
        Self::Errors(vec![error])
    }
}

pub(super) const REPLAYED: &str = "the assertion was used before: each message bears its own";

pub(super) fn told(failure: Failure, of: Of) -> Told {
    let refusal = match failure {
        Failure::Refused(refusal) => refusal,
        Failure::Fault(fault) => {
            tracing::error!(%fault, "a fault");
            return match (fault.is_no_space(), of) {
                (true, Of::Providing) => {
                    let says = "no room is left to keep this; nothing was acknowledged";
                    RegistryError::new(ErrorCode::XDSRepositoryOutOfResources, says).into()
                }
                _ => Fault::receiver("the server failed; nothing was acknowledged").into(),
            };
        }
    };
    refused(&refusal, of)
}

fn refused(refusal: &Refusal, of: Of) -> Told {
    let one = |code, says: &str| RegistryError::new(code, says).into();
    match refusal.kind {
        RefusalKind::Replayed => Fault::security(Subcode::FailedAuthentication, REPLAYED).into(),
        RefusalKind::Busy => one(busy(of), "too much is going on: send it again"),
        RefusalKind::TooMany => one(busy(of), "too many requests of yours: come back in an hour"),
        RefusalKind::Denied | RefusalKind::NotProved | RefusalKind::RecordFound => {
            one(general(of), "refused: there is no open record of this patient that you may do this with")
        }
        RefusalKind::NotFound => match of {
            Of::Retrieving => one(ErrorCode::XDSDocumentUniqueIdError, "no such document"),
            Of::Updating => one(ErrorCode::UnresolvedReferenceException, "no such document"),
            _ => one(general(of), "no such document"),
        },
        RefusalKind::Rule | RefusalKind::Conflict | RefusalKind::Stale => {
            let errors: Vec<_> = refusal
                .problems
                .iter()
                .map(|it| RegistryError::at(code(refusal.kind, it, of), it.element.as_str(), &it.says))
                .collect();
            if errors.is_empty() { one(general(of), "a rule refuses this") } else { Told::Errors(errors) }
        }
    }
}

fn general(of: Of) -> ErrorCode {
    match of {
        Of::Providing | Of::Retrieving => ErrorCode::XDSRepositoryError,
        Of::Asking | Of::Updating => ErrorCode::XDSRegistryError,
    }
}

fn busy(of: Of) -> ErrorCode {
    match of {
        Of::Providing | Of::Retrieving => ErrorCode::XDSRepositoryBusy,
        Of::Asking | Of::Updating => ErrorCode::XDSRegistryBusy,
    }
}

/// By the place of the problem, which is named alike by every protocol.
fn code(kind: RefusalKind, problem: &Problem, of: Of) -> ErrorCode {
    let about = |word: &str| problem.element.contains(word);
    match of {
        Of::Updating => ErrorCode::XDSMetadataUpdateError,
        _ if about("relatesTo") => ErrorCode::XDSRegistryDeprecatedDocumentError,
        _ if problem.says == OTHER_BYTES => ErrorCode::XDSNonIdenticalHash,
        _ if kind == RefusalKind::Conflict => ErrorCode::XDSDuplicateUniqueIdInRegistry,
        _ if about("content.attachment") => ErrorCode::InvalidDocumentContent,
        _ if about("subject") || about("sourcePatientInfo") => ErrorCode::XDSPatientIdDoesNotMatch,
        Of::Providing => ErrorCode::XDSRepositoryMetadataError,
        _ => ErrorCode::XDSRegistryError,
    }
}
