//! Token parameters: a code or an identifier, with or without its system.

use model::code::system_oid;
use model::{Coding, UniqueId};

use super::super::outcome::{Outcome, Read};
use super::{any_of, split, unslash};

/// `code`, `system|code`, `|code` or `system|`.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// None: of any system; empty: of none.
    system: Option<String>,
    /// None: every code of the system.
    value: Option<String>,
}

impl Token {
    pub fn any_of(name: &str, value: &str) -> Read<Vec<Token>> {
        any_of(name, value)?.iter().map(|it| Self::read(name, it)).collect()
    }

    fn read(name: &str, text: &str) -> Read<Token> {
        let mut parts = split(text, '|').into_iter().map(|it| unslash(&it));
        let token = match (parts.next(), parts.next(), parts.next()) {
            (Some(value), None, _) => Token { system: None, value: Some(value) },
            (Some(system), Some(value), None) => {
                Token { system: Some(system), value: Some(value).filter(|it| !it.is_empty()) }
            }
            _ => return Err(Outcome::parameter(name, "code or system|code is expected")),
        };
        match &token {
            Token { system: Some(system), value: None } if system.is_empty() => {
                Err(Outcome::parameter(name, "code or system|code is expected"))
            }
            _ => Ok(token),
        }
    }

    pub fn matches_coding(&self, coding: &Coding) -> bool {
        self.matches(&coding.system, &coding.code)
    }

    /// Systems compare by the OID they stand for.
    pub fn matches(&self, system: &str, value: &str) -> bool {
        self.system.as_ref().is_none_or(|it| system_oid(it) == system_oid(system))
            && self.value.as_ref().is_none_or(|it| it == value)
    }

    /// Unique ids compare by meaning: a UUID in capitals is the same.
    pub fn matches_unique(&self, id: &UniqueId) -> bool {
        let (system, value) = id.identifier();
        let same = |text: &str| match &self.system {
            Some(system) => UniqueId::from_identifier(system, text).is_ok_and(|it| it == *id),
            None => UniqueId::from_urn(text).is_ok_and(|it| it == *id),
        };
        self.matches(&system, &value) || self.value.as_deref().is_some_and(same)
    }

    /// The bare value, for parameters whose codes need no system.
    pub fn code(&self) -> &str {
        self.value.as_deref().unwrap_or_default()
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    #[test]
    fn tokens_know_systems_by_oid_or_address() {
        let loinc = Coding::new("http://loinc.org", "11488-4", None).unwrap();
        let matches =
            |text: &str| Token::any_of("type", text).unwrap().iter().any(|it| it.matches_coding(&loinc));
        for right in [
            "11488-4",
            "http://loinc.org|11488-4",
            "urn:oid:2.16.840.1.113883.6.1|11488-4",
            "http://loinc.org|",
            "x,11488-4",
        ] {
            assert!(matches(right), "{right}");
        }
        for wrong in ["|11488-4", "http://snomed.info/sct|11488-4", "11488", r"x\,11488-4"] {
            assert!(!matches(wrong), "{wrong}");
        }
        for refused in ["", "a,", "|", "a|b|c"] {
            assert!(Token::any_of("type", refused).is_err(), "{refused}");
        }
    }
}
