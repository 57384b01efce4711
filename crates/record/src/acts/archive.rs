//! Archiving what is current, and taking it back (TD3.3d; rules, A3 and W7).

use model::{Act, DocumentStatus, EntryId, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach, nothing_follows};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    pub fn archive(&self, call: &Call, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
        self.archiving(|it| self.change_document(call, record, id, it))
    }

    /// All of them or none, with one line.
    pub fn archive_all(
        &self,
        call: &Call,
        record: RecordId,
        ids: &[EntryId],
    ) -> Result<Disclosed<Vec<Managed>>, Failure> {
        self.archiving(|it| self.change_documents(call, record, ids, it))
    }

    fn archiving<T>(&self, then: impl FnOnce(&DocumentChange<'_>) -> T) -> T {
        let change = DocumentChange {
            act: Act::Archive,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, turn| {
                state.status = DocumentStatus::Archived { at: turn.now };
                Ok(())
            },
            follow: &nothing_follows,
        };
        then(&change)
    }

    pub fn unarchive(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Disclosed<Managed>, Failure> {
        self.unarchiving(|it| self.change_document(call, record, id, it))
    }

    /// All of them or none, with one line.
    pub fn unarchive_all(
        &self,
        call: &Call,
        record: RecordId,
        ids: &[EntryId],
    ) -> Result<Disclosed<Vec<Managed>>, Failure> {
        self.unarchiving(|it| self.change_documents(call, record, ids, it))
    }

    fn unarchiving<T>(&self, then: impl FnOnce(&DocumentChange<'_>) -> T) -> T {
        let change = DocumentChange {
            act: Act::Unarchive,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, _| {
                state.status = DocumentStatus::Approved;
                Ok(())
            },
            follow: &nothing_follows,
        };
        then(&change)
    }
}
