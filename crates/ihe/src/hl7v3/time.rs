//! HL7 point in time: `YYYYMMDDHHMMSS.ffff+ZZzz`, as precise as it is written. Without zone it is France's.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};
use model::Instant;

/// A whole day, whatever follows it.
pub fn day(text: &str) -> Option<Date> {
    let digits = text.get(..8)?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    instant(text)?;
    let (year, rest) = digits.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The beginning of what is named; from a day on.
pub fn instant(text: &str) -> Option<Instant> {
    if !text.is_ascii() {
        return None;
    }
    let (clock, zone) = match text.find(['+', '-']) {
        Some(place) => text.split_at(place),
        None => (text, ""),
    };
    let (digits, fraction) = match clock.split_once('.') {
        Some((digits, fraction)) => (digits, Some(fraction)),
        None => (clock, None),
    };
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !plain(digits) || !matches!(digits.len(), 8 | 10 | 12 | 14) {
        return None;
    }
    let number = |from: usize| -> Option<i8> {
        if digits.len() <= from { Some(0) } else { digits.get(from..from + 2)?.parse().ok() }
    };
    let nanos = match fraction {
        None => 0,
        Some(it) if digits.len() == 14 && plain(it) && it.len() <= 6 => format!("{it:0<9}").parse().ok()?,
        Some(_) => return None,
    };
    let date = Date::new(digits.get(..4)?.parse().ok()?, number(4)?, number(6)?).ok()?;
    let civil = DateTime::from_parts(date, Time::new(number(8)?, number(10)?, number(12)?, nanos).ok()?);
    let at = match zone {
        "" => civil.to_zoned(TimeZone::get("Europe/Paris").unwrap_or(TimeZone::UTC)).ok()?.timestamp(),
        zone => offset(zone)?.to_timestamp(civil).ok()?,
    };
    Some(at.into())
}

fn offset(text: &str) -> Option<Offset> {
    let (sign, digits) = text.split_at_checked(1)?;
    if digits.len() != 4 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = digits.split_at_checked(2)?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    if hours > 14 || minutes > 59 {
        return None;
    }
    let seconds = hours * 3_600 + minutes * 60;
    Offset::from_seconds(if sign == "-" { -seconds } else { seconds }).ok()
}

/// In UTC, to the second.
pub fn write(at: Instant) -> String {
    at.timestamp().strftime("%Y%m%d%H%M%S+0000").to_string()
}

pub fn write_day(date: Date) -> String {
    date.strftime("%Y%m%d").to_string()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_time_is_as_precise_as_it_is_written() {
        for (text, expected) in [
            ("20260102", "2026-01-01T23:00:00.000Z"),
            ("2026010203", "2026-01-02T02:00:00.000Z"),
            ("20260102030405+0000", "2026-01-02T03:04:05.000Z"),
            ("20260702030405.25", "2026-07-02T01:04:05.250Z"),
            ("20260102030405.1-0330", "2026-01-02T06:34:05.100Z"),
        ] {
            assert_eq!(instant(text).map(|it| it.to_string()).as_deref(), Some(expected), "{text}");
        }
        for wrong in [
            "",
            "2026",
            "202601",
            "20260132",
            "2026-01-02",
            "20260102T030405",
            "20260102030405.",
            "202601020",
            "٢٠٢٦٠١٠٢",
            "20260102030405+1",
            "20260102+2500",
        ] {
            assert_eq!(instant(wrong), None, "{wrong}");
        }
        assert_eq!(day("19790328").unwrap().to_string(), "1979-03-28");
        assert_eq!(day("197903"), None);
        assert_eq!(day("19790328x"), None);
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in ".{0,30}") {
            let _ = (instant(&text), day(&text));
        }

        #[test]
        fn what_is_written_reads_back(seconds in -2_000_000_000_i64..4_000_000_000) {
            let at = Instant::from_millis(seconds * 1_000);
            prop_assert_eq!(instant(&write(at)), Some(at));
        }
    }
}
