//! What each door can do: CapabilityStatement and OperationDefinitions. Published to anybody.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use ihe::fhir::capability::{self, CapabilityDoor};
use ihe::fhir::operation_definition;

use super::answer::fhir;
use crate::app::App;
use crate::outcome::Outcome;

const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) async fn care(State(app): State<Arc<App>>) -> Response {
    let statement = capability::encode(CapabilityDoor::Care, &app.addresses.care_fhir, VERSION, app.started);
    fhir(StatusCode::OK, &statement)
}

pub(super) async fn feed(State(app): State<Arc<App>>) -> Response {
    let statement = capability::encode(CapabilityDoor::Feed, &app.addresses.feed_fhir, VERSION, app.started);
    fhir(StatusCode::OK, &statement)
}

pub(super) async fn operation(State(app): State<Arc<App>>, Path(id): Path<String>) -> Response {
    match operation_definition::encode(&app.addresses.care_fhir, &id) {
        Some(definition) => fhir(StatusCode::OK, &definition),
        None => Outcome::NOT_FOUND.into_response(),
    }
}
