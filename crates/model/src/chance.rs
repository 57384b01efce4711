//! The two things that are never asked of the system in passing: the time and chance.
//! Both are handed in, so that a test reads like a diary and a simulation replays (design, invariant 10).

use std::fmt;
use std::str::FromStr;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// A moment, in whole milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    pub const EPOCH: Instant = Instant(0);

    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// Moves by a duration; stops at the ends of time rather than wrap.
    pub fn plus(self, by: SignedDuration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    pub fn minus(self, by: SignedDuration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(by.as_millis()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is (negative when it is before).
    pub fn since(self, earlier: Instant) -> SignedDuration {
        SignedDuration::from_millis(self.0.saturating_sub(earlier.0))
    }

    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_millisecond(self.0).unwrap_or(Timestamp::MAX)
    }

    /// The same instant on the clocks of France, where legal delays are counted (rules, A6 and A8).
    pub fn in_paris(self) -> jiff::Zoned {
        let paris = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
        self.timestamp().to_zoned(paris)
    }

    /// The days since 1970-01-01 in UTC: what a job's due time is rounded to.
    pub fn day(self) -> i64 {
        self.0.div_euclid(86_400_000)
    }
}

impl From<Timestamp> for Instant {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_millisecond())
    }
}

/// RFC 3339 in UTC with milliseconds, as FHIR's `instant` wants it.
impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.timestamp())
    }
}

impl FromStr for Instant {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse::<Timestamp>().map(Into::into)
    }
}

/// Tells the time. The server hands in the system's, the demo one that can be moved, tests a still one.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// Throws the dice: unpredictable bytes for keys, salts and ids.
pub trait Dice: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);

    fn bytes<const N: usize>(&self) -> [u8; N]
    where
        Self: Sized,
    {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }
}

/// Sixteen or thirty-two bytes from dice behind a pointer, where the generic method cannot be called.
pub fn throw<const N: usize>(dice: &dyn Dice) -> [u8; N] {
    let mut bytes = [0; N];
    dice.fill(&mut bytes);
    bytes
}
