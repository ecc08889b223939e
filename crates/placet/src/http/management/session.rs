//! Who is signed in.

pub(in crate::http) mod describe;

use axum::http::StatusCode;
use axum::response::Response;

use crate::actions::session::SignedIn;
use crate::domain::json::Json;
use crate::domain::member;
use crate::http::error::json;
use crate::http::extract::Member;

/// `GET /api/v1/session`
pub(in crate::http) async fn get(Member(signed_in): Member) -> Response {
    let SignedIn { member, workspace_name } = signed_in;
    let member::Member { workspace, id, email, role, password_hash: _ } = member;
    let answer = Json::object([
        (
            "member",
            Json::object([
                ("id", Json::int(id)),
                ("email", Json::text(email)),
                ("role", Json::text(role.word())),
            ]),
        ),
        ("workspace", Json::object([("id", Json::int(workspace.0)), ("name", Json::text(workspace_name))])),
    ]);
    json(StatusCode::OK, &answer)
}
