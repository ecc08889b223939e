//! Who is signed in, to which workspaces, and what concerns only them.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};

use crate::actions;
use crate::actions::session::SignedIn;
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::input::known_names;
use crate::domain::json::Json;
use crate::domain::member;
use crate::domain::time::Spelling;
use crate::http::body::TextBody;
use crate::http::cookies;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::Member;

/// `GET /api/v1/session`
pub(in crate::http) async fn get(Member(signed_in): Member) -> Response {
    json(StatusCode::OK, &shape(signed_in))
}

/// `POST /api/v1/session/confirm`: the password again, before what hurts.
pub(in crate::http) async fn confirm(
    State(app): State<Arc<App>>,
    Member(signed_in): Member,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let body = body.parse()?;
    let mut problems = Problems::default();
    known_names(&body, &["password"], &mut problems)?;
    let password = body.given("password").and_then(Json::as_str);
    if password.is_none() {
        problems.add("password", "is needed: the one you sign in with");
    }
    let password = problems.or(password.unwrap_or_default())?;
    let confirmed = actions::session::confirm(&app, signed_in, password).await?;
    Ok(json(StatusCode::OK, &shape(confirmed)))
}

/// `PUT /api/v1/session/password`: the member's own.
pub(in crate::http) async fn set_password(
    State(app): State<Arc<App>>,
    Member(signed_in): Member,
    body: Result<TextBody, ApiError>,
) -> Result<StatusCode, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let (current, wanted) = member::parse_passwords(&body.parse()?)?;
    actions::member::set_own_password(&app, &signed_in, &current, wanted).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /api/v1/workspaces`: those that this sign-in opens.
pub(in crate::http) async fn workspaces(
    State(app): State<Arc<App>>,
    Member(signed_in): Member,
) -> Result<Response, ProblemError> {
    let opened = actions::session::workspaces(&app, signed_in.session).await?;
    let current = signed_in.member.workspace;
    let shape = |(member, name): (member::Member, String)| {
        Json::object([
            ("id", Json::int(member.workspace.0)),
            ("name", Json::text(name)),
            ("role", Json::text(member.role.word())),
            ("is_current", Json::Bool(member.workspace == current)),
        ])
    };
    Ok(json(StatusCode::OK, &Json::Array(opened.into_iter().map(shape).collect())))
}

/// `PUT /api/v1/session/workspace`: goes on in another workspace that this sign-in opens.
pub(in crate::http) async fn switch(
    State(app): State<Arc<App>>,
    Member(_): Member,
    headers: HeaderMap,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let body = body.map_err(|ApiError(error)| error)?;
    let body = body.parse()?;
    let mut problems = Problems::default();
    known_names(&body, &["id"], &mut problems)?;
    let id = body.given("id").and_then(Json::as_int);
    if id.is_none() {
        problems.add("id", "must be the number of a workspace");
    }
    let id = WorkspaceId(problems.or(id.unwrap_or_default())?);
    let is_secure = app.edge.is_secure();
    let token = cookies::session(&headers, is_secure).unwrap_or_default();
    let (token, signed_in) = actions::session::switch(&app, token, id).await?;
    let cookie = cookies::set_session(Some(&token), is_secure).ok_or_else(|| Error::internal("no cookie"))?;
    Ok(([(header::SET_COOKIE, cookie)], json(StatusCode::OK, &shape(signed_in))).into_response())
}

fn shape(signed_in: SignedIn) -> Json<'static> {
    let confirmed_until = signed_in.confirmed_until().spell(Spelling::Millis);
    let SignedIn { member, workspace_name, session: _, confirmed_at: _ } = signed_in;
    let member::Member { workspace, id, email, role, password_hash: _, created_at: _ } = member;
    Json::object([
        (
            "member",
            Json::object([
                ("id", Json::int(id)),
                ("email", Json::text(email)),
                ("role", Json::text(role.word())),
            ]),
        ),
        ("workspace", Json::object([("id", Json::int(workspace.0)), ("name", Json::text(workspace_name))])),
        ("confirmed_until", Json::text(confirmed_until)),
    ])
}
