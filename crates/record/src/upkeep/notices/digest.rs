//! The message of the day: how many documents came, and nothing else of them. What counts is what its reader may
//! see on the day it leaves (rules, A5), so what is hidden from them is not counted.

use jiff::{SignedDuration, ToSpan};
use model::{Act, Instant, RecordId, Request, RowId};
use vault::{KeyKeeper, TagDomain};

use super::route::Eyes;
use crate::attempt::Loaded;
use crate::call::Call;
use crate::circle::AccountOf;
use crate::failure::{Failure, Fault};
use crate::records::{Records, first_half};

/// A day ends at this hour in France.
const HOUR: i8 = 18;
/// A lot taken before the hour is committed within this; the message waits for it.
const MARGIN: SignedDuration = SignedDuration::from_mins(5);
/// Messages of the day leave within this, each record at its own minute.
const SPREAD_MINUTES: u16 = 120;
/// After an outage, so many days are told in one message.
const DAYS_MERGED: usize = 400;

/// One day of one record.
pub(super) struct Day {
    record: RecordId,
    pub(super) since: Instant,
    pub(super) until: Instant,
    pub(super) due: Instant,
}

impl Day {
    /// The day `now` belongs to.
    pub(super) fn of(record: RecordId, now: Instant) -> Self {
        let local = now.in_paris();
        let ends = |days: i64| {
            let date = local.date().checked_add(days.days()).unwrap_or(local.date());
            let end = date.at(HOUR, 0, 0, 0).to_zoned(local.time_zone().clone());
            end.map_or(now, |it| it.timestamp().into())
        };
        let (yesterday, today, tomorrow) = (ends(-1), ends(0), ends(1));
        let (since, until) = if now < today { (yesterday, today) } else { (today, tomorrow) };
        let [high, low, ..] = *record.as_bytes();
        let minute = u16::from_be_bytes([high, low]) % SPREAD_MINUTES;
        let due = until.plus(MARGIN).plus(SignedDuration::from_mins(minute.into()));
        Self { record, since, until, due }
    }

    fn next(&self) -> Self {
        Self::of(self.record, self.until)
    }

    /// The job there is one of for each record and day.
    pub(super) fn row(&self, keeper: &dyn KeyKeeper) -> Result<RowId, Fault> {
        let named = format!("documents|{}|{}", self.record, self.until);
        Ok(RowId::from_bytes(first_half(keeper.tag(TagDomain::Budget, named.as_bytes())?)))
    }
}

/// Days told in one message.
pub(super) struct Merged {
    pub(super) until: Instant,
    /// The jobs of the later days.
    pub(super) jobs: Vec<RowId>,
}

impl Records {
    /// The days after this one that are due too: one message tells of them all.
    pub(super) fn merge_days(
        &self,
        loaded: &Loaded,
        until: Instant,
        now: Instant,
    ) -> Result<Merged, Failure> {
        let snapshot = &loaded.readable.base.snapshot;
        let mut merged = Merged { until, jobs: Vec::new() };
        let mut day = Day::of(loaded.record(), until);
        for _ in 0..DAYS_MERGED {
            if now < day.due {
                break;
            }
            let row = day.row(&*self.parts().keeper)?;
            if snapshot.has_job(loaded.record(), row)? {
                merged.jobs.push(row);
                merged.until = day.until;
            }
            day = day.next();
        }
        Ok(merged)
    }

    /// How many documents professionals and organisations fed in these days, that these eyes may see.
    pub(super) fn new_documents(
        &self,
        loaded: &Loaded,
        eyes: Eyes,
        since: Instant,
        until: Instant,
    ) -> Result<usize, Failure> {
        let record = loaded.record();
        let account = match eyes {
            Eyes::Representative(Some(mandate)) => AccountOf::Representative(mandate),
            _ => AccountOf::Holder,
        };
        let call = Call::new(account.caller(record), RowId::random(self.dice()));
        let request = Request::default();
        let now = self.now();
        let question = self.question(&call, Act::Search, &loaded.facts, &request, now);
        let seen = |it: &&crate::rows::DocumentState| match eyes {
            // without an account there is nobody to decide about: what is hidden from anybody is hidden from them
            Eyes::Representative(None) => {
                let waits = now < self.policy().profile.hidden_until(it.hidden_since);
                let hidden = it.visibility.hidden_from_representatives
                    || it.reveals_hidden
                    || (it.visibility.hidden_from_holder && waits);
                it.status == model::DocumentStatus::Approved && !hidden
            }
            _ => self.decide(&question, Some(&it.facts())).is_allowed(),
        };
        let states = self.states(loaded)?;
        let new = states.iter().filter(|it| since <= it.deposited && it.deposited < until);
        Ok(new.filter(|it| !it.depositor.holder).filter(seen).count())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn day(now: &str) -> Day {
        Day::of(RecordId::from_bytes([0; 16]), now.parse().unwrap())
    }

    fn instant(text: &str) -> Instant {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_goes_from_six_to_six_and_none_is_missed_when_the_clocks_change() {
        let it = day("2026-11-23T17:59:59.999+01:00");
        assert_eq!(
            (it.since, it.until),
            (instant("2026-11-22T18:00+01:00"), instant("2026-11-23T18:00+01:00"))
        );
        let it = day("2026-11-23T18:00:00+01:00");
        assert_eq!(
            (it.since, it.until),
            (instant("2026-11-23T18:00+01:00"), instant("2026-11-24T18:00+01:00"))
        );
        assert_eq!(it.due, instant("2026-11-24T18:05+01:00"));
        let mut it = day("2026-03-27T12:00:00+01:00");
        for _ in 0..300 {
            let next = it.next();
            assert_eq!(it.until, next.since);
            assert_eq!(next.until.in_paris().hour(), 18);
            it = next;
        }
    }

    #[test]
    fn each_record_has_its_own_minute() {
        let last = Day::of(RecordId::from_bytes([255; 16]), instant("2026-11-23T10:00:00+01:00"));
        let minutes = last.due.since(last.until).as_mins();
        assert!((5..5 + i64::from(SPREAD_MINUTES)).contains(&minutes), "{minutes}");
        assert_ne!(last.due, day("2026-11-23T10:00:00+01:00").due);
    }
}
