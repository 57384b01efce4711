//! The announcement was made: what was hidden from the holder is shown, with every version of it (rules, A6 and W9;
//! CSP R.1111-53). Irreversible.

use model::{Act, EntryId, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach, nothing_follows};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    pub fn announce(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
    ) -> Result<Disclosed<Managed>, Failure> {
        let change = shown_to_holder(Act::Announce, true);
        self.change_document(call, record, id, &change)
    }
}

pub(super) fn shown_to_holder(act: Act, announced: bool) -> DocumentChange<'static> {
    DocumentChange {
        act,
        request: Request { announced, ..Request::default() },
        reach: Reach::Lineage,
        apply: &|state, _| {
            state.visibility.hidden_from_holder = false;
            Ok(())
        },
        follow: &nothing_follows,
    }
}
