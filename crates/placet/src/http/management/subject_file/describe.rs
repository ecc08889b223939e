//! What the API description says of a subject's file.

use crate::http::openapi::Operation;
use crate::http::openapi::schema::text;

/// `GET /api/v1/subjects/{id}/file`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Get everything known of a subject as an archive")
        .says("For a person who asks for it: a zip archive with a page to read (`index.html`), the same as JSON, the forms that were shown, the documents, and the notices in the versions that were agreed to. The id of a visitor's choices in a banner works as well.")
        .path("id", text("customer-981"), "The subject's id.")
        .gives_content(200, "The archive.", "application/zip", text("PK..."))
        .refuses(&[404])
}
