//! A destroyed record is whole: its leaves belong to nobody, as the ledger's line about its end says, and nothing
//! else of it is there. A leaf without a line that the ledger does not speak of is a record that was removed.

use journal::{Fault as Found, LogAudit};
use store::Snapshot;

use super::Report;
use crate::account::Destroyed;
use crate::failure::Fault;
use crate::records::Parts;

pub(super) fn check(
    parts: &Parts,
    snapshot: &Snapshot,
    ended: &[Destroyed],
    audit: &mut LogAudit,
    report: &mut Report,
) -> Result<(), Fault> {
    let size = snapshot.leaf_count()?;
    for Destroyed { record, leaves } in ended {
        let mut says = |what: &str| report.faults.push(Found::new(format!("record {record}"), what));
        if snapshot.head(*record)?.is_some() {
            says("it was destroyed, and is back");
            continue;
        }
        if parts.store.keys().get(*record)?.is_some() {
            says("it was destroyed, and its key is still there");
        }
        for leaf in leaves.iter().flat_map(|(first, count)| *first..first.saturating_add(*count).min(size)) {
            match snapshot.leaf_owner(leaf)? {
                None => audit.excuse(leaf),
                Some(_) => says("it was destroyed, and a leaf of the log is still said to be its own"),
            }
        }
    }
    Ok(())
}
