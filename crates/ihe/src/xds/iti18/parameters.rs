//! The parameters of a stored query: slots, whose values are numbers, `'texts'` or `('lists','of them')`. The values
//! of one slot are alternatives; where a parameter may stand in several slots, each of them must be met
//! (ITI TF-2 3.18.4.1.2.3.5).

use std::collections::HashSet;

use jiff::Timestamp;
use model::{Coding, EntryId, Ins, UniqueId};
use xml::Node;

use super::super::attributes;
use super::super::error::{ErrorCode, Read, RegistryError};
use super::super::{EntryStatus, hl7};
use super::Ids;
use crate::ebrim::{Limits, RIM};
use crate::fhir::outcome::shown;

/// Values of one query, all together.
const VALUES_MAX: usize = 2_000;

pub(super) struct Parameters {
    /// Name, and the values of one slot.
    slots: Vec<(String, Vec<String>)>,
    used: HashSet<String>,
}

fn missing(name: &str) -> RegistryError {
    RegistryError::at(ErrorCode::XDSStoredQueryMissingParam, name, "this parameter is required")
}

fn number(name: &str, says: &str) -> RegistryError {
    RegistryError::at(ErrorCode::XDSStoredQueryParamNumber, name, says)
}

fn wrong(name: &str, says: &str) -> RegistryError {
    RegistryError::at(ErrorCode::XDSRegistryError, name, says)
}

impl Parameters {
    pub fn read(query: &Node<'_>) -> Read<Self> {
        let limits = Limits { value: 100_000, values: 500, ..Limits::default() };
        let (mut slots, mut count) = (Vec::new(), 0);
        for child in query.children() {
            let (namespace, local) = child.name();
            if namespace != RIM || !matches!(local, "Slot" | "Name" | "Description" | "VersionInfo") {
                return Err(wrong("AdhocQuery", "only slots are expected").into());
            }
            if local != "Slot" {
                continue;
            }
            let name = child.attribute("name").unwrap_or_default();
            let name = match shown(name) {
                it if it == name => it.to_owned(),
                _ => return Err(wrong("Slot", "not the name of a parameter").into()),
            };
            let mut values = Vec::new();
            let said = crate::ebrim::values(&child, &name, &limits);
            for value in said.map_err(|invalid| wrong(&name, invalid.says))? {
                let list = literals(&value).ok_or_else(|| {
                    wrong(&name, "a value is a number, 'a text' with its quotes doubled, or a list of them in parentheses")
                })?;
                values.extend(list);
            }
            count += values.len();
            if count > VALUES_MAX || slots.len() == 100 {
                return Err(number(&name, "the query has too many values").into());
            }
            slots.push((name, values));
        }
        Ok(Self { slots, used: HashSet::new() })
    }

    /// Every parameter was asked for: what is unknown would widen the answer (abuse case E05).
    pub fn finished(self) -> Read<()> {
        match self.slots.iter().find(|(name, _)| !self.used.contains(name)) {
            Some((name, _)) => Err(wrong(name, "this query has no such parameter").into()),
            None => Ok(()),
        }
    }

    /// The slots of this name that have values.
    fn take(&mut self, name: &str) -> Vec<Vec<String>> {
        self.used.insert(name.to_owned());
        let slots = self.slots.iter().filter(|(known, values)| known == name && !values.is_empty());
        slots.map(|(_, values)| values.clone()).collect()
    }

    pub fn one(&mut self, name: &str) -> Read<Option<String>> {
        let mut slots = self.take(name);
        match (slots.pop(), slots.is_empty()) {
            (None, _) => Ok(None),
            (Some(mut values), true) if values.len() == 1 => Ok(values.pop()),
            _ => Err(number(name, "one value is expected").into()),
        }
    }

    /// Alternatives; none said = anything.
    pub fn any(&mut self, name: &str) -> Read<Option<Vec<String>>> {
        let mut slots = self.take(name);
        match (slots.pop(), slots.is_empty()) {
            (found, true) => Ok(found),
            _ => Err(number(name, "this parameter stands in one slot").into()),
        }
    }

    /// Each slot must be met.
    pub fn all(&mut self, name: &str) -> Vec<Vec<String>> {
        self.take(name)
    }

    pub fn need_any(&mut self, name: &str) -> Read<Vec<String>> {
        self.any(name)?.ok_or_else(|| missing(name).into())
    }

    pub fn patient(&mut self, name: &str) -> Read<Ins> {
        let text = self.one(name)?.ok_or_else(|| missing(name))?;
        hl7::ins(&text).map_err(|says| wrong(name, says).into())
    }

    pub fn codes(&mut self, name: &str) -> Read<Option<Vec<Coding>>> {
        self.any(name)?.map(|texts| codes(name, &texts)).transpose()
    }

