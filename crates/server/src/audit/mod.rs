//! The trace, sent to the operator's audit repository (IHE ITI-20): DICOM audit messages in syslog frames over mutual
//! TLS (RFC 5425). The queue is the trace itself (`record::upkeep::audit`): a cursor beside the store says how far it
//! was told, so that a receiver that is away for a day costs no memory, loses nothing, and holds up no request.
//!
//! `sender` goes through the log and comes back after a failure, `channel` is one connection and knows whether the
//! other side read all of it, `message` writes a line as others may be told it, `cursor` remembers.

mod channel;
mod cursor;
mod message;
mod sender;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use model::Instant;

pub use channel::Receiver;
pub use sender::Sender;

/// Where it goes, and as whom.
#[derive(Clone, Debug)]
pub struct Settings {
    pub host: String,
    pub port: u16,
    /// The root under which the receiver's certificate stands.
    pub ca: PathBuf,
    /// What this service shows of itself.
    pub certificate: PathBuf,
    pub key: PathBuf,
    /// Its id among those that send to one repository.
    pub source: String,
    /// Where it is remembered how far the trace was told.
    pub cursor: PathBuf,
}

/// Why nothing can be sent at all. A receiver that does not answer is none of these.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error("the audit repository's address is not a host and a port")]
    Address,
    #[error("TLS towards the audit repository cannot be set up")]
    Tls,
    #[error("the file that says how far the trace was told cannot be used")]
    Cursor(#[source] std::io::Error),
    #[error("the thread that tells the trace cannot be started")]
    Thread(#[source] std::io::Error),
}

impl Settings {
    /// Host and port as one word: `audit.example.org:6514`.
    pub fn address(text: &str) -> Result<(String, u16), SetupError> {
        let (host, port) = text.rsplit_once(':').ok_or(SetupError::Address)?;
        let host = host.trim_matches(['[', ']']);
        if host.is_empty() {
            return Err(SetupError::Address);
        }
        Ok((host.to_owned(), port.parse().map_err(|_| SetupError::Address)?))
    }
}

/// How far it is, for those who run the service.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Standing {
    /// Lines that the repository has read.
    pub confirmed: u64,
    /// Lines that left, some of which it may not have read.
    pub sent: u64,
    /// Lines that could not be opened, since the start: they are told to nobody.
    pub unreadable: u64,
    /// Since when it does not answer; none while it does.
    pub away_since: Option<Instant>,
}

/// The same, shared.
#[derive(Debug, Default)]
pub struct Progress(Mutex<Standing>);

impl Progress {
    pub fn standing(&self) -> Standing {
        *self.held()
    }

    fn note(&self, change: impl FnOnce(&mut Standing)) {
        change(&mut self.held());
    }

    fn held(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Settings;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        let read = |text: &str| Settings::address(text).ok();
        assert_eq!(read("localhost:6514"), Some(("localhost".into(), 6514)));
        assert_eq!(read("[::1]:6514"), Some(("::1".into(), 6514)));
        for wrong in ["localhost", ":6514", "localhost:x", "localhost:70000", ""] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
