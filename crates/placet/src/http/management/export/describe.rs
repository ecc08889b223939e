//! What the API description says of exports.

use crate::http::consent_api::legal_notice::describe::filtered as filtered_notices;
use crate::http::consent_api::subject::describe::filtered;
use crate::http::consent_filter::describe::filters;
use crate::http::management::document::describe::filtered as filtered_documents;
use crate::http::management::short_list::describe::narrowed;
use crate::http::management::{audit, key, member};
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{text, word};

const BY_AGE: &str = "`-created_at` unless asked otherwise.";

/// `GET /api/v1/exports/consents`
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

/// `GET /api/v1/exports/subjects`
pub(in crate::http) fn subjects() -> Operation {
    let operation = filtered(Operation::new("Export subjects"));
    let sort = word(&["-created_at", "created_at"]);
    file(operation.query("sort", sort, BY_AGE), "All subjects that pass the filter.")
}

/// `GET /api/v1/exports/legal_notices`
pub(in crate::http) fn legal_notices() -> Operation {
    let operation = filtered_notices(Operation::new("Export notice versions"));
    let searched = "Contained in the identifier or the address that the notice follows, in whatever case.";
    file(operation.query("search", text("privacy"), searched), "All versions that pass the filter.")
}

/// `GET /api/v1/exports/documents`
pub(in crate::http) fn documents() -> Operation {
    let operation = filtered_documents(Operation::new("Export the list of documents"));
    file(operation, "What is known of each document; not the files.")
}

/// `GET /api/v1/exports/members`
pub(in crate::http) fn members() -> Operation {
    let operation = narrowed(Operation::new("Export members"), member::describe::NARROWING);
    file(operation, "All members that pass the filter.")
}

/// `GET /api/v1/exports/keys`
pub(in crate::http) fn keys() -> Operation {
    let operation = narrowed(Operation::new("Export the list of keys"), key::describe::NARROWING);
    file(operation, "What is known of each key; never a key itself.")
}

/// `GET /api/v1/exports/audit`
pub(in crate::http) fn audit() -> Operation {
    let operation = audit::describe::filtered(Operation::new("Export the audit log"));
    file(operation, "All changes that pass the filter.")
}

fn file(operation: Operation, says: &'static str) -> Operation {
    operation
        .says("A file to be saved, in the order of the list, that is sent while it is read: an answer that ends well is whole. CSV as in RFC 4180, with a line of names; a cell that a spreadsheet would take for a formula begins with an apostrophe. Or a JSON object per line (`application/jsonl`).")
        .query("format", word(&["csv", "jsonl"]), "How it is written; without it, as CSV.")
        .gives_content(200, says, "*/*", text("id,timestamp,...\r\n"))
        .refuses(&[400])
}
