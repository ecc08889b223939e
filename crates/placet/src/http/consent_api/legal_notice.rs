//! `/legal_notices` (contract 2.15).

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::legal_notice::{NewNotice, NoticeFilter, NoticeVersion, is_identifier, is_language};
use crate::domain::time::Spelling;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, json};
use crate::http::extract::{PathPart, PrivateKey};
use crate::http::query::Query;

/// `POST /legal_notices`: one in, one out; a list in, a list out.
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    body: TextBody,
) -> Result<Response, ApiError> {
    let (notices, is_list) = NewNotice::parse_body(&body.parse()?)?;
    let published = actions::legal_notice::publish(&app, key.workspace, notices, key.author()).await?;
    let mut answers: Vec<Json<'_>> = published.iter().map(answer).collect();
    let answer = if is_list { Json::Array(answers) } else { answers.pop().unwrap_or(Json::Null) };
    Ok(json(StatusCode::OK, &answer))
}

fn answer(notice: &NoticeVersion) -> Json<'static> {
    Json::object([
        ("identifier", Json::text(notice.identifier.clone())),
        ("version", Json::int(notice.version)),
        ("timestamp", Json::text(notice.at.spell(Spelling::Millis))),
    ])
}

/// `GET /legal_notices`: versions of all notices.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    uri: Uri,
) -> Result<Response, ApiError> {
    let query = Query::of(&uri)?;
    let (limit, after) = (super::rows(&query), cursor(&query)?);
    let Some(filter) = filter(&query, key.workspace)? else {
        return Ok(json(StatusCode::OK, &Json::Array(Vec::new())));
    };
    let versions = actions::legal_notice::list(&app, key.workspace, filter, after, limit).await?;
    answer_list(versions, key.workspace)
}

/// The pair of the last version's number and identifier.
fn cursor(query: &Query) -> Result<Option<(String, i64)>> {
    let names = ["starting_after_version", "starting_after_identifier"];
    match names.map(|name| query.get(name)) {
        [None, None] => Ok(None),
        [Some(version), Some(identifier)] if is_identifier(identifier) => {
            Ok(Some((identifier.to_owned(), number(names[0], version)?)))
        }
        [Some(_), Some(_)] => Err(Error::invalid(names[1], "names no notice of this workspace")),
        [version, _] => {
            let missing = if version.is_none() { names[0] } else { names[1] };
            Err(Error::invalid(missing, format!("is needed: {} and {} go together", names[0], names[1])))
        }
    }
}

fn number(name: &'static str, text: &str) -> Result<i64> {
    let number = text.parse().ok().filter(|number| *number >= 1);
    number.ok_or_else(|| Error::invalid(name, "must be the number of a version"))
}

/// The filter; `None` when nothing can pass it.
fn filter(query: &Query, workspace: WorkspaceId) -> Result<Option<NoticeFilter>> {
    let mut filter = NoticeFilter {
        version: query.get("version").map(|text| number("version", text)).transpose()?,
        language: query.get("language").map(str::to_owned),
        identifier: query.get("identifier").map(str::to_owned),
        ..NoticeFilter::default()
    };
    if let Some(from) = query.time("from_time")? {
        filter.from = from;
    }
    if let Some(to) = query.time("to_time")? {
        filter.to = to;
    }
    let is_possible = filter.language.as_deref().is_none_or(is_language)
        && filter.identifier.as_deref().is_none_or(is_identifier);
    let Some(id) = query.get("id") else { return Ok(is_possible.then_some(filter)) };
    let Some(named) = id.strip_prefix(&format!("{}_", workspace.owner())).filter(|name| is_identifier(name))
    else {
        return Ok(None);
    };
    let agrees = filter.identifier.as_deref().is_none_or(|identifier| identifier == named);
    filter.identifier = Some(named.to_owned());
    Ok((is_possible && agrees).then_some(filter))
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
    let before = query.get("starting_after").map(|text| number("starting_after", text)).transpose()?;
    let limit = super::rows(&query);
    let versions = actions::legal_notice::versions(&app, key.workspace, identifier, before, limit).await?;
    answer_list(versions, key.workspace)
}

/// `GET /legal_notices/:identifier/:version`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart((identifier, version)): PathPart<(String, String)>,
) -> Result<Response, ApiError> {
    let version = version.parse::<i64>().ok().filter(|_| is_identifier(&identifier));
    let version = version.ok_or(Error::NotFound("Legal notice"))?;
    let notice = actions::legal_notice::get(&app, key.workspace, identifier, version).await?;
    Ok(json(StatusCode::OK, &Json::Object(members(notice, Spelling::MillisOffset)?)))
}

fn answer_list(versions: Vec<NoticeVersion>, workspace: WorkspaceId) -> Result<Response, ApiError> {
    let items: Result<Vec<_>> = versions.into_iter().map(|version| item(version, workspace)).collect();
    Ok(json(StatusCode::OK, &Json::Array(items?)))
}

/// A list item: a version, after who owns which notice.
fn item(notice: NoticeVersion, workspace: WorkspaceId) -> Result<Json<'static>> {
    let owner = workspace.owner();
    let mut item: Vec<Member<'static>> = vec![
        ("id".into(), Json::text(format!("{owner}_{}", notice.identifier))),
        ("owner_id".into(), Json::text(owner)),
    ];
    item.extend(members(notice, Spelling::Seconds)?);
    Ok(Json::Object(item))
}

fn members(notice: NoticeVersion, spelling: Spelling) -> Result<Vec<Member<'static>>> {
    let NoticeVersion { identifier, version, at, content, digest: _, documents } = notice;
    Ok(vec![
        ("identifier".into(), Json::text(identifier)),
        ("version".into(), Json::int(version)),
        ("timestamp".into(), Json::text(at.spell(spelling))),
        ("content".into(), Json::parse(&content).map_err(Error::internal)?.into_owned()),
        ("documents".into(), super::ids(&documents)),
    ])
}
