//! What the API description says of `/api/v1/documents`.

use crate::domain::json::Json;
use crate::http::consent_api::describe::document;
use crate::http::consent_api::document::describe::bytes;
use crate::http::openapi::schema::{Schema, digest, flag, input, int, list, object, text, time, uuid, word};
use crate::http::openapi::{MULTIPART, Operation};

/// `GET /api/v1/documents`
pub(in crate::http) fn list_all() -> Operation {
    paged(filtered(Operation::new("List documents")), "A page of documents.", described())
}

/// What lists of documents can be asked for.
pub(in crate::http) fn filtered(operation: Operation) -> Operation {
    let sort =
        "`created_at`, `name` or `size`; after a minus sign backwards. `-created_at` unless asked otherwise.";
    operation
        .query("sort", text("-created_at"), sort)
        .query("search", text("scan"), "Contained in the name, the type or the digest, in whatever case.")
        .query(
            "referenced",
            flag(true),
            "Only those that a consent or a notice points to, or that nothing does.",
        )
}

/// `POST /api/v1/documents`
pub(in crate::http) fn create() -> Operation {
    let file = input([("file", bytes().says("The file, with its name and type."))]).needs(&["file"]);
    Operation::new("Upload a document")
        .says("By an owner, an editor, or with a private key. As `POST /documents`.")
        .takes(MULTIPART, file)
        .gives("The document.", described())
}

/// `GET /api/v1/documents/{id}`
pub(in crate::http) fn get() -> Operation {
    of_one(Operation::new("Read what is known of a document")).gives("The document.", described())
}

/// `GET /api/v1/documents/{id}/content`
pub(in crate::http) fn content() -> Operation {
    of_one(Operation::new("Download a document")).gives_content(
        200,
        "The bytes as they were sent, of the stored type, to be saved.",
        "*/*",
        bytes(),
    )
}

/// `GET /api/v1/documents/{id}/references`
pub(in crate::http) fn references() -> Operation {
    let referrer = object([
        ("kind", word(&["consent", "legal_notice"])),
        ("consent_id", uuid("01a1fff6-d877-7c29-b306-05425bf5b5d5").or_null()),
        ("identifier", text("privacy_policy").null_or().says("Of a notice, with `version`.")),
        ("version", int(3).null_or()),
    ]);
    let operation = of_one(Operation::new("List what points to a document"));
    paged(operation, "Consents and versions of notices.", referrer.named("DocumentReference"))
}

fn of_one(operation: Operation) -> Operation {
    operation.path("id", document(), "The document's id.").refuses(&[404])
}

fn paged(operation: Operation, says: &'static str, item: Schema) -> Operation {
    operation
        .query("limit", int(50).within(1, 500).with("default", Json::int(50)), "How many at most.")
        .query("starting_after", document(), "What the page before names in its header `Link`.")
        .gives(says, list(item))
        .with_header(
            "Link",
            text("<...?starting_after=...>; rel=\"next\""),
            "The next page, if there may be one.",
        )
        .refuses(&[400])
}

fn described() -> Schema {
    object([
        ("id", document()),
        ("name", text("form.pdf").says("The file's name, without folders.")),
        ("mime_type", text("application/pdf").says("As it was declared.")),
        ("size", int(48_213).says("In bytes.")),
        ("sha256", digest().says("Of its bytes.")),
        ("created_at", time("2026-03-01T10:20:30.265Z").says("When it was uploaded.")),
        ("referenced", flag(false).says("Whether a consent or a notice points to it.")),
    ])
    .named("DocumentDetails")
}
