//! What the API description says of `/legal_notices`.

use crate::domain::json::Json;
use crate::http::consent_api::describe::{bound, ids, limit, repeatable};
use crate::http::openapi::schema::{Schema, either, input, int, list, map, object, text, time};
use crate::http::openapi::{FORM, JSON, Operation};

/// `POST /legal_notices`
pub(in crate::http) fn create() -> Operation {
    let notices = list(notice_sent()).up_to(100).with("minItems", Json::int(1));
    let operation = Operation::new("Publish notice versions")
        .says("One notice, or a list of up to 100 that are all published or none. Every submission is a new version, the same text too.");
    let answer = either([published(), list(published())]);
    let operation = operation
        .takes(JSON, either([notice_sent(), notices]))
        .takes(FORM, notice_sent())
        .gives("What was published: a list if a list was sent, in its order.", answer);
    repeatable(operation)
}

/// `GET /legal_notices`
pub(in crate::http) fn list_all() -> Operation {
    filtered(Operation::new("List notice versions"))
        .says("Versions of all notices: newest timestamp first, of equal ones the greater version. The cursor has two parts, which go together.")
        .query("limit", limit(), "How many at most.")
        .query("starting_after_version", int(3), "Number of the last version of the page before.")
        .query("starting_after_identifier", identifier(), "Name of the notice of that version.")
        .gives("A page of versions.", list(version()))
        .refuses(&[400])
}

/// The filters of lists of versions.
pub(in crate::http) fn filtered(operation: Operation) -> Operation {
    operation
        .query("id", text("1_privacy_policy"), "Number of the workspace, an underscore, name of the notice.")
        .query("identifier", identifier(), "Exactly this notice.")
        .query("version", int(3), "Exactly this number.")
        .query("language", text("en"), "The content has this language.")
        .query("from_time", bound(), "Not before this time.")
        .query("to_time", bound(), "Not after this time.")
}

/// `GET /legal_notices/{identifier}/{version}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read a notice version")
        .path("identifier", identifier(), "The notice's name.")
        .path("version", int(3), "The version's number.")
        .gives("The version.", version_alone())
        .refuses(&[400, 404])
}

/// `GET /legal_notices/{identifier}`
pub(in crate::http) fn versions() -> Operation {
    Operation::new("List the versions of a notice")
        .says("Newest first.")
        .path("identifier", identifier(), "The notice's name.")
        .query("limit", limit(), "How many at most.")
        .query("starting_after", int(3), "Number of the last version of the page before.")
        .gives("A page of versions.", list(version()))
        .refuses(&[400, 404])
}

/// The name of a notice.
pub(in crate::http) fn identifier() -> Schema {
    text("privacy_policy").with("minLength", Json::int(1)).at_most(255)
}

/// A text, or texts by language.
pub(in crate::http) fn content() -> Schema {
    let texts = map("en", text("We use your address to send the letter you asked for."));
    either([
        texts.with("minProperties", Json::int(1)),
        text("We use your address to send the letter you asked for."),
    ])
    .says("A text, or an object of language codes and texts.")
}

fn notice_sent() -> Schema {
    input([
        ("identifier", identifier()),
        ("content", content()),
        ("timestamp", time("2026-03-01T10:20:30.265Z").says("When it takes effect; default now.").or_null()),
        ("document_ids", ids().up_to(100).says("Documents that belong to the notice.").or_null()),
    ])
    .needs(&["identifier", "content"])
    .named("NoticeSent")
}

fn published() -> Schema {
    object([
        ("identifier", identifier()),
        ("version", int(3)),
        ("timestamp", time("2026-03-01T10:20:30.265Z")),
    ])
    .named("PublishedNotice")
}

fn version() -> Schema {
    object([
        ("id", text("1_privacy_policy")),
        ("owner_id", text("1").says("Number of the workspace.")),
        ("identifier", identifier()),
        ("version", int(3)),
        ("timestamp", time("2026-03-01T10:20:30Z").says("When it took effect.")),
        ("content", content()),
        ("documents", ids()),
    ])
    .named("NoticeVersion")
}

fn version_alone() -> Schema {
    object([
        ("identifier", identifier()),
        ("version", int(3)),
        ("timestamp", time("2026-03-01T10:20:30.265+00:00").says("When it took effect.")),
        ("content", content()),
        ("documents", ids()),
    ])
    .named("NoticeVersionAlone")
}
