//! The traits that make a person's identity (INS référentiel: five strict traits), and how two are compared.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::ins::Ins;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TraitError {
    #[error("a name has 1 to 100 characters and no control character")]
    Name,
    #[error("a place of birth is the 5 characters of the INSEE code")]
    BirthPlace,
}

/// A name as it was written, 1 to 100 characters. Does not print.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

impl Name {
    pub fn new(text: &str) -> Result<Self, TraitError> {
        let text = text.trim();
        let valid = !text.is_empty() && text.chars().count() <= 100 && !text.chars().any(char::is_control);
        if valid { Ok(Self(text.to_owned())) } else { Err(TraitError::Name) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form names are compared in (rules, A18): see [`normalise`].
    pub fn normalised(&self) -> String {
        normalise(&self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Name(…)")
    }
}

impl TryFrom<String> for Name {
    type Error = TraitError;

    fn try_from(text: String) -> Result<Self, TraitError> {
        Self::new(&text)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

/// Without accents, in upper case, hyphens and apostrophes as spaces, one space between words (rules, A18).
pub fn normalise(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '-' | '\'' | '’' | '‘' | '`' | '‐' | '‑' | '–' | '.' => out.push(' '),
            'œ' | 'Œ' => out.push_str("OE"),
            'æ' | 'Æ' => out.push_str("AE"),
            'ß' | 'ẞ' => out.push_str("SS"),
            // a combining accent: the letter under it was already written
            '\u{300}'..='\u{36f}' => {}
            other if other.is_whitespace() => out.push(' '),
            other => out.extend(without_accent(other).to_uppercase()),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn without_accent(letter: char) -> char {
    const TABLE: &[(&str, char)] = &[
        ("àáâãäåāăą", 'a'),
        ("ÀÁÂÃÄÅĀĂĄ", 'A'),
        ("çćĉċč", 'c'),
        ("ÇĆĈĊČ", 'C'),
        ("ďđð", 'd'),
        ("ĎĐÐ", 'D'),
        ("èéêëēĕėęě", 'e'),
        ("ÈÉÊËĒĔĖĘĚ", 'E'),
        ("ĝğġģ", 'g'),
        ("ĜĞĠĢ", 'G'),
        ("ĥħ", 'h'),
        ("ĤĦ", 'H'),
        ("ìíîïĩīĭįı", 'i'),
        ("ÌÍÎÏĨĪĬĮİ", 'I'),
        ("ĵ", 'j'),
        ("Ĵ", 'J'),
        ("ķ", 'k'),
        ("Ķ", 'K'),
        ("ĺļľŀł", 'l'),
        ("ĹĻĽĿŁ", 'L'),
        ("ñńņňŋ", 'n'),
        ("ÑŃŅŇŊ", 'N'),
        ("òóôõöøōŏő", 'o'),
        ("ÒÓÔÕÖØŌŎŐ", 'O'),
        ("ŕŗř", 'r'),
        ("ŔŖŘ", 'R'),
        ("śŝşšș", 's'),
        ("ŚŜŞŠȘ", 'S'),
        ("ţťŧț", 't'),
        ("ŢŤŦȚ", 'T'),
        ("ùúûüũūŭůűų", 'u'),
        ("ÙÚÛÜŨŪŬŮŰŲ", 'U'),
        ("ŵ", 'w'),
        ("Ŵ", 'W'),
        ("ýÿŷ", 'y'),
        ("ÝŸŶ", 'Y'),
        ("źżž", 'z'),
        ("ŹŻŽ", 'Z'),
    ];
    if letter.is_ascii() {
        return letter;
    }
    TABLE.iter().find(|(letters, _)| letters.contains(letter)).map_or(letter, |(_, plain)| *plain)
}

/// Sex as the INS knows it (`administrativeGender`).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sex {
    Female,
    Male,
    Unknown,
}

/// Place of birth: 5 characters of the INSEE code of a commune or a country.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthPlace(String);

impl BirthPlace {
    pub fn new(code: &str) -> Result<Self, TraitError> {
        let valid =
            code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
        if valid { Ok(Self(code.to_owned())) } else { Err(TraitError::BirthPlace) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for BirthPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthPlace(…)")
    }
}

impl TryFrom<String> for BirthPlace {
    type Error = TraitError;

    fn try_from(text: String) -> Result<Self, TraitError> {
        Self::new(&text)
    }
}

impl From<BirthPlace> for String {
    fn from(place: BirthPlace) -> Self {
        place.0
    }
}

/// The strict traits of an identity, and the names in use. Does not print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Traits {
    pub birth_name: Name,
    pub first_given: Name,
    /// All given names of the birth record, in order, the first included.
    pub given_names: Vec<Name>,
    pub used_name: Option<Name>,
    pub used_given: Option<Name>,
    pub birth_date: Date,
    pub sex: Sex,
    pub birth_place: BirthPlace,
}

impl fmt::Debug for Traits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Traits(…)")
    }
}

/// What some source says of a person's traits. What it leaves out is not compared.
#[derive(Clone, Default)]
pub struct SaidTraits {
    pub birth_name: Option<String>,
    pub first_given: Option<String>,
    pub birth_date: Option<Date>,
    pub sex: Option<Sex>,
    pub birth_place: Option<String>,
}

/// A trait two sources disagree on: its name, never its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Disagreement {
    BirthName,
    FirstGiven,
    BirthDate,
    Sex,
    BirthPlace,
}

impl Disagreement {
    pub const fn words(self) -> &'static str {
        match self {
            Self::BirthName => "birth name",
            Self::FirstGiven => "first given name",
            Self::BirthDate => "date of birth",
            Self::Sex => "sex",
            Self::BirthPlace => "place of birth",
        }
    }
}

impl Traits {
    /// The traits on which `said` contradicts these (rules, W2: identity agrees everywhere).
    pub fn disagreements(&self, said: &SaidTraits) -> Vec<Disagreement> {
        let name_differs = |mine: &Name, theirs: &Option<String>| {
            theirs.as_ref().is_some_and(|it| normalise(it) != mine.normalised())
        };
        let mut found = Vec::new();
        if name_differs(&self.birth_name, &said.birth_name) {
            found.push(Disagreement::BirthName);
        }
        if name_differs(&self.first_given, &said.first_given) {
            found.push(Disagreement::FirstGiven);
        }
        if said.birth_date.is_some_and(|date| date != self.birth_date) {
            found.push(Disagreement::BirthDate);
        }
        if said.sex.is_some_and(|sex| sex != Sex::Unknown && self.sex != Sex::Unknown && sex != self.sex) {
            found.push(Disagreement::Sex);
        }
        if said.birth_place.as_ref().is_some_and(|place| place != self.birth_place.as_str()) {
            found.push(Disagreement::BirthPlace);
        }
        found
    }

    /// What is hashed to find a person by birth name and date (exact after [`normalise`]).
    pub fn canonical(&self) -> String {
        format!("{}|{}", self.birth_name.normalised(), self.birth_date)
    }
}

/// A holder as identified: INS and traits together, qualified (rules, W1 and W2).
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct QualifiedIdentity {
    pub ins: Ins,
    pub traits: Traits,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_accents_hyphens_and_case() {
        assert_eq!(normalise("Lefèvre-d’Œuvre  "), "LEFEVRE D OEUVRE");
        assert_eq!(normalise("Noe\u{308}l"), "NOEL");
        assert_eq!(normalise("ÇAĞLAR"), "CAGLAR");
        assert_eq!(normalise("O'Neil-Marie"), normalise("o neil marie"));
    }

    #[test]
    fn hostile_names_are_refused() {
        for wrong in ["", "  ", "a\r\nBcc: x", "a\0", &"x".repeat(101)] {
            assert_eq!(Name::new(wrong), Err(TraitError::Name));
        }
    }
}
