//! Errors as XDS says them: codes of ITI TF-3 table 4.2.4.1-2 (and of the metadata update supplement), a context
//! in our own words, a severity, a location. Never a value of what was sent.

use std::fmt;

use xml::Writer;

use crate::ebrim::{self, RS};

#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Severity {
    Warning,
    Error,
}

impl Severity {
    pub const fn urn(self) -> &'static str {
        match self {
            Self::Error => "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Error",
            Self::Warning => "urn:oasis:names:tc:ebxml-regrep:ErrorSeverityType:Warning",
        }
    }
}

/// The transactions a code belongs to, as the letters of the table: P (ITI-41), R (ITI-42), SQ (ITI-18),
/// RS (ITI-43), UDS (ITI-57).
pub type Transactions = &'static [&'static str];

macro_rules! codes {
    ($($code:ident $severity:ident [$($transaction:literal),*] $meaning:literal,)*) => {
        /// An error code. Its severity and its transactions are in one table.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum ErrorCode {
            $(#[doc = $meaning] $code,)*
        }

        impl ErrorCode {
            pub const ALL: &'static [ErrorCode] = &[$(Self::$code),*];

            pub const fn name(self) -> &'static str {
                match self { $(Self::$code => stringify!($code),)* }
            }

            pub const fn severity(self) -> Severity {
                match self { $(Self::$code => Severity::$severity,)* }
            }

            pub const fn transactions(self) -> Transactions {
                match self { $(Self::$code => &[$($transaction),*],)* }
            }

            /// A sentence for the integrator, where nothing more exact is said.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$code => $meaning,)* }
            }
        }
    };
}

codes! {
    XDSMissingDocument Error ["P"] "a DocumentEntry has no document in the message",
    XDSMissingDocumentMetadata Error ["P"] "a document of the message has no DocumentEntry",
    XDSRegistryDuplicateUniqueIdInMessage Error ["R", "P"] "one uniqueId stands twice in the message",
    XDSRepositoryDuplicateUniqueIdInMessage Error ["P"] "one uniqueId stands twice in the message",
    XDSDuplicateUniqueIdInRegistry Error ["R", "P"] "this uniqueId is already another object's",
    XDSNonIdenticalHash Error ["R", "P"] "a document of this uniqueId exists with other bytes",
    XDSNonIdenticalSize Error ["R", "P"] "a document of this uniqueId exists with another size",
    XDSRegistryMetadataError Error ["R", "P", "UDS"] "the metadata is not what XDS asks for",
    XDSRepositoryMetadataError Error ["P"] "the metadata does not fit the document",
    XDSExtraMetadataNotSaved Warning ["R", "P"] "metadata beyond XDS was not kept",
    XDSUnknownPatientId Error ["R", "P", "SQ", "UDS"] "no record answers to this patient identifier",
    XDSPatientIdDoesNotMatch Error ["R", "P"] "the objects of the message are of several patients",
    XDSRegistryDeprecatedDocumentError Error ["R", "P"] "the document related to is not there or no longer current",
    XDSReplaceFailed Error ["R", "P"] "the document could not be replaced",
    XDSRegistryBusy Error ["R", "P", "SQ", "UDS"] "the registry is busy; try again",
    XDSRepositoryBusy Error ["P", "RS"] "the repository is busy; try again",
    XDSRegistryError Error ["R", "P", "SQ", "UDS"] "the registry could not do this",
    XDSRepositoryError Error ["P", "RS"] "the repository could not do this",
    XDSRegistryOutOfResources Error ["R", "P", "SQ"] "the registry has no room",
    XDSRepositoryOutOfResources Error ["P", "RS"] "the repository has no room",
    XDSRegistryNotAvailable Error ["P"] "the registry cannot be reached",
    XDSTooManyResults Error ["SQ"] "the query finds more than can be answered",
    XDSUnknownStoredQuery Error ["SQ"] "no such stored query",
    XDSStoredQueryMissingParam Error ["SQ"] "a required parameter is missing",
    XDSStoredQueryParamNumber Error ["SQ"] "a parameter has too many values",
    XDSResultNotSinglePatient Error ["SQ"] "the result would be of several patients",
    XDSUnknownRepositoryId Error ["RS"] "not this repository",
    XDSDocumentUniqueIdError Error ["RS"] "no such document",
    XDSUnknownCommunity Error ["SQ", "RS"] "no such community",
    InvalidDocumentContent Error ["P"] "the document does not fit its metadata or its format",
    XDSMetadataUpdateError Error ["UDS"] "the metadata cannot be updated so",
    XDSMetadataUpdateOperationError Error ["UDS"] "not an update that is done here",
    XDSMetadataVersionError Error ["UDS"] "the entry has changed since that version",
    XDSPatientIDReconciliationError Error ["UDS"] "an update is of the same patient",
    XDSMetadataIdentifierError Error ["UDS"] "an update keeps the identifiers",
    UnresolvedReferenceException Error ["UDS"] "no such object",
    PartialFolderContentNotProcessed Warning ["P"] "folders are not kept",
    LocalPolicyRestrictionError Error ["R", "P", "UDS"] "not permitted",
}

