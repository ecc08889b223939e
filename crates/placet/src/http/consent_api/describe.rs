//! What operations of the consent API have in common in the API description.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, either, int, list, text, time, uuid, word};

/// `limit`: what is outside the range is brought into it.
pub(in crate::http) fn limit() -> Schema {
    int(10).within(1, 101).with("default", Json::int(10))
}

/// The cursor of lists of consents.
pub(in crate::http) fn starting_after() -> Schema {
    uuid("01a1fff6-d877-7c29-b306-05425bf5b5d5")
}

/// A write that may come again; to be said after its answer.
pub(in crate::http) fn repeatable(operation: Operation) -> Operation {
    operation
        .header(
            "Idempotency-Key",
            text("\"8e03978e-40d5-43dd-bc93-6894a57f9324\"").with("maxLength", Json::int(512)),
            "A name for this request, new for each, at most 255 characters; in quotes or without. If the request comes again, it is carried out no second time, and gets the first answer.",
        )
        .with_header("Idempotency-Replayed", word(&["true"]), "It was answered before; this is that answer.")
        .refuses(&[409, 422])
}

/// A bound of a time range.
pub(in crate::http) fn bound() -> Schema {
    either([time("2026-02-22T00:40:00Z"), text("2026-02-22 00:40:00 UTC"), int(1_771_720_800)])
}

/// The id of a document.
pub(in crate::http) fn document() -> Schema {
    uuid("01a20078-e658-77d7-ae6a-33491e28ee67")
}

/// Ids of documents.
pub(in crate::http) fn ids() -> Schema {
    list(document()).like(Json::Array(Vec::new()))
}
