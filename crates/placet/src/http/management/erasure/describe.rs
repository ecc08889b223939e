//! What the API description says of erasing a subject.

use crate::http::openapi::schema::{Schema, flag, input, int, object, text};
use crate::http::openapi::{JSON, Operation};

const EVENTS: &str =
    "Whether what happened goes too: preferences, notices, times. The proof goes with it. Default false.";
const VISITS: &str =
    "Whether cookie choices go too in which the site named its visitor by this id. Default false.";

/// `DELETE /api/v1/subjects/{id}`
pub(in crate::http) fn delete() -> Operation {
    let wish = input([
        ("reason", reason()),
        ("events", flag(false).says(EVENTS)),
        ("visits", flag(false).says(VISITS)),
    ]);
    Operation::new("Erase a subject")
        .says("By an owner, or with a private key. Takes away who the subject was and the circumstances of its consents, forms that nobody else was shown, documents that nothing else points to, and whatever it could be found by. What is left are the events without the person, and for each record one that says what was erased. An id of a cookie choice's visitor (its consent id) is a subject too. Once is enough; again is harmless. A legal hold is a 409.")
        .path("id", text("customer-17"), "The subject's id, or the consent id of cookie choices.")
        .takes(JSON, wish.needs(&["reason"]))
        .gives("What went.", erased().and(overwritten()).named("Erased"))
        .refuses(&[404, 409])
}

/// `GET /api/v1/subjects/{id}/erasure`
pub(in crate::http) fn preview() -> Operation {
    Operation::new("Preview the erasure of a subject")
        .says("By an owner, or with a private key. Changes nothing.")
        .path("id", text("customer-17"), "The subject's id, or the consent id of cookie choices.")
        .query("events", flag(false), EVENTS)
        .query("visits", flag(false), VISITS)
        .gives("What would go.", erased().named("ErasurePreview"))
        .refuses(&[400, 404, 409])
}

pub(in crate::http) fn reason() -> Schema {
    text("asked for by the person, ticket 4711")
        .at_most(500)
        .says("Why. It is kept for good, so it must not name the person.")
}

fn overwritten() -> (&'static str, Schema) {
    let says = "Whether what went is overwritten in the files of the embedded database already; if not, the daily job will do it.";
    ("overwritten", flag(true).says(says))
}

fn erased() -> Schema {
    let count = |says| int(0).with("minimum", crate::domain::json::Json::int(0)).says(says);
    object([
        ("was_known", flag(false).says("Whether anything was there. False if all was erased before.")),
        ("subject", flag(false).says("Whether there was a subject beside its consents.")),
        ("consents", count("Consents without their person.")),
        ("events", count("Consents whose event goes too.")),
        ("preferences", count("Current preferences of the subject.")),
        ("forms", count("Forms that nobody else was shown.")),
        ("documents", count("Documents that nothing else points to.")),
        ("answers", count("Stored answers to requests.")),
    ])
}
