//! What other origins' pages may call: two kinds of endpoints, never with credentials.

pub(in crate::http) mod describe;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

const MAX_AGE: HeaderValue = HeaderValue::from_static("86400");

/// `OPTIONS /public/consent`: any page may write with a public key.
pub(super) async fn preflight_public() -> Response {
    let headers: [(HeaderName, HeaderValue); 4] = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST, OPTIONS")),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            HeaderValue::from_static("ApiKey, Content-Type, Idempotency-Key"),
        ),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Lets any page read an answer of `/public/consent`.
pub(super) fn open_to_all(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("Retry-After, Idempotency-Replayed"),
    );
    response
}

/// `OPTIONS` of the widget endpoints. Whether the origin may use the widget is decided by the request that follows.
pub(super) async fn preflight_widget(headers: HeaderMap) -> Response {
    let allow: [(HeaderName, HeaderValue); 3] = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, POST, OPTIONS")),
        (header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("Content-Type, If-None-Match")),
        (header::ACCESS_CONTROL_MAX_AGE, MAX_AGE),
    ];
    for_origin(&headers, (StatusCode::NO_CONTENT, allow))
}

/// Lets the page that asked read the answer, a refusal too: that is how a developer learns what is wrong.
pub(super) fn for_origin(request: &HeaderMap, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if let Some(origin) = request.get(header::ORIGIN) {
        response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
    }
    let headers = response.headers_mut();
    headers.append(header::VARY, HeaderValue::from_static("Origin"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Retry-After"));
    response
}
