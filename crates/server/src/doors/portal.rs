//! The portal: what people open in a browser, and the same acts as JSON. In demo mode it also carries the
//! demo's own routes.

use std::sync::Arc;

use axum::Router;

use crate::app::App;
use crate::outcome::Outcome;
use crate::{api, demo, portal};

pub fn router(app: Arc<App>) -> Router {
    let routes = api::router()
        .merge(portal::router())
        .fallback(portal::missing)
        .method_not_allowed_fallback(async || Outcome::METHOD);
    let routes = if app.demo.is_some() { routes.merge(demo::routes::router()) } else { routes };
    routes.with_state(app)
}
