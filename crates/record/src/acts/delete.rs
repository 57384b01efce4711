//! Deleting a document, and restoring it within thirty days (TD3.3c; rules, W5 and W6). Logical: it is what it was
//! when it comes back, and deleting a replacement revives nothing.

use std::cell::Cell;

use model::{Act, DocumentStatus, EntryId, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach, nothing_follows};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::upkeep::notices::Notice;

impl Records {
    pub fn delete(&self, call: &Call, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
        self.deleting(|it| self.change_document(call, record, id, it))
    }

    /// All of them or none, with one line.
    pub fn delete_all(
        &self,
        call: &Call,
        record: RecordId,
        ids: &[EntryId],
    ) -> Result<Disclosed<Vec<Managed>>, Failure> {
        self.deleting(|it| self.change_documents(call, record, ids, it))
    }

    fn deleting<T>(&self, then: impl FnOnce(&DocumentChange<'_>) -> T) -> T {
        // to delete what is said to be wrong is to answer
        let gave_way = Cell::new(false);
        let change = DocumentChange {
            act: Act::Delete,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, turn| {
                let deleted = DocumentStatus::Deleted { at: turn.now };
                state.before_deletion = Some(std::mem::replace(&mut state.status, deleted));
                gave_way.set(state.gave_way(turn.now));
                Ok(())
            },
            follow: &|change, _| match gave_way.get() {
                true => Ok(change.tell(self, Notice::DisputeAnswered)?),
                false => Ok(()),
            },
        };
        then(&change)
    }

    pub fn restore(&self, call: &Call, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
        self.restoring(|it| self.change_document(call, record, id, it))
    }

    /// All of them or none, with one line.
    pub fn restore_all(
        &self,
        call: &Call,
        record: RecordId,
        ids: &[EntryId],
    ) -> Result<Disclosed<Vec<Managed>>, Failure> {
        self.restoring(|it| self.change_documents(call, record, ids, it))
    }

    fn restoring<T>(&self, then: impl FnOnce(&DocumentChange<'_>) -> T) -> T {
        let change = DocumentChange {
            act: Act::Restore,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, _| {
                state.status = state.before_deletion.take().unwrap_or(DocumentStatus::Approved);
                Ok(())
            },
            follow: &nothing_follows,
        };
        then(&change)
    }
}
