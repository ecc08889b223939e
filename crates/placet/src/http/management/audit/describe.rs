//! What the API description says of `/api/v1/audit`.

use crate::domain::json::Json;
use crate::http::consent_api::describe::bound;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{any, int, list, object, text, time, uuid};

/// `GET /api/v1/audit`
pub(in crate::http) fn list_all() -> Operation {
    let change = object([
        ("id", uuid("01a1fff6-d877-7c29-b306-05425bf5b5d5")),
        ("at", time("2026-03-01T10:20:30.265Z")),
        (
            "author",
            text("member:1").says("`member:<id>`, `key:<id>`, or `command` for whoever runs the server."),
        ),
        (
            "author_name",
            text("ada@example.org").or_null().says("The member's address, or the name of the key."),
        ),
        ("action", text("workspace.change").says("A noun and a verb.")),
        (
            "target",
            text("workspace").says("What was changed: `member:3`, `key:8e03978e40d5`, `legal_notice:terms`."),
        ),
        ("before", any(setting(true)).says("What it was. Without personal data and without secrets.")),
        ("after", any(setting(false)).says("What it is since then.")),
    ]);
    filtered(Operation::new("List what was changed, and by whom"))
        .says("Newest first. All filters must hold.")
        .query("limit", int(50).within(1, 500).with("default", Json::int(50)), "How many at most.")
        .query(
            "starting_after",
            uuid("01a1fff6-d877-7c29-b306-05425bf5b5d5"),
            "Id of the last change of the page before.",
        )
        .gives("A page of changes.", list(change.named("Change")))
        .with_header(
            "Link",
            text("</api/v1/audit?starting_after=...>; rel=\"next\""),
            "The next page, if there may be one.",
        )
        .refuses(&[400])
}

/// The filters.
pub(in crate::http) fn filtered(operation: Operation) -> Operation {
    operation
        .query("author", text("member:1"), "Only by this author.")
        .query("action", text("workspace.change"), "Only this action.")
        .query("target", text("workspace"), "Only of this target.")
        .query("from_time", bound(), "Not before this moment.")
        .query("to_time", bound(), "Not after this moment.")
}

fn setting(value: bool) -> Json<'static> {
    Json::object([("public_may_update", Json::Bool(value))])
}
