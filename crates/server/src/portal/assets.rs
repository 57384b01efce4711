//! The one stylesheet, at an address that changes with it: kept for a year, never stale.

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use axum::http::header;
use axum::response::{IntoResponse, Response};

const STYLE: &str = concat!(include_str!("../page.css"), include_str!("../professional.css"));

pub static STYLE_PATH: LazyLock<String> = LazyLock::new(|| {
    let hash = digest(&SHA256, STYLE.as_bytes());
    let name: String = hash.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("/style-{name}.css")
});

pub async fn style() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, STYLE).into_response()
}

/// The drawing browsers put beside the title.
const ICON: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\"><rect width=\"32\" height=\"32\" \
                    rx=\"7\" fill=\"#0b5a5e\"/><path d=\"M10 7h10a3 3 0 0 1 3 3v12a3 3 0 0 1-3 3H10zM14 7v18M17 14.5h4M19 \
                    12.5v4\" fill=\"none\" stroke=\"#fff\" stroke-width=\"2\" stroke-linecap=\"round\" \
                    stroke-linejoin=\"round\"/></svg>";

pub async fn icon() -> Response {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, ICON).into_response()
}
