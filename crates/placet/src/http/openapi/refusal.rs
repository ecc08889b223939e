//! How refusals are described: one response per status, in the two renderings of `http/error.rs`.

use super::schema::{Named, Schema, input, int, list, map, object, text, word};
use crate::domain::json::{Json, Member};
use crate::http::route::Area;

/// Status, name, meaning, the word in `status` of the consent API, and a message as an example.
const REFUSALS: &[(u16, &str, &str, &str, &str)] = &[
    (
        400,
        "Invalid",
        "The request cannot be read or says something impossible; all problems at once.",
        "invalid",
        "starting_after: must be a UUID",
    ),
    (401, "Unauthorized", "No key was sent, or nobody is signed in.", "", "No API key found in request"),
    (403, "Forbidden", "The key is not known, or may not do this.", "", "Invalid authentication credentials"),
    (
        404,
        "NotFound",
        "There is no such thing, or it belongs to another workspace.",
        "not_found",
        "Consent not found",
    ),
    (
        409,
        "Conflict",
        "The request contradicts what is stored, or the same one is being carried out.",
        "conflict",
        "another consent is stored under this id",
    ),
    (
        413,
        "TooLarge",
        "The body is too large.",
        "too_large",
        "Request Entity Too Large: at most 1048576 bytes are accepted",
    ),
    (
        422,
        "KeyReused",
        "The `Idempotency-Key` was used for another request.",
        "key_reused",
        "this Idempotency-Key was used for another request: give each its own",
    ),
    (
        429,
        "TooManyRequests",
        "More requests than the operator allows; only where limits are switched on.",
        "too_many_requests",
        "Too Many Requests: try again in 1 seconds",
    ),
    (
        503,
        "Unavailable",
        "The server cannot do this now; nothing was stored.",
        "unavailable",
        "The server cannot do this now; nothing was stored. Try again shortly.",
    ),
];

/// Whether an area renders its refusals as problem+json.
fn is_problem(area: Area) -> bool {
    area == Area::Management
}

/// Name under which the response stands in the components, if refusals of this area with this status have one shape.
pub(super) fn name(area: Area, status: u16) -> Option<String> {
    let (_, name, ..) = REFUSALS.iter().find(|(known, ..)| *known == status)?;
    Some(if is_problem(area) { format!("{name}Problem") } else { (*name).to_owned() })
}

/// The response itself.
pub(super) fn response(area: Area, status: u16, named: &mut Named) -> Option<Json<'static>> {
    let (_, _, says, word, message) = *REFUSALS.iter().find(|(known, ..)| *known == status)?;
    let (content_type, schema) = if is_problem(area) {
        ("application/problem+json", problem(status, message))
    } else {
        ("application/json", body(status, word, message))
    };
    let example = schema.example().clone();
    let content = Json::object([("schema", schema.write(named)), ("example", example)]);
    let mut members = vec![("description".into(), Json::text(says))];
    let headers = headers(status);
    if !headers.is_empty() {
        members.push(("headers".into(), Json::Object(headers)));
    }
    members.push(("content".into(), Json::Object(vec![(content_type.into(), content)])));
    Some(Json::Object(members))
}

fn headers(status: u16) -> Vec<Member<'static>> {
    let mut headers = Vec::new();
    if matches!(status, 429 | 503) {
        headers.push(("Retry-After".into(), number("Seconds to wait.")));
    }
    if status == 429 {
        for window in ["Second", "Hour"] {
            let limit = number("The most requests in this window.");
            headers.push((format!("X-RateLimit-Limit-{window}").into(), limit));
            let remaining = number("How many more could follow at once.");
            headers.push((format!("X-RateLimit-Remaining-{window}").into(), remaining));
        }
    }
    headers
}

fn number(says: &'static str) -> Json<'static> {
    let schema = int(1).within(0, i64::from(u32::MAX)).write(&mut Named::new());
    Json::object([("description", Json::text(says)), ("schema", schema)])
}

fn body(status: u16, word_of_status: &'static str, message: &'static str) -> Schema {
    let message = text(message).says("For people.");
    match status {
        401 | 403 => object([("message", message)]).named("RefusalWithoutStatus"),
        400 => object([
            ("status", word(&["invalid"])),
            ("message", message),
            (
                "errors",
                map("starting_after", list(text("must be a UUID")))
                    .says("Reasons by field; `body` is the body as a whole."),
            ),
        ])
        .named("InvalidRequest"),
        _ => object([("status", word(&[word_of_status])), ("message", message)]),
    }
}

fn problem(status: u16, detail: &'static str) -> Schema {
    let common = |title, detail| {
        [
            ("type", text("about:blank")),
            ("title", text(title)),
            ("status", int(i64::from(status)).with("const", Json::int(i64::from(status)))),
            ("detail", text(detail).says("For people.")),
        ]
    };
    let title = axum::http::StatusCode::from_u16(status).ok().and_then(|code| code.canonical_reason());
    let title = title.unwrap_or("Error");
    if status != 400 {
        return object(common(title, detail));
    }
    let [kind, title, status, detail] = common(title, detail);
    let error = object([
        (
            "pointer",
            text("/starting_after").says("JSON pointer to the member, or the name of the parameter."),
        ),
        ("detail", text("must be a UUID")),
    ]);
    input([kind, title, status, detail, ("errors", list(error))])
        .needs(&["type", "title", "status", "detail", "errors"])
        .named("Problem")
}
