//! The description of this interface, published.

use axum::http::header;
use axum::response::{IntoResponse, Response};

pub(super) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("openapi.json")).into_response()
}