/// One thing that is wrong, or worth saying.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistryError {
    pub code: ErrorCode,
    /// `codeContext`: names the attribute, in our own words.
    pub context: String,
    /// Where, as `DocumentEntry[1].typeCode`, where there is one place.
    pub location: Option<String>,
}

impl RegistryError {
    pub fn new(code: ErrorCode, context: impl Into<String>) -> Self {
        Self { code, context: context.into(), location: None }
    }

    pub fn at(code: ErrorCode, location: impl Into<String>, says: impl fmt::Display) -> Self {
        let location = location.into();
        Self { code, context: format!("{location}: {says}"), location: Some(location) }
    }

    /// `XDSRegistryMetadataError` at an attribute.
    pub fn metadata(location: impl Into<String>, says: impl fmt::Display) -> Self {
        Self::at(ErrorCode::XDSRegistryMetadataError, location, says)
    }

    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    fn write(&self, out: &mut Writer) {
        out.start("rs:RegistryError")
            .attribute("errorCode", self.code.name())
            .attribute("codeContext", &self.context);
        if let Some(location) = &self.location {
            out.attribute("location", location);
        }
        out.attribute("severity", self.severity().urn()).end();
    }
}

/// Why a request cannot be read: at least one error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegistryErrors(pub Vec<RegistryError>);

/// What reading a request gives.
pub type Read<T> = Result<T, RegistryErrors>;

impl From<RegistryError> for RegistryErrors {
    fn from(error: RegistryError) -> Self {
        Self(vec![error])
    }
}

impl From<ebrim::Invalid> for RegistryError {
    fn from(invalid: ebrim::Invalid) -> Self {
        Self::metadata(invalid.at, invalid.says)
    }
}

impl From<ebrim::Invalid> for RegistryErrors {
    fn from(invalid: ebrim::Invalid) -> Self {
        RegistryError::from(invalid).into()
    }
}

impl RegistryErrors {
    pub fn and(mut self, other: RegistryErrors) -> Self {
        self.0.extend(other.0);
        self
    }
}

impl fmt::Display for RegistryErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            let join = if place == 0 { "" } else { "; " };
            write!(f, "{join}{} {}", error.code.name(), error.context)?;
        }
        Ok(())
    }
}

impl std::error::Error for RegistryErrors {}

/// How a request ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Status {
    Success,
    PartialSuccess,
    Failure,
}

impl Status {
    pub const fn urn(self) -> &'static str {
        match self {
            Self::Success => "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Success",
            Self::PartialSuccess => "urn:ihe:iti:2007:ResponseStatusType:PartialSuccess",
            Self::Failure => "urn:oasis:names:tc:ebxml-regrep:ResponseStatusType:Failure",
        }
    }
}

/// `rs:RegistryErrorList`, where there is something to say.
pub(crate) fn write_errors(errors: &[RegistryError], out: &mut Writer) {
    let Some(highest) = errors.iter().map(RegistryError::severity).max() else { return };
    out.start("rs:RegistryErrorList").attribute("highestSeverity", highest.urn());
    errors.iter().for_each(|it| it.write(out));
    out.end();
}

pub(crate) fn write_response(status: Status, errors: &[RegistryError], out: &mut Writer) {
    out.start("rs:RegistryResponse").attribute("xmlns:rs", RS).attribute("status", status.urn());
    write_errors(errors, out);
    out.end();
}

/// `rs:RegistryResponse`, the answer of ITI-41, 42 and 57: a failure where an error stands among `errors`.
pub fn registry_response(errors: &[RegistryError]) -> Result<String, xml::WriteError> {
    let failed = errors.iter().any(|it| it.severity() == Severity::Error);
    let mut out = Writer::new();
    write_response(if failed { Status::Failure } else { Status::Success }, errors, &mut out);
    out.finish()
}
