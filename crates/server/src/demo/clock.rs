//! The clock of the demo: the machine's, moved by as much as one likes, so that a tour can show
//! what happens in a month. Its offset is kept in the data folder.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{Span, Timestamp};
use model::{Clock, Instant};

use crate::chance::SystemClock;

/// Between these years the demo's certificates are valid (see `demo::pki`).
const FIRST_YEAR: i16 = 2021;
const LAST_YEAR: i16 = 2048;

/// The system's time and an offset.
#[derive(Debug)]
pub struct DemoClock {
    /// Milliseconds added to the system's time.
    offset: AtomicI64,
    file: PathBuf,
}

/// Where the clock shall go.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Move {
    /// To an instant, RFC 3339.
    Now(String),
    /// By a duration, ISO 8601; months and days as on the clocks of France.
    Advance(String),
}

#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    #[error("now must be an instant like 2026-12-01T09:00:00+01:00")]
    Instant,
    #[error("advance must be a duration like PT2H, P1M or -P1D")]
    Duration,
    #[error("the demo's clock stays between {FIRST_YEAR} and {LAST_YEAR}")]
    Range,
    #[error("the clock could not be kept")]
    Keep(#[source] io::Error),
}

impl DemoClock {
    /// Takes up the offset kept in `folder`, or none.
    pub fn open(folder: &Path) -> io::Result<Self> {
        let file = folder.join("clock");
        let offset = match fs::read_to_string(&file) {
            Ok(text) => text.trim().parse().map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?,
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => 0,
            Err(fault) => return Err(fault),
        };
        Ok(Self { offset: AtomicI64::new(offset), file })
    }

    /// Moves the clock and keeps it; the new time.
    pub fn go(&self, to: &Move) -> Result<Instant, MoveError> {
        let now = self.now();
        let then = match to {
            Move::Now(text) => text.parse::<Timestamp>().map_err(|_| MoveError::Instant)?.into(),
            Move::Advance(text) => {
                let span: Span = text.parse().map_err(|_| MoveError::Duration)?;
                let moved = now.in_paris().checked_add(span).map_err(|_| MoveError::Range)?;
                moved.timestamp().into()
            }
        };
        let year = Instant::in_paris(then).year();
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return Err(MoveError::Range);
        }
        let offset = then.as_millis() - SystemClock.now().as_millis();
        let fresh = self.file.with_extension("new");
        fs::write(&fresh, offset.to_string()).map_err(MoveError::Keep)?;
        fs::rename(&fresh, &self.file).map_err(MoveError::Keep)?;
        self.offset.store(offset, Ordering::SeqCst);
        Ok(then)
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Instant {
        let system = SystemClock.now().as_millis();
        Instant::from_millis(system.saturating_add(self.offset.load(Ordering::SeqCst)))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_moves_and_stays_moved() {
        let folder = tempfile::tempdir().unwrap();
        let clock = DemoClock::open(folder.path()).unwrap();
        let start = clock.go(&Move::Now("2027-01-31T10:00:00+01:00".into())).unwrap();
        let moved = clock.go(&Move::Advance("P1M".into())).unwrap();
        assert_eq!(moved.in_paris().date(), jiff::civil::date(2027, 2, 28), "the last day of the month");
        assert!(moved > start);
        let again = DemoClock::open(folder.path()).unwrap();
        assert!(again.now() >= moved, "kept over a restart");
    }

    #[test]
    fn nonsense_does_not_move_it() {
        let folder = tempfile::tempdir().unwrap();
        let clock = DemoClock::open(folder.path()).unwrap();
        for wrong in ["", "now", "P", "PT", "P99999Y", "P30Y", "-P20Y"] {
            assert!(clock.go(&Move::Advance(wrong.into())).is_err(), "{wrong}");
        }
        for wrong in ["", "2026", "2026-12-01T09:00:00", "1999-12-01T09:00:00Z", "2050-12-01T09:00:00Z"] {
            assert!(clock.go(&Move::Now(wrong.into())).is_err(), "{wrong}");
        }
        assert_eq!(clock.offset.load(Ordering::SeqCst), 0);
    }
}
