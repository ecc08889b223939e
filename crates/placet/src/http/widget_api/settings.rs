//! `GET /v1/client/cookie-widget-settings/{id}`

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Admitted, admit};
use crate::app::{App, SettingsAnswer};
use crate::domain::error::Result;
use crate::domain::id::{Digest, hex};
use crate::domain::widget::{Delivery, Widget, choose_language};
use crate::http::assets::is_known;
use crate::http::cors;
use crate::http::error::ApiError;
use crate::http::extract::PathPart;

pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    PathPart(id): PathPart<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    cors::for_origin(&headers, answer(&app, &id, &uri, &headers).await.map_err(ApiError))
}

async fn answer(app: &App, id: &str, uri: &Uri, headers: &HeaderMap) -> Result<Response> {
    let (Admitted { widget, origin: _ }, query) = admit(app, id, uri, headers).await?;
    let accepted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let language = match query.get("culture") {
        Some(culture) => choose_language(&widget, [culture]),
        None => {
            choose_language(&widget, accepted.split(',').map(|tag| tag.split(';').next().unwrap_or_default()))
        }
    };
    let key = (widget.id, widget.version.digest, language);
    let settings =
        app.settings_answers.get_or(&key, app.clock.now(), || async { Ok(write(&widget, language)) }).await?;
    Ok(send(&settings, headers))
}

fn write(widget: &Widget, language: usize) -> SettingsAnswer {
    let body = Delivery::new(widget, language).to_json().to_string();
    let etag = format!("\"{}\"", hex(&Digest::of(body.as_bytes()).as_bytes()[..8]));
    (body.into(), etag.into())
}

fn send(settings: &SettingsAnswer, headers: &HeaderMap) -> Response {
    let (body, etag) = settings;
    let mut response = if is_known(headers, etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        body.clone().into_response()
    };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=0, must-revalidate"));
    out.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    if let Ok(etag) = HeaderValue::from_str(etag) {
        out.insert(header::ETAG, etag);
    }
    response
}
