//! What the API description says of `/consent` and `/public/consent`.

use crate::domain::json::Json;
use crate::http::consent_api::describe::{ids, limit, repeatable};
use crate::http::consent_api::legal_notice::describe::identifier;
use crate::http::consent_filter::describe::filters;
use crate::http::openapi::schema::{
    Schema, any, either, flag, hex, input, int, list, map, null, object, text, time, uuid, word,
};
use crate::http::openapi::{FORM, JSON, Operation};

/// `POST /consent`
pub(in crate::http) fn create() -> Operation {
    let operation = Operation::new("Record a consent").says(
        "All members are optional; `{}` is a consent of a subject that nobody named. The subject is created, or its fields are filled in. Each preference becomes the subject's current one, unless a consent with a later `timestamp` has set it. The consent keeps the subject as it was sent.",
    );
    taking_and_giving(operation)
}

/// `POST /public/consent`
pub(in crate::http) fn create_public() -> Operation {
    let operation = Operation::new("Record a consent from a page").for_any_key().says(
        "The same with a public key, from any page. `ip_address` is ignored; unless `autodetect_ip_address` is false, the caller's own address is kept, shortened unless the workspace has set otherwise. A private key is accepted too, and the consent's `source` is then `private`.",
    );
    taking_and_giving(operation)
}

fn taking_and_giving(operation: Operation) -> Operation {
    let operation = operation.takes(JSON, submission()).takes(FORM, submission());
    repeatable(operation.gives("It is on disk.", recorded()))
}

/// `GET /consent`
pub(in crate::http) fn list_all() -> Operation {
    let operation = Operation::new("List consents").says(
        "Newest `timestamp` first; of equal ones the greater id. A consent passes all filters or is left out; they look at what was sent with it, never at the subject as it is now. Unknown parameters are ignored. A workspace may have decided that cookie choices are listed only with `consent_type`.",
    );
    filters(operation)
        .query("limit", limit(), "How many at most.")
        .gives(
            "A page of consents.",
            list(
                object(common(time("2026-03-01T10:20:30.265+00:00"), subject()))
                    .and_perhaps(erased())
                    .named("ConsentItem"),
            ),
        )
        .refuses(&[400])
}

/// `GET /consent/{id}`
pub(in crate::http) fn get() -> Operation {
    Operation::new("Read a consent")
        .path("id", uuid(ID), "The consent's id.")
        .gives("The consent.", consent())
        .refuses(&[404])
}

/// `GET /subjects/{id}/consent/last`
pub(in crate::http) fn last() -> Operation {
    Operation::new("Read the newest consent of a subject")
        .path("id", text("customer-981"), "The subject's id.")
        .gives("The consent.", consent())
        .refuses(&[404])
}

pub(in crate::http) const ID: &str = "01a1fff6-d877-7c29-b306-05425bf5b5d5";

/// What `POST /consent` takes. Real clients send more than this; see the documentation.
pub(in crate::http) fn submission() -> Schema {
    input([
        (
            "timestamp",
            time("2026-03-01T10:20:30.265Z")
                .says("When the consent was given; the past for imports. Default now. More than five minutes ahead is refused with a private key; with a public one the server's time counts, and the claim is kept."),
        ),
        ("subject", subject_sent()),
        ("preferences", map("newsletter", any(Json::Bool(true))).says("Names and any JSON values, returned unchanged.").with("maxProperties", Json::int(1000))),
        ("legal_notices", list(notice_reference()).up_to(100).says("What the person agreed to. A notice that is not known is kept as it was named.")),
        ("proofs", list(proof()).up_to(100).says("What the person was shown and filled in.")),
        ("proof_document_ids", ids().up_to(100).says("Documents that prove it.").or_null()),
        ("ip_address", text("203.0.113.7").says("The person's address; with a private key only.").or_null()),
        ("autodetect_ip_address", flag(true).says("False: do not keep the caller's address; with a public key only.")),
        ("consent_type", word(&["cookie_policy"]).null_or()),
    ])
    .named("ConsentSubmission")
}

fn subject_sent() -> Schema {
    input(subject_fields()).says("Further members are kept with the consent.").named("SubjectSent")
}

