//! XDS.b and MTOM through their public face: what is fed, asked for, answered and updated.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../../../xml/tests/common/mod.rs"]
mod common;
mod feeding;
mod fixtures;
mod hostile;
mod parts;
mod querying;
mod retrieving;
mod roundtrip;
mod signature;
mod updating;
mod wrong_feeding;
