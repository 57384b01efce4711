//! FHIR at the care and feed doors, from outside, with real certificates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod around;
mod emergency;
mod feeding;
mod opening;
mod patching;
mod reading;
mod replacing;
mod searching;
mod two_agents;
