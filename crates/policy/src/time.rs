//! Legal delays, counted on the clocks of France and without any clock of one's own: a month, ten years, an
//! age (rules, A6, A7, A8, W12, W13).

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Zoned};
use model::Instant;

/// The end of time: what never comes.
const NEVER: Instant = Instant::from_millis(i64::MAX);

/// The same day, `months` later, at the same local time in France; the last day of the month where that
/// day does not exist. A local time the clocks skip moves forward by what they skip; one they show twice
/// means the first. Past the end of time: never.
pub fn months_later(from: Instant, months: u8) -> Instant {
    later(from, Span::new().try_months(i64::from(months)))
}

/// The same, in years: 29 February becomes the 28th.
pub fn years_later(from: Instant, years: u8) -> Instant {
    later(from, Span::new().try_years(i64::from(years)))
}

fn later(from: Instant, span: Result<Span, jiff::Error>) -> Instant {
    let end = |start: Zoned| start.checked_add(span.ok()?).ok();
    end(from.in_paris()).map_or(NEVER, |end| end.timestamp().into())
}

/// When somebody born on `birth` reaches an age: local midnight opening the birthday; 1 March for one born
/// on 29 February, in a common year (rules, A8).
pub fn age_reached(birth: Date, years: u8) -> Instant {
    let year = birth.year().checked_add(i16::from(years));
    let day = year
        .and_then(|year| Date::new(year, birth.month(), birth.day()).or_else(|_| Date::new(year, 3, 1)).ok());
    let midnight = day.and_then(|day| {
        let paris = TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC);
        day.to_zoned(paris).ok()
    });
    midnight.map_or(NEVER, |it| it.timestamp().into())
}

/// Whether `now` lies in the window that opened at `opened` and lasts so many minutes.
pub fn within_minutes(opened: Instant, minutes: u32, now: Instant) -> bool {
    opened <= now && now < opened.plus(SignedDuration::from_mins(i64::from(minutes)))
}

/// So many days, of twenty-four hours.
pub fn days_later(from: Instant, days: u32) -> Instant {
    from.plus(SignedDuration::from_hours(24 * i64::from(days)))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[track_caller]
    fn one_month(from: &str, to: &str) {
        let instant = |text: &str| text.parse::<Instant>().unwrap();
        assert_eq!(months_later(instant(from), 1), instant(to), "{from}");
    }

    #[test]
    fn a_month_is_the_same_day_at_the_same_local_time() {
        one_month("2026-11-21T10:00:00+01:00", "2026-12-21T10:00:00+01:00");
        one_month("2026-12-15T23:59:59.999+01:00", "2027-01-15T23:59:59.999+01:00");
    }

    #[test]
    fn the_local_time_stays_when_the_clocks_change_between() {
        one_month("2026-03-15T10:00:00+01:00", "2026-04-15T10:00:00+02:00");
        one_month("2026-10-15T10:00:00+02:00", "2026-11-15T10:00:00+01:00");
    }

    #[test]
    fn the_last_day_stands_for_a_day_that_does_not_exist() {
        one_month("2027-01-31T08:30:00+01:00", "2027-02-28T08:30:00+01:00");
        one_month("2028-01-31T08:30:00+01:00", "2028-02-29T08:30:00+01:00");
        one_month("2028-01-30T08:30:00+01:00", "2028-02-29T08:30:00+01:00");
        one_month("2028-02-29T08:30:00+01:00", "2028-03-29T08:30:00+02:00");
        one_month("2026-05-31T08:30:00+02:00", "2026-06-30T08:30:00+02:00");
    }

    #[test]
    fn a_time_the_clocks_skip_moves_forward() {
        // 29 March 2026: 02:00 becomes 03:00, and 02:30 is never shown
        one_month("2026-02-28T02:30:00+01:00", "2026-03-28T02:30:00+01:00");
        one_month("2027-02-28T02:30:00+01:00", "2027-03-28T03:30:00+02:00");
    }

    #[test]
    fn a_time_the_clocks_show_twice_means_the_first() {
        // 25 October 2026: 03:00 becomes 02:00 again
        one_month("2026-09-25T02:30:00+02:00", "2026-10-25T02:30:00+02:00");
        // deposited in the second 02:30 of the night: the date counts, not the offset
        one_month("2026-10-25T02:30:00+01:00", "2026-11-25T02:30:00+01:00");
    }

    #[test]
    fn the_day_is_the_one_in_france() {
        // 31 January, half past midnight in Paris, is still the 30th in UTC
        one_month("2027-01-30T23:30:00Z", "2027-02-27T23:30:00Z");
    }

    #[test]
    fn past_the_end_of_time_is_never() {
        assert_eq!(months_later(Instant::from_millis(i64::MAX), 1).as_millis(), i64::MAX);
    }
}
