//! Who is logged in: in memory alone, by the hash of a random token. A restart logs everybody out.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use model::chance::throw;
use model::{Dice, Instant, PsIdNat, RecordId, StructIdNat};
use record::circle::AccountOf;

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

/// Whose session it is. What they may do is asked of directory and rules at each request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    Holder(RecordId),
    /// Who speaks for a holder, or is close to them, by an account of their own.
    Other {
        record: RecordId,
        account: AccountOf,
    },
    /// A professional or an agent, and the place they said they act from.
    Person {
        id: PsIdNat,
        place: Option<StructIdNat>,
    },
}

impl Who {
    /// Somebody with an account of a record.
    pub fn of(record: RecordId, account: AccountOf) -> Self {
        match account {
            AccountOf::Holder => Self::Holder(record),
            account => Self::Other { record, account },
        }
    }

    pub fn private(&self) -> Option<(RecordId, AccountOf)> {
        match self {
            Self::Holder(record) => Some((*record, AccountOf::Holder)),
            Self::Other { record, account } => Some((*record, *account)),
            Self::Person { .. } => None,
        }
    }
}

/// What pages remember of a session, and nothing else does.
#[derive(Clone, Default)]
pub struct Notes {
    /// The name shown at the head of each page.
    pub shown: Option<String>,
    /// When this person was here before.
    pub visited: Option<Instant>,
    /// What the last act did, to be said once on the next page: a key of the catalogue.
    pub done: Option<&'static str>,
    /// What was last looked for: here, so that it stands in no address.
    pub looked_for: String,
    /// How often the password there is was given wrong.
    pub wrong_passwords: u8,
    /// The record is closed: pages offer what remains.
    pub closed: bool,
    /// Whose factors were proved, where the session is now in a record they represent.
    pub own: Option<(RecordId, AccountOf)>,
}

/// A live session, as its holder is told of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told {
    pub begun: Instant,
    pub used: Instant,
    pub is_this: bool,
}

struct Session {
    who: Who,
    begun: Instant,
    used: Instant,
    notes: Notes,
}

#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

impl Sessions {
    /// A holder's session.
    pub fn begin(&self, record: RecordId, now: Instant, dice: &dyn Dice) -> Issued {
        self.begin_as(Who::Holder(record), now, dice)
    }

    pub fn begin_as(&self, who: Who, now: Instant, dice: &dyn Dice) -> Issued {
        let token = BASE64_URL_SAFE_NO_PAD.encode(throw::<32>(dice));
        let anti_forgery = anti_forgery(&token);
        let session = Session { who, begun: now, used: now, notes: Notes::default() };
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, it| it.is_live(now));
        if sessions.len() >= MOST
            && let Some(oldest) = sessions.iter().min_by_key(|(_, it)| it.used).map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(hash(&token), session);
        Issued { token, anti_forgery }
    }

    /// The record of a holder's live session.
    pub fn find(&self, token: &str, now: Instant) -> Option<RecordId> {
        match self.who(token, now)? {
            Who::Holder(record) => Some(record),
            Who::Other { .. } | Who::Person { .. } => None,
        }
    }

    /// The record of a live session, and whose account of it.
    pub fn private(&self, token: &str, now: Instant) -> Option<(RecordId, AccountOf)> {
        self.who(token, now)?.private()
    }

    /// Whose live session it is.
    pub fn who(&self, token: &str, now: Instant) -> Option<Who> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&hash(token)).filter(|it| it.is_live(now))?;
        session.used = now;
        Some(session.who.clone())
    }

    /// Whether the anti-forgery token is this session's own.
    pub fn is_own(&self, token: &str, sent: &str) -> bool {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = anti_forgery(token);
        sessions.contains_key(&hash(token))
            && verify_slices_are_equal(own.as_bytes(), sent.as_bytes()).is_ok()
    }

    /// Reads or changes what pages remember; none when there is no such session.
    pub fn with_notes<T>(&self, token: &str, look: impl FnOnce(&mut Notes) -> T) -> Option<T> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get_mut(&hash(token)).map(|it| look(&mut it.notes))
    }

    /// Where this holder is logged in, the one used last first.
    pub fn of(&self, record: RecordId, token: &str, now: Instant) -> Vec<Told> {
        let sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let this = hash(token);
        let mine = sessions.iter().filter(|(_, it)| it.who == Who::Holder(record) && it.is_live(now));
        let mut told: Vec<_> =
            mine.map(|(key, it)| Told { begun: it.begun, used: it.used, is_this: *key == this }).collect();
        told.sort_by_key(|it| std::cmp::Reverse((it.is_this, it.used)));
        told
    }

    /// Ends every session of this holder.
    pub fn end_all(&self, record: RecordId) {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, it| it.who != Who::Holder(record));
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

/// The anti-forgery token of a session: derived from the cookie's, which scripts and other sites cannot read, so
/// that a page can print it in each form and nobody who sees it has the session.
pub fn anti_forgery(token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.as_bytes());
    BASE64_URL_SAFE_NO_PAD.encode(hmac::sign(&key, b"carnet anti-forgery"))
}

/// What is remembered of a token.
pub(crate) fn hash(token: &str) -> [u8; 32] {
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
        assert!(!sessions.is_own(&three.token, &three.token), "the one does not stand for the other");
        sessions.end(&three.token);
        assert_eq!(sessions.find(&three.token, at(900)), None);
        assert!(!sessions.is_own(&three.token, &three.anti_forgery), "it dies with its session");
    }

    #[test]
    fn a_holder_s_sessions_are_told_and_end_together_and_nobody_else_s() {
        let sessions = Sessions::default();
        let (one, other) = (RecordId::from_bytes([1; 16]), RecordId::from_bytes([2; 16]));
        let at = |minutes| Instant::EPOCH.plus(SignedDuration::from_mins(minutes));
        let first = sessions.begin(one, at(0), &SystemDice);
        let second = sessions.begin(one, at(5), &SystemDice);
        let foreign = sessions.begin(other, at(5), &SystemDice);
        let told = |is_this, begun| Told { begun: at(begun), used: at(begun), is_this };
        assert_eq!(sessions.of(one, &first.token, at(6)), [told(true, 0), told(false, 5)]);
        assert_eq!(sessions.of(one, &first.token, at(31)), [told(false, 5)], "what is over is not told");
        sessions.end_all(one);
        assert_eq!([&first, &second].map(|it| sessions.find(&it.token, at(6))), [None, None]);
        assert_eq!(sessions.find(&foreign.token, at(6)), Some(other));
    }

    #[test]
    fn a_representative_s_session_is_not_the_holder_s() {
        let sessions = Sessions::default();
        let record = RecordId::from_bytes([1; 16]);
        let account = AccountOf::Representative(model::RowId::from_bytes([2; 16]));
        let issued = sessions.begin_as(Who::of(record, account), Instant::EPOCH, &SystemDice);
        assert_eq!(sessions.find(&issued.token, Instant::EPOCH), None);
        assert_eq!(sessions.private(&issued.token, Instant::EPOCH), Some((record, account)));
    }

    #[test]
    fn a_professional_s_session_opens_no_record_as_its_holder() {
        let sessions = Sessions::default();
        let who = Who::Person { id: "899700366240".parse().unwrap(), place: None };
        let issued = sessions.begin_as(who.clone(), Instant::EPOCH, &SystemDice);
        assert_eq!(sessions.find(&issued.token, Instant::EPOCH), None);
        assert_eq!(sessions.who(&issued.token, Instant::EPOCH), Some(who));
    }
}
