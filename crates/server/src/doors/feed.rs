//! The feed door: what feeds records. It contains no route that reads (design, invariant 6).

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::caller::Calling;
use crate::fhir;
use crate::outcome::Outcome;
use crate::soap;

pub fn router(app: Arc<App>) -> Router {
    fhir::feed(&app)
        .merge(soap::feed())
        // whoever proves nothing learns nothing, not even what there is
        .fallback(async |_: Calling| Outcome::NOT_FOUND)
        .method_not_allowed_fallback(async |_: Calling| Outcome::METHOD)
        .with_state(app)
}
