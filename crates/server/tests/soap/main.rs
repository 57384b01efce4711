//! SOAP at the care and feed doors, from outside, with real certificates and assertions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod assertions;
mod clients;
mod dmp_clients;
mod feeding;
mod large;
mod limits;
mod lists;
mod one_truth;
mod patients;
mod services;
mod signed;
