//! How much each person, organisation and proved software has asked for lately (rules, "Volume"). Every large
//! breach in France since 2022 was a valid account, a standard function and no volume control.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

use jiff::SignedDuration;
use model::{Caller, Instant, RecordId, Volume};

/// Counted over this hour and the one before.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

#[derive(Default)]
struct Use {
    window: i64,
    now: Counts,
    before: Counts,
}

/// Records and identities are told apart by eight bytes of what is random or keyed already.
#[derive(Default)]
struct Counts {
    records: HashSet<u64>,
    identities: HashSet<u64>,
    opened: u64,
}

/// What the request being decided adds to what its caller has used (policy, V1).
#[derive(Clone, Copy, Default)]
pub(crate) struct Pending {
    /// A record is read or changed; none where there is no such record, which costs the same.
    pub(crate) record: Option<Option<RecordId>>,
    pub(crate) opens: bool,
}

/// At most this many callers are counted at a time; then those of earlier hours are forgotten.
const MOST_CALLERS: usize = 100_000;

pub(crate) struct Budgets {
    uses: Mutex<HashMap<String, Use>>,
}

impl Budgets {
    pub(crate) fn new() -> Self {
        Self { uses: Mutex::new(HashMap::new()) }
    }

    /// The use of the caller's person, organisation and software, each apart.
    pub(crate) fn uses(&self, caller: &Caller, pending: Pending, now: Instant) -> Vec<(String, Volume)> {
        let Ok(mut uses) = self.uses.lock() else { return Vec::new() };
        let mut found = Vec::new();
        for key in caller.budget_keys() {
            let use_ = uses.entry(key.clone()).or_default();
            use_.turn(now);
            let volume = Volume {
                records_touched: use_.records() + u64::from(use_.is_new(pending.record)),
                identities_tested: use_.identities(),
                records_opened: use_.now.opened + use_.before.opened + u64::from(pending.opens),
                switched_off: false,
            };
            found.push((key, volume));
        }
        found
    }

    pub(crate) fn touched(&self, caller: &Caller, record: RecordId, now: Instant) {
        self.count(caller, now, |counts| {
            counts.records.insert(short(*record.as_bytes()));
        });
    }

    /// Told before the decision, by the keyed hash of the identity: the same one again costs nothing.
    pub(crate) fn identity_tested(&self, caller: &Caller, hash: &[u8; 32], now: Instant) {
        self.count(caller, now, |counts| {
            counts.identities.insert(short(crate::records::first_half(*hash)));
        });
    }

    pub(crate) fn opened(&self, caller: &Caller, now: Instant) {
        self.count(caller, now, |counts| counts.opened += 1);
    }

    fn count(&self, caller: &Caller, now: Instant, add: impl Fn(&mut Counts)) {
        let Ok(mut uses) = self.uses.lock() else { return };
        if uses.len() > MOST_CALLERS {
            uses.retain(|_, use_| use_.window >= window(now) - 1);
        }
        for key in caller.budget_keys() {
            let use_ = uses.entry(key).or_default();
            use_.turn(now);
            add(&mut use_.now);
        }
    }
}

impl Use {
    fn turn(&mut self, now: Instant) {
        let window = window(now);
        match window - self.window {
            0 => {}
            1 => self.before = std::mem::take(&mut self.now),
            _ => {
                self.before = Counts::default();
                self.now = Counts::default();
            }
        }
        self.window = window;
    }

    fn records(&self) -> u64 {
        both(&self.now.records, &self.before.records)
    }

    fn identities(&self) -> u64 {
        both(&self.now.identities, &self.before.identities)
    }

    fn is_new(&self, pending: Option<Option<RecordId>>) -> bool {
        let known = |record: RecordId| {
            let record = short(*record.as_bytes());
            self.now.records.contains(&record) || self.before.records.contains(&record)
        };
        pending.is_some_and(|record| !record.is_some_and(known))
    }
}

/// How many are in either, in the time of the smaller.
fn both(one: &HashSet<u64>, other: &HashSet<u64>) -> u64 {
    let (small, large) = if one.len() < other.len() { (one, other) } else { (other, one) };
    (large.len() + small.iter().filter(|it| !large.contains(it)).count()) as u64
}

fn window(now: Instant) -> i64 {
    now.as_millis().div_euclid(i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX))
}

fn short(bytes: [u8; 16]) -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = bytes;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use model::{Door, Fact, Software};

    #[test]
    fn a_record_counts_once_and_is_forgotten_after_two_hours() {
        let caller = Caller {
            software: Fact::Proved(Software { name: "a".into(), version: None }),
            ..Caller::nobody(Door::Care)
        };
        let budgets = Budgets::new();
        let touched = |uses: &[(String, Volume)]| uses[0].1.records_touched;
        let at = |hours: i64| Instant::EPOCH.plus(SignedDuration::from_hours(hours));
        for _ in 0..3 {
            budgets.touched(&caller, RecordId::from_bytes([1; 16]), at(10));
        }
        budgets.touched(&caller, RecordId::from_bytes([2; 16]), at(11));
        assert_eq!(touched(&budgets.uses(&caller, Pending::default(), at(11))), 2);
        assert_eq!(touched(&budgets.uses(&caller, Pending::default(), at(12))), 1);
        assert_eq!(touched(&budgets.uses(&caller, Pending::default(), at(14))), 0);
    }

    #[test]
    fn a_claimed_software_has_no_budget() {
        let claimed = Caller {
            software: Fact::Claimed(Software { name: "a".into(), version: None }),
            ..Caller::nobody(Door::Care)
        };
        let budgets = Budgets::new();
        budgets.identity_tested(&claimed, &[1; 32], Instant::EPOCH);
        assert!(budgets.uses(&claimed, Pending::default(), Instant::EPOCH).is_empty());
    }
}
