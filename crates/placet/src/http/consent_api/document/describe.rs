//! What the API description says of `/documents`.

use crate::domain::json::Json;
use crate::http::consent_api::describe::{document, limit, repeatable};
use crate::http::openapi::schema::{Schema, digest, flag, input, int, list, object, text, time};
use crate::http::openapi::{MULTIPART, Operation};

/// `POST /documents`
pub(in crate::http) fn create() -> Operation {
    let file = input([("file", bytes().says("The file, with its name and type."))]).needs(&["file"]);
    let operation = Operation::new("Upload a document")
        .says("A file, such as the scan of a paper form, that consents and notices can point to. Every upload is a document of its own; the same bytes are stored once. Size and types are limited by the operator, 10 MB by default.")
        .takes(MULTIPART, file)
        .gives("The document.", object(members()).named("Document"));
    repeatable(operation)
}

/// `GET /documents`
pub(in crate::http) fn list_all() -> Operation {
    let item =
        object(members()).and(("referenced", flag(true).says("Whether a consent or a notice points to it.")));
    Operation::new("List documents")
        .says("Newest first.")
        .query("limit", limit(), "How many at most.")
        .query("starting_after_identifier", document(), "Id of the last document of the page before.")
        .gives("A page of documents.", list(item.named("ListedDocument")))
        .refuses(&[400])
}

/// `GET /documents/{id}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Download a document")
        .path("id", document(), "The document's id.")
        .gives_content(200, "The bytes as they were sent, of the stored type, to be saved.", "*/*", bytes())
        .with_header(
            "Content-Disposition",
            text("attachment; filename=\"form.pdf\"; filename*=UTF-8''form.pdf"),
            "The file's name.",
        )
        .refuses(&[400, 404])
}

fn members() -> [(&'static str, Schema); 6] {
    [
        ("id", document()),
        ("name", text("form.pdf").says("The file's name, without folders.")),
        ("mime_type", text("application/pdf").says("As it was declared.")),
        ("timestamp", time("2026-03-01T10:20:30.265Z").says("When it was uploaded.")),
        ("size", int(48_213).says("In bytes.")),
        ("sha256", digest().says("Of its bytes.")),
    ]
}

pub(in crate::http) fn bytes() -> Schema {
    text("...").with("contentMediaType", Json::text("application/octet-stream"))
}
