//! The care door: practice software that reads. Only persons pass its handshake.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::caller::Calling;
use crate::fhir;
use crate::outcome::Outcome;
use crate::soap;

pub fn router(app: Arc<App>) -> Router {
    fhir::care(&app)
        .merge(soap::care())
        // whoever proves nothing learns nothing, not even what there is
        .fallback(async |_: Calling| Outcome::NOT_FOUND)
        .method_not_allowed_fallback(async |_: Calling| Outcome::METHOD)
        .with_state(app)
}
