//! What the API description says of `/api/v1/legal_notices/{identifier}/source`.

use crate::domain::web_address::MAX_ADDRESS;
use crate::http::consent_api::legal_notice::describe::identifier;
use crate::http::openapi::schema::{Schema, input, int, object, text, time};
use crate::http::openapi::{JSON, Operation};

/// `GET /api/v1/legal_notices/{identifier}/source`
pub(in crate::http) fn get() -> Operation {
    of_notice("Read which address a notice follows")
        .gives("The address, and what came of following it.", source())
        .refuses(&[400, 404])
}

/// `PUT /api/v1/legal_notices/{identifier}/source`
pub(in crate::http) fn put() -> Operation {
    let following = input([
        ("url", url()),
        ("language", language()),
        ("every", every().says("How often it is checked, from 5m to 90d; default 24h.").or_null()),
    ]);
    of_notice("Let a notice follow an address")
        .says("By an owner or an editor, or with a private key. The page is fetched within a minute and then again and again. Whenever its readable text has changed, it becomes a new version of the notice.")
        .takes(JSON, following.needs(&["url"]))
        .gives("What the notice follows now.", source())
        .refuses(&[404])
}

/// `DELETE /api/v1/legal_notices/{identifier}/source`
pub(in crate::http) fn delete() -> Operation {
    of_notice("Let a notice follow no address")
        .says("By an owner or an editor, or with a private key. Versions that were published stay.")
        .gives_nothing(204, "It follows nothing now.")
        .refuses(&[400, 404])
}

fn of_notice(summary: &'static str) -> Operation {
    Operation::new(summary).path("identifier", identifier(), "The notice's name.")
}

fn url() -> Schema {
    let most = i64::try_from(MAX_ADDRESS).unwrap_or(i64::MAX);
    text("https://example.org/privacy").at_most(most).says("An https address on the public internet.")
}

fn language() -> Schema {
    text("en").says("Language of the page; null if the notice is one text without languages.").or_null()
}

fn every() -> Schema {
    text("12h")
}

fn source() -> Schema {
    object([
        ("identifier", identifier()),
        ("url", url()),
        ("language", language()),
        ("every", every().says("How often it is checked.")),
        ("last_checked_at", time("2026-03-01T10:20:30.265Z").or_null()),
        (
            "last_error",
            text("the server answered 404 Not Found")
                .says("Why the page could not be read when it was checked last.")
                .or_null(),
        ),
        ("last_version", int(3).says("The version that was published last because of it.").or_null()),
        ("next_check_at", time("2026-03-02T10:20:30.265Z")),
    ])
    .named("NoticeSource")
}
