//! Everything that a list would give, page after page, as one file.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use tokio::sync::mpsc;

use super::{audit, document, short_list, subject};
use crate::actions::export::{self, Chunk, Export, WAITING};
use crate::app::App;
use crate::domain::consent::Filter;
use crate::domain::document::content_disposition;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::subject::SubjectFilter;
use crate::domain::substring::AnyOf;
use crate::domain::table::Format;
use crate::http::consent_api::legal_notice;
use crate::http::consent_api::subject::filter;
use crate::http::consent_filter;
use crate::http::error::ProblemError;
use crate::http::extract::{Reader, Viewer};
use crate::http::query::Query;

/// `GET /api/v1/exports/consents`
pub(in crate::http) async fn consents(
    State(app): State<Arc<App>>,
    Viewer { workspace, is_owner }: Viewer,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let filter = Filter { hides_restricted: !is_owner, ..read_consents(&query)? };
    Ok(answer(app, workspace, Export::Consents(filter), &query).await?)
}

/// `GET /api/v1/exports/subjects`
pub(in crate::http) async fn subjects(
    State(app): State<Arc<App>>,
    Viewer { workspace, is_owner }: Viewer,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let filter = SubjectFilter { hides_restricted: !is_owner, ..filter(&query)? };
    Ok(answer(app, workspace, Export::Subjects(filter, subject::first(&query)?), &query).await?)
}

/// `GET /api/v1/exports/legal_notices`
pub(in crate::http) async fn legal_notices(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    Ok(answer(app, workspace, read_notices(&query, workspace)?, &query).await?)
}

/// `GET /api/v1/exports/documents`
pub(in crate::http) async fn documents(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    Ok(answer(app, workspace, Export::Documents(document::wanted(&query)?), &query).await?)
}

/// `GET /api/v1/exports/members`
pub(in crate::http) async fn members(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    Ok(answer(app, workspace, Export::Members(short_list::wanted(&query)), &query).await?)
}

/// `GET /api/v1/exports/keys`
pub(in crate::http) async fn keys(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    Ok(answer(app, workspace, Export::Keys(short_list::wanted(&query)), &query).await?)
}

/// `GET /api/v1/exports/audit`
pub(in crate::http) async fn audit(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    Ok(answer(app, workspace, Export::Changes(audit::wanted(&query)?), &query).await?)
}

/// An export with filters that were given as names and values, as a query has them.
///
/// # Errors
/// A word that names nothing to export, and filters that cannot be read.
pub(crate) fn asked(what: &str, workspace: WorkspaceId, filters: Vec<(String, String)>) -> Result<Export> {
    let query = Query::from_pairs(filters);
    match what {
        "consents" => read_consents(&query).map(Export::Consents),
        "subjects" => Ok(Export::Subjects(filter(&query)?, subject::first(&query)?)),
        "legal_notices" => read_notices(&query, workspace),
        "documents" => document::wanted(&query).map(Export::Documents),
        "members" => Ok(Export::Members(short_list::wanted(&query))),
        "keys" => Ok(Export::Keys(short_list::wanted(&query))),
        "audit" => audit::wanted(&query).map(Export::Changes),
        _ => Err(Error::invalid(
            "what",
            "must be consents, subjects, legal_notices, documents, members, keys or audit",
        )),
    }
}

fn read_consents(query: &Query) -> Result<Filter> {
    let (mut filter, _) = consent_filter::read(query)?;
    filter.search = query.get("search").map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    Ok(filter)
}

fn read_notices(query: &Query, workspace: WorkspaceId) -> Result<Export> {
    let mut problems = Problems::default();
    let wanted = legal_notice::filter(query, workspace, &mut problems);
    let search = query.get("search").and_then(|text| AnyOf::whole(text.trim()));
    problems.or(Export::LegalNotices(wanted, search))
}

async fn answer(app: Arc<App>, workspace: WorkspaceId, export: Export, query: &Query) -> Result<Response> {
    let mut problems = Problems::default();
    let format = query.read("format", &mut problems, "must be csv or jsonl", Format::from_word);
    let format = problems.or(format.unwrap_or(Format::Csv))?;
    let name = format!("{}-{}.{}", export.table().name, workspace.0, format.word());
    let (sink, mut chunks) = mpsc::channel(WAITING);
    tokio::spawn(async move { export::run(&app, workspace, export, format, sink).await });
    // What is refused is refused before the answer begins.
    let first = chunks.recv().await.transpose()?;
    let content_type = match format {
        Format::Csv => "text/csv; charset=utf-8; header=present",
        Format::JsonLines => "application/jsonl; charset=utf-8",
    };
    attachment(content_type, &name, streamed(first, chunks))
}

/// A file to be saved, and never to be shown as a page of ours.
pub(in crate::http) fn attachment(content_type: &'static str, name: &str, body: Body) -> Result<Response> {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_str(&content_disposition(name)).map_err(Error::internal)?,
        ),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::OK, headers, body).into_response())
}

/// A body that is sent while it is made. If making it fails, it breaks off: a body that ends well is whole.
pub(in crate::http) fn streamed(first: Option<Chunk>, chunks: mpsc::Receiver<Result<Chunk>>) -> Body {
    let next = |(first, mut chunks): (Option<Chunk>, mpsc::Receiver<Result<Chunk>>)| async move {
        let chunk = match first {
            Some(chunk) => Ok(chunk),
            None => chunks.recv().await?,
        };
        if let Err(error) = &chunk {
            tracing::warn!(%error, "an export broke off");
        }
        Some((chunk, (None, chunks)))
    };
    Body::from_stream(stream::unfold((first, chunks), next))
}
