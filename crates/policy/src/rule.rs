//! The rules by their numbers, as a decision and a trace line name them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::words::{Words, words};

/// A rule of access. Its number never changes its meaning: trace lines keep it for years.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rule {
    A1,
    A2,
    A3,
    A4,
    A5,
    A6,
    A7,
    A8,
    A9,
    A10,
    A11,
    A12,
    A13,
    A14,
    A15,
    A16,
    A17,
    A18,
    A19,
    A20,
    A21,
    A22,
    W1,
    W2,
    W3,
    W4,
    W5,
    W6,
    W7,
    W8,
    W9,
    W10,
    W11,
    W12,
    W13,
    W14,
    W15,
    W16,
    /// V1: budgets and kill switches.
    Volume,
    /// P1: changing the profile or the matrix.
    Profile,
    /// D: no rule permits.
    Default,
}

/// A text that is the number of no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the number of a rule")]
pub struct NoSuchRule;

impl Rule {
    pub const ALL: [Rule; 41] = [
        Self::A1,
        Self::A2,
        Self::A3,
        Self::A4,
        Self::A5,
        Self::A6,
        Self::A7,
        Self::A8,
        Self::A9,
        Self::A10,
        Self::A11,
        Self::A12,
        Self::A13,
        Self::A14,
        Self::A15,
        Self::A16,
        Self::A17,
        Self::A18,
        Self::A19,
        Self::A20,
        Self::A21,
        Self::A22,
        Self::W1,
        Self::W2,
        Self::W3,
        Self::W4,
        Self::W5,
        Self::W6,
        Self::W7,
        Self::W8,
        Self::W9,
        Self::W10,
        Self::W11,
        Self::W12,
        Self::W13,
        Self::W14,
        Self::W15,
        Self::W16,
        Self::Volume,
        Self::Profile,
        Self::Default,
    ];

    /// As the rules are numbered: `A14`, `W1`, `V1`; `D` for the default refusal.
    pub fn number(self) -> &'static str {
        self.words().number
    }

    /// One plain sentence in French, for the holder who reads their trace.
    pub fn words_fr(self) -> &'static str {
        self.words().french
    }

    pub fn words_en(self) -> &'static str {
        self.words().english
    }

    /// The article, requirement or choice it comes from.
    pub fn source(self) -> &'static str {
        self.words().source
    }

    fn words(self) -> Words {
        words(self)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.number())
    }
}

impl FromStr for Rule {
    type Err = NoSuchRule;

    fn from_str(text: &str) -> Result<Self, NoSuchRule> {
        Self::ALL.into_iter().find(|rule| rule.number() == text).ok_or(NoSuchRule)
    }
}

impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.number())
    }
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_found_by_its_number_and_has_its_words() {
        for rule in Rule::ALL {
            assert_eq!(rule.number().parse(), Ok(rule));
            for words in [rule.words_fr(), rule.words_en()] {
                assert!(words.ends_with('.') && words.matches(". ").count() == 0, "{rule}: one sentence");
            }
            assert!(!rule.source().is_empty());
            // holders read it
            for english in ["choice", "requirement", " of ", "; "] {
                let found = rule.source().replace(" ; ", " ").contains(english);
                assert!(!found, "{rule}: {}", rule.source());
            }
            let written = serde_json::to_string(&rule).unwrap();
            assert_eq!(serde_json::from_str::<Rule>(&written).unwrap(), rule);
        }
        assert_eq!("A99".parse::<Rule>(), Err(NoSuchRule));
    }
}
