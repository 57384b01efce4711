//! "Ce document est faux": the holder says so, the document is flagged, its depositor is told by a job and answers
//! (rules, W5). The depositor who agrees replaces or deletes it besides; who does not, stands by it.

use model::{Act, EntryId, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach, nothing_follows};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal};
use crate::life::{Answer, Dispute};
use crate::records::Records;
use crate::upkeep::clock::Due;

impl Records {
    pub fn dispute(&self, call: &Call, record: RecordId, id: EntryId) -> Result<Disclosed<Managed>, Failure> {
        let now = self.now();
        let change = DocumentChange {
            act: Act::Dispute,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, turn| {
                if state.dispute.as_ref().is_some_and(Dispute::is_open) {
                    return Err(Refusal::because("document", "its depositor was told already"));
                }
                state.dispute = Some(Dispute { since: turn.now, by: turn.by.clone(), answered: None });
                Ok(())
            },
            follow: &|change, state| {
                let told = Due::TellDepositor { document: state.logical_id };
                Ok(change.due(self, now, &told)?)
            },
        };
        self.change_document(call, record, id, &change)
    }

    /// `upheld`: the depositor stands by the document.
    pub fn answer_dispute(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        upheld: bool,
    ) -> Result<Disclosed<Managed>, Failure> {
        let change = DocumentChange {
            act: Act::AnswerDispute,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, turn| match state.dispute.as_mut().filter(|it| it.is_open()) {
                Some(dispute) => {
                    dispute.answered = Some(Answer { at: turn.now, upheld });
                    Ok(())
                }
                None => Err(Refusal::because("document", "nobody says that it is wrong")),
            },
            follow: &nothing_follows,
        };
        self.change_document(call, record, id, &change)
    }
}
