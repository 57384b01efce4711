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

    /// The worst use among the caller's person, organisation and software.
    pub(crate) fn volume(&self, caller: &Caller, now: Instant) -> Volume {
        let mut worst = Volume::default();
        let keys = caller.budget_keys();
        let Ok(mut uses) = self.uses.lock() else { return worst };
        for key in keys {
            if let Some(use_) = uses.get_mut(&key) {
                use_.turn(now);
                worst.records_touched = worst.records_touched.max(use_.records());
                worst.identities_tested =
                    worst.identities_tested.max(use_.now.identities + use_.before.identities);
                worst.records_opened = worst.records_opened.max(use_.now.opened + use_.before.opened);
            }
        }
        worst
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
        let at = |hours: i64| Instant::EPOCH.plus(SignedDuration::from_hours(hours));
        for _ in 0..3 {
            budgets.touched(&caller, RecordId::from_bytes([1; 16]), at(10));
        }
        budgets.touched(&caller, RecordId::from_bytes([2; 16]), at(11));
        assert_eq!(budgets.volume(&caller, at(11)).records_touched, 2);
        assert_eq!(budgets.volume(&caller, at(12)).records_touched, 1);
        assert_eq!(budgets.volume(&caller, at(14)).records_touched, 0);
    }

    #[test]
    fn a_claimed_software_has_no_budget() {
        let claimed = Caller {
            software: Fact::Claimed(Software { name: "a".into(), version: None }),
            ..Caller::nobody(Door::Care)
        };
        let budgets = Budgets::new();
        budgets.identity_tested(&claimed, Instant::EPOCH);
        assert_eq!(budgets.volume(&claimed, Instant::EPOCH).identities_tested, 0);
    }
}
