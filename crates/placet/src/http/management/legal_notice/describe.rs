//! What the API description says of `/api/v1/legal_notices`.

use crate::domain::json::Json;
use crate::http::consent_api::describe::ids;
use crate::http::consent_api::legal_notice::describe::{content, identifier};
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{digest, int, object, time};

/// `GET /api/v1/legal_notices/{identifier}/{version}`
pub(in crate::http) fn get() -> Operation {
    let version = object([
        ("identifier", identifier()),
        ("version", int(3)),
        ("sha256", digest()),
        ("at", time("2026-03-01T10:20:30.265Z").says("When it took effect.")),
        ("content", content()),
        ("document_ids", ids()),
    ]);
    Operation::new("Read a version of a notice")
        .path("identifier", identifier(), "The notice's name.")
        .path("version", int(3).with("minimum", Json::int(1)), "Number of the version.")
        .gives("The version.", version.named("NoticeVersionWithDigest"))
        .refuses(&[404])
}
