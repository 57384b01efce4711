//! Opaque ids of our own. Each is 128 random bits with a type of its own, so that two cannot be swapped;
//! the written form is 26 characters of Crockford's base 32 in lower case, valid as a FHIR `id`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::chance::{Dice, throw};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A text that is not one of our ids. Says nothing about what exists.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this service")]
pub struct NotAnId;

fn write_base32(bytes: &[u8; 16]) -> String {
    let mut value = u128::from_be_bytes(*bytes);
    let mut text = [b'0'; 26];
    for place in text.iter_mut().rev() {
        *place = ALPHABET[(value & 31) as usize];
        value >>= 5;
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn read_base32(text: &str) -> Result<[u8; 16], NotAnId> {
    let bytes = text.as_bytes();
    // 26 characters hold 130 bits: the first one may only carry three of its five
    if bytes.len() != 26 || bytes[0] > b'7' {
        return Err(NotAnId);
    }
    let mut value: u128 = 0;
    for byte in bytes {
        let digit = ALPHABET.iter().position(|known| known == byte).ok_or(NotAnId)?;
        value = (value << 5) | digit as u128;
    }
    Ok(value.to_be_bytes())
}

macro_rules! opaque_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            pub fn random(dice: &dyn Dice) -> Self {
                Self(throw(dice))
            }

            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            pub fn from_slice(bytes: &[u8]) -> Result<Self, NotAnId> {
                bytes.try_into().map(Self).map_err(|_| NotAnId)
            }

            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&write_base32(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                read_base32(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

opaque_id! {
    /// One record (DMP). Random, so that it says nothing about its holder; public ids carry it
    /// (design, invariant 5).
    RecordId
}
opaque_id! {
    /// One sealed row inside a record.
    RowId
}
opaque_id! {
    /// One document object that is too large to be a row: the name of its file or S3 object.
    ObjectId
}
opaque_id! {
    /// One version of one document's metadata (XDS `entryUUID`, FHIR `DocumentReference.id`).
    EntryId
}

impl EntryId {
    /// The form XDS wants: `urn:uuid:` and the same 128 bits.
    pub fn urn(&self) -> String {
        format!("urn:uuid:{}", uuid::Uuid::from_bytes(self.0))
    }
}

impl From<EntryId> for RowId {
    fn from(id: EntryId) -> Self {
        Self(id.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_writes() {
        for bytes in [[0; 16], [255; 16], *b"0123456789abcdef"] {
            let id = RecordId::from_bytes(bytes);
            assert_eq!(id.to_string().parse::<RecordId>(), Ok(id));
        }
    }

    #[test]
    fn only_the_one_written_form_is_read() {
        let text = RecordId::from_bytes([255; 16]).to_string();
        assert_eq!(text, "7zzzzzzzzzzzzzzzzzzzzzzzzz");
        for wrong in ["8zzzzzzzzzzzzzzzzzzzzzzzzz", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "", "7zzzz"] {
            assert_eq!(wrong.parse::<RecordId>(), Err(NotAnId), "{wrong}");
        }
    }
}
