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
use crate::domain::workspace::{SettingsChange, Workspace, WorkspaceSettings};
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Owner, Reader};

/// `GET /api/v1/workspace`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
) -> Result<Response, ProblemError> {
    let found = actions::workspace::get(&app, workspace).await?;
    Ok(json(StatusCode::OK, &shape(workspace, found)))
}

/// `PATCH /api/v1/workspace`: settings that are not named stay.
pub(in crate::http) async fn set(
    State(app): State<Arc<App>>,
    Owner(workspace): Owner,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let change = SettingsChange::parse(&body.parse()?)?;
    let changed = actions::workspace::set(&app, workspace, change).await?;
    Ok(json(StatusCode::OK, &shape(workspace, changed)))
}

fn shape(id: WorkspaceId, workspace: Workspace) -> Json<'static> {
    let Workspace { name, settings } = workspace;
    let WorkspaceSettings { lists_cookie_choices, public_may_update, maps_notice_names } = settings;
    Json::object([
        ("id", Json::int(id.0)),
        ("name", Json::text(name)),
        ("lists_cookie_choices", Json::Bool(lists_cookie_choices)),
        ("public_may_update", Json::Bool(public_may_update)),
        ("maps_notice_names", Json::Bool(maps_notice_names)),
    ])
}
