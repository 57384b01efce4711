//! Deleting a document, and restoring it within thirty days (TD3.3c; rules, W5 and W6). Logical: it is what it was
//! when it comes back, and deleting a replacement revives nothing.

use model::{Act, DocumentStatus, EntryId, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach, nothing_follows};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    pub fn delete(&self, call: &Call, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
        let change = DocumentChange {
            act: Act::Delete,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, turn| {
                let deleted = DocumentStatus::Deleted { at: turn.now };
                state.before_deletion = Some(std::mem::replace(&mut state.status, deleted));
                Ok(())
            },
            follow: &nothing_follows,
        };
        self.change_document(call, record, id, &change)
    }

    pub fn restore(&self, call: &Call, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
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
        self.change_document(call, record, id, &change)
    }
}
