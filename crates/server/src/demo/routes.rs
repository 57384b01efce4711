//! The demo's own routes on the portal: its clock and its outbox. They exist in demo mode alone.

use std::fmt::Write;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;

use super::clock::{Move, MoveError};
use super::outbox::{Channel, Message};
use crate::app::App;
use crate::outcome::Outcome;
use crate::page;

const NOTICE: &str = "démonstration : données fictives";

/// A move has one short value.
const MOVE_BYTES_MAX: usize = 1024;

pub(crate) fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/demo/clock", get(clock).post(turn))
        .route("/demo/outbox", get(outbox))
        .merge(super::oidc::pages::router())
}

/// `{"now": …}`.
async fn clock(State(app): State<Arc<App>>) -> Response {
    Json(json!({ "demo": NOTICE, "now": app.clock.now().to_string() })).into_response()
}

/// Moves the clock: `{"now": RFC 3339}` or `{"advance": ISO 8601}`, answered by the new time. Read as
/// JSON whatever its declared type, so that a bare `curl -d` works; pages of other sites are kept out.
async fn turn(State(app): State<Arc<App>>, headers: HeaderMap, body: Bytes) -> Response {
    let Some(demo) = &app.demo else { return Outcome::NOT_FOUND.into_response() };
    if from_another_site(&headers) {
        return problem(StatusCode::FORBIDDEN, "another site's page may not move the clock");
    }
    let parsed = if body.len() <= MOVE_BYTES_MAX { serde_json::from_slice::<Move>(&body).ok() } else { None };
    let Some(to) = parsed else {
        return problem(
            StatusCode::BAD_REQUEST,
            "either {\"now\": \"2026-12-01T09:00:00+01:00\"} or {\"advance\": \"P1M\"}",
        );
    };
    match demo.clock.go(&to) {
        Ok(now) => Json(json!({ "demo": NOTICE, "now": now.to_string() })).into_response(),
        Err(MoveError::Keep(fault)) => {
            tracing::error!(kind = ?fault.kind(), "the demo's clock could not be kept");
            Outcome::FAULT.into_response()
        }
        Err(refused) => problem(StatusCode::UNPROCESSABLE_ENTITY, &refused.to_string()),
    }
}

/// The messages, the newest first: a page for browsers, JSON for everybody else.
async fn outbox(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let Some(demo) = &app.demo else { return Outcome::NOT_FOUND.into_response() };
    let messages = demo.outbox.messages();
    if wants_page(&headers) {
        return page::page(&app, "Boîte d’envoi de la démonstration", &list(&messages));
    }
    Json(json!({ "demo": NOTICE, "messages": messages })).into_response()
}

fn list(messages: &[Message]) -> String {
    if messages.is_empty() {
        return "<p>Rien n’a encore été envoyé.</p>\n".to_owned();
    }
    let mut html = String::from("<ul>\n");
    for it in messages {
        let channel = match it.channel {
            Channel::Email => "courriel",
            Channel::Sms => "SMS",
            Channel::Letter => "courrier",
        };
        let (subject, text) = (page::text(&it.subject), page::text(&it.text));
        // a letter that goes from hand to hand has no address
        let to = if it.to.is_empty() { String::new() } else { format!(" à {}", page::text(&it.to)) };
        let at = it.at.in_paris().strftime("%d/%m/%Y %H:%M").to_string();
        // writing to a string does not fail
        let _ =
            writeln!(html, "<li><strong>{channel}</strong>{to}, le {at}<br>{subject}<pre>{text}</pre></li>");
    }
    html.push_str("</ul>\n");
    html
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let place = |kind: &str| accept.find(kind);
    match (place("text/html"), place("application/json")) {
        (Some(page), Some(json)) => page < json,
        (page, _) => page.is_some(),
    }
}

/// Browsers say where a request comes from; other clients say nothing.
fn from_another_site(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_some_and(|value| value != "same-origin" && value != "none")
}

fn problem(status: StatusCode, what: &str) -> Response {
    (status, Json(json!({ "error": what }))).into_response()
}
