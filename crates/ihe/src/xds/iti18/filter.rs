//! What documents and submission sets a query is after. Says nothing of whether they may be seen.

use jiff::Timestamp;
use model::code::{TRE_A07, V3_CONFIDENTIALITY};
use model::{Coding, DocumentEntry, Ins, SubmissionSet};

use super::super::author::{persons, same_identifier, write_xcn};
use super::super::hl7::Components;
use super::super::{EntryStatus, attributes};

/// At or after the first, before the second (ITI TF-2 3.18.4.1.2.3.7.1: From is inclusive, To is not).
#[derive(Clone, Copy, Default)]
pub(super) struct Range {
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
}

impl Range {
    fn holds(self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at < to)
    }

    /// A document without this time is found only where none is asked for.
    fn holds_some(self, at: Option<Timestamp>) -> bool {
        match at {
            Some(at) => self.holds(at),
            None => self.from.is_none() && self.to.is_none(),
        }
    }
}

/// One of these, where any was said.
type AnyCode = Option<Vec<Coding>>;
/// One of each.
type AllCodes = Vec<Vec<Coding>>;

/// The parameters of FindDocuments, and of its kin; what was not said lets everything through.
#[derive(Clone, Default)]
pub struct DocumentFilter {
    pub(super) patient: Option<Ins>,
    /// Empty: any.
    pub(super) statuses: Vec<EntryStatus>,
    pub(super) classes: AnyCode,
    pub(super) types: AnyCode,
    pub(super) settings: AnyCode,
    pub(super) facilities: AnyCode,
    pub(super) formats: AnyCode,
    pub(super) events: AllCodes,
    pub(super) confidentialities: AllCodes,
    pub(super) created: Range,
    pub(super) start: Range,
    pub(super) stop: Range,
    /// Patterns of SQL LIKE.
    pub(super) authors: Option<Vec<String>>,
    /// CXi, each slot to be met.
    pub(super) references: Vec<Vec<String>>,
    /// What is asked for does not exist here: on-demand entries, documents offline.
    pub(super) impossible: bool,
}

fn meets(wanted: &AnyCode, code: &Coding) -> bool {
    wanted.as_ref().is_none_or(|wanted| wanted.iter().any(|it| it.same(code)))
}

fn meets_all(wanted: &AllCodes, codes: &[Coding]) -> bool {
    wanted.iter().all(|any| any.iter().any(|it| codes.iter().any(|code| it.same(code))))
}

impl DocumentFilter {
    /// Whether documents of this status are asked for.
    pub fn asks(&self, status: EntryStatus) -> bool {
        self.statuses.is_empty() || self.statuses.contains(&status)
    }

    pub fn matches(&self, entry: &DocumentEntry) -> bool {
        let it = &entry.description;
        !self.impossible
            && self.asks(EntryStatus::from(&entry.status))
            && meets(&self.classes, &entry.class.coding())
            && meets(&self.types, &it.type_code)
            && meets(&self.settings, &it.practice_setting)
            && meets(&self.facilities, &it.facility_type)
            && meets(&self.formats, &it.format)
            && meets_all(&self.events, &it.events)
            && (self.confidentialities.is_empty() || meets_all(&self.confidentialities, &labels(entry)))
            && self.created.holds(it.created)
            && self.start.holds(it.service_start)
            && self.stop.holds_some(it.service_stop)
            && self.authors.as_ref().is_none_or(|patterns| {
                persons(&it.authors).any(|person| patterns.iter().any(|pattern| like(&person, pattern)))
            })
            && self.references.iter().all(|any| any.iter().any(|text| refers(entry, text)))
    }
}

fn labels(entry: &DocumentEntry) -> Vec<Coding> {
    let coding =
        |system: &str, code: &str| Coding { system: system.to_owned(), code: code.to_owned(), display: None };
    std::iter::once(coding(V3_CONFIDENTIALITY, entry.description.confidentiality.code()))
        .chain(entry.visibility.codes().into_iter().map(|code| coding(TRE_A07, code)))
        .collect()
}

/// `id^^^&oid&ISO^type`; the type where it was said.
fn refers(entry: &DocumentEntry, text: &str) -> bool {
    let kind = Components::of(text).text(5);
    entry.description.references.iter().any(|it| {
        let id = (it.system.clone().unwrap_or_default(), it.value.clone());
        let same = match it.system {
            Some(_) => same_identifier(text, &id),
            None => Components::of(text).text(1).as_ref() == Some(&it.value),
        };
        same && kind.as_ref().is_none_or(|kind| *kind == it.kind)
    })
}

/// The parameters of FindSubmissionSets.
#[derive(Clone, Default)]
pub struct SetFilter {
    pub(super) patient: Option<Ins>,
    pub(super) statuses: Vec<EntryStatus>,
    pub(super) source_ids: Option<Vec<String>>,
    pub(super) submitted: Range,
    pub(super) author: Option<String>,
    pub(super) content_types: AnyCode,
}

impl SetFilter {
    /// A set that is there is approved.
    pub fn matches(&self, set: &SubmissionSet) -> bool {
        (self.statuses.is_empty() || self.statuses.contains(&EntryStatus::Approved))
            && self.source_ids.as_ref().is_none_or(|ids| {
                ids.iter().any(|id| attributes::unique_id(id).is_some_and(|id| id == set.source_id))
            })
            && self.submitted.holds(set.submitted)
            && meets(&self.content_types, &set.content_type)
            && self
                .author
                .as_ref()
                .is_none_or(|pattern| write_xcn(&set.author).is_some_and(|person| like(&person, pattern)))
    }
}

/// SQL LIKE: `%` stands for anything, `_` for one character. Without going back more than to the last `%`.
fn like(text: &str, pattern: &str) -> bool {
    let text: Vec<char> = text.chars().collect();
    let pattern: Vec<char> = pattern.chars().collect();
    let (mut at, mut wanted) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while let Some(character) = text.get(at) {
        match pattern.get(wanted) {
            Some('%') => {
                star = Some((wanted, at));
                wanted += 1;
            }
            Some(it) if *it == '_' || it == character => {
                at += 1;
                wanted += 1;
            }
            _ => match star {
                Some((place, from)) => {
                    star = Some((place, from + 1));
                    at = from + 1;
                    wanted = place + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(wanted).all(|it| *it == '%')
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn patterns_are_those_of_sql() {
        for (pattern, matches) in [
            ("899700366240^FABRE^Inès", true),
            ("%FABRE%", true),
            ("%fabre%", false),
            ("8997003662_0^FABRE^%", true),
            ("FABRE", false),
            ("%", true),
            ("", false),
            ("%%Inès", true),
            ("%Inès_", false),
        ] {
            assert_eq!(like("899700366240^FABRE^Inès", pattern), matches, "{pattern}");
        }
        assert!(!like(&"a".repeat(5_000), &format!("{}b", "%a".repeat(50))));
    }
}
