//! A document on paper: whose it is, what it is, its text, and nothing of the portal around it.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;

use super::content::{self, Content};
use super::document::Shown;
use super::errors::PageError;
use super::layout::{Here, Page};
use super::session::Holder;

#[derive(Template)]
#[template(path = "print.html")]
struct PrintPage {
    page: Page,
    it: Shown,
    content: Content,
}

pub async fn print(holder: Holder, Path(id): Path<String>) -> Result<Response, PageError> {
    let id = content::read(&id, &holder.app);
    let (identity, entry) =
        holder.act(move |records, call, record| records.read_entry(call, record, id)).await?.into_inner();
    let content = content::shown(&holder.reading(), entry.logical_id, &entry.description)
        .await
        .map_err(|failure| holder.wrong(failure))?;
    let it = Shown::of(&identity, &entry);
    let page = Page::of(&holder, Here::Elsewhere, it.title.clone());
    Ok(Page::show(&PrintPage { page, it, content }))
}
