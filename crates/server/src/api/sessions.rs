//! Who is logged in: in memory alone, by the hash of a random token. A restart logs everybody out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use model::chance::throw;
use model::{Dice, Instant, RecordId};

/// A session ends after this long without a request, and in any case after [`LONGEST`].
const IDLE: SignedDuration = SignedDuration::from_mins(30);
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// The oldest go first beyond this many.
const MOST: usize = 50_000;

/// A new session's two secrets: one in the cookie, one in each request that changes something.
pub struct Issued {
    pub token: String,
    pub anti_forgery: String,
}

#[derive(Clone)]
struct Session {
    record: RecordId,
    anti_forgery: [u8; 32],
    begun: Instant,
    used: Instant,
}

#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

impl Sessions {
    pub fn begin(&self, record: RecordId, now: Instant, dice: &dyn Dice) -> Issued {
        let issued = Issued { token: secret(dice), anti_forgery: secret(dice) };
        let session = Session { record, anti_forgery: hash(&issued.anti_forgery), begun: now, used: now };
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, it| it.is_live(now));
        if sessions.len() >= MOST
            && let Some(oldest) = sessions.iter().min_by_key(|(_, it)| it.used).map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(hash(&issued.token), session);
        issued
    }

    /// The record of a live session.
    pub fn find(&self, token: &str, now: Instant) -> Option<RecordId> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&hash(token)).filter(|it| it.is_live(now))?;
        session.used = now;
        Some(session.record)
    }

    /// Whether the anti-forgery token is this session's own.
    pub fn is_own(&self, token: &str, anti_forgery: &str) -> bool {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get(&hash(token)).is_some_and(|it| it.anti_forgery == hash(anti_forgery))
    }

    pub fn end(&self, token: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash(token));
    }
}

impl Session {
    fn is_live(&self, now: Instant) -> bool {
        now.since(self.used) < IDLE && now.since(self.begun) < LONGEST
    }
}

fn secret(dice: &dyn Dice) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(throw::<32>(dice))
}

fn hash(token: &str) -> [u8; 32] {
    let mut hash = [0; 32];
    hash.copy_from_slice(digest(&SHA256, token.as_bytes()).as_ref());
    hash
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    #[test]
    fn a_session_ends_when_idle_when_old_and_when_left() {
        let sessions = Sessions::default();
        let record = RecordId::from_bytes([1; 16]);
        let at = |minutes| Instant::EPOCH.plus(SignedDuration::from_mins(minutes));
        let one = sessions.begin(record, at(0), &SystemDice);
        assert_eq!(sessions.find(&one.token, at(29)), Some(record));
        assert_eq!(sessions.find(&one.token, at(58)), Some(record));
        assert_eq!(sessions.find(&one.token, at(88)), None);
        let two = sessions.begin(record, at(100), &SystemDice);
        for quarter in 0..47 {
            assert_eq!(sessions.find(&two.token, at(100 + 15 * quarter)), Some(record));
        }
        assert_eq!(sessions.find(&two.token, at(100 + 12 * 60)), None);
        let three = sessions.begin(record, at(900), &SystemDice);
        assert!(sessions.is_own(&three.token, &three.anti_forgery));
        assert!(!sessions.is_own(&three.token, &two.anti_forgery));
        sessions.end(&three.token);
        assert_eq!(sessions.find(&three.token, at(900)), None);
    }
}
