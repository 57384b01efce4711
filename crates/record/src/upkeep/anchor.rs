//! The anchor: signed checkpoints of the log, kept apart from the data (design, invariant 7). A store that is
//! behind it does not start.

use journal::{Checkpoint, SignedCheckpoint};

use crate::failure::Fault;
use crate::records::{Parts, Records};

/// Whose log it is, as checkpoints name it.
pub(crate) const ORIGIN: &str = "carnet";

impl Records {
    /// Signs and keeps the log's head, when it has grown. Called within a second of any commit, and at the end.
    pub fn anchor(&self) -> Result<bool, Fault> {
        let parts = self.parts();
        // here because it comes by every second, whether anybody asks for anything or not
        self.inner().cache.sweep(self.now());
        let snapshot = parts.store.snapshot()?;
        let size = snapshot.leaf_count()?;
        let last = last(parts)?;
        if last.is_some_and(|it| it.checkpoint.size() >= size) || size == 0 {
            return Ok(false);
        }
        let root = journal::tree::root(size, |level, index| node(&snapshot, level, index))?;
        let damaged = || Fault::Unwritable { what: "a checkpoint" };
        let checkpoint = Checkpoint::new(ORIGIN, size, root, self.now()).map_err(|_| damaged())?;
        let signed = checkpoint.sign(|message| parts.keeper.sign(message))?;
        parts.store.anchor().append(signed.to_line().as_bytes())?;
        Ok(true)
    }
}

/// Refuses a store whose log is behind its anchor, or another than the anchor has seen.
pub(crate) fn check(parts: &Parts) -> Result<(), Fault> {
    match faults(parts)?.into_iter().next() {
        None => Ok(()),
        Some(fault) => Err(Fault::BehindAnchor(fault.what)),
    }
}

/// What is wrong between the anchor and the log.
pub(crate) fn faults(parts: &Parts) -> Result<Vec<journal::Fault>, Fault> {
    // the anchor is read first: the log only grows, so it may be ahead and never behind
    let Some(last) = last(parts)? else { return Ok(Vec::new()) };
    if last.verify(&parts.keeper.public_key()).is_err() {
        return Ok(vec![journal::Fault::new("anchor", "its last checkpoint is not signed by this keeper")]);
    }
    let snapshot = parts.store.snapshot()?;
    let size = snapshot.leaf_count()?;
    let found = journal::check_anchor(&last.checkpoint, size, |level, index| node(&snapshot, level, index))?;
    Ok(found.into_iter().collect())
}

fn last(parts: &Parts) -> Result<Option<SignedCheckpoint>, Fault> {
    let Some(line) = parts.store.anchor().last()? else { return Ok(None) };
    let unreadable = || Fault::BehindAnchor("the anchor's last line cannot be read".into());
    let text = std::str::from_utf8(&line).map_err(|_| unreadable())?;
    SignedCheckpoint::from_line(text).map(Some).map_err(|_| unreadable())
}

pub(crate) fn node(snapshot: &store::Snapshot, level: u8, index: u64) -> Result<journal::Hash, Fault> {
    let missing = || Fault::BehindAnchor(format!("the log's node {level}/{index} is missing"));
    snapshot.log_node(level, index)?.ok_or_else(missing)
}
