//! What the API description says of `/api/v1/session`.

use crate::domain::json::Json;
use crate::http::openapi::schema::{Schema, flag, int, list, object, text, time, word};
use crate::http::openapi::{JSON, Operation};

/// `GET /api/v1/session`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Say who is signed in")
        .says("For the dashboard. With a key it answers 401.")
        .gives("Member and workspace.", session())
        .for_members()
}

/// `POST /api/v1/session/confirm`
pub(in crate::http) fn confirm() -> Operation {
    Operation::new("Give the password again")
        .says("What hurts, such as changes of members and keys, may be done for ten minutes after that. A wrong password is a 400; after ten of them it is a 429 for a quarter of an hour.")
        .takes(JSON, closed(object([("password", password())])))
        .gives("Member and workspace.", session())
        .for_members()
}

/// `PUT /api/v1/session/password`
pub(in crate::http) fn set_password() -> Operation {
    let wanted = password().with("minLength", Json::int(12)).at_most(1024);
    Operation::new("Change one's own password")
        .says("Ends all other sessions of the member in this workspace.")
        .takes(JSON, closed(object([("current_password", password()), ("password", wanted)])))
        .gives_nothing(204, "It is changed.")
        .for_members()
}

/// `GET /api/v1/workspaces`
pub(in crate::http) fn workspaces() -> Operation {
    let workspace = object([
        ("id", int(1)),
        ("name", text("Example shop")),
        ("role", role()),
        ("is_current", flag(true).says("Whether it is the one that answers belong to.")),
    ]);
    Operation::new("List the workspaces that this sign-in opens")
        .says("Those that have a member of this address with this password. With a key it answers 401.")
        .gives("The workspaces, by number.", list(workspace.named("OpenedWorkspace")))
        .for_members()
}

/// `PUT /api/v1/session/workspace`
pub(in crate::http) fn switch() -> Operation {
    Operation::new("Go on in another workspace")
        .says("One that this sign-in opens.")
        .takes(JSON, closed(object([("id", int(1))])))
        .gives("Member and workspace.", session())
        .with_header("Set-Cookie", text("__Host-placet=1...."), "The session there.")
        .for_members()
        .refuses(&[404])
}

fn closed(schema: Schema) -> Schema {
    schema.with("additionalProperties", Json::Bool(false))
}

fn password() -> Schema {
    text("correct horse battery")
}

fn role() -> Schema {
    word(&["owner", "editor", "auditor"])
}

fn session() -> Schema {
    let member = object([("id", int(1)), ("email", text("ada@example.org")), ("role", role())]);
    let workspace = object([("id", int(1)), ("name", text("Example shop"))]);
    object([
        ("member", member),
        ("workspace", workspace),
        (
            "confirmed_until",
            time("2026-03-01T10:30:30.265Z").says("Until then, what hurts is done without the password."),
        ),
    ])
    .named("Session")
}
