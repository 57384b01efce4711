//! Why an assertion is refused, and what the caller is told of it.

use xml::signature::SignatureError;

use crate::soap::{Fault, Subcode};

/// What is wrong with one attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum AttributeFault {
    #[error("is missing")]
    Missing,
    #[error("is there twice")]
    Twice,
    #[error("has not the form it should")]
    Form,
    #[error("has a value that is not of its table")]
    Value,
}

/// Why an assertion does not count. Never what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum VihfError {
    /// B01.
    #[error("there is no assertion")]
    Missing,
    /// B11.
    #[error("there are several assertions")]
    Several,
    #[error("something stands in the security header beside the assertion")]
    Header,
    #[error("{0}")]
    Signature(#[from] SignatureError),
    /// The part of the assertion that is not as the grammar has it.
    #[error("the assertion is not of the form of a vihf: {0}")]
    Grammar(&'static str),
    /// Not the name of the certificate that signed.
    #[error("the issuer is not the signing certificate")]
    Issuer,
    #[error("the assertion is not valid yet")]
    TooEarly,
    #[error("the assertion is no longer valid")]
    Expired,
    /// B05.
    #[error("the assertion is valid for longer than accepted")]
    Window,
    /// B06.
    #[error("the assertion is for another service")]
    Audience,
    #[error("attribute {0} {1}")]
    Attribute(&'static str, AttributeFault),
    /// A name the profile does not have.
    #[error("an attribute the profile does not have")]
    UnknownAttribute,
}

impl VihfError {
    /// The fault that answers. What concerns the signature is told in general only; what concerns the form is told
    /// so that whoever writes the software can cure it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Missing | Self::Several | Self::Header => Fault::security(
                Subcode::InvalidSecurity,
                "the security header must hold one signed assertion",
            ),
            Self::Signature(SignatureError::Algorithm | SignatureError::WeakKey) => Fault::security(
                Subcode::UnsupportedAlgorithm,
                "the assertion is signed with an algorithm or a key that is not accepted",
            ),
            Self::Signature(SignatureError::Untrusted | SignatureError::Certificate) | Self::Issuer => {
                Fault::security(
                    Subcode::FailedAuthentication,
                    "the signing certificate could not be authenticated",
                )
            }
            Self::Signature(_) => {
                Fault::security(Subcode::FailedCheck, "the signature of the assertion is not valid")
            }
            Self::TooEarly | Self::Expired => {
                Fault::security(Subcode::MessageExpired, "the assertion is outside the time of its validity")
            }
            Self::Window => Fault::security(
                Subcode::InvalidSecurityToken,
                "the assertion is valid for longer than accepted",
            ),
            Self::Audience => Fault::security(
                Subcode::FailedAuthentication,
                "the assertion is not addressed to this service",
            ),
            Self::Grammar(_) | Self::Attribute(..) | Self::UnknownAttribute => Fault::security(
                Subcode::InvalidSecurityToken,
                "the assertion does not have the form or the values of a vihf",
            ),
        }
    }
}
