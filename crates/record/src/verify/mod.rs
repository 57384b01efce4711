//! `carnet verify`: reads everything again and says what is wrong and where (design, invariants 2, 5 and 7).
//! It trusts the keeper alone: the store may have been changed by anybody, at any time, in any way.
//!
//! What no line speaks of is not verified: the queue (a job that is deleted is a notice that is not sent; one
//! that is changed does not open), and the anonymous counters.

mod destroyed;
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
    let anchored = crate::upkeep::anchor::faults(parts);
    let anchored = told(anchored, &"log", &mut report.faults)?;
    report.faults.extend(anchored.unwrap_or_default());
    let snapshot = parts.store.snapshot()?;
    let says = |what: Vec<String>, place: &'static str| what.into_iter().map(move |it| Found::new(place, it));
    let whole = told(snapshot.integrity().map_err(Fault::from), &"store", &mut report.faults)?;
    report.faults.extend(says(whole.unwrap_or_default(), "store"));
    let whole = told(parts.store.keys().integrity().map_err(Fault::from), &"keys", &mut report.faults)?;
    report.faults.extend(says(whole.unwrap_or_default(), "keys"));
    let size = told(snapshot.leaf_count().map_err(Fault::from), &"log", &mut report.faults)?;
    let mut audit = LogAudit::new(size.unwrap_or(0));
    let nodes = told(log::nodes(&snapshot), &"log", &mut report.faults)?;
    report.faults.extend(nodes.unwrap_or_default());
    let mut finders = Finders::default();
    let mut after: Option<RecordId> = None;
    loop {
        let page = snapshot.records(after, PAGE)?;
        let Some(last) = page.last().copied() else { break };
        for record in page {
            let one = one_record::verify(parts, &snapshot, record, &mut audit, &mut finders, &mut report);
            told(one, &format_args!("record {record}"), &mut report.faults)?;
            progress(report.records);
        }
        after = Some(last);
    }
    report.faults.extend(log::name_owners(&snapshot, audit.finish())?);
    finders.check(&snapshot, &mut report)?;
    Ok(report)
}

/// Damage to the data is a finding, and the rest is looked at all the same; what is left is ours.
fn told<T>(
    result: Result<T, Fault>,
    place: &dyn std::fmt::Display,
    faults: &mut Vec<Found>,
) -> Result<Option<T>, Fault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(Fault::BehindAnchor(what)) => {
            faults.push(Found::new(place, what));
            Ok(None)
        }
        Err(Fault::Store(damage @ store::Fault::Damaged { .. })) => {
            faults.push(Found::new(place, damage));
            Ok(None)
        }
        Err(fault) => Err(fault),
    }
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
