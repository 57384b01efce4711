//! What is wrong with a message: where, and why. Never what it said.

/// What kind of wrong it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Not the shape of the message.
    Structure,
    /// Something that must be there is not.
    Required,
    /// A value outside what is allowed.
    Value,
}

/// An element (or attribute, `…/@code`) and what is wrong with it.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{path}: {says}")]
pub struct Hl7Error {
    pub kind: Kind,
    /// Local names and positions: `/PRPA_IN201307UV02/id`.
    pub path: String,
    pub says: String,
}

pub type Read<T> = Result<T, Hl7Error>;

impl Hl7Error {
    pub fn structure(path: impl Into<String>, says: impl Into<String>) -> Self {
        Self { kind: Kind::Structure, path: path.into(), says: says.into() }
    }

    pub fn required(path: impl Into<String>) -> Self {
        Self { kind: Kind::Required, path: path.into(), says: "this is required".to_owned() }
    }

    pub fn value(path: impl Into<String>, says: impl Into<String>) -> Self {
        Self { kind: Kind::Value, path: path.into(), says: says.into() }
    }
}
