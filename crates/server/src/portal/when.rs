//! Dates as one says them, on the clocks of France: "mardi 3 mai 2026 à 14 h 05".

use jiff::civil::{Date, Weekday};
use jiff::{Timestamp, Zoned};
use model::Instant;

/// "mardi 3 mai 2026 à 14 h 05".
pub fn moment(at: Instant) -> String {
    let at = at.in_paris();
    format!("{} {} à {}", weekday(at.date()), day(at.date()), time(&at))
}

/// The same, said from now: "aujourd’hui à 14 h 05", "hier à …", else the whole.
pub fn moment_from(at: Instant, now: Instant) -> String {
    let (date, today) = (at.in_paris().date(), now.in_paris().date());
    if date == today {
        format!("aujourd’hui à {}", time(&at.in_paris()))
    } else if today.yesterday().is_ok_and(|yesterday| date == yesterday) {
        format!("hier à {}", time(&at.in_paris()))
    } else {
        moment(at)
    }
}

/// "3 mai 2026"; the first of a month is "1er".
pub fn day(date: Date) -> String {
    format!("{}\u{a0}{} {}", model::day::number(date), model::day::month(date), date.year())
}

pub fn day_of(at: Timestamp) -> String {
    day(Instant::from(at).in_paris().date())
}

/// "mai 2026".
pub fn month(at: Timestamp) -> String {
    let date = Instant::from(at).in_paris().date();
    format!("{} {}", model::day::month(date), date.year())
}

/// For `<time datetime="…">`.
pub fn machine(at: Timestamp) -> String {
    Instant::from(at).in_paris().date().to_string()
}

/// Whole years between a birth and now.
pub fn age(born: Date, now: Instant) -> i16 {
    let today = now.in_paris().date();
    let before = (today.month(), today.day()) < (born.month(), born.day());
    today.year() - born.year() - i16::from(before)
}

fn time(at: &Zoned) -> String {
    format!("{}\u{a0}h\u{a0}{:02}", at.hour(), at.minute())
}

fn weekday(date: Date) -> &'static str {
    match date.weekday() {
        Weekday::Monday => "lundi",
        Weekday::Tuesday => "mardi",
        Weekday::Wednesday => "mercredi",
        Weekday::Thursday => "jeudi",
        Weekday::Friday => "vendredi",
        Weekday::Saturday => "samedi",
        Weekday::Sunday => "dimanche",
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_said_on_the_clocks_of_france() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        assert_eq!(moment(at("2026-05-05T12:05:00Z")), "mardi 5\u{a0}mai 2026 à 14\u{a0}h\u{a0}05");
        assert_eq!(moment(at("2026-12-31T23:30:00Z")), "vendredi 1er\u{a0}janvier 2027 à 0\u{a0}h\u{a0}30");
        let now = at("2026-05-06T08:00:00Z");
        assert_eq!(moment_from(at("2026-05-06T07:00:00Z"), now), "aujourd’hui à 9\u{a0}h\u{a0}00");
        assert_eq!(moment_from(at("2026-05-04T22:30:00Z"), now), "hier à 0\u{a0}h\u{a0}30");
        assert_eq!(moment_from(at("2026-05-04T20:30:00Z"), now), "lundi 4\u{a0}mai 2026 à 22\u{a0}h\u{a0}30");
    }

    #[test]
    fn an_age_changes_on_the_birthday() {
        let born = jiff::civil::date(1951, 3, 8);
        let on = |text: &str| age(born, text.parse().unwrap());
        assert_eq!((on("2026-03-07T12:00:00Z"), on("2026-03-08T12:00:00Z")), (74, 75));
    }
}
