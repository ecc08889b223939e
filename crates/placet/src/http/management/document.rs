//! Documents: uploaded, found, downloaded, and what points to them.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use uuid::Uuid;

use crate::actions;
use crate::actions::idempotency::Once;
use crate::app::App;
use crate::domain::document::Document;
use crate::domain::document_list::{DocumentOrder, DocumentQuery, Referrer};
use crate::domain::error::{Error, Problems, Result};
use crate::domain::json::{Json, Member};
use crate::domain::substring::AnyOf;
use crate::domain::time::Spelling;
use crate::http::consent_api::document::{receive, to_be_saved};
use crate::http::error::{ProblemError, json, json_text};
use crate::http::extract::{Editor, PathPart, Reader};
use crate::http::query::Query;

/// `GET /api/v1/documents`: newest first, unless asked otherwise.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let limit = query.limit(50, 500);
    let (wanted, after) = (wanted(&query)?, cursor(&query)?);
    let found = actions::document_list::find(&app, workspace, wanted, after, limit).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|(last, _)| last.id.to_string());
    let items = found.into_iter().map(|(document, is_referenced)| shape(document, is_referenced)).collect();
    Ok(super::page(&uri, items, next.as_deref()))
}

/// Which documents are asked for, and in which order.
///
/// # Errors
/// Every problem found.
pub(super) fn wanted(query: &Query) -> Result<DocumentQuery> {
    let mut problems = Problems::default();
    let sort = query.get("sort").unwrap_or("-created_at");
    let word = sort.strip_prefix('-').unwrap_or(sort);
    let order = DocumentOrder::from_word(word);
    if order.is_none() {
        problems.add("sort", "must be created_at, name, size, or one of them after a minus sign");
    }
    let wanted = DocumentQuery {
        order: order.unwrap_or(DocumentOrder::Time),
        is_descending: word.len() < sort.len(),
        search: query.get("search").and_then(|text| AnyOf::whole(text.trim())),
        is_referenced: query.flag("referenced", &mut problems),
    };
    problems.or(wanted)
}

fn cursor(query: &Query) -> Result<Option<Uuid>> {
    let mut problems = Problems::default();
    let after =
        query.read("starting_after", &mut problems, "must be a UUID", |text| Uuid::try_parse(text).ok());
    problems.or(after)
}

/// `POST /api/v1/documents`
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    Editor(workspace, by): Editor,
    request: Request,
) -> Result<Response, ProblemError> {
    let document = actions::document::prepare(&app, receive(&app, request).await?).await?;
    let once = Once::new(None, |stored: &Document| shape(stored.clone(), false).to_string());
    let answer = actions::document::store(&app, workspace, document, by, once).await?;
    Ok(json_text(StatusCode::OK, answer.text))
}

/// `GET /api/v1/documents/{id}`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    PathPart(id): PathPart<String>,
) -> Result<Response, ProblemError> {
    let (document, is_referenced) = actions::document_list::get(&app, workspace, named(&id)?).await?;
    Ok(json(StatusCode::OK, &shape(document, is_referenced)))
}

/// `GET /api/v1/documents/{id}/content`: the bytes, to be saved.
pub(in crate::http) async fn content(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    PathPart(id): PathPart<String>,
) -> Result<Response, ProblemError> {
    let (document, content) = actions::document::get(&app, workspace, named(&id)?).await?;
    Ok(to_be_saved(&document, content)?)
}

/// `GET /api/v1/documents/{id}/references`: the consents and versions of notices that point to it.
pub(in crate::http) async fn references(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    PathPart(id): PathPart<String>,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let (after, limit) = (cursor(&query)?, query.limit(50, 500));
    let rows = i64::try_from(limit).map_err(Error::internal)?;
    let found = actions::document_list::referrers(&app, workspace, named(&id)?, after, rows).await?;
    let next = found.last().filter(|_| found.len() == limit).map(|last| last.record.to_string());
    Ok(super::page(&uri, found.into_iter().map(referrer).collect(), next.as_deref()))
}

fn named(id: &str) -> Result<Uuid> {
    Uuid::try_parse(id).map_err(|_| Error::NotFound("Document"))
}

fn shape(document: Document, is_referenced: bool) -> Json<'static> {
    let Document { id, name, mime_type, digest, size, at } = document;
    Json::object([
        ("id", Json::text(id.to_string())),
        ("name", Json::text(name)),
        ("mime_type", Json::text(mime_type)),
        ("size", Json::int(size)),
        ("sha256", Json::text(digest.to_string())),
        ("created_at", Json::text(at.spell(Spelling::Millis))),
        ("referenced", Json::Bool(is_referenced)),
    ])
}

fn referrer(referrer: Referrer) -> Json<'static> {
    let Referrer { record, notice } = referrer;
    let is_consent = notice.is_none();
    let (identifier, version) = notice.unzip();
    let members: [Member<'static>; 4] = [
        ("kind".into(), Json::text(if is_consent { "consent" } else { "legal_notice" })),
        ("consent_id".into(), Json::text_or_null(is_consent.then(|| record.to_string()))),
        ("identifier".into(), Json::text_or_null(identifier)),
        ("version".into(), version.map_or(Json::Null, Json::int)),
    ];
    Json::Object(members.into())
}
