//! What was fed under a wrong identity is taken out of the record (rules, W14): nobody reads it from this commit on,
//! and a job erases its row, its metadata and its bytes, and lets its unique id go, so that it can be fed where it
//! belongs. The depositor recalls what they fed; or two agents correct it.

use model::{Act, DocumentStatus, EntryId, PsIdNat, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::upkeep::clock::Due;

impl Records {
    /// `second`: the other agent, as proved, and `qualified`: the identity was verified; the depositor needs neither.
    pub fn recall(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        second: Option<&PsIdNat>,
        qualified: bool,
    ) -> Result<Disclosed<Managed>, Failure> {
        let now = self.now();
        let change = DocumentChange {
            act: Act::Recall,
            request: Request { second: second.cloned(), qualified_identity: qualified, ..Request::default() },
            reach: Reach::One,
            apply: &|state, turn| {
                state.status = DocumentStatus::Deleted { at: turn.now };
                state.recalled = Some(turn.now);
                // one that was deleted is as little there as before: a version tells it apart
                state.before_deletion = None;
                Ok(())
            },
            follow: &|change, state| Ok(change.due(self, now, &Due::Erase { document: state.logical_id })?),
        };
        self.change_document(call, record, id, &change)
    }
}
