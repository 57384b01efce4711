//! Letters that wait to be printed: in memory alone, for the certificate that opened the record, each printed
//! once, none longer than a quarter of an hour. The secrets are erased as they leave.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;
use model::{Dice, Instant, RowId};
use paper::secrets::CodeBy;
use record::Secrets;

const LIFE: SignedDuration = SignedDuration::from_mins(15);
/// More than one agent has under way; beyond it, the oldest is forgotten.
const OF_ONE_MAX: usize = 8;

/// A record that was just opened.
pub struct Waiting {
    certificate: [u8; 32],
    since: Instant,
    /// As the holder is called.
    pub name: String,
    pub code_by: CodeBy,
    /// Until it is printed.
    secrets: Option<Secrets>,
}

/// What the page after an opening says.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub name: String,
    pub code_by: CodeBy,
    pub printed: bool,
}

#[derive(Default)]
pub struct Letters(Mutex<HashMap<RowId, Waiting>>);

impl Letters {
    /// Keeps a letter; the number its page stands under.
    pub fn keep(
        &self,
        certificate: [u8; 32],
        (name, code_by): (String, CodeBy),
        secrets: Option<Secrets>,
        now: Instant,
        dice: &dyn Dice,
    ) -> RowId {
        let id = RowId::random(dice);
        self.with(now, |letters| {
            let own = letters.iter().filter(|(_, it)| it.certificate == certificate);
            if own.clone().count() >= OF_ONE_MAX
                && let Some(oldest) = own.min_by_key(|(_, it)| it.since).map(|(id, _)| *id)
            {
                letters.remove(&oldest);
            }
            letters.insert(id, Waiting { certificate, since: now, name, code_by, secrets });
        });
        id
    }

    pub fn told(&self, id: RowId, certificate: &[u8; 32], now: Instant) -> Option<Told> {
        self.with(now, |letters| {
            let it = letters.get(&id).filter(|it| it.certificate == *certificate)?;
            Some(Told { name: it.name.clone(), code_by: it.code_by, printed: it.secrets.is_none() })
        })
    }

    /// Gives the secrets, this once.
    pub fn print(&self, id: RowId, certificate: &[u8; 32], now: Instant) -> Option<(Told, Secrets)> {
        self.with(now, |letters| {
            let it = letters.get_mut(&id).filter(|it| it.certificate == *certificate)?;
            let secrets = it.secrets.take()?;
            Some((Told { name: it.name.clone(), code_by: it.code_by, printed: true }, secrets))
        })
    }

    /// The next person's turn: nothing is left of the one before.
    pub fn forget(&self, id: RowId, certificate: &[u8; 32], now: Instant) {
        self.with(now, |letters| {
            if letters.get(&id).is_some_and(|it| it.certificate == *certificate) {
                letters.remove(&id);
            }
        });
    }

    fn with<T>(&self, now: Instant, work: impl FnOnce(&mut HashMap<RowId, Waiting>) -> T) -> T {
        let mut letters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        letters.retain(|_, it| now < it.since.plus(LIFE));
        work(&mut letters)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::chance::SystemDice;

    const AGENT: [u8; 32] = [1; 32];

    fn kept(letters: &Letters, now: Instant) -> RowId {
        let secrets = Secrets { login: "login".into(), password: "password".into() };
        letters.keep(AGENT, ("Odile".into(), CodeBy::Sms), Some(secrets), now, &SystemDice)
    }

    #[test]
    fn a_letter_is_printed_once_by_who_opened_and_not_after_its_time() {
        let (letters, now) = (Letters::default(), Instant::EPOCH);
        let id = kept(&letters, now);
        assert!(letters.print(id, &[2; 32], now).is_none());
        assert!(letters.told(id, &[2; 32], now).is_none());
        letters.forget(id, &[2; 32], now);
        assert!(!letters.told(id, &AGENT, now).unwrap().printed);
        assert_eq!(letters.print(id, &AGENT, now).unwrap().1.password, "password");
        assert!(letters.told(id, &AGENT, now).unwrap().printed);
        assert!(letters.print(id, &AGENT, now).is_none());

        let late = kept(&letters, now);
        assert!(letters.print(late, &AGENT, now.plus(LIFE)).is_none());
        let left = kept(&letters, now);
        letters.forget(left, &AGENT, now);
        assert!(letters.print(left, &AGENT, now).is_none());
    }

    #[test]
    fn the_oldest_letters_give_way() {
        let letters = Letters::default();
        let at = |second: i64| Instant::from_millis(second * 1000);
        let ids: Vec<_> = (0..=8).map(|second| kept(&letters, at(second))).collect();
        assert!(letters.told(ids[0], &AGENT, at(9)).is_none());
        assert!(ids[1..].iter().all(|id| letters.told(*id, &AGENT, at(9)).is_some()));
    }
}
