//! Shown before its time, or no longer a secret: to the holder, by who may (rules, W9); to representatives, with the
//! minor's agreement. Irreversible.

use model::{Act, DocumentEntry, EntryId, Instant, RecordId, Request};

use crate::acts::announce::shown_to_holder;
use crate::acts::document_change::{DocumentChange, Managed, Reach, nothing_follows};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::Failure;
use crate::records::Records;

impl Records {
    /// Shown to the holder before the month is over; `announced`: whoever calls made the announcement.
    pub fn make_visible(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        announced: bool,
    ) -> Result<Disclosed<Managed>, Failure> {
        self.change_document(call, record, id, &shown_to_holder(Act::MakeVisible, announced))
    }

    /// Until when a document is hidden from its holder, where it still is (rules, A6).
    pub fn hidden_until(&self, entry: &DocumentEntry) -> Option<Instant> {
        let until = self.policy().profile.hidden_until(entry.deposited);
        (entry.visibility.hidden_from_holder && self.now() < until).then_some(until)
    }

    /// Shown to representatives; `minor_agreed`: the minor's agreement was recorded.
    pub fn make_visible_to_representatives(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        minor_agreed: bool,
    ) -> Result<Disclosed<Managed>, Failure> {
        self.change_document(call, record, id, &shown(minor_agreed))
    }
}

pub(super) fn shown(minor_agreed: bool) -> DocumentChange<'static> {
    DocumentChange {
        act: Act::MakeVisibleToRepresentatives,
        request: Request { minor_agreed, ..Request::default() },
        reach: Reach::One,
        apply: &|state, _| {
            state.visibility.hidden_from_representatives = false;
            Ok(())
        },
        follow: &nothing_follows,
    }
}
