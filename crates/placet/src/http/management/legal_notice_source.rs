//! The address that a notice follows.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::legal_notice::is_identifier;
use crate::domain::legal_notice_source::Following;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Editor, PathPart, Reader};

type Identifier = Result<PathPart<String>, ApiError>;

/// `GET /api/v1/legal_notices/{identifier}/source`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    identifier: Identifier,
) -> Result<Response, ProblemError> {
    let source = actions::legal_notice_source::get(&app, workspace, &name(identifier)?).await?;
    Ok(json(StatusCode::OK, &source.to_json()))
}

/// `PUT /api/v1/legal_notices/{identifier}/source`
pub(in crate::http) async fn put(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    identifier: Identifier,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let (identifier, body) = (name(identifier)?, body.map_err(|ApiError(error)| error)?);
    let following = Following::parse(&body.parse()?, app.fetcher.reach())?;
    let source = actions::legal_notice_source::follow(&app, workspace, &by, &identifier, following).await?;
    Ok(json(StatusCode::OK, &source.to_json()))
}

/// `DELETE /api/v1/legal_notices/{identifier}/source`
pub(in crate::http) async fn delete(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    identifier: Identifier,
) -> Result<StatusCode, ProblemError> {
    actions::legal_notice_source::unfollow(&app, workspace, &by, &name(identifier)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn name(part: Identifier) -> Result<String> {
    let PathPart(identifier) = part.map_err(|ApiError(error)| error)?;
    if is_identifier(&identifier) { Ok(identifier) } else { Err(Error::NotFound("Legal notice")) }
}
