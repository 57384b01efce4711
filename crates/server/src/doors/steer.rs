//! The steering door: for those who run the service and those who review emergencies. Never a document.

use std::sync::Arc;

use axum::Router;

use crate::api::steering;
use crate::app::App;
use crate::caller::Calling;
use crate::outcome::Outcome;
use crate::portal::steering_pages as pages;

pub fn router(app: Arc<App>) -> Router {
    steering::router()
        .merge(pages())
        // whoever proves nothing learns nothing, not even what there is
        .fallback(async |_: Calling| Outcome::NOT_FOUND)
        .method_not_allowed_fallback(async |_: Calling| Outcome::METHOD)
        .with_state(app)
}
