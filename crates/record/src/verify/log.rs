//! The log's own rows: every leaf in its order, every stored node what its leaves make it.

use journal::Fault as Found;
use journal::tree::Frontier;
use store::Snapshot;

use super::PAGE;
use crate::failure::Fault;

pub(super) fn nodes(snapshot: &Snapshot) -> Result<Vec<Found>, Fault> {
    let mut found = Vec::new();
    let mut frontier = Frontier::default();
    let size = snapshot.leaf_count()?;
    while frontier.size() < size {
        let page = snapshot.leaves(frontier.size(), PAGE)?;
        if page.is_empty() {
            found.push(Found::new("log", format!("leaves from {} on are missing", frontier.size())));
            break;
        }
        for leaf in page {
            if leaf.index != frontier.size() {
                found.push(Found::new("log", format!("leaf {} is missing", frontier.size())));
                return Ok(found);
            }
            for (level, index, hash) in frontier.push(leaf.hash) {
                if snapshot.log_node(level, index)? != Some(hash) {
                    found.push(Found::new(
                        "log",
                        format!("node {level}/{index} is not what its leaves make it"),
                    ));
                }
            }
        }
    }
    Ok(found)
}

/// Says whose record was put back, where the store's own note of a leaf's owner still says it.
pub(super) fn name_owners(snapshot: &Snapshot, faults: Vec<Found>) -> Result<Vec<Found>, Fault> {
    let mut named = Vec::with_capacity(faults.len());
    for fault in faults {
        let leaf = fault.what.strip_prefix("leaf ").or_else(|| fault.what.strip_prefix("leaves "));
        let index = leaf.and_then(|rest| rest.split(' ').next()).and_then(|index| index.parse().ok());
        let owner = match index {
            Some(index) if fault.what.contains("in no line") => snapshot.leaf_owner(index)?,
            _ => None,
        };
        named.push(match owner {
            Some(record) => Found::new(format!("record {record}"), fault.what),
            None => fault,
        });
    }
    Ok(named)
}
