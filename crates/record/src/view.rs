//! A record as a search or a consultation looks at it: kept open from a request of the last minutes, or read now.
//! What is kept only ever serves to permit. Whatever it does not allow, or does not hold, is decided again on what
//! the store says: so refused, absent and damaged take the same way, whoever opened the record before.

use std::cell::Cell;
use std::sync::Arc;

use model::{ClassCode, EntryId, QualifiedIdentity, RecordId, RowId, RowKind, SubmissionSet};
use store::{Row, Snapshot};
use zeroize::Zeroizing;

use crate::attempt::{Loaded, Target};
use crate::base::{damaged, plain};
use crate::call::Call;
use crate::commit::Change;
use crate::failure::{Failure, Fault};
use crate::opened::{Kept, Opened};
use crate::records::{Records, ins_hash, reader_row};
use crate::revealing::Neighbours;
use crate::rows::{DocumentDetails, DocumentState, GateRow, MetadataRow, Plain};

/// A record to decide on.
pub(crate) struct View {
    pub(crate) opened: Arc<Opened>,
    /// None where it was kept open.
    pub(crate) loaded: Option<Loaded>,
    /// Sets were opened that were not open before.
    pub(crate) more_sets: Cell<bool>,
}

/// A document of it; both rows as well, where they were read just now.
pub(crate) struct Piece {
    pub(crate) kept: Arc<Kept>,
    pub(crate) read: Option<(DocumentState, DocumentDetails)>,
}

/// A document's two rows, read, with their plain bytes.
struct Parts {
    state: Box<DocumentState>,
    details: Box<DocumentDetails>,
    plain: (Zeroizing<Vec<u8>>, Zeroizing<Vec<u8>>),
}

impl Parts {
    fn into_piece(self) -> Piece {
        let kept = Arc::new(Kept::of(&self.state, &self.details, self.plain));
        Piece { kept, read: Some((*self.state, *self.details)) }
    }
}

impl Records {
    /// The record kept open, if this caller has read it before: a reading the holder
    /// is told of writes.
    pub(crate) fn kept(&self, call: &Call, target: &Target) -> Result<Option<View>, Fault> {
        let cache = &self.inner().cache;
        let record = match target {
            Target::Record(record) => Some(*record),
            Target::Ins(ins) => cache.find(&ins_hash(&*self.parts().keeper, ins)?),
        };
        let Some(record) = record else { return Ok(None) };
        let removals = self.parts().store.keys().removals();
        let Some(opened) = cache.get(record, self.now(), removals) else { return Ok(None) };
        if let Some(professional) = call.caller.professional() {
            let row = reader_row(&*self.parts().keeper, record, &professional.id)?;
            if opened.tells_every_access || !opened.marks.contains_key(&(RowKind::Identity, row)) {
                return Ok(None);
            }
        }
        Ok(Some(View { opened, loaded: None, more_sets: Cell::new(false) }))
    }

    /// The record as the store has it now.
    pub(crate) fn fresh(&self, target: &Target) -> Result<Option<View>, Fault> {
        let (removals, now) = (self.parts().store.keys().removals(), self.now());
        let Some(loaded) = self.load(target)? else { return Ok(None) };
        let opened = Arc::new(Opened::of(&loaded, now, removals)?);
        Ok(Some(View { opened, loaded: Some(loaded), more_sets: Cell::new(false) }))
    }

    /// Keeps what was opened for the next minutes.
    pub(crate) fn keep_open(&self, view: &View) -> Result<(), Fault> {
        let hash = match &view.loaded {
            Some(loaded) => ins_hash(&*self.parts().keeper, loaded.status.ins())?,
            None => ins_hash(&*self.parts().keeper, &view.opened.identity()?.ins)?,
        };
        self.inner().cache.keep(&view.opened, hash);
        Ok(())
    }
}

impl View {
    pub(crate) fn record(&self) -> RecordId {
        self.opened.record
    }

    /// What was read now; a fault where it was kept open, for who asked for it fresh.
    pub(crate) fn loaded(&self) -> Result<&Loaded, Fault> {
        self.loaded.as_ref().ok_or(self.damaged())
    }

    pub(crate) fn change(&self) -> Change {
        match &self.loaded {
            Some(loaded) => Change::on(&loaded.readable.base),
            None => Change::on_opened(&self.opened),
        }
    }

    pub(crate) fn identity(&self) -> Result<QualifiedIdentity, Fault> {
        match &self.loaded {
            Some(loaded) => Ok(loaded.identity.identity.clone()),
            None => self.opened.identity(),
        }
    }

    /// Every document, deleted ones too. Answers whether more was opened than before.
    pub(crate) fn documents(&self, records: &Records) -> Result<(Vec<Piece>, bool), Fault> {
        if let Some(all) = self.opened.all() {
            let all = all.iter().map(|kept| Piece { kept: Arc::clone(kept), read: None }).collect();
            return Ok((all, false));
        }
        let pieces = self.at(records, |at| self.read_all(records, at))?;
        self.opened.keep_all(pieces.iter().map(|it| Arc::clone(&it.kept)).collect());
        Ok((pieces, true))
    }

