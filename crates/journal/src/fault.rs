//! What the verifier says when something is wrong.

use std::fmt;

use serde::Serialize;

/// One thing that is wrong, in plain words: ids and numbers only, never content.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// The record, line, row or leaf. `where` in JSON.
    #[serde(rename = "where")]
    pub location: String,
    pub what: String,
}

impl Fault {
    pub fn new(location: impl fmt::Display, what: impl fmt::Display) -> Self {
        Self { location: location.to_string(), what: what.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.location, self.what)
    }
}
