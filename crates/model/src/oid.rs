//! Object identifiers, and the unique ids producers give their documents.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::{serde_by_text, shown_by_text};

/// Why a text is not an identifier of the expected kind. Never quotes the text: it may be a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OidError {
    #[error("an OID is numbers joined by dots, at most 64 characters, without leading zeros")]
    Oid,
    #[error("a UUID is 32 hexadecimal digits as 8-4-4-4-12")]
    Uuid,
    #[error("a unique id is urn:oid:, urn:uuid:, or an OID and an extension of at most 16 characters")]
    UniqueId,
}

/// An object identifier (ITU-T X.660) in dotted form, at most 64 characters (XDS, ITI TF-3 4.2.3.1).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oid(String);

impl Oid {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn urn(&self) -> String {
        format!("urn:oid:{}", self.0)
    }
}

impl FromStr for Oid {
    type Err = OidError;

    fn from_str(text: &str) -> Result<Self, OidError> {
        let arcs = text.split('.');
        let valid = text.len() <= 64
            && text.contains('.')
            && matches!(text.as_bytes().first(), Some(b'0'..=b'2'))
            && text.as_bytes().get(1) == Some(&b'.')
            && arcs.clone().all(|arc| {
                !arc.is_empty()
                    && arc.bytes().all(|byte| byte.is_ascii_digit())
                    && (arc == "0" || !arc.starts_with('0'))
            });
        if valid { Ok(Self(text.to_owned())) } else { Err(OidError::Oid) }
    }
}

shown_by_text!(Oid);
serde_by_text!(Oid);

/// The unique id a producer gives a document or a submission set (XDS `uniqueId`, FHIR
/// `masterIdentifier`, CDA `ClinicalDocument/id`). Three written forms exist; they compare by meaning.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum UniqueId {
    Oid(Oid),
    Uuid(uuid::Uuid),
    /// An OID root and an extension (`root^extension` in XDS).
    Extended(Oid, String),
}

impl UniqueId {
    /// From the two attributes of an HL7 instance identifier (CDA `II`).
    pub fn from_root(root: &str, extension: Option<&str>) -> Result<Self, OidError> {
        match (root.parse::<Oid>(), extension) {
            (Ok(oid), None) => Ok(Self::Oid(oid)),
            (Ok(oid), Some(extension)) => Self::extended(oid, extension),
            (Err(_), None) => parse_uuid(root).map(Self::Uuid),
            (Err(_), Some(_)) => Err(OidError::UniqueId),
        }
    }

    /// From a FHIR identifier: `urn:ietf:rfc:3986` with an URN, or `urn:oid:…` with an extension.
    pub fn from_identifier(system: &str, value: &str) -> Result<Self, OidError> {
        match system.strip_prefix("urn:oid:") {
            Some(root) => Self::extended(root.parse()?, value),
            None if system == RFC_3986 => Self::from_urn(value),
            None => Err(OidError::UniqueId),
        }
    }

    pub fn from_urn(urn: &str) -> Result<Self, OidError> {
        if let Some(oid) = urn.strip_prefix("urn:oid:") {
            oid.parse().map(Self::Oid)
        } else if let Some(uuid) = urn.strip_prefix("urn:uuid:") {
            parse_uuid(uuid).map(Self::Uuid)
        } else {
            Err(OidError::UniqueId)
        }
    }

    /// The FHIR identifier: its system and value.
    pub fn identifier(&self) -> (String, String) {
        match self {
            Self::Oid(oid) => (RFC_3986.to_owned(), oid.urn()),
            Self::Uuid(uuid) => (RFC_3986.to_owned(), format!("urn:uuid:{uuid}")),
            Self::Extended(root, extension) => (root.urn(), extension.clone()),
        }
    }

    fn extended(root: Oid, extension: &str) -> Result<Self, OidError> {
        // XDS limits the root to 64 and the extension to 16 characters (ITI TF-3 4.2.3.2.26);
        // 64 are let through because producers write whole dates there.
        let valid = !extension.is_empty()
            && extension.len() <= 64
            && extension.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte));
        if valid { Ok(Self::Extended(root, extension.to_owned())) } else { Err(OidError::UniqueId) }
    }
}

/// FHIR's system for identifiers that are URIs.
pub const RFC_3986: &str = "urn:ietf:rfc:3986";

fn parse_uuid(text: &str) -> Result<uuid::Uuid, OidError> {
    if text.len() != 36 {
        return Err(OidError::Uuid);
    }
    uuid::Uuid::try_parse(text).map_err(|_| OidError::Uuid)
}

/// The canonical form, one per meaning: what is hashed to find a document again.
impl fmt::Display for UniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Oid(oid) => write!(f, "urn:oid:{oid}"),
            Self::Uuid(uuid) => write!(f, "urn:uuid:{uuid}"),
            Self::Extended(root, extension) => write!(f, "urn:oid:{root}^{extension}"),
        }
    }
}

impl From<UniqueId> for String {
    fn from(id: UniqueId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for UniqueId {
    type Error = OidError;

    fn try_from(text: String) -> Result<Self, OidError> {
        match text.strip_prefix("urn:oid:").and_then(|rest| rest.split_once('^')) {
            Some((root, extension)) => Self::extended(root.parse()?, extension),
            None => Self::from_urn(&text),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_oid_is_numbers_joined_by_dots() {
        for right in ["1.2.250.1.213.1.4.8", "2.16.840.1.113883.6.1", "0.0"] {
            assert_eq!(right.parse::<Oid>().unwrap().as_str(), right);
        }
        for wrong in
            ["", "1", "1.", ".1", "1..2", "3.1", "1.02", "12.3", "1.2.x", "../../etc/passwd", "1.2\0"]
        {
            assert_eq!(wrong.parse::<Oid>(), Err(OidError::Oid), "{wrong:?}");
        }
        assert!(format!("1.{}", "2".repeat(63)).parse::<Oid>().is_err());
    }

    #[test]
    fn the_written_forms_of_one_unique_id_are_equal() {
        let from_cda = UniqueId::from_root("8D5E778C-E155-4685-95C6-5FF65A362964", None).unwrap();
        let from_fhir =
            UniqueId::from_identifier(RFC_3986, "urn:uuid:8d5e778c-e155-4685-95c6-5ff65a362964").unwrap();
        assert_eq!(from_cda, from_fhir);
        let extended = UniqueId::from_root("1.2.250.1", Some("A_1")).unwrap();
        assert_eq!(extended, UniqueId::from_identifier("urn:oid:1.2.250.1", "A_1").unwrap());
        assert_eq!(extended, UniqueId::try_from(extended.to_string()).unwrap());
    }

    #[test]
    fn hostile_unique_ids_are_refused() {
        for wrong in ["../../etc/cron.d/x", "/etc/x", "a\0b", "http://x/", "urn:uuid:1", "urn:oid:1.2/3"] {
            assert!(UniqueId::from_identifier(RFC_3986, wrong).is_err(), "{wrong:?}");
        }
        assert!(UniqueId::from_root("1.2", Some(&"x".repeat(10_000))).is_err());
        assert!(UniqueId::from_root("1.2", Some("a^b")).is_err());
    }
}
