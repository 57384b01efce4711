//! The process under test, from outside: alive or not, signals, its log, and `carnet verify` on its folder.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::common::Demo;

/// There, and not only waiting to be collected.
pub fn is_alive(process: u32) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, state)| !state.starts_with('Z'))
}

/// `"KILL"`, `"TERM"` …
pub fn signal(process: u32, name: &str) {
    let sent = Command::new("kill").args([&format!("-{name}"), &process.to_string()]).status().unwrap();
    assert!(sent.success(), "{name} was not sent");
}

pub fn log(demo: &Demo) -> String {
    fs::read_to_string(&demo.log).unwrap_or_default()
}

/// `carnet verify` finds no fault; what it counted.
pub fn assert_whole(data: &Path) -> Value {
    let verified = Command::new(env!("CARGO_BIN_EXE_carnet"))
        .args(["verify", "--json", "--data"])
        .arg(data)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&verified.stdout).unwrap_or_default();
    assert!(verified.status.success(), "verify: {report} {}", String::from_utf8_lossy(&verified.stderr));
    report
}
