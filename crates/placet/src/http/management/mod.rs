//! The management API: everything the dashboard can do. Errors are problem+json.

pub(super) mod consent;
pub(super) mod description;
pub(super) mod legal_notice;
pub(super) mod legal_notice_source;
pub(super) mod session;
pub(super) mod subject;
pub(super) mod widget;
pub(super) mod workspace;

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use super::error::{ProblemError, json};
use crate::domain::error::Error;
use crate::domain::form_encoding::encode;
use crate::domain::json::Json;

/// A path under `/api` that does not exist.
pub(super) async fn unknown() -> ProblemError {
    ProblemError(Error::NotFound("Path"))
}

/// A page of a list: a bare array, and the next page, after the item that `next` names, in the `Link` header.
fn page(uri: &Uri, items: Vec<Json<'_>>, next: Option<&str>) -> Response {
    let mut response = json(StatusCode::OK, &Json::Array(items));
    if let Some(next) = next
        && let Ok(link) = HeaderValue::from_str(&link_to(uri, next))
    {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

fn link_to(uri: &Uri, next: &str) -> String {
    let kept = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && !pair.starts_with("starting_after="));
    let cursor = format!("starting_after={}", encode(next));
    let query: Vec<&str> = kept.chain([cursor.as_str()]).collect();
    format!("<{}?{}>; rel=\"next\"", uri.path(), query.join("&"))
}
