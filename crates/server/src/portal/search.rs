//! Searching one's own record by words. They are posted and kept with the session, never in an address: the history
//! of a shared computer would tell what somebody fears. Going back and reloading work, since the page is got.

use askama::Template;
use axum::response::Response;
use record::{Asked, Target};

use super::errors::PageError;
use super::layout::{Here, Page, go};
use super::lines::{Month, answers, months};
use super::messages::messages;
use super::session::{Holder, Posted};

/// Longer is no search.
const CHARS_MAX: usize = 80;

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    page: Page,
    query: String,
    months: Vec<Month>,
    count: usize,
}

pub async fn search(Posted { by: holder, form }: Posted<Holder>) -> Response {
    let query = form.text("q").chars().filter(|it| !it.is_control()).take(CHARS_MAX).collect();
    holder.app.sessions.with_notes(&holder.token, |notes| notes.looked_for = query);
    go("/search")
}

pub async fn page(holder: Holder) -> Result<Response, PageError> {
    let remembered = |notes: &mut crate::api::sessions::Notes| (notes.looked_for.clone(), notes.visited);
    let (query, visited) = holder.app.sessions.with_notes(&holder.token, remembered).unwrap_or_default();
    // words of which nothing is left to compare find nothing, rather than everything
    let is_empty = model::person::normalise(&query).is_empty();
    let mut entries = Vec::new();
    if !is_empty {
        let (words, asked) = (query.clone(), Asked { deprecated: true, archived: true });
        let found = holder
            .act(move |records, call, record| {
                records.search(call, &Target::Record(record), asked, |_, entry| answers(entry, &words))
            })
            .await?;
        entries = found.into_inner().entries;
    }
    Ok(Page::show(&SearchPage {
        page: Page::of(&holder, Here::Elsewhere, messages().t("search.title")),
        count: entries.len(),
        months: months(&entries, visited),
        query,
    }))
}
