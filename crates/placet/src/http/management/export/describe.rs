//! What the API description says of exports.

use crate::http::consent_api::legal_notice::describe::filtered as filtered_notices;
use crate::http::consent_api::subject::describe::filtered;
use crate::http::consent_filter::describe::filters;
use crate::http::management::document::describe::filtered as filtered_documents;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{text, word};

/// `GET /api/v1/consents/export`
pub(in crate::http) fn consents() -> Operation {
    let operation = filters(Operation::new("Export consents"));
    file(
        operation.query(
            "search",
            text("ada@example.org"),
            "Exactly this consent id, subject id, e-mail address or user id.",
        ),
        "All consents that pass the filter, with their proofs.",
    )
}

/// `GET /api/v1/subjects/export`
pub(in crate::http) fn subjects() -> Operation {
    file(filtered(Operation::new("Export subjects")), "All subjects that pass the filter.")
}

/// `GET /api/v1/legal_notices/export`
pub(in crate::http) fn legal_notices() -> Operation {
    let operation = filtered_notices(Operation::new("Export notice versions"));
    let searched = "Contained in the identifier or the address that the notice follows, in whatever case.";
    file(operation.query("search", text("privacy"), searched), "All versions that pass the filter.")
}

/// `GET /api/v1/documents/export`
pub(in crate::http) fn documents() -> Operation {
    let operation = filtered_documents(Operation::new("Export the list of documents"));
    file(operation, "What is known of each document; not the files.")
}

fn file(operation: Operation, says: &'static str) -> Operation {
    operation
        .says("A file to be saved, newest first unless asked otherwise, that is sent while it is read: an answer that ends well is whole. CSV as in RFC 4180, with a line of names; a cell that a spreadsheet would take for a formula begins with an apostrophe. Or a JSON object per line (`application/jsonl`).")
        .query("format", word(&["csv", "jsonl"]), "How it is written; without it, as CSV.")
        .gives_content(200, says, "*/*", text("id,timestamp,...\r\n"))
        .refuses(&[400])
}
