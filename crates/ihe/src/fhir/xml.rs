//! FHIR in XML: another writing of the same tree. No resource is read or written twice: what comes as XML is turned
//! into the tree JSON is read into, what goes out is turned from JSON, both by one table of elements (`elements.txt`).

mod read;
mod table;
mod write;

use serde_json::Value;

use super::outcome::{IssueCode, Outcome, Read};

pub use read::decode;
pub use write::{Fault, encode};

pub const FHIR_XML: &str = "application/fhir+xml";

const FHIR: &str = "http://hl7.org/fhir";
const XHTML: &str = "http://www.w3.org/1999/xhtml";

/// A body in XML, of at most so many bytes, as the JSON it would have been.
pub fn to_json(bytes: &[u8], most: usize) -> Read<Vec<u8>> {
    let tree = decode(bytes, most)?;
    serde_json::to_vec(&tree).map_err(|_| Outcome::new(500, IssueCode::Exception, "the tree was not written"))
}

/// An answer in JSON as XML.
pub fn from_json(bytes: &[u8]) -> Result<String, Fault> {
    let value: Value =
        serde_json::from_slice(bytes).map_err(|_| Fault::Unknown("a body that is not JSON".to_owned()))?;
    encode(&value)
}
