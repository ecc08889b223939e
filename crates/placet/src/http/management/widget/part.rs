//! Services and texts of a draft, one at a time.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;

use super::{Body, Id, draft_answer, expected, id_of, value_of};
use crate::actions::widget::services;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WidgetId;
use crate::http::error::{ApiError, ProblemError};
use crate::http::extract::{Editor, PathPart};

/// The number of a widget, and the name of a part of it.
type Place = Result<PathPart<(i64, String)>, ApiError>;

fn place_of(part: Place, what: &'static str) -> Result<(WidgetId, String)> {
    match part {
        Ok(PathPart((id, name))) => Ok((WidgetId(id), name)),
        Err(_) => Err(Error::NotFound(what)),
    }
}

/// `POST /api/v1/widgets/{id}/services`
pub(in crate::http) async fn add_service(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    id: Id,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ProblemError> {
    let (id, on, service) = (id_of(&id)?, expected(&headers)?, value_of(body)?);
    Ok(draft_answer(&services::add(&app, workspace, id, service, (on, &by)).await?))
}

/// `PATCH /api/v1/widgets/{id}/services/{slug}`
pub(in crate::http) async fn change_service(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ProblemError> {
    let ((id, slug), on, changes) = (place_of(place, "Service")?, expected(&headers)?, value_of(body)?);
    let change = services::change(&app, workspace, id, (slug, changes), (on, &by));
    Ok(draft_answer(&change.await?))
}

/// `DELETE /api/v1/widgets/{id}/services/{slug}`
pub(in crate::http) async fn remove_service(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
    headers: HeaderMap,
) -> Result<Response, ProblemError> {
    let ((id, slug), on) = (place_of(place, "Service")?, expected(&headers)?);
    Ok(draft_answer(&services::remove(&app, workspace, id, slug, (on, &by)).await?))
}

/// `PUT /api/v1/widgets/{id}/texts/{lang}`
pub(in crate::http) async fn set_texts(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ProblemError> {
    let ((id, lang), on, texts) = (place_of(place, "Language")?, expected(&headers)?, value_of(body)?);
    let change = services::set_texts(&app, workspace, id, (lang, texts), (on, &by));
    Ok(draft_answer(&change.await?))
}

/// `DELETE /api/v1/widgets/{id}/texts/{lang}`
pub(in crate::http) async fn remove_texts(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
    headers: HeaderMap,
) -> Result<Response, ProblemError> {
    let ((id, lang), on) = (place_of(place, "Language")?, expected(&headers)?);
    Ok(draft_answer(&services::remove_texts(&app, workspace, id, lang, (on, &by)).await?))
}