    pub fn all_codes(&mut self, name: &str) -> Read<Vec<Vec<Coding>>> {
        self.all(name).iter().map(|texts| codes(name, texts)).collect()
    }

    /// The first instant a lower bound lets in.
    pub fn time(&mut self, name: &str) -> Read<Option<Timestamp>> {
        let Some(text) = self.one(name)? else { return Ok(None) };
        let at = hl7::time(&text);
        at.map(Some).ok_or_else(|| wrong(name, "a time is YYYY[MM[DD[hh[mm[ss]]]]] in UTC").into())
    }

    pub fn statuses(&mut self, name: &str) -> Read<Vec<EntryStatus>> {
        let texts = self.need_any(name)?;
        let known = |text: &String| {
            EntryStatus::from_urn(text).ok_or_else(|| wrong(name, "not a status of JDV_J52").into())
        };
        texts.iter().map(known).collect()
    }

    pub fn entry_ids(&mut self, name: &str) -> Read<Option<Vec<EntryId>>> {
        Ok(self.any(name)?.map(|texts| uuids(&texts)))
    }

    /// Objects by exactly one of these kinds of identifier.
    pub fn ids(&mut self, entry: &str, unique: &str, logical: Option<&str>) -> Read<Ids> {
        let entries = self.entry_ids(entry)?.map(Ids::Entry);
        let uniques: Option<Vec<UniqueId>> = self
            .any(unique)?
            .map(|texts| texts.iter().filter_map(|text| attributes::unique_id(text)).collect());
        let logicals = match logical {
            Some(name) => self.entry_ids(name)?.map(Ids::Logical),
            None => None,
        };
        let mut said = [entries, uniques.map(Ids::Unique), logicals].into_iter().flatten();
        match (said.next(), said.next()) {
            (Some(ids), None) => Ok(ids),
            (None, _) => Err(missing(entry).into()),
            _ => Err(number(entry, "entryUUID, uniqueId or logicalId, not several").into()),
        }
    }

    /// Parameters that change nothing here.
    pub fn ignore(&mut self, names: &[&str]) {
        self.used.extend(names.iter().map(|name| (*name).to_owned()));
    }
}

/// What is no UUID is nobody's.
fn uuids(texts: &[String]) -> Vec<EntryId> {
    texts.iter().filter_map(|text| attributes::entry_id(text)).collect()
}

/// `code^^scheme`.
fn codes(name: &str, texts: &[String]) -> Read<Vec<Coding>> {
    let read = |text: &String| {
        let parts = hl7::Components::of(text);
        let (code, system) = (parts.text(1)?, parts.text(3)?);
        Coding::new(&system, &code, None).ok()
    };
    let one = |text| read(text).ok_or_else(|| wrong(name, "'code^^scheme' is expected").into());
    texts.iter().map(one).collect()
}

/// The literals of a value: one, or a list in parentheses.
fn literals(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let Some(list) = text.strip_prefix('(') else {
        let (value, rest) = literal(text)?;
        return rest.is_empty().then(|| vec![value]);
    };
    let mut rest = list.trim_start();
    let mut values = Vec::new();
    loop {
        let (value, after) = literal(rest)?;
        values.push(value);
        let after = after.trim_start();
        match after.strip_prefix(',') {
            Some(next) => rest = next.trim_start(),
            None => return (after == ")").then_some(values),
        }
    }
}

/// A number, or a text in quotes where a doubled quote is one; and what follows.
fn literal(text: &str) -> Option<(String, &str)> {
    let Some(mut rest) = text.strip_prefix('\'') else {
        let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
        let (digits, rest) = text.split_at(end);
        return (!digits.is_empty()).then(|| (digits.to_owned(), rest));
    };
    let mut value = String::new();
    loop {
        let (before, after) = rest.split_once('\'')?;
        value.push_str(before);
        match after.strip_prefix('\'') {
            Some(next) => {
                value.push('\'');
                rest = next;
            }
            None => return Some((value, after)),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::literals;

    #[test]
    fn values_are_quoted_as_in_sql() {
        let read = |text| literals(text).unwrap().join("|");
        assert_eq!(read("'a'"), "a");
        assert_eq!(read("20260612"), "20260612");
        assert_eq!(read("('a', 'b''c' ,'')"), "a|b'c|");
        assert_eq!(read("( 1,2 )"), "1|2");
        for wrong in [
            "",
            "a",
            "'",
            "'a",
            "'a''",
            "('a'",
            "('a',)",
            "()",
            "'a' or 1=1",
            "('a') ",
            "'a'b",
            "-1",
            "('a','b'))",
        ] {
            assert!(literals(wrong).is_none() || wrong.ends_with(' '), "{wrong}");
        }
    }
}
