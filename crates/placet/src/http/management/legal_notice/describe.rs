//! What the API description says of `/api/v1/legal_notices`.

use crate::domain::json::Json;
use crate::http::consent_api::describe::ids;
use crate::http::consent_api::legal_notice::describe::{content, identifier};
use crate::http::management::short_list::describe::listed;
use crate::http::openapi::schema::{Schema, digest, int, list, object, text, time};
use crate::http::openapi::{JSON, Operation};

/// `GET /api/v1/legal_notices`
pub(in crate::http) fn list_all() -> Operation {
    let head = object([
        ("identifier", identifier()),
        (
            "version",
            int(3).or_null().says(
                "Number of the newest version; null as long as the page that it follows was never read.",
            ),
        ),
        ("sha256", digest().or_null()),
        ("at", moment().or_null()),
        ("follows", text("https://www.example.org/privacy").null_or().says("The address that it follows.")),
        (
            "last_error",
            text("the server answered 404 Not Found")
                .null_or()
                .says("Why the page there could not be read when it was checked last."),
        ),
    ]);
    let sort = "`identifier` (unless asked otherwise), `at` or `version`; after a minus sign backwards.";
    let searched = "Contained in the identifier or the address, in whatever case.";
    let operation = Operation::new("List notices, each with its newest version");
    listed(operation, (sort, searched), "privacy_policy", head.named("NoticeHead"))
}

/// `GET /api/v1/legal_notices/{identifier}`
pub(in crate::http) fn versions() -> Operation {
    Operation::new("List the versions of a notice")
        .says("Newest first.")
        .path("identifier", identifier(), "The notice's name.")
        .query("limit", int(50).within(1, 500).with("default", Json::int(50)), "How many at most.")
        .query("starting_after", int(3), "Number of the last version of the page before.")
        .gives("A page of versions.", list(version()))
        .with_header(
            "Link",
            text("<...?starting_after=...>; rel=\"next\""),
            "The next page, if there may be one.",
        )
        .refuses(&[400, 404])
}

/// `POST /api/v1/legal_notices`
pub(in crate::http) fn publish() -> Operation {
    let notice = object([("identifier", identifier()), ("content", content())])
        .and_perhaps((
            "timestamp",
            time("2026-03-01T10:20:30.265Z").says("When it took effect, at most five minutes ahead."),
        ))
        .and_perhaps(("document_ids", ids()));
    Operation::new("Publish a version of a notice")
        .says("By an owner, an editor, or with a private key. As `POST /legal_notices`, one at a time.")
        .takes(JSON, notice)
        .gives("The version.", version())
}

/// `GET /api/v1/legal_notices/{identifier}/{version}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read a version of a notice")
        .path("identifier", identifier(), "The notice's name.")
        .path("version", int(3).with("minimum", Json::int(1)), "Number of the version.")
        .gives("The version.", version())
        .refuses(&[404])
}

fn version() -> Schema {
    object([
        ("identifier", identifier()),
        ("version", int(3)),
        ("sha256", digest()),
        ("at", moment()),
        ("content", content()),
        ("document_ids", ids()),
    ])
    .named("NoticeVersionWithDigest")
}

fn moment() -> Schema {
    time("2026-03-01T10:20:30.265Z").says("When it took effect.")
}
