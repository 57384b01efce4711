//! FHIR through its public face: what is fed, what is read back, what is searched for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod feeding;
mod fixtures;
mod operations;
mod patching;
mod profile;
mod published;
mod roundtrip;
mod searching;
mod simplified;
mod wrong_feeding;
mod xml;
