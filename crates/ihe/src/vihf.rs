//! The VIHF: a SAML 2.0 assertion in the WS-Security header that says who calls, from where, for whom and why.
//!
//! [`read`] answers with a [`Vihf`]: *claims*, and beside them the one thing proved, that the key of
//! [`Vihf::certificate`] signed exactly these claims. Binding the claims to the connection's certificate and to the
//! directory is `server`'s (abuse cases B12, B13, B15, B16), and so is the memory of assertions used:
//! keep [`Vihf::replay_key`] until [`Vihf::forget_after`] in a store all nodes share and restarts keep, and refuse
//! a key that is there already, in the same commit that traces the call (B07).
//!
//! Read in this order: `claims` (the words), `codes` (the tables), `assertion` (the fixed grammar around),
//! `conditions` (when and for whom), `attributes` (the statement itself), `name` (the issuer), `write` (minting).

mod assertion;
mod attributes;
mod claims;
mod codes;
mod conditions;
mod error;
mod name;
mod write;

pub use assertion::{read, read_alone};
pub use claims::{Authentication, Mode, PracticeSoftware, Role, Version, Vihf};
pub use codes::PURPOSE_OIDS;
pub use conditions::Expected;
pub use error::{AttributeFault, VihfError};
pub use write::{Claims, write};

/// SAML 2.0 assertions.
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// What the resource must be.
pub const RESOURCE: &str = "urn:dmp";
const X509_SUBJECT: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName";
const HL7: &str = "urn:hl7-org:v3";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// The names of the attributes. Ten are mandatory; any other name than these is refused.
mod attribute {
    pub const VERSION: &str = "VIHF_Version";
    pub const MODE: &str = "Authentification_Mode";
    pub const STRUCTURE: &str = "Identifiant_Structure";
    pub const SECTOR: &str = "Secteur_Activite";
    pub const SUBJECT: &str = "urn:oasis:names:tc:xspa:1.0:subject:subject-id";
    pub const ROLE: &str = "urn:oasis:names:tc:xacml:2.0:subject:role";
    pub const PATIENT: &str = "urn:oasis:names:tc:xacml:2.0:resource:resource-id";
    pub const RESOURCE: &str = "Ressource_URN";
    pub const PURPOSE: &str = "urn:oasis:names:tc:xspa:1.0:subject:purposeofuse";
    pub const CONFIDENTIALITY: &str = "urn:oasis:names:tc:xspa:1.0:resource:patient:hl7:confidentiality-code";
    pub const HOMOLOGATION: &str = "LPS_ID_HOMOLOGATION_DMP";
    pub const SOFTWARE: &str = "LPS_Nom";
    pub const SOFTWARE_VERSION: &str = "LPS_Version";
    pub const SOFTWARE_ID: &str = "LPS_ID";
    pub const REASON: &str = "Mode_Acces_Raison";

    pub const MANDATORY: [&str; 10] =
        [VERSION, MODE, STRUCTURE, SECTOR, SUBJECT, ROLE, RESOURCE, PURPOSE, HOMOLOGATION, SOFTWARE];
    pub const OPTIONAL: [&str; 5] = [PATIENT, CONFIDENTIALITY, SOFTWARE_VERSION, SOFTWARE_ID, REASON];
}
