//! What the API description says of `/api/v1/imports`.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{flag, int, list, object, text, word};

/// `POST /api/v1/imports/{what}`
pub(in crate::http) fn create() -> Operation {
    let refusal = object([("line", int(7)), ("reason", text("timestamp: is needed"))]);
    let answer = object([
        ("what", word(&["consents", "subjects", "legal_notices"])),
        ("dry_run", flag(false)),
        ("rows", int(1).says("All rows of the file.")),
        ("new", int(1).says("Stored, or would be.")),
        ("known", int(0).says("There already, or said before in the file.")),
        ("refused", int(0)),
        ("refusals", list(refusal).like(Json::Array(Vec::new())).says("The first thousand.")),
    ]);
    let row = "{\"timestamp\":\"2026-03-01T10:20:30.265Z\",\"subject\":{\"id\":\"customer-981\"}}\n";
    Operation::new("Import a file")
        .says("The body is a file as the exports write it: CSV with a line of names, or a JSON object per line in the shape of `GET /consent/{id}`, `GET /subjects/{id}` or an item of `GET /legal_notices`. Every row is checked before any is stored; if one is refused, nothing is, and the answer is a 400 that names the lines. The same file again adds nothing. The body may have 4 GiB; the command `placet import` takes more.")
        .path("what", word(&["consents", "subjects", "legal_notices"]), "What the rows are.")
        .query("dry_run", flag(false), "Check only.")
        .query("skip_refused", flag(false), "Store the good rows although others are refused.")
        .query("format", word(&["csv", "jsonl"]), "How the file is written; without it, what begins with `{` is `jsonl`.")
        .takes("text/plain", text(row))
        .gives("What became of the rows.", answer.named("ImportOutcome"))
        .refuses(&[404])
}
