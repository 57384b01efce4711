//! How far this process has seen each record go: a head that is behind it was put back (design, invariant 7).

use std::collections::HashMap;
use std::sync::Mutex;

use model::{Instant, Place, RecordId, RowKind};

use crate::account::Account;
use crate::base::damaged;
use crate::commit::line_row;
use crate::failure::Fault;
use crate::records::Records;

/// Bounded: at most this many records are remembered, then the memory starts anew. `verify` and the anchor
/// hold for what is forgotten here.
const MOST: usize = 200_000;

/// In the place of a line's number.
const DESTROYED: u64 = u64::MAX;

/// Lines of the ledger opened at once.
const CHUNK: usize = 500;

pub(crate) struct Seen {
    highest: Mutex<HashMap<RecordId, u64>>,
    /// What was seen was seen from then on.
    since: Instant,
}

impl Seen {
    pub(crate) fn new(since: Instant) -> Self {
        Self { highest: Mutex::default(), since }
    }

    /// Notes a head's sequence number; false when a higher one was seen before.
    pub(crate) fn note(&self, record: RecordId, seq: u64) -> bool {
        let Ok(mut seen) = self.highest.lock() else { return true };
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
        if let Ok(mut seen) = self.highest.lock() {
            seen.insert(record, DESTROYED);
        }
    }

    /// Before a read: what a head must at least be at. A snapshot taken after this may not be below it.
    pub(crate) fn floor(&self, record: RecordId) -> u64 {
        let seen = self.highest.lock().ok().and_then(|seen| seen.get(&record).copied());
        seen.filter(|seq| *seq != DESTROYED).unwrap_or(0)
    }
}

impl Records {
    /// A record that was seen and is no longer there: whether another node on this store destroyed it, as a line of
    /// the ledger says under its seal. Removed in any other way it is damage.
    pub(crate) fn was_destroyed(&self, record: RecordId) -> Result<bool, Fault> {
        let ledger = self.inner().ledger.record;
        if record == ledger {
            return Ok(false);
        }
        let Some(readable) = self.readable(ledger)? else { return Ok(false) };
        let opener = readable.keyring.opener(RowKind::Trace);
        let unread = || damaged(ledger, "a trace line");
        let mut before = None;
        loop {
            let rows = readable.base.snapshot.last_lines(ledger, before, CHUNK)?;
            let Some(last) = rows.last().map(|it| it.seq) else { return Ok(false) };
            for row in rows {
                let place =
                    Place { record: ledger, kind: RowKind::Trace, row: line_row(row.seq), version: 1 };
                let plain = opener.open(&place, &row.sealed).map_err(|_| unread())?;
                let line = journal::Line::parse(&plain).map_err(|_| unread())?;
                if line.at < self.inner().seen.since {
                    return Ok(false);
                }
                let account: Account = serde_json::from_value(line.account).map_err(|_| unread())?;
                if account.destroyed.is_some_and(|it| it.record == record) {
                    self.inner().seen.forget(record);
                    return Ok(true);
                }
            }
            before = Some(last);
        }
    }
}
