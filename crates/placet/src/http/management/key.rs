//! API keys of the workspace.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::short_list::ShortList;
use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::issued_key::{IssuedKey, KeyChange, KeyDraft, parse_overlap, spelled};
use crate::domain::json::{Json, Member};
use crate::domain::origin::AllowedOrigin;
use crate::domain::time::{Spelling, Timestamp};
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{OwnerInPerson, PathPart, Reader};

const LIST: ShortList<IssuedKey> = ShortList {
    noun: "key",
    orders: &[
        ("created_at", |a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id))),
        ("name", |a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id))),
        ("kind", |a, b| (a.kind.word(), a.created_at, &a.id).cmp(&(b.kind.word(), b.created_at, &b.id))),
        ("last_used_at", |a, b| (a.last_used_at, &a.id).cmp(&(b.last_used_at, &b.id))),
    ],
    id: |key| key.id.clone(),
    texts: |key| {
        let origins = key.allowed_origins.iter().map(AllowedOrigin::as_str);
        [key.id.as_str(), &key.name, key.kind.word()].into_iter().chain(origins).collect()
    },
};

/// `GET /api/v1/keys`
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let keys = actions::key::list(&app, workspace).await?;
    let now = app.clock.now();
    Ok(LIST.page(&uri, keys, |key| Ok(Json::Object(members(key, now))))?)
}

/// `GET /api/v1/keys/{id}`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    PathPart(id): PathPart<String>,
) -> Result<Response, ProblemError> {
    let key = actions::key::get(&app, workspace, existing(id)?).await?;
    Ok(json(StatusCode::OK, &Json::Object(members(&key, app.clock.now()))))
}

/// `POST /api/v1/keys`: the answer is the only one that has a private key in it.
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    OwnerInPerson(owner): OwnerInPerson,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let draft = KeyDraft::parse(&body.parse()?)?;
    let (issued, key) =
        actions::key::add(&app, owner.member.workspace, &owner.member.author(), draft).await?;
    Ok(json(StatusCode::OK, &with_secret(&issued, key, app.clock.now())))
}

/// `PATCH /api/v1/keys/{id}`
pub(in crate::http) async fn update(
    State(app): State<Arc<App>>,
    OwnerInPerson(owner): OwnerInPerson,
    PathPart(id): PathPart<String>,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let (id, change) = (existing(id)?, KeyChange::parse(&body.parse()?)?);
    let changed = actions::key::set(&app, owner.member.workspace, &owner.member.author(), id, change).await?;
    Ok(json(StatusCode::OK, &Json::Object(members(&changed, app.clock.now()))))
}

/// `POST /api/v1/keys/{id}/rotate`
pub(in crate::http) async fn rotate(
    State(app): State<Arc<App>>,
    OwnerInPerson(owner): OwnerInPerson,
    PathPart(id): PathPart<String>,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let overlap = parse_overlap(&body.parse()?)?;
    let (issued, key) =
        actions::key::rotate(&app, owner.member.workspace, &owner.member.author(), existing(id)?, overlap)
            .await?;
    Ok(json(StatusCode::OK, &with_secret(&issued, key, app.clock.now())))
}

/// `DELETE /api/v1/keys/{id}`
pub(in crate::http) async fn delete(
    State(app): State<Arc<App>>,
    OwnerInPerson(owner): OwnerInPerson,
    PathPart(id): PathPart<String>,
) -> Result<StatusCode, ProblemError> {
    actions::key::revoke(&app, owner.member.workspace, &owner.member.author(), existing(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn existing(id: String) -> Result<String> {
    if id.contains('\0') { Err(Error::NotFound("Key")) } else { Ok(id) }
}

fn members(issued: &IssuedKey, now: Timestamp) -> Vec<Member<'static>> {
    let IssuedKey { id, kind, name, value, allowed_origins, created_at, last_used_at, revoked_at } = issued;
    let at = |at: &Timestamp| at.spell(Spelling::Millis);
    vec![
        ("id".into(), Json::text(id.clone())),
        ("kind".into(), Json::text(kind.word())),
        ("name".into(), Json::text(name.clone())),
        ("state".into(), Json::text(issued.state(now))),
        ("allowed_origins".into(), spelled(allowed_origins)),
        ("created_at".into(), Json::text(at(created_at))),
        ("last_used_at".into(), Json::text_or_null(last_used_at.as_ref().map(at))),
        ("works_until".into(), Json::text_or_null(revoked_at.as_ref().map(at))),
        ("key".into(), Json::text_or_null(value.clone())),
    ]
}

fn with_secret(issued: &IssuedKey, key: String, now: Timestamp) -> Json<'static> {
    let mut members = members(issued, now);
    members.retain(|(name, _)| name != "key");
    members.push(("key".into(), Json::text(key)));
    Json::Object(members)
}
