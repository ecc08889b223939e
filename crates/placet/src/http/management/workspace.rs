//! The workspace and its settings.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::domain::workspace::WorkspaceChange;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Owner, Reader};

/// `GET /api/v1/workspace`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
) -> Result<Response, ProblemError> {
    let found = actions::workspace::get(&app, workspace).await?;
    Ok(json(StatusCode::OK, &found.to_json(workspace.0)))
}

/// `PATCH /api/v1/workspace`: what is not named stays.
pub(in crate::http) async fn set(
    State(app): State<Arc<App>>,
    Owner(workspace, by): Owner,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let change = WorkspaceChange::parse(&body.parse()?)?;
    let changed = actions::workspace::set(&app, workspace, &by, change).await?;
    Ok(json(StatusCode::OK, &changed.to_json(workspace.0)))
}
