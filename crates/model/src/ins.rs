//! The national health identity (INS): a number, and under which authority it stands.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::oid::Oid;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InsError {
    #[error("the assigning authority is not one of the INS")]
    Authority,
    #[error("an INS has 15 characters: 13 of a NIR or NIA, and its key of 2 digits")]
    Shape,
    #[error("the key of the INS does not match its number")]
    Key,
}

/// The assigning authorities of the INS (dmp-facts, section f).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InsAuthority {
    /// NIR: 1.2.250.1.213.1.4.8
    Nir,
    /// NIA (waiting number): 1.2.250.1.213.1.4.9
    Nia,
    /// NIR for tests: 1.2.250.1.213.1.4.10
    Test,
    /// NIR for demonstrations: 1.2.250.1.213.1.4.11
    Demo,
}

impl InsAuthority {
    pub const ALL: [InsAuthority; 4] = [Self::Nir, Self::Nia, Self::Test, Self::Demo];

    pub const fn oid(self) -> &'static str {
        match self {
            Self::Nir => "1.2.250.1.213.1.4.8",
            Self::Nia => "1.2.250.1.213.1.4.9",
            Self::Test => "1.2.250.1.213.1.4.10",
            Self::Demo => "1.2.250.1.213.1.4.11",
        }
    }

    pub fn from_oid(oid: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|authority| authority.oid() == oid)
    }

    /// The `identifier.type` code of the French core profiles.
    pub const fn fhir_type(self) -> &'static str {
        match self {
            Self::Nir => "INS-NIR",
            Self::Nia => "INS-NIA",
            Self::Test => "INS-NIR-TEST",
            Self::Demo => "INS-NIR-DEMO",
        }
    }

    /// The key is enforced for the real authorities; published test identities carry wrong ones.
    pub const fn is_real(self) -> bool {
        matches!(self, Self::Nir | Self::Nia)
    }
}

/// A person's INS. Two people may bear one number under two authorities: they are two people.
/// Does not print: it identifies a person.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Ins {
    authority: InsAuthority,
    matricule: Matricule,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
struct Matricule(String);

impl Ins {
    pub fn new(authority: InsAuthority, matricule: &str) -> Result<Self, InsError> {
        let number = number(matricule).ok_or(InsError::Shape)?;
        let key: u64 = matricule.get(13..).and_then(|key| key.parse().ok()).ok_or(InsError::Shape)?;
        if authority.is_real() && 97 - number % 97 != key {
            return Err(InsError::Key);
        }
        Ok(Self { authority, matricule: Matricule(matricule.to_owned()) })
    }

    /// From a FHIR identifier (`urn:oid:1.2.250.1.213.1.4.x`, number) or an OID and a number.
    pub fn from_identifier(system: &str, value: &str) -> Result<Self, InsError> {
        let oid = system.strip_prefix("urn:oid:").unwrap_or(system);
        let authority = InsAuthority::from_oid(oid).ok_or(InsError::Authority)?;
        Self::new(authority, value)
    }

    pub fn authority(&self) -> InsAuthority {
        self.authority
    }

    pub fn matricule(&self) -> &str {
        &self.matricule.0
    }

    pub fn system(&self) -> String {
        format!("urn:oid:{}", self.authority.oid())
    }

    /// What is hashed to find the record: authority and number, unambiguous.
    pub fn canonical(&self) -> String {
        format!("{}|{}", self.authority.oid(), self.matricule.0)
    }
}

impl fmt::Debug for Ins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ins({:?}, …)", self.authority)
    }
}

/// Reads `OID|number`, the canonical form.
impl FromStr for Ins {
    type Err = InsError;

    fn from_str(text: &str) -> Result<Self, InsError> {
        let (system, value) = text.split_once('|').ok_or(InsError::Authority)?;
        Self::from_identifier(system, value)
    }
}

/// The number whose remainder makes the key: Corsica's 2A and 2B count as 19 and 18.
fn number(matricule: &str) -> Option<u64> {
    if matricule.len() != 15 || !matricule.is_ascii() {
        return None;
    }
    let (body, key) = matricule.split_at(13);
    let corsican = match body.get(5..7)? {
        "2A" => Some("19"),
        "2B" => Some("18"),
        _ => None,
    };
    let digits = match corsican {
        Some(digits) => format!("{}{digits}{}", body.get(..5)?, body.get(7..)?),
        None => body.to_owned(),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (all_digits(&digits) && all_digits(key)).then(|| digits.parse().ok()).flatten()
}

/// The OID an identifier of a person stands under when it is not an INS (a hospital's own number).
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LocalPatientId {
    pub authority: Oid,
    pub value: String,
}

impl fmt::Debug for LocalPatientId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LocalPatientId({}, …)", self.authority)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_enforced_for_real_authorities_alone() {
        for valid in ["279035121518989", "277076322082910", "124018852493334", "255069999999934"] {
            for authority in InsAuthority::ALL {
                assert!(Ins::new(authority, valid).is_ok(), "{valid}");
            }
        }
        assert_eq!(Ins::new(InsAuthority::Nir, "279035121518988"), Err(InsError::Key));
        assert_eq!(Ins::new(InsAuthority::Nia, "401234567890009"), Err(InsError::Key));
        assert!(Ins::new(InsAuthority::Test, "279035121518988").is_ok());
    }

    #[test]
    fn every_key_but_one_is_wrong() {
        let right = (0..=97)
            .filter(|key| Ins::new(InsAuthority::Nir, &format!("2790351215189{key:02}")).is_ok())
            .count();
        assert_eq!(right, 1);
    }

    #[test]
    fn corsica_counts_as_19_and_18() {
        let key = 97 - 1_550_619_123_456_u64 % 97;
        assert!(Ins::new(InsAuthority::Nir, &format!("155062A123456{key:02}")).is_ok());
        let key = 97 - 1_550_618_123_456_u64 % 97;
        assert!(Ins::new(InsAuthority::Nir, &format!("155062B123456{key:02}")).is_ok());
        assert_eq!(Ins::new(InsAuthority::Test, "155062C12345601"), Err(InsError::Shape));
    }

    #[test]
    fn other_shapes_and_authorities_are_refused() {
        for wrong in ["", "27903512151898", "2790351215189890", "27903512151898é", "27903512151898X"] {
            assert_eq!(Ins::new(InsAuthority::Test, wrong), Err(InsError::Shape));
        }
        assert_eq!(
            Ins::from_identifier("urn:oid:1.2.250.1.213.1.4.2", "279035121518989"),
            Err(InsError::Authority)
        );
    }

    #[test]
    fn an_ins_does_not_print() {
        let ins = Ins::new(InsAuthority::Test, "279035121518989").unwrap();
        assert!(!format!("{ins:?}").contains("2790"));
    }
}
