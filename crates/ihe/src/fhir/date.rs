//! FHIR's dates: as precise as they are written. A date without a time is a day in France.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp, ToSpan};

/// What a date covers: from its first instant to the one after its last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    pub from: Timestamp,
    pub until: Timestamp,
    /// A time of day was given.
    pub timed: bool,
}

/// FHIR `dateTime`: a year, a month, a day, or a full time with its zone.
pub fn date_time(text: &str) -> Option<Span> {
    read(text, false)
}

/// FHIR `instant`, or a `dateTime` with its time.
pub fn instant(text: &str) -> Option<Timestamp> {
    date_time(text).filter(|span| span.timed).map(|span| span.from)
}

/// A date of a search: seconds and zone may be missing (FHIR R4 3.1.1.4.6).
pub fn search(text: &str) -> Option<Span> {
    read(text, true)
}

/// FHIR `date`, whole.
pub fn day(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(place, byte)| match place {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { civil(text) } else { None }
}

fn read(text: &str, loose: bool) -> Option<Span> {
    if !text.is_ascii() {
        return None;
    }
    match text.split_once('T') {
        None => days(text),
        Some((date, time)) => timed(day(date)?, time, loose),
    }
}

fn days(text: &str) -> Option<Span> {
    let (first, next) = match text.len() {
        4 if digits(text) => {
            let first = civil(&format!("{text}-01-01"))?;
            (first, first.checked_add(1.year()).ok()?)
        }
        7 => {
            let first = day(&format!("{text}-01"))?;
            (first, first.checked_add(1.month()).ok()?)
        }
        10 => {
            let first = day(text)?;
            (first, first.tomorrow().ok()?)
        }
        _ => return None,
    };
    Some(Span { from: midnight(first)?, until: midnight(next)?, timed: false })
}

fn timed(date: Date, text: &str, loose: bool) -> Option<Span> {
    let (clock, zone) = match text.find(['Z', '+', '-']) {
        Some(place) => text.split_at(place),
        None if loose => (text, ""),
        None => return None,
    };
    let (time, length) = time(clock, loose)?;
    let civil = DateTime::from_parts(date, time);
    let from = match zone {
        "" => civil.to_zoned(paris()).ok()?.timestamp(),
        zone => offset(zone)?.to_timestamp(civil).ok()?,
    };
    Some(Span { from, until: from.checked_add(length).ok()?, timed: true })
}

/// `hh:mm:ss.fff` and how long what it names lasts.
fn time(text: &str, loose: bool) -> Option<(Time, SignedDuration)> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    let mut parts = whole.split(':');
    let hour = two(parts.next()?)?;
    let minute = two(parts.next()?)?;
    let second = parts.next();
    if parts.next().is_some() {
        return None;
    }
    let (nanos, length) = match (second, fraction) {
        (None, None) if loose => (0, SignedDuration::from_secs(60)),
        (Some(_), None) => (0, SignedDuration::from_secs(1)),
        (Some(_), Some(fraction)) if digits(fraction) && (1..=9).contains(&fraction.len()) => {
            let unit = 10_i32.pow(9 - u32::try_from(fraction.len()).ok()?);
            (fraction.parse::<i32>().ok()? * unit, SignedDuration::from_nanos(i64::from(unit)))
        }
        _ => return None,
    };
    let second = second.map_or(Some(0), two)?;
    Some((Time::new(hour, minute, second, nanos).ok()?, length))
}

fn offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes) = (i32::from(two(hours)?), i32::from(two(minutes)?));
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = (hours * 60 + minutes) * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

fn two(text: &str) -> Option<i8> {
    if text.len() == 2 && digits(text) { text.parse().ok() } else { None }
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn civil(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.year() >= 1)
}

fn midnight(date: Date) -> Option<Timestamp> {
    date.to_zoned(paris()).ok().map(|zoned| zoned.timestamp())
}

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_date_covers_what_it_does_not_say() {
        let span = |text| {
            let span = search(text).unwrap();
            format!("{} {}", span.from, span.until)
        };
        assert_eq!(span("2026"), "2025-12-31T23:00:00Z 2026-12-31T23:00:00Z");
        assert_eq!(span("2026-06"), "2026-05-31T22:00:00Z 2026-06-30T22:00:00Z");
        assert_eq!(span("2026-06-12"), "2026-06-11T22:00:00Z 2026-06-12T22:00:00Z");
        assert_eq!(span("2026-06-12T10:00+02:00"), "2026-06-12T08:00:00Z 2026-06-12T08:01:00Z");
        assert_eq!(span("2026-06-12T10:00:05"), "2026-06-12T08:00:05Z 2026-06-12T08:00:06Z");
        assert_eq!(span("2026-06-12T10:00:05.25Z"), "2026-06-12T10:00:05.25Z 2026-06-12T10:00:05.26Z");
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for wrong in [
            "",
            "26",
            "2026-13",
            "2026-02-30",
            "2026-6-1",
            "2026-06-12T10:00:00",
            "2026-06-12T10:00Z",
            "0000",
            "2026-06-12T25:00:00Z",
            "2026-06-12T10:00:00+99:00",
            "2026-06-12T10:00:00.Z",
            "2026-06-12 10:00:00Z",
            "2026-06-12T10:00:00z",
            "2026-06-12T",
            "T10:00:00Z",
            "２０２６",
            "+2026-01-01",
            "2026-06-12T10:00:00+2:00",
        ] {
            assert_eq!(date_time(wrong), None, "{wrong}");
        }
    }
}
