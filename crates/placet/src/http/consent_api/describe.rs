//! What operations of the consent API have in common in the API description.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, int, uuid};

/// `limit`: what is outside the range is brought into it.
pub(in crate::http) fn limit() -> Schema {
    int(10).within(1, 101).with("default", Json::int(10))
}

/// The cursor of lists of consents.
pub(in crate::http) fn starting_after() -> Schema {
    uuid("01a1fff6-d877-7c29-b306-05425bf5b5d5")
}

/// A write that may come again.
pub(in crate::http) fn repeatable(operation: Operation) -> Operation {
    operation
}
