//! "Ce document est faux": the holder says so, the document is flagged, its depositor is told by a job and answers
//! (rules, W5): replaces or deletes it, or stands by it with a word to the holder, who is told.

use model::{Act, EntryId, Instant, RecordId, Request};

use crate::acts::document_change::{DocumentChange, Managed, Reach};
use crate::call::Call;
use crate::disclosed::Disclosed;
use crate::failure::{Failure, Refusal};
use crate::life::{Answer, Dispute};
use crate::records::Records;
use crate::rows::DocumentState;
use crate::upkeep::clock::Due;
use crate::upkeep::notices::Notice;

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

    /// `upheld`: the depositor stands by the document; else they say that it is wrong, and replace or delete it
    /// besides. `word` is theirs to the holder.
    pub fn answer_dispute(
        &self,
        call: &Call,
        record: RecordId,
        id: EntryId,
        upheld: bool,
        word: Option<&str>,
    ) -> Result<Disclosed<Managed>, Failure> {
        let word = word.map(str::trim).filter(|it| !it.is_empty()).map(str::to_owned);
        let change = DocumentChange {
            act: Act::AnswerDispute,
            request: Request::default(),
            reach: Reach::One,
            apply: &|state, turn| {
                if word.as_ref().is_some_and(|it| it.chars().count() > WORD_MAX) {
                    return Err(Refusal::because("word", "a thousand characters at most"));
                }
                match state.answer(Answer { at: turn.now, upheld, word: word.clone() }) {
                    true => Ok(()),
                    false => Err(Refusal::because("document", "nobody says that it is wrong")),
                }
            },
            follow: &|change, _| Ok(change.tell(self, Notice::DisputeAnswered)?),
        };
        self.change_document(call, record, id, &change)
    }
}

const WORD_MAX: usize = 1000;

impl DocumentState {
    /// Ends the flag, where there is one.
    pub(crate) fn answer(&mut self, answer: Answer) -> bool {
        let open = self.dispute.as_mut().filter(|it| it.is_open());
        open.map(|it| it.answered = Some(answer)).is_some()
    }

    /// The depositor deletes or replaces it: that is an answer too.
    pub(crate) fn gave_way(&mut self, at: Instant) -> bool {
        self.answer(Answer { at, upheld: false, word: None })
    }
}
