//! `/consent` and `/public/consent` (contract 2.10 to 2.13).

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use placet_proof::Group;

use crate::actions;
use crate::actions::consent::{Recorded, Recorder};
use crate::actions::idempotency::{Answer, Begun};
use crate::app::App;
use crate::domain::consent::{StoredConsent, Submission};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::key::KeyIdentity;
use crate::domain::time::Spelling;
use crate::http::body::TextBody;
use crate::http::consent_filter;
use crate::http::cors;
use crate::http::error::{ApiError, json};
use crate::http::extract::{Caller, PathPart, PrivateKey, WritingKey};
use crate::http::idempotency::{IdempotencyKey, respond};
use crate::http::query::Query;
use crate::store;

/// `POST /consent`
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    name: IdempotencyKey,
    body: TextBody,
) -> Result<Response, ApiError> {
    Ok(record(&app, &key, &name, &body, None).await?)
}

/// `POST /public/consent`; every answer, a refusal too, may be read by the page that asked.
pub(in crate::http) async fn create_public(
    State(app): State<Arc<App>>,
    Caller(caller): Caller,
    key: Result<WritingKey, ApiError>,
    name: Result<IdempotencyKey, ApiError>,
    body: Result<TextBody, ApiError>,
) -> Response {
    let answer = async {
        let (WritingKey(key), name, body) = (key?, name?, body?);
        record(&app, &key, &name, &body, caller).await.map_err(ApiError)
    };
    cors::open_to_all(answer.await)
}

async fn record(
    app: &App,
    key: &KeyIdentity,
    name: &IdempotencyKey,
    body: &TextBody,
    caller: Option<std::net::IpAddr>,
) -> Result<Response> {
    let submission = Submission::parse(&body.parse()?, key.kind)?;
    let begun = name.begin(app, (key.workspace, &key.author()), body.bytes())?;
    let request = begun.as_ref().map(Begun::request);
    let recorded =
        actions::consent::record(app, &Recorder::with_key(key), submission, caller, request).await?;
    let Recorded { id, at, subject, is_repeated } = recorded;
    let answer = Json::object([
        ("id", Json::text(id.to_string())),
        ("timestamp", Json::text(at.spell(Spelling::Millis))),
        ("subject_id", Json::text(subject)),
    ]);
    Ok(respond(Answer { text: answer.to_string(), is_repeated }))
}

/// `GET /consent`
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    uri: Uri,
) -> Result<Response, ApiError> {
    let query = Query::of(&uri)?;
    let (mut filter, after) = consent_filter::read(&query)?;
    filter.hides_restricted = true;
    if filter.facets.is_cookie_choice.is_none()
        && !app.workspace_settings(key.workspace).await?.lists_cookie_choices
    {
        filter.facets.is_cookie_choice = Some(false);
    }
    let consents = actions::consent::list(&app, key.workspace, filter, after, super::limit(&query)).await?;
    let items =
        consents.iter().map(|consent| Json::Object(common(consent, key.workspace, Spelling::MillisOffset)));
    Ok(json(StatusCode::OK, &Json::Array(items.collect())))
}

/// `GET /consent/:id`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart(id): PathPart<String>,
) -> Result<Response, ApiError> {
    let id = uuid::Uuid::try_parse(&id).map_err(|_| Error::NotFound("Consent"))?;
    let consent = actions::consent::get(&app, key.workspace, id).await?;
    Ok(json(StatusCode::OK, &whole(&app, key.workspace, &consent).await?))
}

/// `GET /subjects/:id/consent/last`
pub(in crate::http) async fn last(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart(subject): PathPart<String>,
) -> Result<Response, ApiError> {
    let consent = actions::consent::last(&app, key.workspace, subject).await?;
    Ok(json(StatusCode::OK, &whole(&app, key.workspace, &consent).await?))
}

/// One consent, with its proofs and notices.
async fn whole(app: &App, workspace: WorkspaceId, consent: &StoredConsent<'static>) -> Result<Json<'static>> {
    let forms = forms(app, workspace, consent).await?;
    let documents = actions::consent::documents(app, workspace, consent).await?;
    let mut members = common(consent, workspace, Spelling::Seconds);
    if let Some((_, Json::Object(subject))) = members.iter_mut().find(|(name, _)| name == "subject") {
        subject.insert(1, ("owner_id".into(), Json::text(workspace.owner())));
    }
    members.push(("legal_notices".into(), notices(consent)));
    members.push(("proofs".into(), Json::Array(proofs(consent, forms))));
    members.push(("proof_documents".into(), super::ids(&documents)));
    members.push(("checksum".into(), Json::text(consent.commitments.commitment().to_hex())));
    Ok(Json::Object(members))
}

/// The members that list items and single consents share.
fn common(
    consent: &StoredConsent<'static>,
    workspace: WorkspaceId,
    spelling: Spelling,
) -> Vec<Member<'static>> {
    let preferences = consent.get(Group::Event, "preferences").cloned();
    let mut members = vec![
        ("id".into(), Json::text(consent.id.to_string())),
        ("timestamp".into(), Json::text(consent.at.spell(spelling))),
        ("owner".into(), Json::text(workspace.owner())),
        ("source".into(), consent.or_null(Group::Event, "source")),
        ("subject".into(), consent.snapshot()),
        ("consent_type".into(), consent.or_null(Group::Event, "consent_type")),
        ("preferences".into(), preferences.unwrap_or(Json::Object(Vec::new()))),
        ("ip_address".into(), consent.or_null(Group::Circumstances, "ip")),
    ];
    members.extend(consent.erased_member());
    members
}

fn notices(consent: &StoredConsent<'static>) -> Json<'static> {
    let cited = consent.get(Group::Event, "notices").map_or(&[][..], Json::items);
    let get = |notice: &Json<'static>, name: &str| notice.get(name).cloned().unwrap_or(Json::Null);
    let notice = |notice: &Json<'static>| {
        Json::object([("identifier", get(notice, "identifier")), ("version", get(notice, "version"))])
    };
    Json::Array(cited.iter().map(notice).collect())
}

/// The HTML of each proof's form, where it has one.
pub(in crate::http) async fn forms(
    app: &App,
    workspace: WorkspaceId,
    consent: &StoredConsent<'static>,
) -> Result<Vec<Json<'static>>> {
    let digests: Vec<_> =
        consent.proofs().iter().map(|(_, form)| form.as_str().and_then(|text| text.parse().ok())).collect();
    app.store
        .read(move |tx| {
            let form = |digest: &Option<_>| match digest {
                Some(digest) => Ok(Json::text_or_null(store::form::get(tx, workspace, digest)?)),
                None => Ok(Json::Null),
            };
            digests.iter().map(form).collect()
        })
        .await
}

fn proofs(consent: &StoredConsent<'static>, forms: Vec<Json<'static>>) -> Vec<Json<'static>> {
    let proof = |((content, _), form)| Json::object([("content", content), ("form", form)]);
    consent.proofs().into_iter().zip(forms).map(proof).collect()
}
