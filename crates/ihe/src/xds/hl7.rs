//! The HL7 v2.5 data types XDS writes its values in (ITI TF-3 table 4.2.3.1.7-2): CX, XCN, XON, CE, DTM.
//! Components are parted by `^`, subcomponents by `&`; what text holds of them is escaped.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;
use model::Ins;

/// Components of a value, each unescaped; subcomponents of the authority apart.
pub struct Components<'a>(Vec<&'a str>);

impl<'a> Components<'a> {
    pub fn of(text: &'a str) -> Self {
        Self(text.split('^').collect())
    }

    /// The component at this place, from 1, as text; none where it is empty.
    pub fn text(&self, place: usize) -> Option<String> {
        let raw = self.raw(place)?;
        Some(unescape(raw.split('&').next().unwrap_or_default()))
            .map(|it| it.trim().to_owned())
            .filter(|it| !it.is_empty())
    }

    pub fn raw(&self, place: usize) -> Option<&'a str> {
        self.0.get(place.checked_sub(1)?).copied().filter(|it| !it.is_empty())
    }

    /// HD: `&oid&ISO` as `urn:oid:…`, `&uri&URI` as the URI. None where it is neither.
    pub fn authority(&self, place: usize) -> Option<String> {
        let mut parts = self.raw(place)?.split('&').skip(1);
        let (id, kind) = (unescape(parts.next()?), parts.next().unwrap_or("ISO"));
        match kind {
            "ISO" if id.parse::<model::Oid>().is_ok() => Some(format!("urn:oid:{id}")),
            "URI" if !id.is_empty() => Some(id),
            _ => None,
        }
    }
}

/// `&oid&ISO`, or `&uri&URI`; nothing for no system.
pub fn write_authority(system: &str) -> String {
    let oid = system.strip_prefix("urn:oid:").unwrap_or(system);
    match oid.parse::<model::Oid>() {
        Ok(oid) => format!("&{oid}&ISO"),
        Err(_) if system.is_empty() => String::new(),
        Err(_) => format!("&{}&URI", escape(system)),
    }
}

/// CX `id^^^&oid&ISO`, as system and value.
pub fn identifier(text: &str) -> Option<(String, String)> {
    let parts = Components::of(text);
    Some((parts.authority(4)?, parts.text(1)?))
}

pub fn write_identifier(id: &(String, String), kind: &str) -> String {
    let (system, value) = id;
    let kind = if kind.is_empty() { String::new() } else { format!("^{kind}") };
    format!("{}^^^{}{kind}", escape(value), write_authority(system))
}

/// The patient as CX: `INS^^^&OID&ISO^NH`.
pub fn ins(text: &str) -> Result<Ins, &'static str> {
    let (system, value) = identifier(text).ok_or("INS^^^&OID&ISO^NH is expected")?;
    Ins::from_identifier(&system, &value).map_err(|error| match error {
        model::ins::InsError::Authority => "the assigning authority is not one of the INS",
        model::ins::InsError::Shape => "an INS has 15 characters",
        model::ins::InsError::Key => "the key of the INS does not match its number",
    })
}

pub fn write_ins(ins: &Ins) -> String {
    write_identifier(&(ins.system(), ins.matricule().to_owned()), "NH")
}

/// DTM in UTC, as precise as it is written: `YYYY[MM[DD[hh[mm[ss]]]]]` (ITI TF-3 table 4.2.3.1.7-2). Its first
/// instant.
pub fn time(text: &str) -> Option<Timestamp> {
    span(text).map(|(from, _)| from)
}

