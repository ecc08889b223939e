//! Versions of legal notices.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::domain::legal_notice::{NoticeVersion, is_identifier};
use crate::domain::time::Spelling;
use crate::http::consent_api::ids;
use crate::http::error::{ProblemError, json};
use crate::http::extract::{PathPart, Reader};

/// `GET /api/v1/legal_notices/{identifier}/{version}`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    part: Result<PathPart<(String, i64)>, crate::http::error::ApiError>,
) -> Result<Response, ProblemError> {
    let Ok(PathPart((identifier, version))) = part else {
        return Err(Error::NotFound("Legal notice").into());
    };
    if !is_identifier(&identifier) {
        return Err(Error::NotFound("Legal notice").into());
    }
    let notice = actions::legal_notice::get(&app, workspace, identifier, version).await?;
    Ok(json(StatusCode::OK, &shape(notice)?))
}

pub(super) fn shape(notice: NoticeVersion) -> Result<Json<'static>> {
    let NoticeVersion { identifier, version, at, content, digest, documents } = notice;
    Ok(Json::object([
        ("identifier", Json::text(identifier)),
        ("version", Json::int(version)),
        ("sha256", Json::text(digest.to_string())),
        ("at", Json::text(at.spell(Spelling::Millis))),
        ("content", Json::parse(&content).map_err(Error::internal)?.into_owned()),
        ("document_ids", ids(&documents)),
    ]))
}
