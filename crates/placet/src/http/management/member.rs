//! Members of the workspace: who may sign in, and what they may do.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::short_list::{number, page};
use crate::actions;
use crate::app::App;
use crate::domain::error::Result;
use crate::domain::member::{MEMBERS, Member, MemberChange, NewMember};
use crate::domain::table::member_row;
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{OwnerInPerson, PathPart, Reader};

/// `GET /api/v1/members`
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let members = actions::member::list(&app, workspace).await?;
    Ok(page(&MEMBERS, &uri, members, |member| Ok(member_row(member)))?)
}

/// `GET /api/v1/members/{id}`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    PathPart(id): PathPart<String>,
) -> Result<Response, ProblemError> {
    let member = actions::member::get(&app, workspace, number(&id, "Member")?).await?;
    Ok(json(StatusCode::OK, &member_row(&member)))
}

/// `POST /api/v1/members`
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    OwnerInPerson(owner): OwnerInPerson,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let new = NewMember::parse(&body.parse()?)?;
    let added = actions::member::add(&app, owner.member.workspace, &owner.member.author(), new).await?;
    Ok(json(StatusCode::OK, &member_row(&added)))
}

/// `PATCH /api/v1/members/{id}`: another role, or a new password for someone who has lost it.
pub(in crate::http) async fn update(
    State(app): State<Arc<App>>,
    OwnerInPerson(owner): OwnerInPerson,
    PathPart(id): PathPart<String>,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let (id, change) = (number(&id, "Member")?, MemberChange::parse(&body.parse()?)?);
    let Member { workspace, .. } = owner.member;
    let session = Some(owner.session);
    let changed = actions::member::set(&app, workspace, &owner.member.author(), id, change, session).await?;
    Ok(json(StatusCode::OK, &member_row(&changed)))
}

/// `DELETE /api/v1/members/{id}`
pub(in crate::http) async fn delete(
    State(app): State<Arc<App>>,
    OwnerInPerson(owner): OwnerInPerson,
    PathPart(id): PathPart<String>,
) -> Result<StatusCode, ProblemError> {
    let id = number(&id, "Member")?;
    actions::member::remove(&app, owner.member.workspace, &owner.member.author(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}
