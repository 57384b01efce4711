//! Legal delays on any day of two centuries, across every change of clocks.

#![allow(clippy::unwrap_used)]

use jiff::civil::Date;
use model::Instant;
use policy::{age_reached, days_later, months_later, within_minutes, years_later};
use proptest::prelude::*;

/// Any instant from 1970 to 2100, to the millisecond.
fn instants() -> impl Strategy<Value = Instant> {
    (0_i64..4_102_444_800_000).prop_map(Instant::from_millis)
}

fn days() -> impl Strategy<Value = Date> {
    (1900_i16..2080, 1_i8..=12, 1_i8..=31)
        .prop_filter_map("a day that exists", |(year, month, day)| Date::new(year, month, day).ok())
}

proptest! {
    #[test]
    fn a_month_later_is_the_same_day_or_the_last_one_at_the_same_time(from in instants()) {
        let (start, end) = (from.in_paris(), months_later(from, 1).in_paris());
        let months = |it: &jiff::Zoned| i32::from(it.year()) * 12 + i32::from(it.month());
        prop_assert_eq!(months(&end), months(&start) + 1);
        let last = end.date().last_of_month().day();
        prop_assert_eq!(end.day(), start.day().min(last));
        // the time of day stays, but where the clocks skip it: then it moves forward by an hour
        let skipped = end.hour() == 3 && start.hour() == 2 && end.month() == 3;
        prop_assert!(end.time() == start.time() || (skipped && end.minute() == start.minute()));
    }

    #[test]
    fn a_month_keeps_the_order_of_deposits(a in instants(), b in instants()) {
        // within one day the clocks may turn back: compared by local date
        let (a, b) = if a <= b { (a, b) } else { (b, a) };
        prop_assert!(months_later(a, 1).in_paris().date() <= months_later(b, 1).in_paris().date());
    }

    #[test]
    fn twelve_months_are_a_year_and_years_add_up(from in instants(), years in 1_u8..11) {
        prop_assert_eq!(months_later(from, 12), years_later(from, 1));
        prop_assert!(years_later(from, years) > years_later(from, years - 1));
        let grown = i32::from(years_later(from, years).in_paris().year()) - i32::from(from.in_paris().year());
        prop_assert_eq!(grown, i32::from(years));
    }

    #[test]
    fn one_is_of_age_from_local_midnight_of_the_birthday(birth in days(), years in 0_u8..20) {
        let from = age_reached(birth, years);
        let day = from.in_paris();
        prop_assert_eq!(day.year(), birth.year() + i16::from(years));
        let leapling = (birth.month(), birth.day()) == (2, 29) && !day.date().in_leap_year();
        let expected = if leapling { (3, 1) } else { (birth.month(), birth.day()) };
        prop_assert_eq!((day.month(), day.day()), expected);
        // the instant before is still the day before
        let before = Instant::from_millis(from.as_millis() - 1).in_paris();
        prop_assert_eq!(before.date(), day.date().yesterday().unwrap());
    }

    #[test]
    fn a_window_is_open_from_its_first_instant_and_shut_at_its_end(opened in instants(), minutes in 1_u32..1441) {
        let end = opened.as_millis() + i64::from(minutes) * 60_000;
        let open = |at: i64| within_minutes(opened, minutes, Instant::from_millis(at));
        prop_assert!(open(opened.as_millis()) && open(end - 1));
        prop_assert!(!open(opened.as_millis() - 1) && !open(end));
    }

    #[test]
    fn days_are_of_twenty_four_hours(from in instants(), days in 0_u32..400) {
        prop_assert_eq!(days_later(from, days).as_millis() - from.as_millis(), i64::from(days) * 86_400_000);
    }
}

#[test]
fn majority_of_one_born_on_29_february_falls_on_1_march_in_a_common_year() {
    let at = |text: &str| text.parse::<Instant>().unwrap();
    let born = |text: &str| text.parse::<Date>().unwrap();
    assert_eq!(age_reached(born("2008-02-29"), 18), at("2026-03-01T00:00:00+01:00"));
    assert_eq!(age_reached(born("2008-02-29"), 16), at("2024-02-29T00:00:00+01:00"));
    assert_eq!(age_reached(born("2008-07-14"), 18), at("2026-07-14T00:00:00+02:00"));
    // the two nights on which the clocks change
    assert_eq!(age_reached(born("2008-03-29"), 18), at("2026-03-29T00:00:00+01:00"));
    assert_eq!(age_reached(born("2008-10-25"), 18), at("2026-10-25T00:00:00+02:00"));
}

#[test]
fn past_the_end_of_time_is_never() {
    let end = Instant::from_millis(i64::MAX);
    assert_eq!(years_later(end, 10), end);
    assert_eq!(months_later(end, 1), end);
    assert_eq!(age_reached(Date::MAX, 18), end);
    assert!(!within_minutes(end, 1, Instant::EPOCH));
}
