//! The visible outbox: what the demo would have sent by mail, text message or letter.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use model::Instant;
use serde::Serialize;

/// How many messages are kept; the oldest go first.
const MESSAGES_MAX: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Email,
    Sms,
    Letter,
}

/// One message, as its receiver would get it. Holds one-time codes: shown by the demo alone.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// Counts up from 1.
    pub id: u64,
    pub at: Instant,
    pub channel: Channel,
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// Kept in memory alone, never on disk: it names people.
#[derive(Default)]
pub struct Outbox {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    last: u64,
    messages: VecDeque<Message>,
}

impl Outbox {
    pub fn push(&self, at: Instant, channel: Channel, to: &str, subject: &str, text: &str) {
        let mut inner = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        inner.last += 1;
        let message = Message {
            id: inner.last,
            at,
            channel,
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
        };
        inner.messages.push_front(message);
        inner.messages.truncate(MESSAGES_MAX);
    }

    /// The newest first.
    pub fn messages(&self) -> Vec<Message> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner).messages.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_first_and_never_too_many() {
        let outbox = Outbox::default();
        for number in 0..=MESSAGES_MAX {
            outbox.push(Instant::EPOCH, Channel::Sms, "+33639980000", "", &number.to_string());
        }
        let messages = outbox.messages();
        assert_eq!(messages.len(), MESSAGES_MAX);
        assert_eq!(messages.first().map(|it| it.text.as_str()), Some("500"));
        assert_eq!(messages.last().map(|it| it.text.as_str()), Some("1"));
    }
}
