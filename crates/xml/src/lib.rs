//! The one hardened way to read XML, and to write it.
//!
//! Everything that comes from outside as XML (CDA documents, SOAP envelopes, ebXML
//! metadata, assertions) is read by [`Document::parse`] and by nothing else. It is not a
//! general parser: it has no DTD, no entities but the five predefined ones, no fetching of
//! anything, and a [`Limits`] on every dimension an attacker can grow. What it accepts is
//! well-formed XML 1.0 with namespaces; what it refuses it refuses with an [`Error`] that
//! names a place and a reason and never repeats content.
//!
//! Read in this order: `limits` (what may be how big), `encoding` (bytes to text), `names`
//! and `tag` (the small grammar), `parse` (tokens to tree), `document` (the tree), `writer`;
//! then `canonical` (the canonical forms of that tree) and [`signature`] (the one form of
//! signature that counts, and what it proves).

mod canonical;
mod document;
mod encoding;
mod error;
mod limits;
mod names;
mod parse;
pub mod signature;
mod tag;
mod writer;

pub use canonical::{Form, NotCanonical, canonical, canonical_as};
pub use document::{Attribute, Content, Document, Instruction, Node};
pub use encoding::latin_9;
pub use error::{Error, Reason};
pub use limits::Limits;
pub use writer::{WriteError, Writer, escape_attribute, escape_text};

/// The namespace bound to the prefix `xml` in every document.
pub const XML_NAMESPACE: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of namespace declarations themselves; no element or attribute may be in it.
pub const XMLNS_NAMESPACE: &str = "http://www.w3.org/2000/xmlns/";
