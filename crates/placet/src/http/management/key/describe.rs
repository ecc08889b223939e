//! What the API description says of `/api/v1/keys`.

use crate::domain::json::Json;
use crate::http::management::member::describe::BY_OWNERS_IN_PERSON;
use crate::http::management::short_list::describe::listed;
use crate::http::openapi::schema::{Schema, input, list, object, text, time, word};
use crate::http::openapi::{JSON, Operation};

/// The id of keys in examples.
const ID: &str = "8e03978e40d5";

/// By what keys are sorted and searched.
pub(in crate::http) const NARROWING: (&str, &str) = (
    "`created_at` (unless asked otherwise), `name`, `kind` or `last_used_at`; after a minus sign backwards.",
    "Contained in the id, the name, the kind or an origin, in whatever case.",
);

/// `GET /api/v1/keys`
pub(in crate::http) fn list_all() -> Operation {
    listed(Operation::new("List keys, revoked ones too"), NARROWING, ID, key())
}

/// `GET /api/v1/keys/{id}`
pub(in crate::http) fn get() -> Operation {
    of_one(Operation::new("Read a key")).gives("The key.", key()).refuses(&[404])
}

/// `POST /api/v1/keys`
pub(in crate::http) fn create() -> Operation {
    let draft = object([("kind", word(&["private", "public"]))])
        .and_perhaps(("name", name()))
        .and_perhaps((
            "value",
            text("AbCdEfGhIjKlMnOpQrStUvWxYz012345")
                .says("A key that is brought along: 20 to 128 of A-Z a-z 0-9 _ -. Made, if left out."),
        ))
        .and_perhaps(("allowed_origins", origins()))
        .like(Json::object([("kind", Json::text("private")), ("name", Json::text("Newsletter"))]));
    Operation::new("Make a key, or bring one along")
        .says(BY_OWNERS_IN_PERSON)
        .takes(JSON, closed(draft))
        .gives("The key. This answer is the only one that has a private key in it.", key_with_secret())
        .for_members()
        .refuses(&[409])
}

/// `PATCH /api/v1/keys/{id}`
pub(in crate::http) fn update() -> Operation {
    let change = input([("name", name()), ("allowed_origins", origins())])
        .like(Json::object([("name", Json::text("Newsletter"))]));
    of_one(Operation::new("Change a key's name or origins"))
        .says(BY_OWNERS_IN_PERSON)
        .takes(JSON, closed(change))
        .gives("The key as it is now.", key())
        .for_members()
        .refuses(&[404])
}

/// `POST /api/v1/keys/{id}/rotate`
pub(in crate::http) fn rotate() -> Operation {
    let overlap =
        text("24h").says("How long the old key still works, from 5m to 90d; not at all, if left out.");
    of_one(Operation::new("Replace a key"))
        .says(BY_OWNERS_IN_PERSON)
        .takes(JSON, closed(input([("old_works_for", overlap)])))
        .gives("The new key, with the old one's name and origins.", key_with_secret())
        .for_members()
        .refuses(&[404, 409])
}

/// `DELETE /api/v1/keys/{id}`
pub(in crate::http) fn delete() -> Operation {
    of_one(Operation::new("Revoke a key"))
        .says(BY_OWNERS_IN_PERSON)
        .gives_nothing(204, "It no longer works; another server process may accept it for another second.")
        .for_members()
        .refuses(&[404])
}

fn of_one(operation: Operation) -> Operation {
    operation.path("id", text(ID), "The key's id.")
}

fn closed(schema: Schema) -> Schema {
    schema.with("additionalProperties", Json::Bool(false))
}

fn name() -> Schema {
    text("Newsletter").at_most(100)
}

fn origins() -> Schema {
    list(text("https://shop.example"))
        .up_to(100)
        .says("Where browsers may use a public key; anywhere if there are none.")
}

fn without_key() -> Schema {
    let moment = || time("2026-03-01T10:20:30.265Z");
    object([
        ("id", text(ID)),
        ("kind", word(&["private", "public"])),
        ("name", name()),
        ("state", word(&["active", "ending", "revoked"])),
        ("allowed_origins", origins().like(Json::Array(Vec::new()))),
        ("created_at", moment()),
        ("last_used_at", moment().or_null().says("Within five minutes.")),
        ("works_until", moment().null_or().says("When it stops working, or stopped.")),
    ])
}

fn key() -> Schema {
    let public = text("placet_pk_...").null_or().says("The key, if it is a public one.");
    without_key().and(("key", public)).named("Key")
}

fn key_with_secret() -> Schema {
    without_key().and(("key", text("placet_sk_..."))).named("NewKey")
}
