//! The holder's acts as JSON, on the portal door (design, "Operations of our own"): the session's cookie, and an
//! anti-forgery token for whatever changes something. Described in `openapi.json` beside this file.

mod answer;
pub(crate) mod around;
mod attending;
mod audit_events;
mod documents;
mod emergency;
mod life;
mod log_in;
mod managed;
mod openapi;
mod overview;
pub(crate) mod own_document;
mod rights;
pub(crate) mod see_as;
pub mod sessions;
pub(crate) mod signed_in;
pub(crate) mod steering;
mod trace;
mod whose;

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
        .route("/api/documents/{id}/archive", post(managed::archive))
        .route("/api/documents/{id}/unarchive", post(managed::unarchive))
        .route("/api/documents/{id}/delete", post(managed::delete))
        .route("/api/documents/{id}/restore", post(managed::restore))
        .route("/api/documents/{id}/dispute", post(managed::dispute))
        .route("/api/documents/{id}/hide", post(managed::hide))
        .route("/api/documents/{id}/show", post(managed::show))
        .route("/api/record/oppose", post(life::oppose))
        .route("/api/record/lift-opposition", post(life::lift))
        .route("/api/record/close", post(life::close))
        .route("/api/record/closure", get(life::closure))
        .route("/api/record/reopen", post(life::reopen))
        .route("/api/record/destroy", post(life::destroy))
        .route("/api/record/keep", post(life::keep))
        .route("/api/trace", get(trace::trace))
        .route("/api/fhir/AuditEvent", get(audit_events::search))
        .route("/api/see-as", get(see_as::see_as))
        .route("/api/why", get(see_as::why))
        .route("/api/receipts", get(see_as::receipts))
        .route("/api/authorise", post(rights::authorise))
        .route("/api/revoke", post(rights::revoke))
        .route("/api/block", post(rights::block))
        .route("/api/unblock", post(rights::unblock))
        .route("/api/attending-doctor/confirm", post(attending::confirm))
        .route("/api/attending-doctor/end", post(attending::end))
        .route("/api/emergency", post(emergency::emergency))
        .route("/api/emergency/contest", post(emergency::contest))
        .route("/api/records", get(whose::list))
        .route("/api/records/change", post(whose::change))
        .route("/api/around", get(around::around))
        .route("/api/contacts", post(around::set_contacts))
        .route("/api/address", post(around::set_address))
        .route("/api/preferences", post(around::set_preferences))
        .route("/api/emergency-contacts", post(around::set_emergency_contacts))
        .route("/api/close-ones", post(around::add_close))
        .route("/api/close-ones/end", post(around::end_close))
        .route("/api/representatives/consent", post(around::consent))
        .route("/api/representatives/refuse", post(around::refuse))
        .route("/api/same-reading", post(around::same_reading))
        .route("/api/attending-doctor/successor", post(around::successor))
        .route("/api/secret-acts", post(around::secret_act))
        .route("/api/donation", post(around::donation))
        .route("/api/personal", post(around::personal))
        .route("/api/notes", post(around::note))
        .route("/api/printed-list", post(around::printed_list))
        .route("/api/own-documents", post(own_document::add))
}
