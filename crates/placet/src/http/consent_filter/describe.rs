//! What the API description says of the parameters by which consents are filtered.

use crate::http::consent_api::describe::starting_after;
use crate::http::openapi::Operation;
use crate::http::openapi::schema::{flag, text, word};

/// The filters and the cursor.
pub(in crate::http) fn filters(operation: Operation) -> Operation {
    const EMAIL: &str = "ada@example.org";
    operation
        .query(
            "from_time",
            text("2026-02-22T00:40:00Z"),
            "Not older than this: ISO 8601, `2026-02-22 00:40:00 UTC`, or Unix seconds.",
        )
        .query("to_time", text("1772360430"), "Not newer than this, in the same notations.")
        .query(
            "source",
            word(&["public", "private", "member"]),
            "Which kind of key wrote it, or a member by hand.",
        )
        .query("consent_type", word(&["cookie_policy", "null"]), "Cookie choices, or all others.")
        .query("ip_address", text("203.0.113.7"), "Exactly this address, or `none`: without one.")
        .query("preference_key", text("newsletter"), "With a preference of exactly this name.")
        .query(
            "subject_id",
            text("customer-981"),
            "Exactly this subject; of a cookie choice, the consent id.",
        )
        .query("subject_email_exact", text(EMAIL), "Exactly this e-mail address.")
        .query("subject_first_name", text("Ada"), "Exactly this first name.")
        .query("subject_last_name", text("Rossi"), "Exactly this last name.")
        .query("subject_verified", flag(true), "Whether the subject was sent as verified.")
        .query(
            "subject_email",
            text("@example.org"),
            "Any part between dots and spaces is in the e-mail address, in whatever case.",
        )
        .query(
            "subject_full_name",
            text("rossi"),
            "Any part between dots and spaces is in the full name, in whatever case.",
        )
        .query(
            "fulltext",
            text("ada"),
            "Is in the subject's id, a name or the e-mail address, in whatever case.",
        )
        .query("starting_after", starting_after(), "Id of the last consent of the page before.")
}
