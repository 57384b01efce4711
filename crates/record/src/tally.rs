//! How often professionals open records, by organisation and day, and how often in an emergency: for the rate of
//! emergencies alone (rules, A21). One person in one record on one day is one access, however often they ask.
//!
//! It is counted in memory, and carried to the store's counters by whatever commits next, once a minute: no read
//! writes for it, and no counter is fought over. A process that dies loses a minute of it: a rate is no proof. The
//! counters name a house and a day, and nobody (design, "Storage").

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::SignedDuration;
use jiff::civil::Date;
use model::{Instant, Purpose, RecordId, StructIdNat};

use crate::call::Call;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);
/// As many counters go with one commit.
const AT_ONCE: usize = 100;
/// Beyond so many accesses in one day, one may be counted twice.
const MOST_KNOWN: usize = 500_000;

const ACCESS: &str = "access";
const EMERGENCY: &str = "emergency";

#[derive(Default)]
pub(crate) struct Tally(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    day: Option<Date>,
    /// Who was where today already.
    known: HashSet<u64>,
    counts: HashMap<String, i64>,
    since: Option<Instant>,
}

/// What a counter of this tally counts.
pub(crate) struct Counted {
    pub(crate) house: StructIdNat,
    pub(crate) day: Date,
    pub(crate) emergency: bool,
}

impl Counted {
    /// None for the counters of others.
    pub(crate) fn read(name: &str) -> Option<Self> {
        let mut words = name.split(' ');
        let emergency = match words.next()? {
            ACCESS => false,
            EMERGENCY => true,
            _ => return None,
        };
        let (house, day) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
        words.next().is_none().then_some(Self { house, day, emergency })
    }
}

impl Tally {
    /// A professional of a house touched a record.
    pub(crate) fn touched(&self, call: &Call, record: RecordId, now: Instant) {
        let (Some(person), Some(house)) = (call.caller.professional(), call.caller.organisation.proved())
        else {
            return;
        };
        let (day, emergency) = (now.in_paris().date(), call.purpose != Purpose::Normal);
        let mut waiting = self.held();
        if waiting.day != Some(day) || waiting.known.len() > MOST_KNOWN {
            waiting.known.clear();
            waiting.day = Some(day);
        }
        for (what, is_it) in [(ACCESS, true), (EMERGENCY, emergency)] {
            let mut hasher = DefaultHasher::new();
            (what, person.id.to_string(), record.as_bytes()).hash(&mut hasher);
            if is_it && waiting.known.insert(hasher.finish()) {
                *waiting.counts.entry(format!("{what} {} {day}", house.id)).or_default() += 1;
                waiting.since.get_or_insert(now);
            }
        }
    }

    /// What the next commit is to carry; nothing within a minute of the last.
    pub(crate) fn due(&self, now: Instant) -> Vec<(String, i64)> {
        let mut waiting = self.held();
        if waiting.since.is_none_or(|since| now.since(since) < MINUTE) {
            return Vec::new();
        }
        let names: Vec<String> = waiting.counts.keys().take(AT_ONCE).cloned().collect();
        let due = names.into_iter().filter_map(|name| waiting.counts.remove_entry(&name)).collect();
        if waiting.counts.is_empty() {
            waiting.since = None;
        }
        due
    }

    /// What was not carried after all.
    pub(crate) fn back(&self, counts: Vec<(String, i64)>, now: Instant) {
        if counts.is_empty() {
            return;
        }
        let mut waiting = self.held();
        for (name, count) in counts {
            *waiting.counts.entry(name).or_default() += count;
        }
        // the very next commit carries it
        waiting.since = Some(now.minus(MINUTE));
    }

    /// What no commit has carried yet.
    pub(crate) fn waiting(&self) -> Vec<(String, i64)> {
        self.held().counts.iter().map(|(name, count)| (name.clone(), *count)).collect()
    }

    fn held(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
