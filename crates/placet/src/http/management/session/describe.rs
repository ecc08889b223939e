//! What the API description says of `/api/v1/session`.

use crate::http::openapi::Operation;
use crate::http::openapi::schema::{int, object, text, word};

/// `GET /api/v1/session`
pub(in crate::http) fn get() -> Operation {
    let member = object([
        ("id", int(1)),
        ("email", text("ada@example.org")),
        ("role", word(&["owner", "editor", "auditor"])),
    ]);
    let workspace = object([("id", int(1)), ("name", text("Example shop"))]);
    Operation::new("Say who is signed in")
        .says("For the dashboard. With a key it answers 401.")
        .gives(
            "Member and workspace.",
            object([("member", member), ("workspace", workspace)]).named("Session"),
        )
        .for_members()
}
