//! The library: services that can be added to a widget, and our own texts.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::json::Json;
use crate::domain::widget::library::LibraryEntry;
use crate::domain::widget::{Purpose, defaults, languages as known_languages};
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{PathPart, Reader};
use crate::http::query::Query;

/// `GET /api/v1/services`
pub(in crate::http) async fn services(
    State(app): State<Arc<App>>,
    Reader(_): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let (query, mut problems) = (Query::of(&uri)?, Problems::default());
    let read = |text: &str| {
        Purpose::parse(&text.parse::<i64>().map_or_else(|_| Json::text(text.to_owned()), Json::int))
    };
    let purpose = query.read("purpose", &mut problems, "must be a number from 0 to 5, or a name", read);
    problems.or(())?;
    let mut found = actions::library::search(&app, query.get("search").unwrap_or_default().trim()).await?;
    found.retain(|service| purpose.is_none_or(|purpose| service.purpose == purpose));
    Ok(json(StatusCode::OK, &Json::Array(found.iter().map(LibraryEntry::to_json).collect())))
}

/// `GET /api/v1/services/{slug}`
pub(in crate::http) async fn service(
    State(app): State<Arc<App>>,
    Reader(_): Reader,
    slug: Result<PathPart<String>, ApiError>,
) -> Result<Response, ProblemError> {
    let PathPart(slug) = slug.map_err(|ApiError(error)| error)?;
    let found = actions::library::find(&app, slug).await?.ok_or(Error::NotFound("Service"))?;
    Ok(json(StatusCode::OK, &found.to_json()))
}

/// `GET /api/v1/texts`
pub(in crate::http) async fn languages(Reader(_): Reader) -> Response {
    json(StatusCode::OK, &Json::Array(known_languages().map(Json::text).collect()))
}

/// `GET /api/v1/texts/{lang}`
pub(in crate::http) async fn texts(
    Reader(_): Reader,
    lang: Result<PathPart<String>, ApiError>,
) -> Result<Response, ProblemError> {
    let PathPart(lang) = lang.map_err(|ApiError(error)| error)?;
    let texts = defaults(&lang).ok_or(Error::NotFound("Language"))?;
    Ok(json(StatusCode::OK, texts))
}
