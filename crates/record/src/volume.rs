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

#[derive(Default)]
struct Counts {
    records: HashSet<RecordId>,
    identities: u64,
    opened: u64,
}

pub(crate) struct Budgets {
    uses: Mutex<HashMap<String, Use>>,
}

impl Budgets {
    pub(crate) fn new() -> Self {
        Self { uses: Mutex::new(HashMap::new()) }
    }

    /// The use of the caller's person, organisation and software, each apart.
    pub(crate) fn uses(&self, caller: &Caller, now: Instant) -> Vec<(String, Volume)> {
        let Ok(mut uses) = self.uses.lock() else { return Vec::new() };
        let mut found = Vec::new();
        for key in caller.budget_keys() {
            if let Some(use_) = uses.get_mut(&key) {
                use_.turn(now);
                let volume = Volume {
                    records_touched: use_.records(),
                    identities_tested: use_.now.identities + use_.before.identities,
                    records_opened: use_.now.opened + use_.before.opened,
                    switched_off: false,
                };
                found.push((key, volume));
            }
        }
        found
    }

    pub(crate) fn touched(&self, caller: &Caller, record: RecordId, now: Instant) {
        self.count(caller, now, |counts| {
            counts.records.insert(record);
        });
    }

    pub(crate) fn identity_tested(&self, caller: &Caller, now: Instant) {
        self.count(caller, now, |counts| counts.identities += 1);
    }

    pub(crate) fn opened(&self, caller: &Caller, now: Instant) {
        self.count(caller, now, |counts| counts.opened += 1);
    }

    fn count(&self, caller: &Caller, now: Instant, add: impl Fn(&mut Counts)) {
        let Ok(mut uses) = self.uses.lock() else { return };
        for key in caller.budget_keys() {
            let use_ = uses.entry(key).or_default();
            use_.turn(now);
            add(&mut use_.now);
        }
    }
}

impl Use {
    fn turn(&mut self, now: Instant) {
        let window = now.as_millis().div_euclid(i64::try_from(WINDOW.as_millis()).unwrap_or(i64::MAX));
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
        self.now.records.union(&self.before.records).count() as u64
    }
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
        assert_eq!(touched(&budgets.uses(&caller, at(11))), 2);
        assert_eq!(touched(&budgets.uses(&caller, at(12))), 1);
        assert_eq!(touched(&budgets.uses(&caller, at(14))), 0);
    }

    #[test]
    fn a_claimed_software_has_no_budget() {
        let claimed = Caller {
            software: Fact::Claimed(Software { name: "a".into(), version: None }),
            ..Caller::nobody(Door::Care)
        };
        let budgets = Budgets::new();
        budgets.identity_tested(&claimed, Instant::EPOCH);
        assert!(budgets.uses(&claimed, Instant::EPOCH).is_empty());
    }
}
