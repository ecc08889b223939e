//! `/legal_notices` (contract 2.15).

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::actions;
use crate::actions::idempotency::Once;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::legal_notice::{NewNotice, NoticeVersion, is_identifier};
use crate::domain::time::Spelling;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, json};
use crate::http::extract::{PathPart, PrivateKey};
use crate::http::idempotency::{IdempotencyKey, respond};
use crate::http::query::Query;

/// `POST /legal_notices`: one in, one out; a list in, a list out.
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    name: IdempotencyKey,
    body: TextBody,
) -> Result<Response, ApiError> {
    let (notices, is_list) = NewNotice::parse_body(&body.parse()?)?;
    let begun = name.begin(&app, &key, body.bytes())?;
    let once = Once::new(begun.as_ref(), move |published: &Vec<NoticeVersion>| {
        let mut answers: Vec<Json<'_>> = published.iter().map(answer).collect();
        let answer = if is_list { Json::Array(answers) } else { answers.pop().unwrap_or(Json::Null) };
        answer.to_string()
    });
    Ok(respond(actions::legal_notice::publish(&app, key.workspace, notices, key.author(), once).await?))
}

fn answer(notice: &NoticeVersion) -> Json<'static> {
    Json::object([
        ("identifier", Json::text(notice.identifier.clone())),
        ("version", Json::int(notice.version)),
        ("timestamp", Json::text(notice.at.spell(Spelling::Millis))),
    ])
}

/// `GET /legal_notices/:identifier`: all versions, newest first.
pub(in crate::http) async fn versions(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart(identifier): PathPart<String>,
    uri: Uri,
) -> Result<Response, ApiError> {
    if !is_identifier(&identifier) {
        return Err(Error::NotFound("Legal notice").into());
    }
    let query = Query::of(&uri)?;
    let before = query.get("starting_after").map(|text| {
        text.parse::<i64>().map_err(|_| Error::invalid("starting_after", "must be the number of a version"))
    });
    let limit = i64::try_from(super::limit(&query)).unwrap_or(10);
    let versions =
        actions::legal_notice::versions(&app, key.workspace, identifier, before.transpose()?, limit).await?;
    let items: Result<Vec<_>> = versions.into_iter().map(|version| shape(version, key.workspace)).collect();
    Ok(json(StatusCode::OK, &Json::Array(items?)))
}

fn shape(notice: NoticeVersion, workspace: WorkspaceId) -> Result<Json<'static>> {
    let NoticeVersion { identifier, version, at, content, digest: _ } = notice;
    Ok(Json::object([
        ("id", Json::text(format!("{}_{identifier}", workspace.owner()))),
        ("owner_id", Json::text(workspace.owner())),
        ("identifier", Json::text(identifier)),
        ("version", Json::int(version)),
        ("timestamp", Json::text(at.spell(Spelling::Seconds))),
        ("content", Json::parse(&content).map_err(Error::internal)?.into_owned()),
        ("documents", Json::Array(Vec::new())),
    ]))
}
