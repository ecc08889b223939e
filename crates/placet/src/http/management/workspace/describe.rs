//! What the API description says of `/api/v1/workspace`.

use crate::domain::json::Json;
use crate::http::openapi::schema::{Schema, flag, input, int, map, object, text, word};
use crate::http::openapi::{JSON, Operation};

/// `GET /api/v1/workspace`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read the workspace and its settings").gives("The workspace.", workspace())
}

/// `PATCH /api/v1/workspace`
pub(in crate::http) fn set() -> Operation {
    let name = text("Example shop").at_most(100);
    let change = settings().into_iter().fold(input([("name", name)]), Schema::and_perhaps);
    Operation::new("Change the workspace's name or settings")
        .says("By an owner, or with a private key. What is not named stays; a member that is neither name nor setting is refused.")
        .takes(JSON, change.with("additionalProperties", Json::Bool(false)))
        .gives("The workspace as it is now.", workspace())
}

fn workspace() -> Schema {
    let head = object([("id", int(1)), ("name", text("Example shop"))]);
    settings().into_iter().fold(head, Schema::and).named("Workspace")
}

fn settings() -> [(&'static str, Schema); 6] {
    [
        (
            "lists_cookie_choices",
            flag(true).says("Whether `GET /consent` without `consent_type` also lists cookie choices."),
        ),
        (
            "public_may_update",
            flag(false)
                .says("Whether a consent with a public key may overwrite the fields of a known subject."),
        ),
        (
            "maps_notice_names",
            flag(true).says(
                "Whether the predefined names of notices in other languages mean the predefined notices.",
            ),
        ),
        (
            "keeps_addresses",
            word(&["shortened", "whole", "none"])
                .says("What is kept of an address that the server finds itself."),
        ),
        (
            "keeps_proofs_months",
            months().says("For how many months proofs are kept, counted from when they were given; null is for ever."),
        ),
        (
            "widgets",
            map("1", object([("keeps_proofs_months", months())]).null_or())
                .says("Widgets whose proofs are kept for a time of their own, by id. In a change, null ends that.")
                .like(Json::Object(Vec::new())),
        ),
    ]
}

fn months() -> Schema {
    int(60).within(1, 1200).or_null()
}
