//! What the API description says of `/api/v1/retention`.

use crate::domain::json::Json;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{Schema, int, list, map, object, text, time};

/// `GET /api/v1/retention`
pub(in crate::http) fn get() -> Operation {
    let kept = || int(60).within(1, 1200).or_null();
    let coming = object([
        ("from", time("2026-03-01T10:20:30.265Z")),
        ("to", time("2026-04-01T10:20:30.265Z")),
        ("consents", count("Consents whose time ends in this stretch.")),
    ]);
    let outlook = object([
        ("keeps_proofs_months", kept().says("For how many months proofs are kept; null is for ever.")),
        (
            "widgets",
            map("1", object([("keeps_proofs_months", kept())]))
                .says("Widgets whose proofs are kept for a time of their own, by id.")
                .like(Json::Object(Vec::new())),
        ),
        ("due", count("Consents whose time is over now, those of held subjects among them: these stay.")),
        ("held_subjects", count("Subjects under a legal hold.")),
        ("coming", list(coming).says("The next twelve months.")),
    ]);
    Operation::new("See what will go when its time is over")
        .says("Proofs are kept for a number of months, counted from when the consent was given. A daily job erases what is over. The time is a setting of the workspace.")
        .query("keeps_proofs_months", text("24"), "Shows what would go if the workspace kept proofs for so many months, or `forever`.")
        .gives("What will go, and when.", outlook.named("Retention"))
        .refuses(&[400])
}

fn count(says: &'static str) -> Schema {
    int(0).with("minimum", Json::int(0)).says(says)
}
