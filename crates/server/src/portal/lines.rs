//! A document in one line: what a human calls it, when, by whom, from where, and what is special about it.

use model::{Author, DocumentEntry, DocumentStatus, Instant, code};

use super::messages::messages;
use super::spaces;
use super::when;

/// One line of a list of documents.
#[derive(Default)]
pub struct Line {
    pub href: String,
    pub title: String,
    /// The kind of document, where the title does not say it.
    pub kind: Option<String>,
    pub day: String,
    pub machine: String,
    pub month: String,
    pub who: String,
    pub from: String,
    pub icon: &'static str,
    pub chips: Vec<Chip>,
}

/// A word about a document, with a look of its own and never by colour alone.
pub struct Chip {
    pub look: &'static str,
    pub word: &'static str,
}

/// Documents under the month they speak of.
pub struct Month {
    pub name: String,
    pub lines: Vec<Line>,
}

impl Line {
    /// `new_since`: what came after it is new.
    pub fn of(entry: &DocumentEntry, new_since: Option<Instant>) -> Self {
        let description = &entry.description;
        let kind = kind_of(entry);
        let (who, from) = author_of(entry);
        Self {
            href: format!("/documents/{}", entry.logical_id),
            title: description.title.clone(),
            kind: (!same_words(&kind, &description.title)).then_some(kind),
            day: when::day_of(description.service_start),
            machine: when::machine(description.service_start),
            month: when::month(description.service_start),
            who,
            from,
            icon: spaces::of(entry).map_or("other", spaces::key),
            chips: chips(entry, new_since),
        }
    }
}

/// The kind of document in words: the value set's label, else the producer's.
pub fn kind_of(entry: &DocumentEntry) -> String {
    let coding = &entry.description.type_code;
    let label = code::document_type(coding).map(|it| it.label).or(coding.display.as_deref());
    plain(label.unwrap_or_else(|| messages().t("document.kind.other")))
}

/// The label of a type by its code alone, as trace lines keep it.
pub fn kind_by_code(code: &str) -> String {
    let label = code::document_types().into_iter().find(|it| it.code == code).map(|it| it.label);
    plain(label.unwrap_or_else(|| messages().t("document.kind.other")))
}

/// Without the value set's abbreviations: "CR" is nothing to who is ill.
fn plain(label: &str) -> String {
    match label.strip_prefix("CR ") {
        Some(rest) => format!("Compte rendu {rest}"),
        None => label.to_owned(),
    }
}

/// Whether a document answers to the words looked for, in any order and without regard to accents: its title, kind
/// and space, who wrote it, where, and the day as it is shown.
pub fn answers(entry: &DocumentEntry, query: &str) -> bool {
    let (who, from) = author_of(entry);
    let space = spaces::of(entry).and_then(|it| messages().of("space", spaces::key(it))).unwrap_or_default();
    let day = when::day_of(entry.description.service_start);
    let text =
        [entry.description.title.as_str(), kind_of(entry).as_str(), space, &who, &from, &day].join(" ");
    let text = model::person::normalise(&text);
    model::person::normalise(query).split(' ').all(|word| text.contains(word))
}

fn same_words(one: &str, other: &str) -> bool {
    model::person::normalise(one) == model::person::normalise(other)
}

/// Who wrote it, and the house it comes from; either may be empty.
pub fn author_of(entry: &DocumentEntry) -> (String, String) {
    let author = entry.description.authors.first();
    let who = author.map(name_of).unwrap_or_default();
    let from = author.and_then(|it| it.organisation_name.clone()).unwrap_or_default();
    match (who.is_empty(), from.is_empty()) {
        (true, true) if entry.depositor.holder => (messages().t("document.holder").to_owned(), String::new()),
        (true, true) => (messages().t("document.no-author").to_owned(), String::new()),
        (true, false) => (from, String::new()),
        _ => (who, from),
    }
}

fn name_of(author: &Author) -> String {
    let parts = [&author.prefix, &author.given, &author.family, &author.device];
    parts.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
}

fn chips(entry: &DocumentEntry, new_since: Option<Instant>) -> Vec<Chip> {
    let m = messages();
    let replaced = matches!(entry.status, DocumentStatus::Deprecated { .. });
    let archived = matches!(entry.status, DocumentStatus::Archived { .. });
    let is_new = new_since.is_some_and(|since| entry.deposited > since);
    let all = [
        (entry.is_disputed(), "disputed", m.t("chip.disputed")),
        (entry.visibility.masked, "masked", m.t("chip.masked")),
        (is_new, "new", m.t("chip.new")),
        (replaced, "replaced", m.t("chip.replaced")),
        (archived, "archived", m.t("chip.archived")),
        (entry.depositor.holder, "own", m.t("chip.own")),
    ];
    all.into_iter().filter(|(set, ..)| *set).map(|(_, look, word)| Chip { look, word }).collect()
}

/// The newest first, by the day of care, month by month.
pub fn months(entries: &[DocumentEntry], new_since: Option<Instant>) -> Vec<Month> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by_key(|it| std::cmp::Reverse((it.description.service_start, it.deposited, it.logical_id)));
    let mut months: Vec<Month> = Vec::new();
    for line in entries.into_iter().map(|it| Line::of(it, new_since)) {
        match months.last_mut() {
            Some(month) if month.name == line.month => month.lines.push(line),
            _ => months.push(Month { name: line.month.clone(), lines: vec![line] }),
        }
    }
    months
}