/// What may be said of a subject; what is null or empty leaves what is stored.
pub(in crate::http) fn subject_fields() -> [(&'static str, Schema); 7] {
    [
        ("id", text("customer-981").at_most(255).says("Generated if missing.").or_null()),
        ("email", text("ada@example.org").at_most(320).or_null()),
        ("first_name", text("Ada").at_most(255).or_null()),
        ("last_name", text("Rossi").at_most(255).or_null()),
        ("full_name", text("Ada Rossi").at_most(255).or_null()),
        ("verified", flag(false).says("Whether the person has confirmed.").or_null()),
        ("phones", list(phone()).up_to(20).or_null()),
    ]
}

pub(in crate::http) fn phone() -> Schema {
    let number = text("+39 055 1234").at_most(64).or_null();
    input([("number", number), ("label", text("home").at_most(255).or_null())]).needs(&["number"])
}

fn notice_reference() -> Schema {
    let version = either([
        int(3).with("minimum", Json::int(1)),
        text("3").with("pattern", Json::text("^[1-9][0-9]{0,17}$")),
        null(),
    ]);
    input([("identifier", identifier()), ("version", version.says("Without it, the newest."))])
        .needs(&["identifier"])
}

fn proof() -> Schema {
    input([
        (
            "content",
            text("{\"email\":\"ada@example.org\",\"newsletter\":true}")
                .says("What the person filled in.")
                .or_null(),
        ),
        ("form", text("<form>...</form>").says("What the person was shown.").or_null()),
    ])
}

/// A member that is there only if something is erased.
pub(in crate::http) fn erased() -> (&'static str, Schema) {
    let letters = list(word(&["S", "E", "F", "D"])).like(Json::Array(vec![Json::text("S"), Json::text("D")]));
    ("erased", letters.says("Letters of the groups of the record that were erased; absent if none was."))
}

/// What a write answers.
fn recorded() -> Schema {
    object([
        ("id", uuid(ID)),
        ("timestamp", time("2026-03-01T10:20:30.265Z")),
        ("subject_id", text("customer-981")),
    ])
    .named("RecordedConsent")
}

/// The snapshot as sent; whatever else was sent follows.
pub(in crate::http) fn subject() -> Schema {
    object(snapshot()).others(any(Json::Null)).named("SubjectSnapshot")
}

fn snapshot() -> [(&'static str, Schema); 6] {
    [
        ("id", text("customer-981").or_null()),
        ("email", text("ada@example.org").or_null()),
        ("first_name", text("Ada").or_null()),
        ("last_name", text("Rossi").or_null()),
        ("full_name", text("Ada Rossi").or_null()),
        ("verified", flag(false)),
    ]
}

fn common(timestamp: Schema, subject: Schema) -> [(&'static str, Schema); 8] {
    [
        ("id", uuid(ID)),
        ("timestamp", timestamp),
        ("owner", text("1").says("Number of the workspace.")),
        (
            "source",
            word(&["private", "public", "member"])
                .or_null()
                .says("Which kind of key wrote it, or a member by hand; null only if that is erased."),
        ),
        ("subject", subject),
        ("consent_type", word(&["cookie_policy"]).null_or()),
        ("preferences", map("newsletter", any(Json::Bool(true)))),
        ("ip_address", text("203.0.113.7").or_null()),
    ]
}

fn consent() -> Schema {
    let [id, email, first_name, last_name, full_name, verified] = snapshot();
    let subject = object([id, ("owner_id", text("1")), email, first_name, last_name, full_name, verified])
        .others(any(Json::Null));
    let [id, timestamp, owner, source, subject, consent_type, preferences, ip_address] =
        common(time("2026-03-01T10:20:30Z"), subject);
    let cited = object([("identifier", text("privacy_policy")), ("version", int(3).or_null())]);
    let proof = object([
        ("content", text("{\"email\":\"ada@example.org\",\"newsletter\":true}").or_null()),
        ("form", text("<form>...</form>").or_null()),
    ]);
    object([
        id,
        timestamp,
        owner,
        source,
        subject,
        consent_type,
        preferences,
        ip_address,
        ("legal_notices", list(cited)),
        ("proofs", list(proof)),
        ("proof_documents", ids()),
        ("checksum", hex(32).says("The commitment to the whole record.")),
    ])
    .and_perhaps(erased())
    .named("Consent")
}
