//! Professionals and organisations: their national identifiers, and what counts for rights.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::text::{checked_text, serde_by_text};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdNatError {
    #[error("an RPPS has 11 digits, the last a Luhn key")]
    Rpps,
    #[error("an ADELI has 9 digits or letters of Corsica")]
    Adeli,
    #[error("a FINESS has 9 characters; of digits alone, the last is a Luhn key")]
    Finess,
    #[error("a SIREN has 9 digits and a SIRET 14, the last a Luhn key")]
    Sirene,
    #[error("a national identifier of a person begins with 0 (ADELI) or 8 (RPPS), or 3 to 6 with a slash")]
    Person,
    #[error("a national identifier of an organisation begins with 0, 1, 2, 3 or 4")]
    Organisation,
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.wrapping_sub(b'0'));
            let weighted = if place % 2 == 1 { digit * 2 } else { digit };
            if weighted > 9 { weighted - 9 } else { weighted }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit())
}

checked_text! {
    /// A professional's number in the national directory: 11 digits.
    Rpps, IdNatError::Rpps, |text| digits(text, 11) && luhn(text)
}
checked_text! {
    /// The older number of some professions: 9 characters, the department first.
    Adeli, IdNatError::Adeli, |text| text.len() == 9 && text.bytes().all(|byte| byte.is_ascii_digit() || b"AB".contains(&byte))
}
checked_text! {
    /// An establishment: 9 characters. Published test structures carry letters; those have no key.
    Finess, IdNatError::Finess, |text| {
        text.len() == 9
            && text.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            && (!digits(text, 9) || luhn(text))
    }
}
checked_text! {
    /// A legal unit: 9 digits.
    Siren, IdNatError::Sirene, |text| digits(text, 9) && luhn(text)
}
checked_text! {
    /// A site of a legal unit: 14 digits (the post office's, whose keys differ, sum to a multiple of 5).
    Siret, IdNatError::Sirene, |text| {
        let post_office = || text.starts_with("356000000") && text.bytes().map(|byte| byte - b'0').map(u32::from).sum::<u32>() % 5 == 0;
        digits(text, 14) && (luhn(text) || post_office())
    }
}

/// PS_IdNat: one natural person who works in health (OID 1.2.250.1.71.4.2.1).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PsIdNat {
    /// `8` and the RPPS.
    Rpps(Rpps),
    /// `0` and the ADELI.
    Adeli(Adeli),
    /// `3`, `4`, `5` or `6`, an organisation's number, a slash, and its own number for the person.
    Internal(String),
}

/// The assigning authority of PS_IdNat.
pub const PS_IDNAT_OID: &str = "1.2.250.1.71.4.2.1";
/// The assigning authority of Struct_IdNat.
pub const STRUCT_IDNAT_OID: &str = "1.2.250.1.71.4.2.2";

impl FromStr for PsIdNat {
    type Err = IdNatError;

    fn from_str(text: &str) -> Result<Self, IdNatError> {
        match text.split_at_checked(1) {
            Some(("8", rest)) => rest.parse().map(Self::Rpps),
            Some(("0", rest)) => rest.parse().map(Self::Adeli),
            Some(("3" | "4" | "5" | "6", rest)) => {
                let valid = rest.len() <= 64
                    && rest
                        .split_once('/')
                        .is_some_and(|(site, number)| !site.is_empty() && !number.is_empty())
                    && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte));
                if valid { Ok(Self::Internal(text.to_owned())) } else { Err(IdNatError::Person) }
            }
            _ => Err(IdNatError::Person),
        }
    }
}

impl fmt::Display for PsIdNat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rpps(rpps) => write!(f, "8{rpps}"),
            Self::Adeli(adeli) => write!(f, "0{adeli}"),
            Self::Internal(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for PsIdNat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PsIdNat({self})")
    }
}

serde_by_text!(PsIdNat);

/// Struct_IdNat: one organisation (OID 1.2.250.1.71.4.2.2).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StructIdNat {
    /// `1` and the FINESS.
    Finess(Finess),
    /// `2` and the SIREN.
    Siren(Siren),
    /// `3` and the SIRET.
    Siret(Siret),
    /// `0`: a practice known by an ADELI number, or `4`: by an RPPS and a rank.
    Practice(String),
}

impl FromStr for StructIdNat {
    type Err = IdNatError;

    fn from_str(text: &str) -> Result<Self, IdNatError> {
        match text.split_at_checked(1) {
            Some(("1", rest)) => rest.parse().map(Self::Finess),
            Some(("2", rest)) => rest.parse().map(Self::Siren),
            Some(("3", rest)) => rest.parse().map(Self::Siret),
            Some(("0" | "4", rest))
                if (9..=20).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_digit()) =>
            {
                Ok(Self::Practice(text.to_owned()))
            }
            _ => Err(IdNatError::Organisation),
        }
    }
}

