//! `/legal_notices` (contract 2.15).

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::actions;
use crate::actions::idempotency::Once;
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::legal_notice::{NewNotice, NoticeFilter, NoticeVersion, is_identifier, is_language};
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
    let begun = name.begin(&app, (key.workspace, &key.author()), body.bytes())?;
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

/// `GET /legal_notices`: versions of all notices.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    uri: Uri,
) -> Result<Response, ApiError> {
    let query = Query::of(&uri)?;
    let mut problems = Problems::default();
    let (after, filter) = (cursor(&query, &mut problems), filter(&query, key.workspace, &mut problems));
    let Some(filter) = problems.or(filter)? else {
        return Ok(json(StatusCode::OK, &Json::Array(Vec::new())));
    };
    let versions =
        actions::legal_notice::list(&app, key.workspace, filter, after, super::rows(&query)).await?;
    answer_list(versions, key.workspace)
}

/// Identifier and number of the last version of the page before.
fn cursor(query: &Query, problems: &mut Problems) -> Option<(String, i64)> {
    const PAIR: &str = "starting_after_version and starting_after_identifier go together";
    let [version, identifier] = ["starting_after_version", "starting_after_identifier"];
    match (query.get(version), query.get(identifier)) {
        (None, None) => {}
        (Some(_), None) => problems.add(identifier, format!("is needed: {PAIR}")),
        (None, Some(_)) => problems.add(version, format!("is needed: {PAIR}")),
        (Some(_), Some(name)) if !is_identifier(name) => {
            problems.add(identifier, "names no notice of this workspace");
        }
        (Some(_), Some(name)) => return Some((name.to_owned(), number(query, version, problems)?)),
    }
    None
}

/// The number of a version.
fn number(query: &Query, name: &str, problems: &mut Problems) -> Option<i64> {
    let number = query.get(name)?.parse().ok().filter(|number| *number >= 1);
    if number.is_none() {
        problems.add(name, "must be the number of a version");
    }
    number
}

/// The filter; `None` when nothing can pass it.
pub(in crate::http) fn filter(
    query: &Query,
    workspace: WorkspaceId,
    problems: &mut Problems,
) -> Option<NoticeFilter> {
    let text = |name: &str| query.get(name).map(str::to_owned);
    let open = NoticeFilter::default();
    let filter = NoticeFilter {
        identifier: text("identifier"),
        version: number(query, "version", problems),
        language: text("language"),
        from: query.moment("from_time", problems).unwrap_or(open.from),
        to: query.second("to_time", problems).unwrap_or(open.to),
    };
    let is_possible = filter.language.as_deref().is_none_or(is_language)
        && filter.identifier.as_deref().is_none_or(is_identifier);
    let Some(id) = query.get("id") else { return is_possible.then_some(filter) };
    let named = id.strip_prefix(&format!("{}_", workspace.owner())).filter(|name| is_identifier(name))?;
    let agrees = filter.identifier.as_deref().is_none_or(|identifier| identifier == named);
    (is_possible && agrees).then(|| NoticeFilter { identifier: Some(named.to_owned()), ..filter })
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
    let mut problems = Problems::default();
    let before = number(&query, "starting_after", &mut problems);
    let before = problems.or(before)?;
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
