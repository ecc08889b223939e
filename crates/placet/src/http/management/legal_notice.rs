//! Legal notices and their versions.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::short_list::page;
use crate::actions;
use crate::actions::idempotency::Once;
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::json::Json;
use crate::domain::legal_notice::{NewNotice, NoticeHead, NoticeVersion, is_identifier};
use crate::domain::short_list::ShortList;
use crate::domain::time::{Spelling, Timestamp};
use crate::http::body::TextBody;
use crate::http::consent_api::ids;
use crate::http::error::{ApiError, ProblemError, json, json_text};
use crate::http::extract::{Editor, PathPart, Reader};
use crate::http::query::Query;

const LIST: ShortList<NoticeHead> = ShortList {
    noun: "notice",
    orders: &[
        ("identifier", |a, b| a.identifier.cmp(&b.identifier)),
        ("at", |a, b| (since(a), &a.identifier).cmp(&(since(b), &b.identifier))),
        ("version", |a, b| (number(a), &a.identifier).cmp(&(number(b), &b.identifier))),
    ],
    id: |notice| notice.identifier.clone(),
    texts: |notice| notice.searched().collect(),
};

/// `GET /api/v1/legal_notices`: all notices, each with its newest version.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let notices = actions::legal_notice::heads(&app, workspace).await?;
    Ok(page(&LIST, &uri, notices, |notice| Ok(head(notice)))?)
}

fn since(notice: &NoticeHead) -> Option<Timestamp> {
    notice.newest.map(|newest| newest.at)
}

fn number(notice: &NoticeHead) -> Option<i64> {
    notice.newest.map(|newest| newest.version)
}

fn head(notice: &NoticeHead) -> Json<'static> {
    let NoticeHead { identifier, newest, follows, trouble } = notice;
    let digest = newest.map(|newest| newest.digest.to_string());
    Json::object([
        ("identifier", Json::text(identifier.clone())),
        ("version", Json::int_or_null(number(notice))),
        ("sha256", Json::text_or_null(digest)),
        ("at", Json::text_or_null(since(notice).map(|at| at.spell(Spelling::Millis)))),
        ("follows", Json::text_or_null(follows.clone())),
        ("last_error", Json::text_or_null(trouble.clone())),
    ])
}

/// `GET /api/v1/legal_notices/{identifier}`: the versions of a notice, newest first.
pub(in crate::http) async fn versions(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    identifier: Result<PathPart<String>, ApiError>,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let PathPart(identifier) = identifier.map_err(|ApiError(error)| error)?;
    if !is_identifier(&identifier) {
        return Err(Error::NotFound("Legal notice").into());
    }
    let query = Query::of(&uri)?;
    let mut problems = Problems::default();
    let must_be = "must be the number of a version";
    let before = query.read("starting_after", &mut problems, must_be, |text| text.parse().ok());
    let (before, limit) = (problems.or(before)?, query.limit(50, 500));
    let rows = i64::try_from(limit).map_err(Error::internal)?;
    let found = actions::legal_notice::versions(&app, workspace, identifier, before, rows).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| last.version.to_string());
    let items = found.into_iter().map(shape).collect::<Result<_>>()?;
    Ok(super::page(&uri, items, next.as_deref()))
}

/// `POST /api/v1/legal_notices`: publishes one version.
pub(in crate::http) async fn publish(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let (notices, is_list) = NewNotice::parse_body(&body.parse()?)?;
    if is_list {
        return Err(Error::invalid("", "the body must be one notice").into());
    }
    let once = Once::new(None, |published: &Vec<NoticeVersion>| {
        let shape = published.first().map(|version| shape(version.clone()));
        shape.and_then(Result::ok).unwrap_or(Json::Null).to_string()
    });
    let answer = actions::legal_notice::publish(&app, workspace, notices, by, once).await?;
    Ok(json_text(StatusCode::OK, answer.text))
}

/// `GET /api/v1/legal_notices/{identifier}/{version}`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    part: Result<PathPart<(String, i64)>, ApiError>,
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
