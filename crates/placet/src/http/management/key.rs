//! API keys of the workspace.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::short_list::page;
use crate::actions;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::issued_key::{IssuedKey, KEYS, KeyChange, KeyDraft, parse_overlap};
use crate::domain::json::{Json, Member};
use crate::domain::table::key_row;
use crate::domain::time::Timestamp;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{OwnerInPerson, PathPart, Reader};

/// `GET /api/v1/keys`
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let keys = actions::key::list(&app, workspace).await?;
    let now = app.clock.now();
    Ok(page(&KEYS, &uri, keys, |key| Ok(Json::Object(members(key, now))))?)
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

/// The key itself only if it is public.
fn members(issued: &IssuedKey, now: Timestamp) -> Vec<Member<'static>> {
    let mut members = key_row(issued, now);
    members.push(("key".into(), Json::text_or_null(issued.value.clone())));
    members
}

fn with_secret(issued: &IssuedKey, key: String, now: Timestamp) -> Json<'static> {
    let mut members = key_row(issued, now);
    members.push(("key".into(), Json::text(key)));
    Json::Object(members)
}
