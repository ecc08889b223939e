//! The header `Idempotency-Key`: a request with one is carried out once, and answered the same each time.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::Response;

use super::error::{ApiError, json_text};
use crate::actions::idempotency::{Answer, Begun, begin};
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::idempotency::parse_key;

const HEADER: &str = "Idempotency-Key";
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How the caller names the request, if at all.
pub(super) struct IdempotencyKey(Option<Name>);

struct Name {
    key: String,
    /// Method and path.
    operation: String,
}

impl FromRequestParts<Arc<App>> for IdempotencyKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<IdempotencyKey, ApiError> {
        let mut headers = parts.headers.get_all(HEADER).into_iter();
        let Some(header) = headers.next() else { return Ok(IdempotencyKey(None)) };
        if headers.next().is_some() {
            return Err(Error::invalid(HEADER, "is given twice").into());
        }
        let key =
            parse_key(header.to_str().unwrap_or_default()).map_err(|why| Error::invalid(HEADER, why))?;
        let operation = format!("{} {}", parts.method, parts.uri.path());
        Ok(IdempotencyKey(Some(Name { key, operation })))
    }
}

impl IdempotencyKey {
    /// Begins the request, if it has a name. What this gives must live until the answer is known.
    ///
    /// # Errors
    /// A conflict while the same request is being carried out.
    pub(super) fn begin<'a>(
        &self,
        app: &'a App,
        (workspace, author): (WorkspaceId, &Author),
        body: &[u8],
    ) -> Result<Option<Begun<'a>>> {
        let Some(Name { key, operation }) = &self.0 else { return Ok(None) };
        begin(app, workspace, &author.to_string(), key, (operation, body)).map(Some)
    }
}

/// The answer, and whether it is one that was given before.
pub(super) fn respond(answer: Answer) -> Response {
    let Answer { text, is_repeated } = answer;
    let mut response = json_text(StatusCode::OK, text);
    if is_repeated {
        response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    }
    response
}
