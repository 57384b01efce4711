//! String parameters.

use model::person::normalise;

use super::super::outcome::{Outcome, Read};
use super::{any_of, unslash};

/// How a text is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Starts,
    Contains,
    Exact,
}

/// A string parameter: begins with, without accents or case; `:contains`; `:exact`.
#[derive(Clone, PartialEq, Eq)]
pub struct Words {
    how: How,
    text: String,
}

impl Words {
    /// `modifier`: what stands after the colon, if anything.
    pub fn any_of(name: &str, modifier: Option<&str>, value: &str) -> Read<Vec<Words>> {
        let how = match modifier {
            None => How::Starts,
            Some("contains") => How::Contains,
            Some("exact") => How::Exact,
            Some(_) => return Err(Outcome::parameter(name, "this modifier is not supported")),
        };
        Ok(any_of(name, value)?.iter().map(|it| Words { how, text: unslash(it) }).collect())
    }

    pub fn matches(&self, text: &str) -> bool {
        match self.how {
            How::Exact => text == self.text,
            How::Starts => normalise(text).starts_with(&normalise(&self.text)),
            How::Contains => normalise(text).contains(&normalise(&self.text)),
        }
    }
}
