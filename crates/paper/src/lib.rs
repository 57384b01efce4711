//! What carnet says on paper, in mails and in short messages. Words and sheets only: nothing here knows a
//! record. No notice holds health data, an identifier, a title or a link that logs in (rules, "Notices"); the
//! letter with the secrets is the one exception, and is handed over.

mod face;
pub mod letter;
pub mod notices;
pub mod secrets;
mod sheet;

/// A sheet could not be made: the fonts in this program are not what they were when it was tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sheet could not be made")]
pub struct Unprintable;
