//! A consent as a row: the members that the consent API gives of one, in its spelling, and ours besides.

use placet_proof::Group;
use uuid::Uuid;

use super::Kind::{Flag, Json as AnyJson, Text, Told};
use super::{Column, Table, column};
use crate::domain::consent::StoredConsent;
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::time::{Spelling, Timestamp};

/// Rows of consents.
pub const TABLE: Table = Table {
    name: "consents",
    columns: COLUMNS,
    ignored: IGNORED,
    aliases: &[("proof_document_ids", "proof_documents")],
    open: &["subject", "preferences"],
    needed: &["timestamp"],
};

const COLUMNS: &[Column] = &[
    column("id", Text),
    column("timestamp", Text),
    column("received_at", Text),
    column("claimed_at", Text),
    column("source", Text),
    column("consent_type", Text),
    column("subject.id", Text),
    column("subject.email", Text),
    column("subject.first_name", Text),
    column("subject.last_name", Text),
    column("subject.full_name", Text),
    column("subject.verified", Flag),
    column("subject", AnyJson),
    column("user_id", Text),
    column("preferences", AnyJson),
    column("legal_notices", AnyJson),
    column("proofs", AnyJson),
    column("proof_documents", AnyJson),
    column("ip_address", Text),
    column("services", AnyJson),
    column("widget", AnyJson),
    column("origin", Text),
    column("origin_checked", Flag),
    column("path", Text),
    column("device", Text),
    column("session_id", Text),
    column("imported", Told),
    column("erased", AnyJson),
    column("checksum", Text),
];

const IGNORED: &[&str] = &["owner", "owner_id", "autodetect_ip_address"];

/// What is stored beside a consent's record.
#[derive(Debug, Default)]
pub struct ConsentParts<'a> {
    /// The HTML of each proof's form, where it is known.
    pub forms: Vec<Option<&'a str>>,
    /// Ids of the documents that it points to.
    pub documents: Vec<Uuid>,
}

/// The row of a consent.
#[must_use]
pub fn row<'a>(consent: &StoredConsent<'a>, workspace: WorkspaceId, parts: &ConsentParts<'a>) -> Json<'a> {
    let event = |name: &str| consent.or_null(Group::Event, name);
    let circumstance = |name: &str| consent.or_null(Group::Circumstances, name);
    let list = |name: &str| consent.get(Group::Event, name).cloned().unwrap_or(Json::Array(Vec::new()));
    let moment = |at: Timestamp| Json::text(at.spell(Spelling::Millis));
    let claimed = consent.get(Group::Event, "claimed_at").and_then(Json::as_int);
    let preferences = consent.get(Group::Event, "preferences").cloned().unwrap_or(Json::Object(Vec::new()));
    let erased = consent.erased().into_iter().map(|letter| Json::text(letter.to_string()));
    let documents = parts.documents.iter().map(|id| Json::text(id.to_string()));
    let members: Vec<Member<'a>> = vec![
        ("id".into(), Json::text(consent.id.to_string())),
        ("timestamp".into(), moment(consent.at)),
        ("received_at".into(), moment(consent.received_at())),
        ("claimed_at".into(), claimed.map_or(Json::Null, |claim| moment(Timestamp(claim)))),
        ("owner".into(), Json::text(workspace.owner())),
        ("source".into(), event("source")),
        ("consent_type".into(), event("consent_type")),
        ("subject".into(), consent.snapshot()),
        ("user_id".into(), consent.or_null(Group::Subject, "user_id")),
        ("preferences".into(), preferences),
        ("legal_notices".into(), list("notices")),
        ("proofs".into(), Json::Array(proofs(consent, &parts.forms))),
        ("proof_documents".into(), Json::Array(documents.collect())),
        ("ip_address".into(), circumstance("ip")),
        ("services".into(), list("services")),
        ("widget".into(), event("widget")),
        ("origin".into(), circumstance("origin")),
        ("origin_checked".into(), circumstance("origin_checked")),
        ("path".into(), circumstance("path")),
        ("device".into(), circumstance("device")),
        ("session_id".into(), circumstance("session_id")),
        ("imported".into(), circumstance("imported")),
        ("erased".into(), Json::Array(erased.collect())),
        ("checksum".into(), Json::text(consent.commitments.commitment().to_hex())),
    ];
    Json::Object(members)
}

fn proofs<'a>(consent: &StoredConsent<'a>, forms: &[Option<&'a str>]) -> Vec<Json<'a>> {
    let proof = |(index, (content, digest)): (usize, (Json<'a>, Json<'a>))| {
        let form = forms.get(index).copied().flatten();
        Json::object([("content", content), ("form", Json::text_or_null(form)), ("sha256", digest)])
    };
    consent.proofs().into_iter().enumerate().map(proof).collect()
}
