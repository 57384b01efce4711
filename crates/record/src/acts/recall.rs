//! What was fed under a wrong identity is taken out of the record (rules, W14): nobody reads it from this commit on,
//! and a job erases its row, its metadata and its bytes, and lets its unique id go, so that it can be fed where it
//! belongs. The depositor recalls what they fed; two agents correct it (`two_agents.rs`).

use model::{Act, DocumentStatus, EntryId, Instant, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;
use crate::rows::DocumentState;
use crate::upkeep::clock::Due;

impl Records {
    pub fn recall(&self, call: &Call, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
        let now = self.now();
        let change = DocumentChange {
            act: Act::Recall,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, turn| {
                take_out(state, turn.now);
                Ok(())
            },
            follow: &|change, state| Ok(change.due(self, now, &Due::Erase { document: state.logical_id })?),
        };
        self.change_document(call, record, id, &change)
    }
}

/// From now on it is not there for anybody; the job erases it.
pub(crate) fn take_out(state: &mut DocumentState, now: Instant) {
    state.status = DocumentStatus::Deleted { at: now };
    state.recalled = Some(now);
    // one that was deleted is as little there as before: a version tells it apart
    state.before_deletion = None;
}
