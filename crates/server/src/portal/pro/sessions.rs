//! Professionals' sessions: in memory alone, by the hash of a random token, apart from holders'. A restart ends
//! them all. Nothing here says what anybody may do: the directory and the rules are asked at each request.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use model::chance::throw;
use model::{Dice, Emergency, Ins, Instant, PsIdNat, RecordId, SessionId, StructIdNat};

use super::context::Opening;
use crate::api::sessions::{anti_forgery, hash};

/// A session ends after this long without a request: a workstation is shared.
pub const IDLE: SignedDuration = SignedDuration::from_mins(15);
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
const MOST: usize = 50_000;
/// What was found of a record holds this long; then it is asked again. The number that was typed stays as long as the
/// session, so that a form filled in slowly is not lost.
const FOUND: SignedDuration = SignedDuration::from_mins(5);
/// Records a session remembers; beyond these, the one used longest ago is looked for again.
const PATIENTS_MOST: usize = 200;

/// How the person proved who they are, when the session began.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proof {
    /// By this certificate (SHA-256), which each request must come with.
    Certificate([u8; 32]),
    /// By an identity provider, with two factors.
    Provider,
}

/// Somebody with a session.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedIn {
    pub id: PsIdNat,
    /// The place they said they act from; none: their first.
    pub place: Option<StructIdNat>,
    pub proof: Proof,
}

/// A record this session found by its INS.
#[derive(Clone)]
pub struct Patient {
    pub ins: Ins,
    /// Attending doctor, when it was last asked: what buttons are shown, never what is allowed.
    pub attending: bool,
    /// When this person was here before this session, once it was looked up.
    pub visited: Option<Option<Instant>>,
    /// When it was asked.
    pub used: Instant,
}

/// A window of emergency this session opened: what its pages read by, and say.
#[derive(Clone, Debug)]
pub struct Window {
    pub record: RecordId,
    pub kind: Emergency,
    pub reason: String,
    pub until: Instant,
}

struct Session {
    signed_in: SignedIn,
    windows: Vec<Window>,
    /// Windows that were ended are of an earlier round: no request comes from there again.
    round: u32,
    begun: Instant,
    used: Instant,
    done: Option<&'static str>,
    patients: HashMap<RecordId, Patient>,
    /// Where practice software leads.
    opening: Option<Opening>,
}

#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

