//! FHIR R4 (4.0.1) in JSON: MHD in the French profiles PDSm 3.1.1, TD0.2, and operations of our own.
//!
//! Pure: bytes in and words of `model` out, or words in and JSON out. One transaction, one file.
//! Syntax errors and missing elements are 400, rules 422; each error is an [`outcome::Outcome`] that names
//! its element and never a value.

pub mod audit_event;
pub mod capability;
pub mod consent;
pub mod datatypes;
pub mod date;
pub mod document_reference;
pub mod id_pair;
pub mod iti105;
pub mod iti65;
pub mod iti66;
pub mod iti67;
pub mod iti68;
pub mod json;
pub mod list;
pub mod negotiate;
pub mod obj;
pub mod operation_definition;
pub mod operations;
pub mod out;
pub mod outcome;
pub mod paging;
pub mod patch;
pub mod patient;
pub mod people;
pub mod search;
pub mod subject;
pub mod subscription;
pub mod urls;
pub mod xml;

pub use outcome::{Issue, IssueCode, Outcome, Read, Severity};
