//! What the API description says of `/subjects`.

use crate::domain::json::Json;
use crate::http::consent_api::consent::describe::{ID, phone};
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, any, flag, list, map, object, text, time, uuid};

/// `GET /subjects/{id}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read a subject")
        .says("With the newest value of each preference, and the consent that set it.")
        .path("id", text("customer-981"), "The subject's id.")
        .gives("The subject.", subject())
        .refuses(&[404])
}

fn subject() -> Schema {
    let preference = object([("value", any(Json::Bool(true))), ("consent_id", uuid(ID))]);
    object([
        ("id", text("customer-981")),
        ("owner_id", text("1").says("Number of the workspace.")),
        ("email", text("ada@example.org").or_null()),
        ("first_name", text("Ada").or_null()),
        ("last_name", text("Rossi").or_null()),
        ("full_name", text("Ada Rossi").or_null()),
        ("phones", list(phone())),
        ("verified", flag(false)),
        ("timestamp", time("2026-03-01T10:20:30+00:00").says("When the subject became known.")),
        ("preferences", map("newsletter", preference).or_null().says("Null when there are none.")),
    ])
    .named("Subject")
}
