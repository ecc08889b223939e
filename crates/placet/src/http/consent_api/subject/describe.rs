//! What the API description says of `/subjects`.

use crate::domain::json::Json;
use crate::http::consent_api::consent::describe::{ID, phone, subject_fields};
use crate::http::consent_api::describe::{limit, repeatable};
use crate::http::openapi::schema::{Schema, any, flag, input, list, map, object, text, time, uuid};
use crate::http::openapi::{FORM, JSON, Operation};

/// `POST /subjects`
pub(in crate::http) fn create() -> Operation {
    let answer = object([
        ("id", text("customer-981")),
        ("timestamp", time("2026-03-01T10:20:30.265Z").says("When the subject became known.")),
        ("created_at", time("2026-03-01T10:20:30.265Z").says("The same.")),
    ]);
    let operation = Operation::new("Create a subject")
        .says("One whose id exists is updated. What is null or empty leaves what is stored as it is.");
    taking_fields(operation).gives("It is on disk.", answer.named("CreatedSubject"))
}

/// `PUT`, `PATCH` and `POST /subjects/{id}`
pub(in crate::http) fn update() -> Operation {
    let answer = object([
        ("id", text("customer-981")),
        ("timestamp", time("2026-03-01T10:20:30.265+00:00").says("When the subject became known.")),
    ]);
    let operation = Operation::new("Update a subject").says(
        "`PUT`, `PATCH` and `POST` do the same: fields that are not given, null or empty stay. An `id` in the body is ignored.",
    );
    taking_fields(operation)
        .path("id", text("customer-981"), "The subject's id.")
        .gives("It is on disk.", answer.named("UpdatedSubject"))
        .refuses(&[404])
}

fn taking_fields(operation: Operation) -> Operation {
    let fields = || input(subject_fields()).named("SubjectFields");
    repeatable(operation).takes(JSON, fields()).takes(FORM, fields())
}

/// `GET /subjects`
pub(in crate::http) fn list_all() -> Operation {
    let operation = Operation::new("List subjects")
        .says("Newest first; of equal ones the greater id. Filters combine with and. Unknown parameters are ignored.");
    filtered(operation)
        .query("limit", limit(), "How many at most.")
        .query("starting_after", text("customer-981"), "Id of the last subject of the page before.")
        .gives("A page of subjects.", list(subject()))
        .refuses(&[400])
}

/// The filters of lists of subjects.
pub(in crate::http) fn filtered(operation: Operation) -> Operation {
    operation
        .query("id", text("customer-981"), "Exactly this id.")
        .query("email_exact", text("ada@example.org"), "Exactly this e-mail address.")
        .query("first_name", text("Ada"), "Exactly this first name.")
        .query("last_name", text("Rossi"), "Exactly this last name.")
        .query("verified", flag(false), "Whether the person has confirmed.")
        .query("phone", text("0551234"), "A number, or a part of one; only digits and letters count.")
        .query(
            "from_time",
            text("2026-03-01T00:00:00Z"),
            "Not before this moment: ISO 8601, `2026-03-01 00:00:00 UTC` or Unix seconds.",
        )
        .query(
            "to_time",
            text("1772409600"),
            "Not after this moment, or not after this second if it is whole.",
        )
        .query("owner_id", text("1"), "Exactly this owner.")
        .query(
            "email",
            text("@acme.org"),
            "Parts between dots and spaces, any of which the address contains; without case.",
        )
        .query(
            "full_name",
            text("Ada Rossi"),
            "Parts between dots and spaces, any of which the full name contains; without case.",
        )
        .query(
            "fulltext",
            text("rossi"),
            "What id, first, last or full name or e-mail address contain; without case.",
        )
}

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
    let fields = [("id", text("customer-981")), ("owner_id", text("1").says("Number of the workspace."))]
        .into_iter()
        .chain(identity())
        .chain([
            ("timestamp", time("2026-03-01T10:20:30+00:00").says("When the subject became known.")),
            ("preferences", map("newsletter", preference).or_null().says("Null when there are none.")),
        ]);
    fields.fold(object([]), Schema::and).named("Subject")
}

/// The stored fields of a subject.
pub(in crate::http) fn identity() -> [(&'static str, Schema); 6] {
    [
        ("email", text("ada@example.org").or_null()),
        ("first_name", text("Ada").or_null()),
        ("last_name", text("Rossi").or_null()),
        ("full_name", text("Ada Rossi").or_null()),
        ("phones", list(phone())),
        ("verified", flag(false)),
    ]
}
