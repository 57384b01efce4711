//! The frame of every page: title, notice, body, and a content policy that lets nothing else in.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};

use crate::app::App;

/// No script, no foreign address; forms go home.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

const STYLE: &str = include_str!("page.css");

/// A page. `body` is HTML: whatever comes from elsewhere goes through [`text`] first.
pub fn page(app: &App, title: &str, body: &str) -> Response {
    let notice = if app.demo.is_some() {
        "<p class=\"notice\" role=\"note\">Démonstration : toutes les personnes et toutes les données sont \
         fictives.</p>\n"
    } else {
        ""
    };
    let title = text(title);
    let html = format!(
        "<!doctype html>\n<html lang=\"fr\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n\
         {notice}<main>\n<h1>{title}</h1>\n{body}</main>\n</body>\n</html>\n"
    );
    let mut response = Html(html).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// Text made fit to stand in HTML, in an element or in a quoted attribute.
pub fn text(text: &str) -> String {
    xml::escape_attribute(text).into_owned()
}

pub async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}
