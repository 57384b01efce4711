//! The page a notice's link opens: it shows nothing of any record, and can only restrict (rules, "Notices"). Opening
//! it looks nothing up; confirming it answers the same whether the link was good, used up, late or invented.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use record::{LinkToken, Restriction};

use super::errors::PageError;
use super::layout::Page;
use super::messages::messages;
use super::session::{Posted, Visitor};
use crate::blocking::act;

#[derive(Template)]
#[template(path = "restrict.html")]
struct RestrictPage {
    page: Page,
    error: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "restricted.html")]
struct RestrictedPage {
    page: Page,
}

pub async fn page(visitor: Visitor) -> Response {
    ask(&visitor, None)
}

fn ask(visitor: &Visitor, error: Option<&'static str>) -> Response {
    Page::show(&RestrictPage { page: Page::open(&visitor.app, messages().t("restrict.title")), error })
}

pub async fn confirm(
    Path(token): Path<String>,
    Posted { by: visitor, form }: Posted<Visitor>,
) -> Result<Response, PageError> {
    let what = match form.text("what") {
        "block" => Restriction::Block,
        "contest" => Restriction::Contest,
        _ => return Ok(ask(&visitor, Some(messages().t("restrict.error.what")))),
    };
    if let Some(token) = LinkToken::parse(&token) {
        let call = visitor.call.clone();
        act(&visitor.app, move |records| records.restrict(&call, token, what))
            .await
            .map_err(|failure| visitor.wrong(failure))?;
    }
    let page = Page::open(&visitor.app, messages().t("restricted.title"));
    Ok(Page::show(&RestrictedPage { page }))
}
