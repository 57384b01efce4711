//! The holder's acts as JSON, on the portal door (design, "Operations of our own"): the session's cookie, and an
//! anti-forgery token for whatever changes something. Described in `openapi.json` beside this file.

mod answer;
mod attending;
mod documents;
mod emergency;
mod log_in;
mod openapi;
mod overview;
mod rights;
pub mod sessions;
pub(crate) mod signed_in;
mod trace;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/api/openapi.json", get(openapi::openapi))
        .route("/api/login", post(log_in::begin))
        .route("/api/login/code", post(log_in::finish))
        .route("/api/logout", post(log_in::log_out))
        .route("/api/record", get(overview::overview))
        .route("/api/documents", get(documents::list))
        .route("/api/documents/{id}", get(documents::entry))
        .route("/api/documents/{id}/content", get(documents::content))
        .route("/api/documents/{id}/mask", post(documents::mask))
        .route("/api/documents/{id}/unmask", post(documents::unmask))
        .route("/api/trace", get(trace::trace))
        .route("/api/authorise", post(rights::authorise))
        .route("/api/revoke", post(rights::revoke))
        .route("/api/block", post(rights::block))
        .route("/api/unblock", post(rights::unblock))
        .route("/api/attending-doctor/confirm", post(attending::confirm))
        .route("/api/attending-doctor/end", post(attending::end))
        .route("/api/emergency", post(emergency::emergency))
        .route("/api/emergency/contest", post(emergency::contest))
}
