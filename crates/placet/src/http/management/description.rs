//! The description of the API itself.

pub(in crate::http) mod describe;

use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::IntoResponse;

static TEXT: LazyLock<String> = LazyLock::new(crate::http::openapi);

/// `GET /api/openapi.json`
pub(in crate::http) async fn get() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
    ];
    (headers, TEXT.as_str())
}
