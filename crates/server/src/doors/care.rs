//! The care door: practice software that reads. A person's certificate proves them; an organisation's proves nobody
//! until a token bound to it does (`proof`). In demo mode the demo's identity provider gives such tokens here.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::caller::Calling;
use crate::demo;
use crate::fhir;
use crate::outcome::Outcome;
use crate::soap;

pub fn router(app: Arc<App>) -> Router {
    let routes = fhir::care(&app).merge(soap::care());
    let routes =
        if app.demo.is_some() { routes.merge(demo::oidc::pages::with_certificates()) } else { routes };
    routes
        // whoever proves nothing learns nothing, not even what there is
        .fallback(async |_: Calling| Outcome::NOT_FOUND)
        .method_not_allowed_fallback(async |_: Calling| Outcome::METHOD)
        .with_state(app)
}
