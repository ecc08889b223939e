//! Where a widget may be used, and the origins that were refused.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::{Body, Id, id_of, value_of};
use crate::actions::widget::origin;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::domain::origin::AllowedOrigin;
use crate::domain::time::Spelling;
use crate::http::error::{ProblemError, json};
use crate::http::extract::{Editor, Reader};
use crate::http::query::Query;

/// `POST /api/v1/widgets/{id}/allowed_origins`: at once, in what visitors get and in the draft.
pub(in crate::http) async fn allow(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    id: Id,
    body: Body,
) -> Result<Response, ProblemError> {
    let (id, body) = (id_of(&id)?, value_of(body)?);
    let origin = read(body.get("origin").and_then(Json::as_str).unwrap_or_default())?;
    Ok(listed(&origin::set(&app, workspace, id, (origin, true), &by).await?))
}

/// `DELETE /api/v1/widgets/{id}/allowed_origins?origin=...`
pub(in crate::http) async fn withdraw(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    id: Id,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let origin = read(query.get("origin").unwrap_or_default())?;
    Ok(listed(&origin::set(&app, workspace, id_of(&id)?, (origin, false), &by).await?))
}

fn read(text: &str) -> Result<AllowedOrigin> {
    AllowedOrigin::parse(text).map_err(|why| Error::invalid("origin", why))
}

fn listed(origins: &[AllowedOrigin]) -> Response {
    let origins = origins.iter().map(|origin| Json::text(origin.as_str().to_owned()));
    json(StatusCode::OK, &Json::object([("allowed_origins", Json::Array(origins.collect()))]))
}

/// `GET /api/v1/widgets/{id}/refused_origins`
pub(in crate::http) async fn refused(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
) -> Result<Response, ProblemError> {
    let refused = origin::refused(&app, workspace, id_of(&id)?).await?;
    let one = |(origin, count, last_at): crate::store::refused_origin::Refused| {
        let can_be_allowed = AllowedOrigin::parse(&origin).is_ok();
        Json::object([
            ("origin", Json::text(origin)),
            ("count", Json::int(count)),
            ("last_at", Json::text(last_at.spell(Spelling::Millis))),
            ("can_be_allowed", Json::Bool(can_be_allowed)),
        ])
    };
    Ok(json(StatusCode::OK, &Json::Array(refused.into_iter().map(one).collect())))
}

/// `DELETE /api/v1/widgets/{id}/refused_origins?origin=...`
pub(in crate::http) async fn forget(
    State(app): State<Arc<App>>,
    Editor(workspace, _): Editor,
    id: Id,
    uri: Uri,
) -> Result<StatusCode, ProblemError> {
    let origin = Query::of(&uri)?.get("origin").unwrap_or_default().to_owned();
    origin::forget_refused(&app, workspace, id_of(&id)?, origin).await?;
    Ok(StatusCode::NO_CONTENT)
}