    /// The submission sets of these rows, in their order; those that are not there are left out.
    pub(crate) fn sets(&self, records: &Records, rows: &[RowId]) -> Result<Vec<SubmissionSet>, Fault> {
        let there = |row: &&RowId| self.opened.marks.contains_key(&(RowKind::Metadata, **row));
        let rows: Vec<RowId> = rows.iter().filter(there).copied().collect();
        let mut plain: Vec<_> = rows.iter().map(|row| self.opened.set(*row)).collect();
        if plain.iter().any(Option::is_none) {
            self.at(records, |at| {
                for (row, plain) in rows.iter().zip(&mut plain).filter(|(_, plain)| plain.is_none()) {
                    let sealed = at.row(self.record(), RowKind::Metadata, *row)?.ok_or(self.damaged())?;
                    *plain = Some(self.opened.keep_set(*row, self.plain(&sealed)?));
                }
                Ok(())
            })?;
            self.more_sets.set(true);
        }
        let mut sets = Vec::with_capacity(plain.len());
        for plain in plain.iter().flatten() {
            match MetadataRow::read(plain).map_err(|_| self.damaged())? {
                MetadataRow::Set(set) => sets.push(*set),
                MetadataRow::Document(_) => {}
            }
        }
        Ok(sets)
    }

    /// The document whose logical id this is. Answers whether it was opened just now.
    pub(crate) fn document(&self, records: &Records, id: EntryId) -> Result<Option<(Piece, bool)>, Fault> {
        let asked = RowId::from(id);
        if let Some(kept) = self.opened.one(asked) {
            return Ok(Some((Piece { kept, read: None }, false)));
        }
        // what is not there costs as much as what is: another document is opened, and not used
        let Some(row) = self.opened.has(asked).then_some(asked).or_else(|| self.opened.any()) else {
            return Ok(None);
        };
        let parts = self.at(records, |at| {
            let (gate, metadata) =
                (at.row(self.record(), RowKind::Gate, row)?, at.row(self.record(), RowKind::Metadata, row)?);
            let (Some(gate), Some(metadata)) = (gate, metadata) else { return Err(self.damaged()) };
            self.parts(&gate, &metadata)
        })?;
        let Some(parts) = parts.filter(|_| row == asked) else { return Ok(None) };
        // what a reimbursement would reveal, its neighbours say (rules, A9)
        if parts.state.class == ClassCode::Reimbursement {
            let (pieces, more) = self.documents(records)?;
            return Ok(pieces.into_iter().find(|it| it.kept.logical_id == id).map(|it| (it, more)));
        }
        let piece = parts.into_piece();
        self.opened.keep_one(Arc::clone(&piece.kept));
        Ok(Some((piece, true)))
    }

    fn at<T>(&self, records: &Records, read: impl FnOnce(&Snapshot) -> Result<T, Fault>) -> Result<T, Fault> {
        match &self.loaded {
            Some(loaded) => read(&loaded.readable.base.snapshot),
            None => read(&records.parts().store.snapshot()?),
        }
    }

    fn read_all(&self, records: &Records, at: &Snapshot) -> Result<Vec<Piece>, Fault> {
        let marks = &self.opened.marks;
        let expected =
            marks.keys().filter(|(kind, row)| *kind == RowKind::Gate && self.opened.has(*row)).count();
        let pairs = at.pairs(self.record(), RowKind::Gate, RowKind::Metadata)?;
        // a row the digest counts but the store does not give back is damage, not absence
        if pairs.len() != expected {
            return Err(self.damaged());
        }
        let mut all = Vec::with_capacity(pairs.len());
        for (gate, metadata) in &pairs {
            all.extend(self.parts(gate, metadata)?);
        }
        if all.iter().any(|it| it.state.class == ClassCode::Reimbursement) {
            let mut neighbours = Neighbours::new(records, &self.opened.secret_days);
            all.iter().for_each(|it| neighbours.add(&it.state, &it.details.description));
            let revealing = neighbours.revealing();
            all.iter_mut().for_each(|it| it.state.reveals_hidden = revealing.contains(&it.state.logical_id));
        }
        Ok(all.into_iter().map(Parts::into_piece).collect())
    }

    /// A document from its two rows, each the very one that was counted.
    fn parts(&self, gate: &Row, metadata: &Row) -> Result<Option<Parts>, Fault> {
        let (gate, metadata) = (self.plain(gate)?, self.plain(metadata)?);
        let state = GateRow::read(&gate).map_err(|_| self.damaged())?;
        let details = MetadataRow::read(&metadata).map_err(|_| self.damaged())?;
        let (GateRow::Document(state), MetadataRow::Document(details)) = (state, details) else {
            return Ok(None);
        };
        Ok(Some(Parts { state, details, plain: (gate, metadata) }))
    }

    fn plain(&self, row: &Row) -> Result<Zeroizing<Vec<u8>>, Fault> {
        let counted = self.opened.marks.get(&(row.kind, row.row));
        if !counted.is_some_and(|it| it.version == row.version && it.tag == row.tag) {
            return Err(self.damaged());
        }
        let opener = match row.kind {
            RowKind::Gate => self.opened.keys.gate(),
            _ => &self.opened.metadata,
        };
        plain(self.record(), opener, row)
    }

    pub(crate) fn damaged(&self) -> Fault {
        damaged(self.record(), "a row")
    }
}

impl Piece {
    /// Both rows, read now if they were not.
    pub(crate) fn into_rows(self, of: RecordId) -> Result<(DocumentState, DocumentDetails), Failure> {
        match self.read {
            Some(read) => Ok(read),
            None => Ok(self.kept.read().map_err(|_| damaged(of, "a row"))?),
        }
    }
}
