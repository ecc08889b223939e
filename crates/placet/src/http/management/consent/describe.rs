//! What the API description says of `/api/v1/consents`.

use crate::domain::json::Json;
use crate::http::consent_api::consent::describe::{ID, erased, subject, submission};
use crate::http::consent_api::describe::{ids, repeatable};
use crate::http::consent_api::legal_notice::describe::content;
use crate::http::consent_filter::describe::filters;
use crate::http::openapi::schema::{
    Schema, any, digest, either, flag, hex, int, list, map, object, text, time, uuid, word,
};
use crate::http::openapi::{JSON, Operation};

/// `GET /api/v1/consents`
pub(in crate::http) fn list_all() -> Operation {
    let operation = Operation::new("List consents")
        .says("Newest first; of equal ones the greater id. The filters are those of `GET /consent`, and two more.")
        .query(
            "search",
            text("ada@example.org"),
            "Exactly this consent id, subject id, e-mail address or user id.",
        )
        .query("shape", word(&["cookie"]), "Cookie choices, in the shape of the widget's proofs.")
        .query("limit", int(50).within(1, 500).with("default", Json::int(50)), "How many at most.");
    filters(operation)
        .gives("A page of consents.", either([list(item()), list(cookie_choice())]))
        .with_header(
            "Link",
            text("</api/v1/consents?starting_after=...>; rel=\"next\""),
            "The next page, if there may be one.",
        )
        .refuses(&[400])
}

/// `POST /api/v1/consents`
pub(in crate::http) fn create() -> Operation {
    let recorded = object([
        ("id", uuid(ID)),
        ("at", time("2026-03-01T10:20:30.265Z").says("When it was given.")),
        ("subject_id", text("customer-981")),
    ]);
    let operation = Operation::new("Record a consent by hand")
        .says("One that was given on paper, at a counter, on the telephone; by an owner, an editor, or with a private key. As `POST /consent`, but it has to say what proves it: `proof_document_ids`, or `proofs`. Its `source` is `member` (with a key `private`), and the audit log names who recorded it.")
        .takes(JSON, submission())
        .gives("It is on disk.", recorded.named("RecordedByHand"));
    repeatable(operation)
}

/// `GET /api/v1/consents/{id}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read all that is known of a consent")
        .path("id", uuid(ID), "The consent's id.")
        .gives("The consent.", details())
        .refuses(&[404])
}

