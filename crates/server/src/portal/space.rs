//! One space of the record, or all documents: a line each, under the months they speak of.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use aws_lc_rs::hmac;
use axum::extract::Path;
use axum::response::Response;
use clinical::spaces::Space;
use model::{DocumentEntry, DocumentStatus, Instant};
use record::{Asked, Target};
use serde::Deserialize;

use super::errors::{PageError, Wrong};
use super::layout::{Here, Page, in_query};
use super::lines::{Month, author_of, months};
use super::messages::messages;
use super::session::{Holder, InQuery};
use super::spaces;

#[derive(Template)]
#[template(path = "space.html")]
struct SpacePage {
    page: Page,
    icon: &'static str,
    /// What comes here.
    about: &'static str,
    path: String,
    filters: Vec<Filter>,
    years: Vec<Filter>,
    authors: Vec<Filter>,
    /// A year or an author is chosen.
    narrowed: bool,
    months: Vec<Month>,
    count: usize,
    /// Nothing here at all, as against nothing the filter lets through.
    is_empty: bool,
    empty: &'static str,
}

/// A filter as a link; the one in force is said to be.
pub struct Filter {
    pub href: String,
    pub word: String,
    pub count: Option<usize>,
    pub is_on: bool,
}

/// What the address asks for, each part empty where everything is let through.
#[derive(Deserialize, Default, Clone)]
#[serde(default)]
pub struct Wanted {
    show: String,
    year: String,
    who: String,
}

const FILTERS: [&str; 5] = ["", "new", "masked", "own", "replaced"];
/// Authors one can choose from; the others are found by searching.
const AUTHORS_MAX: usize = 12;

