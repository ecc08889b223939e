//! What the API description says of publishing.

use crate::http::management::widget::describe::{changes, changing, file, of_widget, problems};
use crate::http::openapi::schema::{Schema, digest, input, int, list, object, text, time, uuid, word};
use crate::http::openapi::{JSON, Operation};

/// `POST /api/v1/widgets/{id}/publish`
pub(in crate::http) fn publish() -> Operation {
    let wish = input([
        ("ask", asks().says("Who is asked again: everyone; visitors who have not decided on what is new; nobody. Left out, what the draft says.")),
        ("note", text("Adds Matomo").at_most(1000)),
    ]);
    let wish = wish.and_perhaps((
        "revision",
        int(3).says("The draft's revision that is meant; another one is a conflict.").null_or(),
    ));
    of_widget("Publish a draft")
        .says("By an owner or an editor, or with a private key. Visitors see it within five minutes.")
        .takes(JSON, wish)
        .gives("The publication.", publication().and(("warnings", problems())))
        .refuses(&[404, 409])
}

fn asks() -> Schema {
    word(&["new", "nobody", "everyone"])
}

/// `GET /api/v1/widgets/{id}/versions`
pub(in crate::http) fn list_all() -> Operation {
    of_widget("List what was published of a widget")
        .query("starting_after", int(100), "Versions before this number.")
        .gives(
            "Newest first, at most a hundred; the next ones are named in the `Link` header.",
            list(publication()),
        )
        .refuses(&[400, 404])
}

/// `GET /api/v1/widgets/{id}/versions/{number}`
pub(in crate::http) fn get() -> Operation {
    numbered("Read a version of a widget")
        .gives("With the file that was published.", publication().and(("settings", file())))
        .refuses(&[404])
}

/// `GET /api/v1/widgets/{id}/versions/{number}/diff`
pub(in crate::http) fn diff() -> Operation {
    numbered("Compare versions of a widget")
        .query(
            "against",
            text("draft"),
            "The number of another version, or `draft`; without it, the version before.",
        )
        .gives("Every place that differs.", object([("changes", changes())]))
        .refuses(&[400, 404])
}

/// `POST /api/v1/widgets/{id}/versions/{number}/restore`
pub(in crate::http) fn restore() -> Operation {
    changing(numbered("Make a version the draft again"))
}

fn numbered(summary: &'static str) -> Operation {
    of_widget(summary).path("number", int(1), "Number of the version, from 1.")
}

fn publication() -> Schema {
    object([
        ("number", int(1)),
        ("version", uuid("8b669ef8-3546-86fb-aa50-3ec93ef15e6a").says("As proofs name it.")),
        ("sha256", digest()),
        ("ask", asks()),
        ("note", text("Adds Matomo").or_null()),
        ("at", time("2026-03-01T10:20:30.265Z")),
        ("by", text("member:1")),
        ("changes", changes()),
    ])
}
