//! Consents, as the dashboard reads them.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use placet_proof::Group;
use uuid::Uuid;

use super::legal_notice;
use crate::actions;
use crate::actions::consent::Recorder;
use crate::actions::idempotency::{Answer, Begun};
use crate::app::App;
use crate::domain::consent::{ProofPart, StoredConsent, Submission};
use crate::domain::cookie_choice;
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WidgetId, WorkspaceId, guid_of, hex};
use crate::domain::json::{Json, Member};
use crate::domain::time::{Spelling, Timestamp};
use crate::http::body::TextBody;
use crate::http::consent_api::consent::forms;
use crate::http::consent_api::ids;
use crate::http::consent_filter;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Editor, PathPart, Reader, Viewer};
use crate::http::idempotency::{IdempotencyKey, respond};
use crate::http::query::Query;
use crate::store;

/// `GET /api/v1/consents`: newest first, a bare array, the next page named in the `Link` header.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Viewer { workspace, is_owner }: Viewer,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let is_cookie_shape = match query.get("shape") {
        None => false,
        Some("cookie") => true,
        Some(_) => return Err(Error::invalid("shape", "must be cookie, or left out").into()),
    };
    let limit = query.limit(50, 500);
    let (mut filter, after) = consent_filter::read(&query)?;
    filter.hides_restricted = !is_owner;
    filter.search = query.get("search").map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    if is_cookie_shape && filter.facets.is_cookie_choice.is_none() {
        filter.facets.is_cookie_choice = Some(true);
    }
    let consents = actions::consent::list(&app, workspace, filter, after, limit).await?;
    let shape = |consent: &StoredConsent<'static>| {
        if is_cookie_shape { cookie_choice::shape(consent, workspace) } else { Json::Object(item(consent)) }
    };
    let next = consents.last().filter(|_| consents.len() == limit).map(|last| last.id.to_string());
    Ok(super::page(&uri, consents.iter().map(shape).collect(), next.as_deref()))
}

/// `POST /api/v1/consents`: a consent that was given on paper, at a counter, on the telephone.
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    name: Result<IdempotencyKey, ApiError>,
    body: Result<TextBody, ApiError>,
) -> Result<Response, ProblemError> {
    let (name, body) = (name.map_err(|ApiError(error)| error)?, body.map_err(|ApiError(error)| error)?);
    let begun = name.begin(&app, (workspace, &by), body.bytes())?;
    let recorder = Recorder::by_hand(&app, workspace, &by);
    let body = body.parse()?;
    let submission = Submission::parse(&body, recorder.source())?;
    let has_proof = |proof: &ProofPart<'_>| proof.content.is_some() || proof.form.is_some();
    if submission.documents.is_empty() && !submission.proofs.iter().any(has_proof) {
        let reason = "must name a document, such as the scan of a form, unless proofs say what proves it";
        return Err(Error::invalid("proof_document_ids", reason).into());
    }
    let request = begun.as_ref().map(Begun::request);
    let made = actions::consent::record(&app, &recorder, submission, None, request).await?;
    let answer = Json::object([
        ("id", Json::text(made.id.to_string())),
        ("at", Json::text(made.at.spell(Spelling::Millis))),
        ("subject_id", Json::text(made.subject)),
    ]);
    Ok(respond(Answer { text: answer.to_string(), is_repeated: made.is_repeated }))
}

fn item(consent: &StoredConsent<'static>) -> Vec<Member<'static>> {
    let event = |name: &str| consent.or_null(Group::Event, name);
    let circumstance = |name: &str| consent.or_null(Group::Circumstances, name);
    let list = |name: &str| consent.get(Group::Event, name).cloned().unwrap_or(Json::Array(Vec::new()));
    let at = |at: Timestamp| Json::text(at.spell(Spelling::Millis));
    let claimed = consent.get(Group::Event, "claimed_at").and_then(Json::as_int);
    let erased = consent.erased().into_iter().map(|letter| Json::text(letter.to_string()));
    vec![
        ("id".into(), Json::text(consent.id.to_string())),
        ("at".into(), at(consent.at)),
        ("received_at".into(), at(consent.received_at())),
        ("claimed_at".into(), claimed.map_or(Json::Null, |claim| at(Timestamp(claim)))),
        ("source".into(), event("source")),
        ("consent_type".into(), event("consent_type")),
        ("subject".into(), consent.snapshot()),
        ("user_id".into(), consent.or_null(Group::Subject, "user_id")),
        (
            "preferences".into(),
            consent.get(Group::Event, "preferences").cloned().unwrap_or(Json::Object(Vec::new())),
        ),
        ("services".into(), list("services")),
        ("notices".into(), list("notices")),
        ("widget".into(), event("widget")),
        ("origin".into(), circumstance("origin")),
        ("origin_checked".into(), circumstance("origin_checked")),
        ("path".into(), circumstance("path")),
        ("ip_address".into(), circumstance("ip")),
        ("device".into(), circumstance("device")),
        ("erased".into(), Json::Array(erased.collect())),
    ]
}

/// `GET /api/v1/consents/{id}`: all that is known of one consent, in words and in hashes.
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    PathPart(id): PathPart<String>,
) -> Result<Response, ProblemError> {
    let id = Uuid::try_parse(&id).map_err(|_| Error::NotFound("Consent"))?;
    let consent = actions::consent::get(&app, workspace, id).await?;
    let mut members = item(&consent);
    if let Some((_, notices)) = members.iter_mut().find(|(name, _)| name == "notices") {
        *notices = with_content(&app, workspace, notices).await?;
    }
    let empty = || Json::Array(Vec::new());
    let documents = actions::consent::documents(&app, workspace, &consent).await?;
    members.push(("proofs".into(), proofs(&app, workspace, &consent).await?));
    members.push(("documents".into(), consent.get(Group::Event, "documents").cloned().unwrap_or_else(empty)));
    members.push(("document_ids".into(), ids(&documents)));
    members.push(("shown".into(), shown(&app, workspace, &consent).await?));
    members.push(("session_id".into(), consent.or_null(Group::Circumstances, "session_id")));
    members.extend(commitments(&consent));
    Ok(json(StatusCode::OK, &Json::Object(members)))
}

