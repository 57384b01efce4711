//! `carnet verify`: reads a stopped or running store again, whole, and says what is wrong and where.

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use policy::{Policy, ProfileName};
use record::Report;

use crate::chance::{SystemClock, SystemDice};
use crate::node::{self, NodeError};

/// Verifies the store of a data folder.
pub fn run(folder: &Path) -> Result<Report, NodeError> {
    let policy = Policy::builtin(ProfileName::Dmp2018)?;
    let parts = node::open_read_only(folder, Arc::new(SystemClock), Arc::new(SystemDice), policy)?;
    let shows = std::io::stderr().is_terminal();
    let report = record::verify(&parts, |records| {
        if shows && records.is_multiple_of(100) {
            eprint!("\r{records} records verified");
        }
    });
    if shows {
        eprint!("\r\x1b[K");
    }
    report.map_err(NodeError::Records)
}

/// For a person: one fault a line, then the counts.
pub fn print(report: &Report, out: &mut dyn Write) -> std::io::Result<()> {
    for fault in &report.faults {
        writeln!(out, "{}: {}", fault.location, fault.what)?;
    }
    let Report { records, documents, lines, accepted, refused, faults } = report;
    writeln!(
        out,
        "{records} records, {documents} documents, {lines} trace lines ({accepted} accepted, {refused} refused): {}",
        match faults.len() {
            0 => "all is whole".to_owned(),
            1 => "1 fault".to_owned(),
            more => format!("{more} faults"),
        }
    )
}
