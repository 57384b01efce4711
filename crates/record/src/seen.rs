//! How far this process has seen each record go: a head that is behind it was put back (design, invariant 7).

use std::collections::HashMap;
use std::sync::Mutex;

use model::RecordId;

/// Bounded: at most this many records are remembered, then the memory starts anew. `verify` and the anchor
/// hold for what is forgotten here.
const MOST: usize = 200_000;

/// In the place of a line's number.
const DESTROYED: u64 = u64::MAX;

pub(crate) struct Seen(Mutex<HashMap<RecordId, u64>>);

impl Seen {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// Notes a head's sequence number; false when a higher one was seen before.
    pub(crate) fn note(&self, record: RecordId, seq: u64) -> bool {
        let Ok(mut seen) = self.0.lock() else { return true };
        if seen.len() >= MOST && !seen.contains_key(&record) {
            seen.clear();
        }
        let highest = seen.entry(record).or_insert(seq);
        if *highest == DESTROYED {
            return true;
        }
        if seq < *highest {
            return false;
        }
        *highest = seq;
        true
    }

    /// A record that was destroyed: that it is no longer there is right, and stays so.
    pub(crate) fn forget(&self, record: RecordId) {
        if let Ok(mut seen) = self.0.lock() {
            seen.insert(record, DESTROYED);
        }
    }

    /// Before a read: what a head must at least be at. A snapshot taken after this may not be below it.
    pub(crate) fn floor(&self, record: RecordId) -> u64 {
        let seen = self.0.lock().ok().and_then(|seen| seen.get(&record).copied());
        seen.filter(|seq| *seq != DESTROYED).unwrap_or(0)
    }
}
