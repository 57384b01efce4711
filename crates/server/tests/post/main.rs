//! Messages leave by a real mail server, a real gateway and onto a real disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod demo;
mod letters;
mod node;
mod sms;
mod smtp;
