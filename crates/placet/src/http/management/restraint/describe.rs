//! What the API description says of holds and restrictions.

use crate::domain::json::Json;
use crate::http::management::erasure::describe::reason;
use crate::http::openapi::schema::{Schema, input, int, list, object, text, time};
use crate::http::openapi::{JSON, Operation};

/// `PUT /api/v1/subjects/{id}/hold`
pub(in crate::http) fn hold() -> Operation {
    let operation = Operation::new("Put a subject under a legal hold").says("By an owner, or with a private key. Until it is lifted nothing of the subject is erased, neither when asked for nor when its time is over. Each record of the subject gets one that says so.");
    set(operation, "The hold.")
}

/// `DELETE /api/v1/subjects/{id}/hold`
pub(in crate::http) fn lift_hold() -> Operation {
    lifts(Operation::new("Lift a legal hold"), "The hold that was lifted.")
}

/// `GET /api/v1/subjects/{id}/restraints`
pub(in crate::http) fn of_subject() -> Operation {
    let in_force = object([("hold", restraint().or_null()), ("restriction", restraint().or_null())]);
    Operation::new("Read what restrains a subject")
        .says("Also for the consent id of cookie choices. Somebody who is not known has neither.")
        .path("id", text("customer-981"), "The subject's id, or the consent id of cookie choices.")
        .gives("What is in force.", in_force.named("Restraints"))
        .refuses(&[404])
}

/// `GET /api/v1/holds`
pub(in crate::http) fn holds() -> Operation {
    page(Operation::new("List legal holds").says("In the order of the subjects' ids."), "A page of holds.")
}

/// `PUT /api/v1/subjects/{id}/restriction`
pub(in crate::http) fn restrict() -> Operation {
    let operation = Operation::new("Restrict the processing of a subject").says("By an owner, or with a private key. Until it is lifted, lists and searches show the subject and its consents to owners only, and to no program; who knows an id can still read by it. Each record of the subject gets one that says so.");
    set(operation, "The restriction.")
}

/// `DELETE /api/v1/subjects/{id}/restriction`
pub(in crate::http) fn lift_restriction() -> Operation {
    lifts(Operation::new("Lift a restriction of processing"), "The restriction that was lifted.")
}

/// `GET /api/v1/restrictions`
pub(in crate::http) fn restrictions() -> Operation {
    let operation = Operation::new("List restrictions of processing")
        .says("By an owner, or with a private key. In the order of the subjects' ids.");
    page(operation, "A page of restrictions.")
}

fn set(operation: Operation, gives: &'static str) -> Operation {
    with_reason(operation).gives(gives, restraint()).refuses(&[404, 409])
}

fn lifts(operation: Operation, gives: &'static str) -> Operation {
    with_reason(
        operation
            .says("By an owner, or with a private key. Each record of the subject gets one that says so."),
    )
    .gives(gives, restraint())
    .refuses(&[404])
}

fn with_reason(operation: Operation) -> Operation {
    operation
        .path("id", text("customer-981"), "The subject's id, or the consent id of cookie choices.")
        .takes(JSON, input([("reason", reason())]).needs(&["reason"]))
}

fn page(operation: Operation, says: &'static str) -> Operation {
    operation
        .query("limit", int(50).within(1, 500).with("default", Json::int(50)), "How many at most.")
        .query("starting_after", text("customer-17"), "The subject of the last one of the page before.")
        .gives(says, list(restraint()))
        .with_header(
            "Link",
            text("</api/v1/holds?starting_after=...>; rel=\"next\""),
            "The next page, if there may be one.",
        )
        .refuses(&[400])
}

/// A restraint that is in force.
pub(in crate::http) fn restraint() -> Schema {
    object([
        ("subject_id", text("customer-981")),
        ("reason", reason()),
        ("by", text("member:1").says("Who set it: `key:<id>`, `member:<id>` or `command`.")),
        ("at", time("2026-03-01T10:20:30.265Z")),
    ])
    .named("Restraint")
}
