//! A record as read from the store and checked: the head opens, the digest sums over every row, and nothing is
//! older than what this process has seen (design, invariant 7). Nothing is decided before this holds.

use std::collections::HashMap;
use std::sync::Arc;

use journal::Head;
use model::{EntryId, Mark, Place, RecordId, RowId, RowKind};
use store::{Row, Snapshot};
use vault::{FeedKeys, Keyring, Opener};
use zeroize::Zeroizing;

use crate::failure::Fault;
use crate::records::{Records, unwrap};
use crate::rows::{DocumentDetails, DocumentState, GateRow, MetadataRow, Plain};

/// The checked base of a record: what both doors need before they decide.
pub(crate) struct Base {
    pub(crate) record: RecordId,
    pub(crate) head: Head,
    pub(crate) keys: Arc<FeedKeys>,
    pub(crate) snapshot: Snapshot,
    marks: HashMap<(RowKind, RowId), Mark>,
}

/// A base and the keys that read: never made for the feed door.
pub(crate) struct Readable {
    pub(crate) base: Base,
    pub(crate) keyring: Keyring,
}

impl Records {
    /// For feeding: no opener but that of the gate.
    pub(crate) fn base(&self, record: RecordId) -> Result<Option<Base>, Fault> {
        Ok(self.readable(record)?.map(|it| it.base))
    }

    /// For reading and for acts on rights.
    pub(crate) fn readable(&self, record: RecordId) -> Result<Option<Readable>, Fault> {
        let parts = self.parts();
        let floor = self.inner().seen.floor(record);
        let snapshot = parts.store.snapshot()?;
        let Some(head_row) = snapshot.head(record)? else {
            let is_no_more = floor == 0 || self.was_destroyed(record)?;
            return if is_no_more { Ok(None) } else { Err(damaged(record, "the head")) };
        };
        let Some(stored) = parts.store.keys().get(record)? else {
            return Err(damaged(record, "the key"));
        };
        let keyring = unwrap(&*parts.keeper, record, &stored)?.keyring(record);
        let keys = Arc::new(keyring.for_feeding());
        let place = Place { record, kind: RowKind::Head, row: HEAD, version: head_row.version };
        let plain = keys.head().open(&place, &head_row.sealed).map_err(|_| damaged(record, "the head"))?;
        let head = Head::parse(&plain).map_err(|_| damaged(record, "the head"))?;
        if head.record != record
            || head.seq != head_row.version
            || head.epoch != stored.epoch
            || head.seq < floor
        {
            return Err(damaged(record, "the head"));
        }
        let marks = snapshot.marks(record)?;
        if *keys.digester().recompute(record, &marks).as_bytes() != head.digest {
            return Err(damaged(record, "the set of rows"));
        }
        self.inner().seen.note(record, head.seq);
        let marks = marks.into_iter().map(|mark| ((mark.kind, mark.row), mark)).collect();
        Ok(Some(Readable { base: Base { record, head, keys, snapshot, marks }, keyring }))
    }
}

impl Base {
    /// The version the next writing of this row has.
    pub(crate) fn next_version(&self, kind: RowKind, row: RowId) -> u64 {
        self.marks.get(&(kind, row)).map_or(1, |mark| mark.version + 1)
    }

    pub(crate) fn marks(&self) -> &HashMap<(RowKind, RowId), Mark> {
        &self.marks
    }

    pub(crate) fn mark(&self, kind: RowKind, row: RowId) -> Option<&Mark> {
        self.marks.get(&(kind, row))
    }

    /// One gate row, or none.
    pub(crate) fn gate<T: Plain>(&self, row: RowId) -> Result<Option<T>, Fault> {
        self.one(self.keys.gate(), RowKind::Gate, row)
    }

    /// The state of the document whose logical id this is.
    pub(crate) fn state(&self, id: EntryId) -> Result<Option<DocumentState>, Fault> {
        let row = RowId::from(id);
        if !self.marks.contains_key(&(RowKind::Metadata, row)) {
            return Ok(None);
        }
        Ok(match self.gate(row)? {
            Some(GateRow::Document(state)) => Some(*state),
            _ => None,
        })
    }

    /// The state of every document: the gate rows that have a metadata row of the same id, which is how they are
    /// told from submissions without being opened.
    pub(crate) fn states(&self) -> Result<Vec<DocumentState>, Fault> {
        let mut states = Vec::new();
        for row in self.snapshot.rows(self.record, &[RowKind::Gate])? {
            if self.marks.contains_key(&(RowKind::Metadata, row.row))
                && let GateRow::Document(state) = self.open(self.keys.gate(), &row)?
            {
                states.push(*state);
            }
        }
        Ok(states)
    }

    pub(crate) fn one<T: Plain>(
        &self,
        opener: &Opener,
        kind: RowKind,
        row: RowId,
    ) -> Result<Option<T>, Fault> {
        let found = self.snapshot.row(self.record, kind, row)?;
        // a row the digest counts but the store does not give back is damage, not absence
        if found.is_none() && self.marks.contains_key(&(kind, row)) {
            return Err(damaged(self.record, "a row"));
        }
        found.map(|row| self.open(opener, &row)).transpose()
    }

    fn open<T: Plain>(&self, opener: &Opener, row: &Row) -> Result<T, Fault> {
        T::read(&plain(self.record, opener, row)?).map_err(|_| damaged(self.record, "a row"))
    }
}

/// A row's plain bytes, if it was sealed at its place.
pub(crate) fn plain(record: RecordId, opener: &Opener, row: &Row) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let Row { kind, row: id, version, .. } = *row;
    let place = Place { record, kind, row: id, version };
    opener.open(&place, &row.sealed).map_err(|_| damaged(record, "a row"))
}

impl Readable {
    /// The one row of a kind that must be there.
    pub(crate) fn must<T: Plain>(&self, kind: RowKind, row: RowId) -> Result<T, Fault> {
        let opener = self.keyring.opener(kind);
        self.base.one(&opener, kind, row)?.ok_or(damaged(self.base.record, "a row"))
    }

    /// What every document is, by its logical id.
    pub(crate) fn details(&self) -> Result<HashMap<RowId, DocumentDetails>, Fault> {
        let base = &self.base;
        let opener = self.keyring.opener(RowKind::Metadata);
        let mut all = HashMap::new();
        for row in base.snapshot.rows(base.record, &[RowKind::Metadata])? {
            if base.marks.contains_key(&(RowKind::Gate, row.row))
                && let MetadataRow::Document(details) = base.open(&opener, &row)?
            {
                all.insert(row.row, *details);
            }
        }
        Ok(all)
    }

    /// The rows of these ids, of one kind, in their order; those that are not there are left out.
    pub(crate) fn some<T: Plain>(&self, kind: RowKind, rows: &[RowId]) -> Result<Vec<T>, Fault> {
        let opener = self.keyring.opener(kind);
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.extend(self.base.one(&opener, kind, *row)?);
        }
        Ok(found)
    }
}

/// The row id of the head's place: there is one head.
pub(crate) const HEAD: RowId = RowId::from_bytes(*b"head............");

pub(crate) fn damaged(record: RecordId, what: &'static str) -> Fault {
    Fault::Damaged { record, what }
}