impl Wanted {
    fn href(&self, path: &str) -> String {
        let parts = [("show", &self.show), ("year", &self.year), ("who", &self.who)];
        let set = parts.into_iter().filter(|(_, value)| !value.is_empty());
        let query: Vec<_> = set.map(|(name, value)| format!("{name}={}", in_query(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }
}

pub async fn space(
    holder: Holder,
    Path(key): Path<String>,
    InQuery(wanted): InQuery<Wanted>,
) -> Result<Response, PageError> {
    let space = Space::from_code(&key).ok_or_else(|| holder.wrong(Wrong::Missing))?;
    list(&holder, Some(space), wanted).await
}

pub async fn all(holder: Holder, InQuery(wanted): InQuery<Wanted>) -> Result<Response, PageError> {
    list(&holder, None, wanted).await
}

async fn list(holder: &Holder, space: Option<Space>, wanted: Wanted) -> Result<Response, PageError> {
    let asked = Asked { deprecated: true, archived: true };
    let found = holder
        .act(move |records, call, record| {
            records.search(call, &Target::Record(record), asked, |_, entry| {
                space.is_none_or(|it| spaces::of(entry) == Some(it))
            })
        })
        .await?
        .into_inner();
    let visited = holder.app.sessions.with_notes(&holder.token, |notes| notes.visited).flatten();
    let path = space.map_or("/documents".to_owned(), |it| format!("/spaces/{}", it.code()));
    let sieve = Sieve { entries: &found.entries, visited, path: &path, token: &holder.token };
    // what names nothing here is as if it were not there
    let wanted = Wanted {
        show: FILTERS.into_iter().find(|it| *it == wanted.show).unwrap_or_default().to_owned(),
        year: sieve.years().into_iter().find(|it| *it == wanted.year).unwrap_or_default(),
        who: sieve
            .authors()
            .into_iter()
            .find(|(it, _)| *it == wanted.who)
            .map(|(it, _)| it)
            .unwrap_or_default(),
    };
    let shown: Vec<_> = found.entries.iter().filter(|it| sieve.lets_through(it, &wanted)).cloned().collect();
    let key = space.map_or("all", spaces::key);
    let title = messages().of("space", key).unwrap_or_default();
    Ok(Page::show(&SpacePage {
        page: Page::of(holder, if space.is_none() { Here::Documents } else { Here::Elsewhere }, title),
        icon: space.map_or("other", spaces::key),
        about: messages().of("about", key).unwrap_or_default(),
        filters: sieve.kinds(&wanted),
        years: sieve.by_year(&wanted),
        authors: sieve.by_author(&wanted),
        narrowed: !wanted.year.is_empty() || !wanted.who.is_empty(),
        count: shown.len(),
        months: months(&shown, visited),
        is_empty: found.entries.is_empty(),
        empty: messages().of("empty", key).unwrap_or_default(),
        path,
    }))
}

/// The documents of a space, and the ways to narrow them.
struct Sieve<'a> {
    entries: &'a [DocumentEntry],
    visited: Option<Instant>,
    path: &'a str,
    token: &'a str,
}

impl Sieve<'_> {
    fn lets_through(&self, entry: &DocumentEntry, wanted: &Wanted) -> bool {
        let current = matches!(entry.status, DocumentStatus::Approved);
        let shown = match wanted.show.as_str() {
            "new" => current && self.visited.is_some_and(|since| entry.deposited > since),
            "masked" => current && entry.visibility.masked,
            "own" => current && entry.depositor.holder,
            "replaced" => !current,
            _ => current,
        };
        let of_year = wanted.year.is_empty() || year_of(entry) == wanted.year;
        shown && of_year && (wanted.who.is_empty() || self.name_of(&author_of(entry).0) == wanted.who)
    }

    /// Stands for an author in addresses, which never hold a name; it means nothing outside this session.
    fn name_of(&self, author: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.token.as_bytes());
        let tag = hmac::sign(&key, format!("author|{author}").as_bytes());
        tag.as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    fn years(&self) -> Vec<String> {
        let years: BTreeSet<_> = self.entries.iter().map(year_of).collect();
        years.into_iter().rev().collect()
    }

    /// By how much they wrote.
    fn authors(&self) -> Vec<(String, String)> {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for entry in self.entries {
            *counts.entry(author_of(entry).0).or_default() += 1;
        }
        let mut authors: Vec<_> = counts.into_iter().collect();
        authors.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        authors.truncate(AUTHORS_MAX);
        authors.into_iter().map(|(author, _)| (self.name_of(&author), author)).collect()
    }

    fn filter(&self, word: String, to: &Wanted, is_on: bool) -> Filter {
        let count = self.entries.iter().filter(|it| self.lets_through(it, to)).count();
        Filter { href: to.href(self.path), word, count: Some(count), is_on }
    }

    fn kinds(&self, wanted: &Wanted) -> Vec<Filter> {
        let all = FILTERS.into_iter().map(|show| {
            let key = if show.is_empty() { "all" } else { show };
            let word = messages().of("filter", key).unwrap_or_default().to_owned();
            self.filter(word, &Wanted { show: show.to_owned(), ..wanted.clone() }, show == wanted.show)
        });
        worth_showing(all)
    }

    fn by_year(&self, wanted: &Wanted) -> Vec<Filter> {
        let every = (String::new(), messages().t("filter.year.all").to_owned());
        let years = self.years();
        if years.len() < 2 {
            return Vec::new();
        }
        let years = years.into_iter().map(|it| (it.clone(), it));
        worth_showing(std::iter::once(every).chain(years).map(|(year, word)| {
            let is_on = year == wanted.year;
            self.filter(word, &Wanted { year, ..wanted.clone() }, is_on)
        }))
    }

    fn by_author(&self, wanted: &Wanted) -> Vec<Filter> {
        let every = (String::new(), messages().t("filter.who.all").to_owned());
        let authors = self.authors();
        if authors.len() < 2 {
            return Vec::new();
        }
        worth_showing(std::iter::once(every).chain(authors).map(|(who, word)| {
            let is_on = who == wanted.who;
            self.filter(word, &Wanted { who, ..wanted.clone() }, is_on)
        }))
    }
}

/// A link to nothing is no choice, and one alone neither.
fn worth_showing(all: impl Iterator<Item = Filter>) -> Vec<Filter> {
    let some: Vec<_> = all.filter(|it| it.is_on || it.count != Some(0)).collect();
    if some.len() > 1 { some } else { Vec::new() }
}

/// The year of care, on the clocks of France.
fn year_of(entry: &DocumentEntry) -> String {
    Instant::from(entry.description.service_start).in_paris().year().to_string()
}
