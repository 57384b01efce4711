//! FHIR at the care and feed doors, from outside, with real certificates.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod around;
mod clients;
mod emergency;
mod feeding;
mod images;
mod opening;
mod patching;
mod reading;
mod replacing;
mod searching;
mod subscribing;
mod two_agents;