impl fmt::Display for StructIdNat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finess(finess) => write!(f, "1{finess}"),
            Self::Siren(siren) => write!(f, "2{siren}"),
            Self::Siret(siret) => write!(f, "3{siret}"),
            Self::Practice(text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for StructIdNat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "StructIdNat({self})")
    }
}

serde_by_text!(StructIdNat);

/// The table a profession's code is taken from: the same number means another profession in another table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfessionTable {
    /// TRE_G15: health professions.
    Health,
    /// TRE_G16: health professions in training.
    Training,
    /// TRE_R94: social work.
    Social,
    /// TRE_R95: use of a title (psychologists, osteopaths …).
    Title,
    /// TRE_R291: "acteur à rôle".
    Role,
}

/// A profession: table and code, `(Health, "10")` is a doctor, `(Training, "10")` is not.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
pub struct Profession {
    pub table: ProfessionTable,
    pub code: String,
}

impl Profession {
    pub fn health(code: &str) -> Self {
        Self { table: ProfessionTable::Health, code: code.to_owned() }
    }

    pub fn is_doctor(&self) -> bool {
        self.table == ProfessionTable::Health && self.code == "10"
    }

    /// What a French reader calls it, for the professions the provisional matrix knows.
    pub fn label(&self) -> &'static str {
        match (self.table, self.code.as_str()) {
            (ProfessionTable::Health, "10") => "médecin",
            (ProfessionTable::Health, "21") => "pharmacien",
            (ProfessionTable::Health, "40") => "chirurgien-dentiste",
            (ProfessionTable::Health, "50") => "sage-femme",
            (ProfessionTable::Health, "60") => "infirmier",
            (ProfessionTable::Health, "70") => "masseur-kinésithérapeute",
            (ProfessionTable::Health, "80") => "pédicure-podologue",
            (ProfessionTable::Training, _) => "professionnel en formation",
            (ProfessionTable::Social, _) => "travailleur social",
            _ => "professionnel",
        }
    }
}

/// For whom a professional acts in a given situation. A doctor for an insurer is not a reader (rules, A15).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActingFor {
    Care,
    RegulationCentre,
    Insurer,
    Administration,
    OccupationalHealth,
}

/// What the directory says of a person or an organisation at this instant (rules, A11).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Active,
    /// Struck off, suspended, retired; closed, for an organisation.
    Ended,
    /// Known, but no longer in the organisation named.
    LeftOrganisation,
    Unknown,
}

/// A professional as certificate and directory prove them.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Professional {
    pub id: PsIdNat,
    /// As the public directory shows it: "Dr Inès Fabre".
    pub name: String,
    pub profession: Profession,
    /// Specialty (`SM26`) or pharmacist's section (`G`).
    pub specialty: Option<String>,
    pub acting_for: ActingFor,
    pub standing: Standing,
}

/// What kind of house an organisation is: decides what it may feed (rules, W4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganisationKind {
    Hospital,
    Clinic,
    CareHome,
    Laboratory,
    Imaging,
    Pharmacy,
    Practice,
    RegulationCentre,
    Payer,
    Counter,
    Ministry,
}

/// An organisation as certificate and directory prove it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Organisation {
    pub id: StructIdNat,
    pub name: String,
    pub kind: OrganisationKind,
    pub standing: Standing,
}

/// A person at a counter who opens and serves records, and sees no content (rules, "Words").
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Agent {
    pub id: PsIdNat,
    pub name: String,
    pub standing: Standing,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn published_test_numbers_are_valid() {
        for rpps in ["99700366240", "99900063480", "99700024450", "01234567897"] {
            assert_eq!(format!("8{rpps}").parse::<PsIdNat>().unwrap().to_string(), format!("8{rpps}"));
        }
        assert!("1750100125".parse::<StructIdNat>().is_ok());
        assert!("10B0172805".parse::<StructIdNat>().is_ok());
    }

    #[test]
    fn a_wrong_digit_is_found() {
        for wrong in ["899700366241", "89970036624", "8", "", "9", "799700366240", "é"] {
            assert!(wrong.parse::<PsIdNat>().is_err(), "{wrong}");
        }
        for wrong in ["1750100126", "", "1", "é12", "2123456789"] {
            assert!(wrong.parse::<StructIdNat>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_student_of_medicine_is_not_a_doctor() {
        assert!(Profession::health("10").is_doctor());
        assert!(!Profession { table: ProfessionTable::Training, code: "10".into() }.is_doctor());
    }
}
