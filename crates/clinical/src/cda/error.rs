//! Why a CDA document was refused: the element, and what is wrong with it, never its content.

/// A refusal a depositor can act on. Paths hold element names and positions only.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CdaError {
    /// Not well-formed, or beyond a limit.
    #[error("not readable as xml: {0}")]
    Xml(#[from] xml::Error),
    /// The root is no `ClinicalDocument`, nor a stylesheet that holds one.
    #[error("there is no ClinicalDocument of urn:hl7-org:v3")]
    NotCda,
    /// A required element is not there.
    #[error("{path} is missing")]
    Missing {
        /// Where it should be.
        path: String,
    },
    /// An element stands more than once where one is allowed: two patients, two documents.
    #[error("{path} stands more often than it may")]
    Repeated {
        /// The element that is too many.
        path: String,
    },
    /// An element that does not say what it must.
    #[error("{path}: {what}")]
    Invalid {
        /// The element.
        path: String,
        /// What is wrong.
        what: &'static str,
    },
    /// No identifier of the patient is under an authority of the INS (F07).
    #[error("{path} holds no INS: no id under one of its authorities")]
    NoIns {
        /// The `patientRole`.
        path: String,
    },
    /// Several different INS.
    #[error("{path} holds several different INS")]
    SeveralIns {
        /// The `patientRole`.
        path: String,
    },
}
