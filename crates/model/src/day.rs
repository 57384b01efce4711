//! A day as French says it.

use jiff::civil::Date;

const MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];

/// `mai`.
pub fn month(date: Date) -> &'static str {
    usize::try_from(date.month() - 1).ok().and_then(|place| MONTHS.get(place)).copied().unwrap_or_default()
}

/// `3`; the first of a month is `1er`.
pub fn number(date: Date) -> String {
    if date.day() == 1 { "1er".into() } else { date.day().to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_of_a_year() {
        let said = |date: Date| format!("{} {}", number(date), month(date));
        assert_eq!(said(jiff::civil::date(2026, 1, 1)), "1er janvier");
        assert_eq!(said(jiff::civil::date(2026, 12, 31)), "31 décembre");
    }
}
