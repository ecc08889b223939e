//! `POST /v1/client/choice-cookie`: the choice cookie set by HTTP, behind a path of the site itself (docs/first-party.md).
//! Safari keeps for seven days what a script has written, and for as long as it says what a server has set.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Admitted, admit};
use crate::app::App;
use crate::domain::choice_cookie::choice_cookie;
use crate::domain::error::{Error, Result};
use crate::http::body;
use crate::http::error::ApiError;
use crate::http::query::Query;

/// More than any browser keeps in a cookie.
const MAX_BODY: usize = 8 * 1024;

pub(in crate::http) async fn post(
    State(app): State<Arc<App>>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    Ok(set(&app, &uri, &headers, body).await?)
}

async fn set(app: &App, uri: &Uri, headers: &HeaderMap, body: Body) -> Result<Response> {
    let id = Query::of(uri)?.get("widget").unwrap_or_default().to_owned();
    let (Admitted { widget, origin, key: _ }, _) = admit(app, &id, uri, headers).await?;
    let value = body::read(headers, body, MAX_BODY).await?;
    // A page without an origin is one of ours or of a native app: neither has a cookie of the site.
    let is_secure = origin.is_none_or(|origin| origin.starts_with("https://"));
    let cookie = choice_cookie(&widget, value.trim(), is_secure)?;
    let cookie =
        HeaderValue::from_str(&cookie).map_err(|_| Error::invalid("", "is not the value of a cookie"))?;
    let headers =
        [(header::SET_COOKIE, cookie), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}
