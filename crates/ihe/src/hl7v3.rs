//! The DMP's administrative services in HL7 v3 (TD0.2, TD0.5, TD1.1, TD1.2, TD1.3): one transaction, one file.
//!
//! The governing specification is not public: which element says what is known from open clients, and written
//! with how sure we are in docs/conformance.md. Reading is strict: an element nobody knows, a second one where
//! one is expected, another code system are errors that name their place and never their value.

pub mod candidates;
pub mod create;
pub mod demographics;
pub mod error;
pub mod person;
mod read;
pub mod revise;
pub mod time;
pub mod wrapper;

pub use error::{Hl7Error, Kind};

/// The namespace of every message.
pub const HL7: &str = "urn:hl7-org:v3";
/// The namespace of the service that carries creating and revising (its answers have a wrapper of their own).
pub const GDP: &str = "asip:ci-sis:gdp:2010";
/// The device that messages are addressed to.
pub const DMP_DEVICE: &str = "1.2.250.1.213.4.1.1.1";
/// Why a message is sent: TRE_R271.
pub const REASONS: &str = "1.2.250.1.213.1.1.4.11";
/// What a holder consented to and opposed.
pub const CONSENTS: &str = "1.2.250.1.213.4.1.2.3";
/// Why a record is closed.
pub const CLOSINGS: &str = "1.2.250.1.213.4.1.2.4";
/// What kind of contact a contact party is.
pub const CONTACTS: &str = "1.2.250.1.213.4.1.2.5";
const INTERACTIONS: &str = "2.16.840.1.113883.1.6";

/// Words of an answer that refuses (`acknowledgementDetail/code`, or `status` in the services of `crate::dmp`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Word {
    /// A record is there, open.
    Found,
    /// A record is there, closed.
    Closed,
    /// There is none, or none this caller may use.
    NotFound,
    /// What was sent breaks a rule.
    InvalidRequest,
    Forbidden,
    TooManyResults,
    AccessExists,
    ChannelExists,
}

impl Word {
    /// The first two and the last two were read in clients; the others are ours.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Found => "DMPFound",
            Self::Closed => "DMPClosed",
            Self::NotFound => "DMPNotFound",
            Self::InvalidRequest => "DMPInvalidRequest",
            Self::Forbidden => "DMPForbidden",
            Self::TooManyResults => "DMPTooManyResults",
            Self::AccessExists => "DMPPatientAccessAlreadyExists",
            Self::ChannelExists => "DMPPatientAccessOTPAlreadyExists",
        }
    }
}
