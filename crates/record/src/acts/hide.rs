//! A minor's secret on a document that is there: hidden from representatives, with what it replaced (rules, W8 and
//! W9; CSP R.1111-50).

use model::{Act, EntryId, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach, nothing_follows};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    /// `minor_agreed`: the depositor says that the minor asked for it.
    pub fn hide_from_representatives(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        minor_agreed: bool,
    ) -> Result<Disclosed<Managed>, Failure> {
        self.change_document(call, record, id, &hidden(minor_agreed))
    }
}

pub(super) fn hidden(minor_agreed: bool) -> DocumentChange<'static> {
    DocumentChange {
        act: Act::HideFromRepresentatives,
        request: Request { minor_agreed, ..Request::default() },
        reach: Reach::Chain,
        apply: &|state, turn| {
            state.visibility.hidden_from_representatives = true;
            state.minors_own |= turn.minors_own;
            Ok(())
        },
        follow: &nothing_follows,
    }
}
