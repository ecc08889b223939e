//! `GET /v1/client/cookie-widget-settings/{id}`

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use super::{Admitted, admit, notice};
use crate::app::{self, App, Question, SettingsAnswer, Stopwatch};
use crate::domain::error::Result;
use crate::domain::id::{Digest, hex};
use crate::domain::region::Region;
use crate::domain::widget::{Delivery, Widget, WidgetVersion, choose_language};
use crate::http::assets::is_known;
use crate::http::cors;
use crate::http::error::ApiError;
use crate::http::extract::{PathPart, Place};
use crate::http::query::Query;

pub(in crate::http) const PATH: &str = "/v1/client/cookie-widget-settings/{id}";
const PREFIX: &str = "/v1/client/cookie-widget-settings/";

/// The answer to a question that was answered a moment ago. It takes none of the steps of a route; where callers are
/// limited, or where they are decides what they get, there is none.
pub(in crate::http) fn again(app: &App, request: &Request) -> Option<Response> {
    if request.method() != Method::GET || !request.uri().path().starts_with(PREFIX) {
        return None;
    }
    let since = Stopwatch::start();
    let settings = app.recent_settings.get(app, question(request.uri(), request.headers())?)?;
    let response = cors::for_origin(request.headers(), send(&settings, request.headers()));
    app.metrics.answered(app::Method::Get, PATH, response.status().as_u16(), &since);
    Some(response)
}

fn question<'r>(uri: &'r Uri, headers: &'r HeaderMap) -> Option<Question<'r>> {
    let header = |name| headers.get(name).map(HeaderValue::as_bytes);
    let (origin, languages) = (header(header::ORIGIN), header(header::ACCEPT_LANGUAGE));
    Some(Question { target: uri.path_and_query()?.as_str(), origin, languages })
}

pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    PathPart(id): PathPart<String>,
    Place(region): Place,
    request: Request,
) -> Response {
    let (Parts { uri, headers, .. }, _) = request.into_parts();
    cors::for_origin(&headers, answer(&app, &id, region, &uri, &headers).await.map_err(ApiError))
}

async fn answer(
    app: &App,
    id: &str,
    region: Option<Region>,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response> {
    let (Admitted { key, widget, origin: _ }, query) = admit(app, id, uri, headers).await?;
    let region = super::place(&widget, &query, region);
    let version = widget.version_in(region.as_ref());
    let language = chosen_language(version, &query, headers);
    let write = || write(app, &widget, version, language);
    let settings = app.settings_answers.get_or(&widget, (version, language), write);
    if app.rates.limits().is_empty()
        && widget.variants.is_empty()
        && let Some(question) = question(uri, headers)
    {
        app.recent_settings.keep(question, &key, &widget, &settings);
    }
    Ok(send(&settings, headers))
}

/// What was asked for by name, else what the browser prefers.
pub(super) fn chosen_language(version: &WidgetVersion, query: &Query, headers: &HeaderMap) -> usize {
    let accepted =
        headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match query.get("culture") {
        Some(culture) => choose_language(version, [culture]),
        None => {
            choose_language(version, accepted.split(',').map(|tag| tag.split(';').next().unwrap_or_default()))
        }
    }
}

fn write(app: &App, widget: &Widget, version: &WidgetVersion, language: usize) -> SettingsAnswer {
    let notice = notice::address(app, widget.id, version, language);
    let body = Delivery::new(widget, version, language, &notice).to_json().to_string();
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
