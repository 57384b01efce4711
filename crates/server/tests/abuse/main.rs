//! Bad input through the doors (abuse cases, sections E to G): each is refused where it is wrong, nothing of it is
//! stored, the server goes on, and its log has learnt nothing. E01 to E05 are in `fhir`, with what they cross.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod budgets;
mod documents;
mod insiders;
mod logins;
mod rendering;
mod requests;
mod target;
