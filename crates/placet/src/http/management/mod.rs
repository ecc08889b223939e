//! The management API: everything the dashboard can do. Errors are problem+json.

pub(super) mod audit;
pub(super) mod consent;
pub(super) mod description;
pub(super) mod document;
pub(super) mod erasure;
pub(super) mod export;
pub(super) mod import;
pub(super) mod key;
pub(super) mod legal_notice;
pub(super) mod legal_notice_source;
pub(super) mod member;
pub(super) mod restraint;
pub(super) mod retention;
pub(super) mod session;
mod short_list;
pub(super) mod subject;
pub(super) mod subject_file;
pub(super) mod widget;
pub(super) mod workspace;

use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::Response;

use super::body::TextBody;
use super::error::{ProblemError, json};
use crate::domain::error::{Error, Problems, Result};
use crate::domain::form_encoding::encode;
use crate::domain::json::Json;
use crate::domain::removal::Reason;

/// A path under `/api` that does not exist.
pub(super) async fn unknown() -> ProblemError {
    ProblemError(Error::NotFound("Path"))
}

/// Reads an object that may have these members and no others: one that is misspelled must not be overlooked. No body is
/// an empty one.
fn members<'b>(body: &'b TextBody, names: &[&str], problems: &mut Problems) -> Result<Json<'b>> {
    if body.bytes().trim_ascii().is_empty() {
        return Ok(Json::Object(Vec::new()));
    }
    let object = body.parse()?;
    if !matches!(object, Json::Object(_)) {
        problems.add("", "the body must be a JSON object");
    }
    for (name, _) in object.members().iter().filter(|(name, _)| !names.contains(&name.as_ref())) {
        problems.add(&**name, format!("is not among {}", names.join(", ")));
    }
    Ok(object)
}

/// Reads why something is to be done; a body without a reason is noted as a problem.
fn reason(body: &Json<'_>, problems: &mut Problems) -> Result<Reason> {
    let text = body.given("reason").and_then(Json::as_str);
    if text.is_none() {
        problems.add("reason", "must be a text that says why, without naming the person");
    }
    Reason::new(text.unwrap_or_default())
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