fn head() -> [(&'static str, Schema); 11] {
    let moment = || time("2026-03-01T10:20:30.265Z");
    [
        ("id", uuid(ID)),
        ("at", moment().says("When it was given.")),
        ("received_at", moment()),
        ("claimed_at", moment().null_or().says("A claim too far ahead to be used.")),
        ("source", word(&["private", "public", "member"]).or_null().says("Null only if it is erased.")),
        ("consent_type", word(&["cookie_policy"]).null_or()),
        ("subject", subject()),
        ("user_id", text("u-17").null_or().says("The site's id of the visitor; cookie choices only.")),
        ("preferences", map("newsletter", any(Json::Bool(true)))),
        ("services", list(service()).says("The decisions of a cookie choice.")),
        ("widget", widget().null_or().says("What was shown; cookie choices only.")),
    ]
}

fn tail() -> [(&'static str, Schema); 6] {
    [
        ("origin", text("https://shop.example").or_null()),
        (
            "origin_checked",
            flag(true)
                .or_null()
                .says("Whether the browser vouched for the origin, and it is on the widget's list."),
        ),
        ("path", text("/newsletter").or_null()),
        ("ip_address", text("203.0.113.0").or_null()),
        ("device", word(&["desktop", "mobile", "tablet", "unknown"]).or_null()),
        (
            "erased",
            list(word(&["S", "E", "F", "D"]))
                .says("Letters of the groups of the record that were erased.")
                .like(Json::Array(Vec::new())),
        ),
    ]
}

fn item() -> Schema {
    members(cited([]), []).named("ConsentListItem")
}

fn cited<const N: usize>(more: [(&'static str, Schema); N]) -> Schema {
    let mut schema = object([
        ("identifier", text("privacy_policy")),
        ("version", int(3).or_null()),
        ("sha256", digest().or_null().says("Null for a notice that was not known.")),
    ]);
    for member in more {
        schema = schema.and(member);
    }
    list(schema)
}

fn members<const N: usize>(notices: Schema, more: [(&'static str, Schema); N]) -> Schema {
    let all = head().into_iter().chain([("notices", notices)]).chain(tail()).chain(more);
    all.fold(object([]), Schema::and)
}

fn service() -> Schema {
    object([
        ("id", uuid("7e8a233d-9579-81af-abbd-749b33aa9272").or_null()),
        ("name", text("Matomo")),
        ("slug", text("matomo")),
        ("purpose", int(2).within(0, 5)),
        ("consent", flag(true)),
        ("version", uuid("8b669ef8-3546-86fb-aa50-3ec93ef15e6a").or_null()),
        ("at", int(1_772_360_430_265).says("Milliseconds since 1970 UTC.")),
    ])
    .named("ServiceDecision")
}

fn widget() -> Schema {
    object([("id", int(1))])
        .and_perhaps(("version", uuid("8b669ef8-3546-86fb-aa50-3ec93ef15e6a")))
        .and_perhaps(("lang", text("en")))
        .and_perhaps(("version_key", uuid("0197a0c2-6f3e-4d11-9a55-0c6e2f9b7a10")))
        .and_perhaps(("sdk", claimed_digest()))
        .and_perhaps(("how", text("selection")))
        .named("WidgetShown")
}

/// As claimed by the browser.
fn claimed_digest() -> Schema {
    text("sha256:efc83570f63640c4e9c43d5ff00eb3887a547e0ec54428f335165a4774c5a2dc")
}

fn details() -> Schema {
    let notices =
        cited([("at", time("2026-03-01T10:20:30.265Z").or_null()), ("content", content().or_null())]);
    let proof = object([
        ("content", text("{\"email\":\"ada@example.org\",\"newsletter\":true}").or_null()),
        ("form", text("<form>...</form>").or_null()),
        ("sha256", digest().or_null().says("Digest of the form.")),
        (
            "form_url",
            text("/w/1/forms/efc8...").or_null().says("Where a member's browser can show it, in a sandbox."),
        ),
    ]);
    let texts = map("startupTitle", text("Cookies on this site").or_null());
    let shown = object([("texts", texts), ("lang", text("en"))]);
    let commitments = object([("S", hex(32)), ("E", hex(32)), ("F", hex(32)), ("D", hex(32))]);
    let more = [
        ("proofs", list(proof)),
        ("documents", list(digest()).like(Json::Array(Vec::new()))),
        ("document_ids", ids()),
        (
            "shown",
            shown.null_or().says("The widget's texts, in the version and language that the visitor saw."),
        ),
        ("session_id", uuid("3e0eb2d9-9bdc-4727-b340-ebf86b588fe7").or_null()),
        ("commitments", commitments),
        ("commitment", hex(32)),
        ("entry", hex(33)),
        ("leaf", hex(32)),
    ];
    members(notices, more).named("ConsentDetails")
}

fn cookie_choice() -> Schema {
    let moment = || time("2026-03-01T10:20:30.265Z");
    let decision = object([
        ("id", uuid("7e8a233d-9579-81af-abbd-749b33aa9272").or_null()),
        ("tenantId", int(0)),
        ("name", text("Matomo")),
        ("slug", text("matomo")),
        ("consent", flag(true)),
        ("version", uuid("8b669ef8-3546-86fb-aa50-3ec93ef15e6a").or_null()),
        ("date", moment().or_null()),
        ("purpose", int(2).within(0, 5)),
    ]);
    let consents = object([
        ("lang", text("en").or_null()),
        ("versionKey", uuid("0197a0c2-6f3e-4d11-9a55-0c6e2f9b7a10").null_or()),
        ("cookieConsents", list(decision)),
    ]);
    object([
        ("id", uuid(ID)),
        ("sessionId", uuid("3e0eb2d9-9bdc-4727-b340-ebf86b588fe7").or_null()),
        ("date", moment()),
        ("dateExpiration", time("2026-09-01T10:20:30.265Z")),
        ("type", int(2).with("const", Json::int(2))),
        ("widgetId", int(1).or_null()),
        ("typeDevice", int(2).within(0, 3).says("0 unknown, 1 mobile, 2 desktop, 3 tablet.")),
        ("workSpaceId", int(1)),
        ("consentId", text("c2a4f0b6-3f9e-4b57-9f0a-4d7a8be5c9f2").or_null()),
        ("userId", text("u-17").null_or()),
        ("consents", consents),
    ])
    .and_perhaps(erased())
    .named("CookieChoiceProof")
}
