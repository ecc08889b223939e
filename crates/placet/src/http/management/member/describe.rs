//! What the API description says of `/api/v1/members`.

use crate::domain::json::Json;
use crate::http::management::short_list::describe::listed;
use crate::http::openapi::schema::{Schema, int, object, text, time, word};
use crate::http::openapi::{JSON, Operation};

/// Who may change members and keys.
pub(in crate::http) const BY_OWNERS_IN_PERSON: &str = "By an owner who is signed in and gave the password within ten minutes; with a key it answers 403. An older sign-in is a 403 of the type `/api#password-again`: send the password to `/api/v1/session/confirm`, then ask again.";

/// By what members are sorted and searched.
pub(in crate::http) const NARROWING: (&str, &str) = (
    "`email` (unless asked otherwise), `role` or `created_at`; after a minus sign backwards.",
    "Contained in the address or the role, in whatever case.",
);

/// `GET /api/v1/members`
pub(in crate::http) fn list_all() -> Operation {
    listed(Operation::new("List members"), NARROWING, "2", member())
}

/// `GET /api/v1/members/{id}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read a member")
        .path("id", int(1), "The member's number.")
        .gives("The member.", member())
        .refuses(&[404])
}

/// `POST /api/v1/members`
pub(in crate::http) fn create() -> Operation {
    let new = object([
        ("email", text("grace@example.org").at_most(320)),
        ("role", role()),
        ("password", password().says("To be changed by the member; 12 to 1024 characters.")),
    ]);
    Operation::new("Add a member")
        .says(BY_OWNERS_IN_PERSON)
        .takes(JSON, new.with("additionalProperties", Json::Bool(false)))
        .gives("The member.", member())
        .for_members()
        .refuses(&[409])
}

/// `PATCH /api/v1/members/{id}`
pub(in crate::http) fn update() -> Operation {
    let change = object([]).and_perhaps(("role", role())).and_perhaps((
        "password",
        password().says("A new password, for a member who lost it; ends the member's sessions."),
    ));
    Operation::new("Change a member's role or password")
        .says(BY_OWNERS_IN_PERSON)
        .path("id", int(2), "The member's number.")
        .takes(JSON, change.with("additionalProperties", Json::Bool(false)))
        .gives("The member as it is now.", member())
        .for_members()
        .refuses(&[404, 409])
}

/// `DELETE /api/v1/members/{id}`
pub(in crate::http) fn delete() -> Operation {
    Operation::new("Remove a member")
        .says(BY_OWNERS_IN_PERSON)
        .path("id", int(2), "The member's number.")
        .gives_nothing(204, "The member is removed, and every session of the member has ended.")
        .for_members()
        .refuses(&[404, 409])
}

fn password() -> Schema {
    text("correct horse battery").with("minLength", Json::int(12)).at_most(1024)
}

fn role() -> Schema {
    word(&["editor", "owner", "auditor"])
}

fn member() -> Schema {
    object([
        ("id", int(2)),
        ("email", text("grace@example.org")),
        ("role", role()),
        ("created_at", time("2026-03-01T10:20:30.265Z")),
    ])
    .named("Member")
}
