//! A page put together by hand, in the frame of the portal's: for the demo's own few pages.

use askama::Template;
use axum::response::Response;

use crate::app::App;
use crate::portal::Page;

#[derive(Template)]
#[template(path = "plain.html")]
struct Plain<'a> {
    page: Page,
    body: &'a str,
}

/// A page. `body` is HTML: whatever comes from elsewhere goes through [`text`] first.
pub fn page(app: &App, title: &str, body: &str) -> Response {
    Page::show(&Plain { page: Page::open(app, title), body })
}

/// Text made fit to stand in HTML, in an element or in a quoted attribute.
pub fn text(text: &str) -> String {
    xml::escape_attribute(text).into_owned()
}
