//! One space of the record, or all documents: a line each, under the months they speak of.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use clinical::spaces::Space;
use model::{DocumentEntry, DocumentStatus};
use record::{Asked, Target};
use serde::Deserialize;

use super::errors::{PageError, Wrong};
use super::layout::{Here, Page};
use super::lines::{Month, months};
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

#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    show: String,
}

const FILTERS: [&str; 5] = ["", "new", "masked", "own", "replaced"];

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
    let show = FILTERS.into_iter().find(|it| *it == wanted.show).unwrap_or_default();
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
    let lets_through = |entry: &DocumentEntry, show: &str| {
        let current = matches!(entry.status, DocumentStatus::Approved);
        match show {
            "new" => current && visited.is_some_and(|since| entry.deposited > since),
            "masked" => current && entry.visibility.masked,
            "own" => current && entry.depositor.holder,
            "replaced" => !current,
            _ => current,
        }
    };
    let count = |show: &str| found.entries.iter().filter(|it| lets_through(it, show)).count();
    let shown: Vec<_> = found.entries.iter().filter(|it| lets_through(it, show)).cloned().collect();
    let path = space.map_or("/documents".to_owned(), |it| format!("/spaces/{}", it.code()));
    let filters = FILTERS
        .into_iter()
        .map(|it| Filter {
            href: if it.is_empty() { path.clone() } else { format!("{path}?show={it}") },
            word: messages()
                .of("filter", if it.is_empty() { "all" } else { it })
                .unwrap_or_default()
                .to_owned(),
            count: Some(count(it)),
            is_on: it == show,
        })
        .filter(|it| it.is_on || it.count != Some(0))
        .collect();
    let key = space.map_or("all", spaces::key);
    let title = messages().of("space", key).unwrap_or_default();
    Ok(Page::show(&SpacePage {
        page: Page::of(holder, if space.is_none() { Here::Documents } else { Here::Elsewhere }, title),
        icon: space.map_or("other", spaces::key),
        about: messages().of("about", key).unwrap_or_default(),
        path,
        filters,
        count: shown.len(),
        months: months(&shown, visited),
        is_empty: found.entries.is_empty(),
        empty: messages().of("empty", key).unwrap_or_default(),
    }))
}
