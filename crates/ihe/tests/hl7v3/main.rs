//! The DMP's messages in HL7 v3: read as clients write them, answered in the shape clients read.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod answering;
mod messages;
mod reading;
mod wrong;
