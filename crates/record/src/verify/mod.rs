//! `carnet verify`: reads everything again and says what is wrong and where (design, invariants 2, 5 and 7).
//! It trusts the keeper alone: the store may have been changed by anybody, at any time, in any way.

mod log;
mod one_record;

use std::collections::HashMap;

use journal::{Fault as Found, LogAudit};
use model::RecordId;
use serde::Serialize;
use store::Space;

use crate::failure::Fault;
use crate::records::Parts;

/// What `verify` prints with `--json`.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub records: u64,
    pub documents: u64,
    pub lines: u64,
    pub accepted: u64,
    pub refused: u64,
    pub faults: Vec<Found>,
}

/// How many rows are read at a time.
const PAGE: usize = 500;

/// Verifies a store, stopped or running. A fault of ours (the disk does not answer) ends it; what is found
/// wrong in the data is in the report.
pub fn verify(parts: &Parts, mut progress: impl FnMut(u64)) -> Result<Report, Fault> {
    let mut report = Report::default();
    report.faults.extend(crate::upkeep::anchor::faults(parts)?);
    // objects first: one that a later commit brings is in no snapshot taken before
    let snapshot = parts.store.snapshot()?;
    let says = |what: Vec<String>, place: &'static str| what.into_iter().map(move |it| Found::new(place, it));
    report.faults.extend(says(snapshot.integrity()?, "store"));
    report.faults.extend(says(parts.store.keys().integrity()?, "keys"));
    let mut audit = LogAudit::new(snapshot.leaf_count()?);
    report.faults.extend(log::nodes(&snapshot)?);
    let mut finders = Finders::default();
    let mut after: Option<RecordId> = None;
    loop {
        let page = snapshot.records(after, PAGE)?;
        let Some(last) = page.last().copied() else { break };
        for record in page {
            one_record::verify(parts, &snapshot, record, &mut audit, &mut finders, &mut report)?;
            progress(report.records);
        }
        after = Some(last);
    }
    report.faults.extend(log::name_owners(&snapshot, audit.finish())?);
    finders.check(&snapshot, &mut report)?;
    Ok(report)
}

/// What the finders must be, as the records say.
#[derive(Default)]
struct Finders(HashMap<(u8, [u8; 32]), RecordId>);

impl Finders {
    fn expect(&mut self, space: Space, hash: [u8; 32], record: RecordId, report: &mut Report) {
        if let Some(other) = self.0.insert((space.number(), hash), record)
            && other != record
        {
            let what = format!("it bears the same identifier as record {other}");
            report.faults.push(Found::new(format!("record {record}"), what));
        }
    }

    fn check(mut self, snapshot: &store::Snapshot, report: &mut Report) -> Result<(), Fault> {
        let mut after = None;
        loop {
            let page = snapshot.finders(after, PAGE)?;
            let Some(last) = page.last() else { break };
            after = Some((last.space, last.hash));
            for finder in page {
                match self.0.remove(&(finder.space.number(), finder.hash)) {
                    Some(record) if record == finder.record => {}
                    Some(record) => report.faults.push(Found::new(
                        format!("record {record}"),
                        format!("a finder that should lead to it leads to record {}", finder.record),
                    )),
                    None => report.faults.push(Found::new(
                        format!("record {}", finder.record),
                        "a finder leads to it that is not its own",
                    )),
                }
            }
        }
        for record in self.0.into_values() {
            report
                .faults
                .push(Found::new(format!("record {record}"), "a finder that should lead to it is missing"));
        }
        Ok(())
    }
}
