//! Services and texts of a draft, one at a time.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use super::{Body, Id, draft_answer, id_of, value_of};
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
    body: Body,
) -> Result<Response, ProblemError> {
    let (id, service) = (id_of(&id)?, value_of(body)?);
    Ok(draft_answer(&services::add(&app, workspace, id, service, &by).await?))
}

/// `PATCH /api/v1/widgets/{id}/services/{slug}`
pub(in crate::http) async fn change_service(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
    body: Body,
) -> Result<Response, ProblemError> {
    let ((id, slug), changes) = (place_of(place, "Service")?, value_of(body)?);
    Ok(draft_answer(&services::change(&app, workspace, id, (slug, changes), &by).await?))
}

/// `DELETE /api/v1/widgets/{id}/services/{slug}`
pub(in crate::http) async fn remove_service(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
) -> Result<Response, ProblemError> {
    let (id, slug) = place_of(place, "Service")?;
    Ok(draft_answer(&services::remove(&app, workspace, id, slug, &by).await?))
}

/// `PUT /api/v1/widgets/{id}/texts/{lang}`
pub(in crate::http) async fn set_texts(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
    body: Body,
) -> Result<Response, ProblemError> {
    let ((id, lang), texts) = (place_of(place, "Language")?, value_of(body)?);
    Ok(draft_answer(&services::set_texts(&app, workspace, id, (lang, texts), &by).await?))
}

/// `DELETE /api/v1/widgets/{id}/texts/{lang}`
pub(in crate::http) async fn remove_texts(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    place: Place,
) -> Result<Response, ProblemError> {
    let (id, lang) = place_of(place, "Language")?;
    Ok(draft_answer(&services::remove_texts(&app, workspace, id, lang, &by).await?))
}
