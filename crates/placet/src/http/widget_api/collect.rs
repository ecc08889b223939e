//! `POST /v1/client/collect/{id}`

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Admitted, admit};
use crate::actions;
use crate::actions::cookie_choice::Visit;
use crate::app::App;
use crate::domain::cookie_choice::Collected;
use crate::domain::device::Device;
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::http::body::{self, MAX_COLLECT_BODY};
use crate::http::cors;
use crate::http::error::{ApiError, json};
use crate::http::extract::PathPart;

pub(in crate::http) async fn post(
    State(app): State<Arc<App>>,
    PathPart(id): PathPart<String>,
    request: Request,
) -> Response {
    let (Parts { uri, headers, .. }, body) = request.into_parts();
    cors::for_origin(&headers, collect(&app, &id, &uri, &headers, body).await.map_err(ApiError))
}

/// The body is read as JSON whatever it is declared to be: `text/plain` spares browsers the preflight.
async fn collect(app: &App, id: &str, uri: &Uri, headers: &HeaderMap, body: Body) -> Result<Response> {
    let (Admitted { widget, origin, key: _ }, _) = admit(app, id, uri, headers).await?;
    let body = body::read(headers, body, MAX_COLLECT_BODY).await?;
    let json =
        Json::parse(&body).map_err(|why| Error::invalid("", format!("the body is not valid JSON: {why}")))?;
    let collected = Collected::parse(&json, &widget)?;
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let visit = Visit { origin, device: Device::from_user_agent(agent), body: &body };
    let consent_id = actions::cookie_choice::collect(app, &widget, collected, &visit).await?;
    Ok(answer(&consent_id.to_string(), headers))
}

/// The consent id: quoted as JSON, bare for who asks for plain text.
fn answer(consent_id: &str, headers: &HeaderMap) -> Response {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if accept.starts_with("text/plain") {
        let headers = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        return (headers, consent_id.to_owned()).into_response();
    }
    json(StatusCode::OK, &Json::text(consent_id))
}
