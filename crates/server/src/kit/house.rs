//! Who sends: the house or the person of the certificate, as the feed door will know them.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use model::people::{PS_IDNAT_OID, STRUCT_IDNAT_OID};
use model::{
    ActingFor, Author, Caller, Door, Fact, Organisation, OrganisationKind, Person, Profession,
    ProfessionTable, Professional, PsIdNat, RowId, Standing, Strength, StructIdNat,
};
use record::Call;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::Usage;

/// The sender, by the common name of their certificate.
pub enum House {
    Organisation(StructIdNat),
    Person(PsIdNat),
}

impl House {
    pub fn of(certificate: &Path) -> Result<Self, Usage> {
        let unreadable = || Usage::File("--cert", "is not a certificate in PEM");
        let der = CertificateDer::from_pem_file(certificate).map_err(|_| unreadable())?;
        let (_, certificate) = X509Certificate::from_der(&der).map_err(|_| unreadable())?;
        let name = certificate.subject().iter_common_name().next().and_then(|it| it.as_str().ok());
        Self::named(name.unwrap_or_default()).ok_or(Usage::File(
            "--cert",
            "bears no national identifier (Struct_IdNat or PS_IdNat) as its common name",
        ))
    }

    /// A number that begins with 8 is a person's; any other a house's where it can be.
    fn named(name: &str) -> Option<Self> {
        match name.parse() {
            Ok(house) => Some(Self::Organisation(house)),
            Err(_) => name.parse().ok().map(Self::Person),
        }
    }

    pub fn id(&self) -> String {
        match self {
            Self::Organisation(id) => id.to_string(),
            Self::Person(id) => id.to_string(),
        }
    }

    /// As the author's organisation: the door wants the certificate's there, and no other (rules, W2).
    pub fn as_organisation(&self) -> Option<(String, String)> {
        match self {
            Self::Organisation(id) => Some((format!("urn:oid:{STRUCT_IDNAT_OID}"), id.to_string())),
            Self::Person(_) => None,
        }
    }

    /// Who keeps the document.
    pub fn as_custodian(&self) -> Author {
        match self {
            Self::Organisation(_) => Author { organisation_id: self.as_organisation(), ..Author::default() },
            Self::Person(id) => Author {
                organisation_id: Some((format!("urn:oid:{PS_IDNAT_OID}"), id.to_string())),
                ..Author::default()
            },
        }
    }

    /// The call as the door will see it, for the checks it will make.
    pub fn call(&self) -> Call {
        let mut caller = Caller { strength: Strength::Certificate, ..Caller::nobody(Door::Feed) };
        match self {
            Self::Organisation(id) => {
                caller.organisation = Fact::Proved(Organisation {
                    id: id.clone(),
                    name: String::new(),
                    kind: OrganisationKind::Hospital,
                    standing: Standing::Unknown,
                });
            }
            Self::Person(id) => {
                caller.person = Fact::Proved(Person::Professional(Professional {
                    id: id.clone(),
                    name: String::new(),
                    profession: Profession { table: ProfessionTable::Role, code: String::new() },
                    specialty: None,
                    acting_for: ActingFor::Administration,
                    standing: Standing::Unknown,
                }));
            }
        }
        Call::new(caller, RowId::from_bytes([0; 16]))
    }
}

/// A key that others can read is not used.
pub fn key_is_private(key: &Path) -> Result<(), Usage> {
    let meta = std::fs::metadata(key).map_err(|_| Usage::File("--key", "cannot be opened"))?;
    match meta.permissions().mode() & 0o077 {
        0 => Ok(()),
        _ => Err(Usage::File("--key", "can be read by others: chmod 600 it first")),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_told_from_a_house_by_their_number() {
        assert!(matches!(House::named("10D0000101"), Some(House::Organisation(_))));
        assert!(matches!(House::named("899700366240"), Some(House::Person(_))));
        assert!(House::named("carnet demo").is_none());
    }
}