/// The first instant of what a DTM names, and the first after it.
pub fn span(text: &str) -> Option<(Timestamp, Timestamp)> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from: usize, to: usize| text.get(from..to)?.parse::<i8>().ok();
    let year: i16 = text.get(..4)?.parse().ok().filter(|year| *year >= 1)?;
    let (mut month, mut day, mut hour, mut minute, mut second) = (1, 1, 0, 0, 0);
    let length = text.len();
    if !matches!(length, 4 | 6 | 8 | 10 | 12 | 14) {
        return None;
    }
    for (end, part) in [(6, &mut month), (8, &mut day), (10, &mut hour), (12, &mut minute), (14, &mut second)]
    {
        if length >= end {
            *part = number(end - 2, end)?;
        }
    }
    let first =
        DateTime::from_parts(Date::new(year, month, day).ok()?, Time::new(hour, minute, second, 0).ok()?);
    let unit = match length {
        4 => jiff::Span::new().years(1),
        6 => jiff::Span::new().months(1),
        8 => jiff::Span::new().days(1),
        10 => jiff::Span::new().hours(1),
        12 => jiff::Span::new().minutes(1),
        _ => jiff::Span::new().seconds(1),
    };
    let next = first.checked_add(unit).ok()?;
    Some((Offset::UTC.to_timestamp(first).ok()?, Offset::UTC.to_timestamp(next).ok()?))
}

/// DTM to the second.
pub fn write_time(at: Timestamp) -> String {
    let at = Offset::UTC.to_datetime(at);
    let (date, time) = (at.date(), at.time());
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        date.year(),
        date.month(),
        date.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// The first eight digits as a day.
pub fn day(text: &str) -> Option<Date> {
    time(text)?;
    let digits = text.get(..8)?;
    Date::new(
        digits.get(..4)?.parse().ok()?,
        digits.get(4..6)?.parse().ok()?,
        digits.get(6..8)?.parse().ok()?,
    )
    .ok()
}

/// Text inside a component.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\E\\"),
            '^' => out.push_str("\\S\\"),
            '&' => out.push_str("\\T\\"),
            '~' => out.push_str("\\R\\"),
            '|' => out.push_str("\\F\\"),
            other => out.push(other),
        }
    }
    out
}

pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let letter = after.get(..1).filter(|_| after.get(1..2) == Some("\\"));
        let character = match letter {
            Some("E") => '\\',
            Some("S") => '^',
            Some("T") => '&',
            Some("R") => '~',
            Some("F") => '|',
            _ => {
                out.push('\\');
                rest = after;
                continue;
            }
        };
        out.push(character);
        rest = after.get(2..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_has_its_authority() {
        let (system, value) = identifier("IPP-42^^^&1.2.250.1.999.1&ISO^PI").unwrap();
        assert_eq!((system.as_str(), value.as_str()), ("urn:oid:1.2.250.1.999.1", "IPP-42"));
        assert_eq!(write_identifier(&(system, value), "PI"), "IPP-42^^^&1.2.250.1.999.1&ISO^PI");
        for wrong in ["", "IPP-42", "^^^&1.2.3&ISO", "IPP^^^1.2.3", "IPP^^^&x&ISO", "IPP^^^&1.2.3&DNS"] {
            assert_eq!(identifier(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_parts_components_is_escaped() {
        for text in ["", "a^b&c~d|e\\f", "\\S\\", "\\", "é\\T", "\\X\\"] {
            assert_eq!(unescape(&escape(text)), text);
            assert!(!escape(text).contains(['^', '&']));
        }
        assert_eq!(unescape("\\Q\\ \\"), "\\Q\\ \\");
    }

    #[test]
    fn a_time_is_as_precise_as_it_is_written() {
        let at = |text| time(text).map(|it| it.to_string());
        assert_eq!(at("2026").as_deref(), Some("2026-01-01T00:00:00Z"));
        assert_eq!(at("202606121005").as_deref(), Some("2026-06-12T10:05:00Z"));
        assert_eq!(at("20260612100507").as_deref(), Some("2026-06-12T10:05:07Z"));
        let (from, until) = span("20260612").unwrap();
        assert_eq!(until.duration_since(from).as_secs(), 86_400);
        for wrong in [
            "",
            "26",
            "20261",
            "20261301",
            "20260230",
            "2026061225",
            "20260612100560",
            "20260612100507.1",
            "20260612100507+0200",
            "0000",
            "２０２６",
            "2026-06-12",
        ] {
            assert_eq!(time(wrong), None, "{wrong}");
        }
        assert_eq!(write_time("2026-06-12T10:05:07.9Z".parse().unwrap()), "20260612100507");
        assert_eq!(day("19910314").unwrap().to_string(), "1991-03-14");
    }
}
