//! Errors as HTTP: one mapper to a status, two renderings of the body.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::ext::ReasonPhrase;

use super::pages;
use crate::domain::error::{Error, Problem};
use crate::domain::json::Json;

/// An error of the consent API and of the widget API: `{"status", "message", "errors"}`.
pub(super) struct ApiError(pub Error);

/// An error of the management API: `application/problem+json` (RFC 9457).
pub(super) struct ProblemError(pub Error);

impl From<Error> for ApiError {
    fn from(error: Error) -> ApiError {
        ApiError(error)
    }
}

impl From<Error> for ProblemError {
    fn from(error: Error) -> ProblemError {
        ProblemError(error)
    }
}

/// The status of an error. What only the operator may know is logged here and nowhere else.
fn status(error: &Error) -> StatusCode {
    match error {
        Error::Invalid(_) => StatusCode::BAD_REQUEST,
        Error::Unauthenticated(_) => StatusCode::UNAUTHORIZED,
        Error::Forbidden(_) | Error::Unconfirmed => StatusCode::FORBIDDEN,
        Error::NotFound(_) => StatusCode::NOT_FOUND,
        Error::Conflict(_) => StatusCode::CONFLICT,
        Error::KeyReused => StatusCode::UNPROCESSABLE_ENTITY,
        Error::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
        Error::Unavailable { cause, .. } => {
            tracing::warn!(%cause, "answered 503");
            StatusCode::SERVICE_UNAVAILABLE
        }
        Error::Internal(cause) => {
            tracing::error!(%cause, "answered 500");
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

/// What the caller may read.
fn message(error: &Error) -> String {
    match error {
        Error::TooLarge { limit } => format!("Request Entity Too Large: at most {limit} bytes are accepted"),
        Error::TooMany { retry_after } => format!("Too Many Requests: try again in {retry_after} seconds"),
        Error::Unavailable { .. } => {
            "The server cannot do this now; nothing was stored. Try again shortly.".into()
        }
        Error::Internal(_) => "Internal server error".into(),
        other => other.to_string(),
    }
}

fn word(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "invalid",
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "not_found",
        StatusCode::METHOD_NOT_ALLOWED => "method_not_allowed",
        StatusCode::CONFLICT => "conflict",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        StatusCode::UNPROCESSABLE_ENTITY => "key_reused",
        StatusCode::TOO_MANY_REQUESTS => "too_many_requests",
        StatusCode::SERVICE_UNAVAILABLE => "unavailable",
        _ => "error",
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let ApiError(error) = self;
        let status = status(&error);
        let message = Json::text(message(&error));
        let body = match &error {
            // Exactly one key, as clients have seen it for years.
            Error::Unauthenticated(_) | Error::Forbidden(_) | Error::Unconfirmed => {
                Json::object([("message", message)])
            }
            Error::Invalid(problems) => Json::object([
                ("status", Json::text(word(status))),
                ("message", message),
                ("errors", by_field(problems.list())),
            ]),
            _ => Json::object([("status", Json::text(word(status))), ("message", message)]),
        };
        finish(json(status, &body), &error)
    }
}

fn by_field(problems: &[Problem]) -> Json<'_> {
    let mut fields: Vec<(std::borrow::Cow<'_, str>, Json<'_>)> = Vec::new();
    for Problem { field, reason } in problems {
        let name = if field.is_empty() { "body" } else { field };
        match fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, Json::Array(reasons))) => reasons.push(Json::text(reason.as_str())),
            _ => fields.push((name.into(), Json::Array(vec![Json::text(reason.as_str())]))),
        }
    }
    Json::Object(fields)
}

impl IntoResponse for ProblemError {
    fn into_response(self) -> Response {
        let ProblemError(error) = self;
        let status = status(&error);
        let mut members = vec![
            ("type".into(), Json::text(kind(&error))),
            ("title".into(), Json::text(status.canonical_reason().unwrap_or("Error"))),
            ("status".into(), Json::int(i64::from(status.as_u16()))),
            ("detail".into(), Json::text(message(&error))),
        ];
        if let Error::Invalid(problems) = &error {
            let one = |Problem { field, reason }: &Problem| {
                let pointer = format!("/{}", field.replace(['.', '['], "/").replace(']', ""));
                Json::object([("pointer", Json::text(pointer)), ("detail", Json::text(reason.clone()))])
            };
            members.push(("errors".into(), Json::Array(problems.list().iter().map(one).collect())));
        }
        let mut response = json(status, &Json::Object(members));
        response
            .headers_mut()
            .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        finish(response, &error)
    }
}

/// What programs tell problems apart by, where the status does not say it: the place on the page of the API that
/// explains it.
fn kind(error: &Error) -> &'static str {
    match error {
        Error::Unconfirmed => UNCONFIRMED,
        _ => "about:blank",
    }
}

/// The `type` of a refusal until the password was given again.
pub(in crate::http) const UNCONFIRMED: &str = "/api#password-again";

fn finish(mut response: Response, error: &Error) -> Response {
    if let Error::TooMany { retry_after } | Error::Unavailable { retry_after, .. } = error {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
    }
    if matches!(error, Error::TooLarge { .. }) {
        response.extensions_mut().insert(ReasonPhrase::from_static(b"Request Entity Too Large"));
    }
    response
}

/// A JSON answer that nobody else may keep.
pub(super) fn json(status: StatusCode, body: &Json<'_>) -> Response {
    json_text(status, body.to_string())
}

/// The same, for JSON that is written already.
pub(super) fn json_text(status: StatusCode, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (status, headers, body).into_response()
}

/// A path that does not exist: a page for people, who have a browser, JSON for programs.
pub(super) async fn unknown_path(request: Request) -> Response {
    let accepted = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    if is_for_people(request.uri().path()) && accepted.is_some_and(|types| types.contains("text/html")) {
        return pages::not_found();
    }
    ApiError(Error::NotFound("Path")).into_response()
}

/// A path that exists, but not with this method.
pub(super) async fn unknown_method() -> Response {
    let status = StatusCode::METHOD_NOT_ALLOWED;
    let message = "This path does not have this method";
    json(status, &Json::object([("status", Json::text(word(status))), ("message", Json::text(message))]))
}

const PROGRAMS: [&str; 10] = [
    "/consent",
    "/public",
    "/subjects",
    "/legal_notices",
    "/documents",
    "/beta",
    "/v1",
    "/api",
    "/log",
    "/metrics",
];

fn is_for_people(path: &str) -> bool {
    !PROGRAMS
        .iter()
        .any(|start| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}
