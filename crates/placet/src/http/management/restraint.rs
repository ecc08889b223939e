//! Legal holds, and restrictions of processing.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::subject::named;
use crate::actions;
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::removal::Mandate;
use crate::domain::restraint::{Restraint, RestraintKind};
use crate::http::body::TextBody;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Owner, PathPart, Reader};
use crate::http::query::Query;

type Subject = Result<PathPart<String>, ApiError>;
type Body = Result<TextBody, ApiError>;

/// `PUT /api/v1/subjects/{id}/hold`
pub(in crate::http) async fn hold(
    State(app): State<Arc<App>>,
    owner: Owner,
    subject: Subject,
    body: Body,
) -> Result<Response, ProblemError> {
    change(&app, owner, (Act::Set, RestraintKind::Hold), subject, body).await
}

/// `DELETE /api/v1/subjects/{id}/hold`
pub(in crate::http) async fn lift_hold(
    State(app): State<Arc<App>>,
    owner: Owner,
    subject: Subject,
    body: Body,
) -> Result<Response, ProblemError> {
    change(&app, owner, (Act::Lift, RestraintKind::Hold), subject, body).await
}

/// `GET /api/v1/subjects/{id}/restraints`: also of a visitor, who is no subject, and of somebody unknown.
pub(in crate::http) async fn of_subject(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    subject: Subject,
) -> Result<Response, ProblemError> {
    let in_force = actions::restraint::on_each(&app, workspace, vec![named(subject)?]).await?;
    let [(hold, restriction)] = &in_force[..] else { return Err(Error::NotFound("Subject").into()) };
    let or_null = |restraint: &Option<Restraint>| restraint.as_ref().map_or(Json::Null, Restraint::to_json);
    let answer = Json::object([("hold", or_null(hold)), ("restriction", or_null(restriction))]);
    Ok(json(StatusCode::OK, &answer))
}

/// `GET /api/v1/holds`
pub(in crate::http) async fn holds(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    list(&app, workspace, RestraintKind::Hold, &uri).await
}

/// `PUT /api/v1/subjects/{id}/restriction`
pub(in crate::http) async fn restrict(
    State(app): State<Arc<App>>,
    owner: Owner,
    subject: Subject,
    body: Body,
) -> Result<Response, ProblemError> {
    change(&app, owner, (Act::Set, RestraintKind::Restriction), subject, body).await
}

/// `DELETE /api/v1/subjects/{id}/restriction`
pub(in crate::http) async fn lift_restriction(
    State(app): State<Arc<App>>,
    owner: Owner,
    subject: Subject,
    body: Body,
) -> Result<Response, ProblemError> {
    change(&app, owner, (Act::Lift, RestraintKind::Restriction), subject, body).await
}

/// `GET /api/v1/restrictions`: by whom they may be set, since others are not shown these subjects.
pub(in crate::http) async fn restrictions(
    State(app): State<Arc<App>>,
    Owner(workspace, _): Owner,
    uri: Uri,
) -> Result<Response, ProblemError> {
    list(&app, workspace, RestraintKind::Restriction, &uri).await
}

enum Act {
    Set,
    Lift,
}

async fn change(
    app: &App,
    Owner(workspace, by): Owner,
    (act, kind): (Act, RestraintKind),
    subject: Subject,
    body: Body,
) -> Result<Response, ProblemError> {
    let (subject, mandate) = (named(subject)?, mandate(app, &by, body)?);
    let restraint = match act {
        Act::Set => actions::restraint::set(app, workspace, kind, subject, mandate).await?,
        Act::Lift => actions::restraint::lift(app, workspace, kind, subject, mandate).await?,
    };
    Ok(json(StatusCode::OK, &restraint.to_json()))
}

fn mandate(app: &App, by: &Author, body: Body) -> Result<Mandate> {
    let body = body.map_err(|ApiError(error)| error)?;
    let mut problems = Problems::default();
    let reason = super::reason(&super::members(&body, &["reason"], &mut problems)?, &mut problems);
    Ok(Mandate { reason: problems.or(reason)??, by: by.clone(), at: app.clock.now() })
}

async fn list(
    app: &App,
    workspace: WorkspaceId,
    kind: RestraintKind,
    uri: &Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(uri)?;
    let after = query.text("starting_after").unwrap_or_default();
    if after.contains('\0') {
        return Err(Error::invalid("starting_after", "names no subject of this workspace").into());
    }
    let limit = query.limit(50, 500);
    let rows = i64::try_from(limit).map_err(Error::internal)?;
    let restraints = actions::restraint::list(app, workspace, kind, after, rows).await?;
    let next = restraints.last().filter(|_| restraints.len() == limit).map(|last| last.subject.clone());
    Ok(super::page(uri, restraints.iter().map(Restraint::to_json).collect(), next.as_deref()))
}
