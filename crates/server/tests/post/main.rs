//! Messages leave by a real mail server, a real gateway and onto a real disk.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod letters;
mod node;
mod sms;
mod smtp;