fn commitments(consent: &StoredConsent<'static>) -> [Member<'static>; 4] {
    let groups = Group::ALL
        .map(|group| (group.letter().to_string().into(), Json::text(hex(consent.commitments.get(group)))));
    let commitment = consent.commitments.commitment();
    let entry = commitment.entry();
    [
        ("commitments".into(), Json::Object(groups.into())),
        ("commitment".into(), Json::text(commitment.to_hex())),
        ("entry".into(), Json::text(entry.to_hex())),
        ("leaf".into(), Json::text(hex(&entry.leaf()))),
    ]
}

/// The cited notices with their texts; an unresolved one has neither digest nor text.
async fn with_content(app: &App, workspace: WorkspaceId, notices: &Json<'static>) -> Result<Json<'static>> {
    let mut out = Vec::new();
    for cited in notices.items() {
        let text = |name: &str| cited.get(name).and_then(Json::as_str);
        let version = cited.get("version").and_then(Json::as_int);
        let digest = text("sha256").and_then(|digest| digest.parse().ok());
        let shape = match (text("identifier"), version, digest) {
            (Some(name), Some(version), Some(digest)) => {
                let found =
                    actions::legal_notice::cited(app, workspace, name.to_owned(), version, digest).await?;
                found.map(legal_notice::shape).transpose()?
            }
            _ => None,
        };
        let mut members = cited.members().to_vec();
        for name in ["at", "content"] {
            let value = shape.as_ref().and_then(|shape| shape.get(name)).cloned();
            members.push((name.into(), value.unwrap_or(Json::Null)));
        }
        out.push(Json::Object(members));
    }
    Ok(Json::Array(out))
}

async fn proofs(
    app: &App,
    workspace: WorkspaceId,
    consent: &StoredConsent<'static>,
) -> Result<Json<'static>> {
    let forms = forms(app, workspace, consent).await?;
    let proof = |((content, digest), form): ((Json<'static>, Json<'static>), Json<'static>)| {
        let digits = digest.as_str().and_then(|digest| digest.strip_prefix("sha256:"));
        let url =
            digits.filter(|_| form != Json::Null).map(|digits| format!("/w/{}/forms/{digits}", workspace.0));
        Json::object([
            ("content", content),
            ("form", form),
            ("sha256", digest),
            ("form_url", Json::text_or_null(url)),
        ])
    };
    Ok(Json::Array(consent.proofs().into_iter().zip(forms).map(proof).collect()))
}

/// The banner's texts in the version and language that the visitor saw.
async fn shown(app: &App, workspace: WorkspaceId, consent: &StoredConsent<'static>) -> Result<Json<'static>> {
    let Some(widget) = consent.get(Group::Event, "widget") else { return Ok(Json::Null) };
    let text = |name: &str| widget.get(name).and_then(Json::as_str).map(str::to_owned);
    let version = text("version").and_then(|guid| Uuid::try_parse(&guid).ok());
    let (Some(id), Some(version)) = (widget.get("id").and_then(Json::as_int), version) else {
        return Ok(Json::Null);
    };
    let lang = text("lang").unwrap_or_default();
    let id = WidgetId(id);
    let published = app
        .store
        .read(move |tx| {
            let digests = store::widget::versions(tx, workspace, id)?;
            let digest = digests.iter().find(|digest: &&Digest| guid_of(digest) == version);
            digest.map_or(Ok(None), |digest| store::widget::get_version(tx, workspace, id, digest))
        })
        .await?;
    let Some(published) = published else { return Ok(Json::Null) };
    Ok(Json::object([("texts", published.texts(&lang).clone()), ("lang", Json::text(lang))]))
}
