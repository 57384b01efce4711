//! Date parameters: prefixes, and dates only as precise as they are written.

use jiff::Timestamp;
use model::Instant;

use super::super::date::{self, Span};
use super::super::outcome::{Outcome, Read};
use super::any_of;

/// A date parameter: a prefix and what the date covers.
#[derive(Clone, PartialEq, Eq)]
pub struct DateTest {
    prefix: Prefix,
    span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Prefix {
    Eq,
    Ne,
    Gt,
    Lt,
    Ge,
    Le,
    Sa,
    Eb,
}

impl DateTest {
    pub fn any_of(name: &str, value: &str) -> Read<Vec<DateTest>> {
        any_of(name, value)?.iter().map(|it| Self::read(name, it)).collect()
    }

    fn read(name: &str, text: &str) -> Read<DateTest> {
        let (prefix, rest) = match text.split_at_checked(2) {
            Some(("eq", rest)) => (Prefix::Eq, rest),
            Some(("ne", rest)) => (Prefix::Ne, rest),
            Some(("gt", rest)) => (Prefix::Gt, rest),
            Some(("lt", rest)) => (Prefix::Lt, rest),
            Some(("ge", rest)) => (Prefix::Ge, rest),
            Some(("le", rest)) => (Prefix::Le, rest),
            Some(("sa", rest)) => (Prefix::Sa, rest),
            Some(("eb", rest)) => (Prefix::Eb, rest),
            _ => (Prefix::Eq, text),
        };
        // an unescaped plus sign reads as a space
        date::search(&rest.replace(' ', "+")).map(|span| DateTest { prefix, span }).ok_or_else(|| {
            Outcome::parameter(name, "a date with an optional prefix eq, ne, gt, lt, ge, le, sa or eb")
        })
    }

    pub fn matches_instant(&self, at: Timestamp) -> bool {
        let Span { from, until, .. } = self.span;
        match self.prefix {
            Prefix::Eq => from <= at && at < until,
            Prefix::Ne => at < from || until <= at,
            Prefix::Gt | Prefix::Sa => until <= at,
            Prefix::Lt | Prefix::Eb => at < from,
            Prefix::Ge => from <= at,
            Prefix::Le => at < until,
        }
    }

    /// Of a period; without an end it lasts. FHIR R4 3.1.1.4.6: `eq` covers all of it, the comparisons
    /// look for an overlap, `sa` and `eb` for none.
    pub fn matches_period(&self, start: Timestamp, end: Option<Timestamp>) -> bool {
        let Span { from, until, .. } = self.span;
        let covers = from <= start && end.is_some_and(|end| end < until);
        let after = end.is_none_or(|end| until <= end);
        let before = start < from;
        match self.prefix {
            Prefix::Eq => covers,
            Prefix::Ne => !covers,
            Prefix::Gt => after,
            Prefix::Lt => before,
            Prefix::Ge => after || covers,
            Prefix::Le => before || covers,
            Prefix::Sa => until <= start,
            Prefix::Eb => end.is_some_and(|end| end < from),
        }
    }

    pub fn matches_our_instant(&self, at: Instant) -> bool {
        self.matches_instant(at.timestamp())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
mod tests {
    use super::*;

    fn date(text: &str) -> DateTest {
        DateTest::any_of("date", text).unwrap().remove(0)
    }

    #[test]
    fn dates_compare_by_what_they_cover() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let noon = at("2026-06-12T10:00:00Z");
        for (test, expected) in [
            ("2026-06-12", true),
            ("eq2026-06", true),
            ("2026-06-13", false),
            ("ne2026-06-12", false),
            ("ge2026-06-12", true),
            ("gt2026-06-12", false),
            ("gt2026-06-11", true),
            ("lt2026-06-12", false),
            ("le2026-06-12", true),
            ("lt2026-06-13", true),
            ("sa2026-06-11", true),
            ("eb2026-06-13", true),
            ("2026-06-12T12:00 02:00", true),
            ("2026-06-12T12:00:00+02:00", true),
            ("2026-06-12T12:00:01+02:00", false),
        ] {
            assert_eq!(date(test).matches_instant(noon), expected, "{test}");
        }
        let (start, end) = (at("2026-06-10T08:00:00Z"), Some(at("2026-06-14T08:00:00Z")));
        for (test, expected) in [
            ("2026-06-12", false),
            ("2026-06", true),
            ("ge2026-06-12", true),
            ("le2026-06-12", true),
            ("gt2026-06-14", false),
            ("sa2026-06-09", true),
            ("sa2026-06-10", false),
            ("eb2026-06-15", true),
        ] {
            assert_eq!(date(test).matches_period(start, end), expected, "{test}");
        }
        assert!(date("ge2030").matches_period(start, None) && !date("2026").matches_period(start, None));
    }
}