impl Sessions {
    /// A new session's token, for the cookie.
    pub fn begin(&self, signed_in: SignedIn, now: Instant, dice: &dyn Dice) -> String {
        let token = BASE64_URL_SAFE_NO_PAD.encode(throw::<32>(dice));
        let session = Session {
            signed_in,
            windows: Vec::new(),
            round: 0,
            begun: now,
            used: now,
            done: None,
            patients: HashMap::new(),
            opening: None,
        };
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, it| it.is_live(now));
        if sessions.len() >= MOST
            && let Some(oldest) = sessions.iter().min_by_key(|(_, it)| it.used).map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(hash(&token), session);
        token
    }

    /// Whose live session it is.
    pub fn who(&self, token: &str, now: Instant) -> Option<SignedIn> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let session = sessions.get_mut(&hash(token))?;
        if !session.is_live(now) {
            sessions.remove(&hash(token));
            return None;
        }
        session.used = now;
        Some(session.signed_in.clone())
    }

    pub fn is_own(&self, token: &str, sent: &str) -> bool {
        let own = anti_forgery(token);
        self.with(token, |_| ()).is_some() && verify_slices_are_equal(own.as_bytes(), sent.as_bytes()).is_ok()
    }

    pub fn act_from(&self, token: &str, place: StructIdNat) {
        self.with(token, |it| it.signed_in.place = Some(place));
    }

    /// Practice software leads somewhere, once.
    pub fn lead(&self, token: &str, opening: Opening) {
        self.with(token, |it| it.opening = Some(opening));
    }

    pub fn led(&self, token: &str) -> Option<Opening> {
        self.with(token, |it| it.opening.take()).flatten()
    }

    /// To be said once, on the next page.
    pub fn say(&self, token: &str, key: &'static str) {
        self.with(token, |it| it.done = Some(key));
    }

    pub fn said(&self, token: &str) -> Option<&'static str> {
        self.with(token, |it| it.done.take()).flatten()
    }

    pub fn know(&self, token: &str, record: RecordId, patient: Patient) {
        self.with(token, |it| {
            if it.patients.len() >= PATIENTS_MOST
                && let Some(oldest) = it.patients.iter().min_by_key(|(_, it)| it.used).map(|(key, _)| *key)
            {
                it.patients.remove(&oldest);
            }
            it.patients.insert(record, patient);
        });
    }

    pub fn patient(&self, token: &str, record: RecordId) -> Option<Patient> {
        self.with(token, |it| it.patients.get(&record).cloned()).flatten()
    }

    /// What windows of emergency belong to: never the token itself, and nobody's after the session is over.
    pub fn session_id(&self, token: &str) -> Option<SessionId> {
        let round = self.with(token, |it| it.round)?;
        let first = hash(token).iter().take(16).map(|byte| format!("{byte:02x}")).collect::<String>();
        format!("portal-{first}-{round}").parse().ok()
    }

    pub fn open(&self, token: &str, window: Window) {
        self.with(token, |it| {
            it.windows.retain(|old| old.record != window.record);
            it.windows.push(window);
        });
    }

    pub fn window(&self, token: &str, record: RecordId, now: Instant) -> Option<Window> {
        self.with(token, |it| it.windows.iter().find(|it| it.record == record && now < it.until).cloned())
            .flatten()
    }

    /// Every window this session has open, to be ended in the records too.
    pub fn windows(&self, token: &str) -> Vec<Window> {
        self.with(token, |it| it.windows.clone()).unwrap_or_default()
    }

    /// Ends every window of this session, for good.
    pub fn close_windows(&self, token: &str) {
        self.with(token, |it| {
            it.windows.clear();
            it.round = it.round.saturating_add(1);
        });
    }

    pub fn end(&self, token: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash(token));
    }

    fn with<T>(&self, token: &str, look: impl FnOnce(&mut Session) -> T) -> Option<T> {
        let mut sessions = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.get_mut(&hash(token)).map(look)
    }
}

impl Patient {
    pub fn is_fresh(&self, now: Instant) -> bool {
        now.since(self.used) < FOUND
    }
}

impl Session {
    fn is_live(&self, now: Instant) -> bool {
        now.since(self.used) < IDLE && now.since(self.begun) < LONGEST
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    #[test]
    fn a_session_ends_when_idle_when_old_and_when_left() {
        let sessions = Sessions::default();
        let who =
            SignedIn { id: "899700366240".parse().unwrap(), place: None, proof: Proof::Certificate([7; 32]) };
        let at = |minutes| Instant::EPOCH.plus(SignedDuration::from_mins(minutes));
        let one = sessions.begin(who.clone(), at(0), &SystemDice);
        assert_eq!(sessions.who(&one, at(14)), Some(who.clone()));
        assert_eq!(sessions.who(&one, at(28)), Some(who.clone()));
        assert_eq!(sessions.who(&one, at(43)), None);
        let two = sessions.begin(who.clone(), at(100), &SystemDice);
        for turn in 0..72 {
            assert_eq!(sessions.who(&two, at(100 + 10 * turn)), Some(who.clone()));
        }
        assert_eq!(sessions.who(&two, at(100 + 720)), None);
        let three = sessions.begin(who, at(900), &SystemDice);
        assert!(sessions.is_own(&three, &anti_forgery(&three)));
        assert!(!sessions.is_own(&three, &three) && !sessions.is_own(&two, &anti_forgery(&two)));
        sessions.end(&three);
        assert_eq!(sessions.who(&three, at(900)), None);
    }
}
