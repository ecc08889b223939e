//! What the API description says of `/api/v1/subjects`.

use crate::domain::json::Json;
use crate::http::consent_api::consent::describe::ID;
use crate::http::consent_api::subject::describe::{filtered, identity};
use crate::http::management::restraint::describe::restraint;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, any, int, list, map, object, text, time, uuid, word};

/// `GET /api/v1/subjects`
pub(in crate::http) fn list_all() -> Operation {
    let operation = Operation::new("List subjects")
        .says("Newest first; of equal ones the greater id. Or the other way round, where nobody is looked for by id, name, address or phone.")
        .query("sort", word(&["-created_at", "created_at"]), "`-created_at` unless asked otherwise.");
    let after = "Id of the last subject of the page before.";
    page(filtered(operation), "A page of subjects.", subject())
        .query("starting_after", text("customer-981"), after)
        .refuses(&[400])
}

/// `GET /api/v1/subjects/{id}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read a subject")
        .says("With the newest value of each preference, the consent that set it, and when; and with the legal hold and the restriction that are in force, if any.")
        .path("id", text("customer-981"), "The subject's id.")
        .gives("The subject.", subject())
        .refuses(&[404])
}

/// `GET /api/v1/subjects/{id}/preferences`
pub(in crate::http) fn preferences() -> Operation {
    let past = object([
        ("name", text("newsletter")),
        ("value", any(Json::Bool(true))),
        ("consent_id", uuid(ID)),
        ("at", time("2026-03-01T10:20:30.265Z").says("When that consent was given.")),
    ]);
    let operation = Operation::new("Read the history of a subject's preferences")
        .says("Every value that a consent gave to a preference, newest consent first.")
        .path("id", text("customer-981"), "The subject's id.")
        .query("name", text("newsletter"), "Only this preference.");
    let after = "What the page before names in its header `Link`.";
    page(operation, "A page of the history.", past.named("PastPreference"))
        .query("starting_after", text("01a1fff6-d877-7c29-b306-05425bf5b5d5.1"), after)
        .refuses(&[400, 404])
}

fn page(operation: Operation, says: &'static str, item: Schema) -> Operation {
    operation
        .query("limit", int(50).within(1, 500).with("default", Json::int(50)), "How many at most.")
        .gives(says, list(item))
        .with_header(
            "Link",
            text("</api/v1/subjects?starting_after=...>; rel=\"next\""),
            "The next page, if there may be one.",
        )
}

fn subject() -> Schema {
    let preference = object([
        ("value", any(Json::Bool(true))),
        ("consent_id", uuid(ID)),
        ("at", time("2026-03-01T10:20:30.265Z").says("When that consent was given.")),
    ]);
    let fields = [("id", text("customer-981"))].into_iter().chain(identity()).chain([
        ("created_at", time("2026-03-01T10:20:30.265Z").says("When the subject became known.")),
        ("preferences", map("newsletter", preference)),
        ("hold", restraint().null_or()),
        ("restriction", restraint().null_or()),
    ]);
    fields.fold(object([]), Schema::and).named("SubjectDetails")
}
