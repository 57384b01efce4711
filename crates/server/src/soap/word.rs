//! How a service of the DMP says no: a word of its own and a sentence, where XDS has its table of errors.

use ihe::hl7v3::Word;
use ihe::soap::Fault;
use record::{Failure, Refusal, RefusalKind};

use super::talk::{Asked, Not, Talk};
use super::told::{Of, Told};

/// A refusal about to be written: its word, and why.
pub(super) struct Said {
    pub(super) word: Word,
    pub(super) says: String,
}

impl Said {
    pub(super) fn new(word: Word, says: impl Into<String>) -> Self {
        Self { word, says: says.into() }
    }

    pub(super) fn invalid(says: impl Into<String>) -> Self {
        Self::new(Word::InvalidRequest, says)
    }
}

/// What `record` said, its line written. `denied`: the sentence of every refusal about the record, whatever is there.
pub(super) fn said(failure: Failure, denied: &str) -> Result<Said, Not> {
    let no = match failure {
        Failure::Refused(no) => no,
        fault => return Err(Not::by(fault, Of::Updating)),
    };
    Ok(match no.kind {
        RefusalKind::Denied | RefusalKind::NotFound | RefusalKind::NotProved => {
            Said::new(Word::Forbidden, denied)
        }
        RefusalKind::RecordFound => Said::new(Word::Found, "a record of this patient exists already"),
        RefusalKind::Rule | RefusalKind::Conflict | RefusalKind::Stale => Said::invalid(problems(&no)),
        RefusalKind::Busy | RefusalKind::TooMany => {
            let later = Fault::receiver("too much is going on: send it again later");
            return Err(Not::Lined(Told::Fault(later)));
        }
        RefusalKind::Replayed => return Err(Not::Replayed),
    })
}

fn problems(no: &Refusal) -> String {
    let all: Vec<_> = no.problems.iter().map(|it| format!("{}: {}", it.element, it.says)).collect();
    if all.is_empty() { "a rule refuses this".to_owned() } else { all.join("; ") }
}

impl Talk {
    /// What is wrong was seen before `record` was asked: the attempt has its line, and this is its answer.
    pub(super) fn unasked(&self, asked: &Asked<'_>, said: Said) -> Result<Said, Not> {
        self.app.records.reject(asked.call).map_err(|failure| Not::by(failure, Of::Updating))?;
        Ok(said)
    }
}
