//! The holder's acts over `/api`, from outside.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "../common/mod.rs"]
mod common;

mod description;
mod holder;
mod see_as;
mod sessions;
