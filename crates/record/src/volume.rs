//! How much each person, organisation and proved software has asked for lately (rules, "Volume"). Every large
//! breach in France since 2022 was a valid account, a standard function and no volume control.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use jiff::SignedDuration;
use model::{Caller, Instant, RecordId, Volume};
use policy::{BudgetKind, Limits};

/// Counted over this hour and the one before.
const WINDOW: SignedDuration = SignedDuration::from_hours(1);

#[derive(Default)]
struct Use {
    window: i64,
    now: Counts,
    before: Counts,
    /// The window in which this one's spent budget was told.
    told: Option<i64>,
    /// Those of this organisation or software who spent theirs in the window of `told`.
    campaign: HashSet<String>,
    campaign_told: bool,
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
    /// Who is switched off, by their key.
    off: RwLock<HashSet<String>>,
}

/// From this part of a budget on, answers wait; at the whole of it they stop **(choice)**.
const SLOW_FROM_PERCENT: u64 = 80;
/// How long the last answer before the cut-off waits.
const SLOWEST: Duration = Duration::from_secs(2);
/// So many persons of one organisation, or with one software, who spend their budgets within the window are
/// one campaign **(choice)**.
const CAMPAIGN: usize = 3;

/// What is told to those who watch, once in a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Alert {
    Spent(BudgetKind),
    Campaign(BudgetKind),
}

impl Budgets {
    pub(crate) fn new() -> Self {
        Self { uses: Mutex::new(HashMap::new()), off: RwLock::new(HashSet::new()) }
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
                switched_off: self.is_off(&key),
            };
            found.push((key, volume));
        }
        found
    }

    /// From now on these are off, and no others.
    pub(crate) fn switch(&self, keys: impl Iterator<Item = String>) {
        *self.off.write().unwrap_or_else(PoisonError::into_inner) = keys.collect();
    }

    fn is_off(&self, key: &str) -> bool {
        self.off.read().unwrap_or_else(PoisonError::into_inner).contains(key)
    }

    /// A request was refused for volume: what there is to tell, once in a window for each key.
    pub(crate) fn refused(
        &self,
        caller: &Caller,
        now: Instant,
        limits: impl Fn(BudgetKind) -> Limits,
    ) -> Vec<Alert> {
        let Ok(mut uses) = self.uses.lock() else { return Vec::new() };
        let (keys, window) = (caller.budget_keys(), window(now));
        let mut alerts = Vec::new();
        let mut person = None;
        for key in &keys {
            let (Some(kind), Some(use_)) = (BudgetKind::of_key(key), uses.get_mut(key)) else { continue };
            let one_more = Volume {
                records_touched: use_.records() + 1,
                identities_tested: use_.identities() + 1,
                records_opened: use_.now.opened + use_.before.opened + 1,
                switched_off: false,
            };
            if use_.told == Some(window) || !limits(kind).are_exceeded(&one_more) {
                continue;
            }
            use_.told = Some(window);
            alerts.push(Alert::Spent(kind));
            if kind == BudgetKind::Person {
                person = Some(key.clone());
            }
        }
        let Some(person) = person else { return alerts };
        for key in keys.iter().filter(|it| **it != person) {
            let (Some(kind), Some(use_)) = (BudgetKind::of_key(key), uses.get_mut(key)) else { continue };
            use_.campaign.insert(person.clone());
            if use_.campaign.len() >= CAMPAIGN && !use_.campaign_told {
                use_.campaign_told = true;
                alerts.push(Alert::Campaign(kind));
            }
        }
        alerts
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
        if window - self.window > 1 {
            self.campaign.clear();
            self.campaign_told = false;
        }
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

/// How long an answer waits, by the part of a budget that is used: none up to [`SLOW_FROM_PERCENT`].
pub(crate) fn wait(used: &Volume, limits: &Limits) -> Duration {
    let percent = |used: u64, most: u64| used.saturating_mul(100) / most.max(1);
    let worst = percent(used.records_touched, limits.records_touched_per_hour)
        .max(percent(used.identities_tested, limits.identities_tested_per_hour))
        .max(percent(used.records_opened, limits.records_opened_per_hour))
        .min(100);
    let beyond = u32::try_from(worst.saturating_sub(SLOW_FROM_PERCENT)).unwrap_or(0);
    SLOWEST * beyond / u32::try_from(100 - SLOW_FROM_PERCENT).unwrap_or(1)
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
