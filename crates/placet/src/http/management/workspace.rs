//! The workspace and its settings.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::workspace::{Workspace, WorkspaceChange};
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Owner, Reader};

/// `GET /api/v1/workspace`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
) -> Result<Response, ProblemError> {
    let found = actions::workspace::get(&app, workspace).await?;
    Ok(json(StatusCode::OK, &shape(workspace, &found)))
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
    Ok(json(StatusCode::OK, &shape(workspace, &changed)))
}

fn shape(id: WorkspaceId, workspace: &Workspace) -> Json<'static> {
    let mut members = vec![("id".into(), Json::int(id.0))];
    members.extend(workspace.members());
    Json::Object(members)
}
