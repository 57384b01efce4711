//! The wire: what health software speaks, decoded into the words of `model` and encoded from them.
//! No I/O, no clock, no decision; `record` is not known here, `server` converts (design, "Rooms and arrows").

pub mod atna;
pub mod dmp;
pub mod ebrim;
pub mod fhir;
pub mod hl7v3;
pub mod mtom;
pub mod soap;
pub mod vihf;
pub mod xds;
