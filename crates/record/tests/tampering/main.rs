//! Every kind of tampering, done on the files behind the store's back: `verify` finds it and says where, and
//! what runs refuses to serve it (issue 2, item 4; abuse cases J01 to J03, K05, M02).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod bits;
#[path = "../common/mod.rs"]
mod common;
mod live;
mod put_back;
mod rows;
mod scene;

use crate::scene::*;

/// The record, and all that is said of it and of nobody else.
#[track_caller]
fn found_in(copy: &Copy, case: &str, says: &str) {
    let faults = copy.faults();
    let (mine, theirs) = (SCENE.mine.record.to_string(), SCENE.theirs.record.to_string());
    let told = faults.iter().any(|fault| fault.contains(&mine) && fault.contains(says));
    assert!(told, "{case}: nothing says {says:?} of {mine}:\n{}", faults.join("\n"));
    assert!(!faults.iter().any(|fault| fault.contains(&theirs)), "{case}: the other is accused: {faults:#?}");
}
