//! `/documents` (contract 2.16).

pub(in crate::http) mod describe;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::multipart::{Field, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse as _, Response};
use uuid::Uuid;

use crate::actions;
use crate::actions::document::Upload;
use crate::actions::idempotency::Once;
use crate::app::App;
use crate::domain::document::{Document, content_disposition, sent_name};
use crate::domain::error::{Error, Result};
use crate::domain::json::{Json, Member};
use crate::domain::time::Spelling;
use crate::http::body::check_length;
use crate::http::error::{ApiError, json};
use crate::http::extract::{PathPart, PrivateKey};
use crate::http::idempotency::{IdempotencyKey, respond};
use crate::http::query::Query;

/// What a body may have besides the file: boundaries, headers, small fields that nobody reads.
const AROUND_THE_FILE: usize = 64 * 1024;
const READ_TIMEOUT: Duration = Duration::from_mins(5);
const PLACE_TIMEOUT: Duration = Duration::from_secs(30);
const NOT_A_FORM: &str = "the body must be multipart/form-data with a part named file";
const CURSOR: &str = "starting_after_identifier";

/// `POST /documents`
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    name: IdempotencyKey,
    request: Request,
) -> Result<Response, ApiError> {
    let document = actions::document::prepare(&app, receive(&app, request).await?).await?;
    let begun = name.begin(&app, (key.workspace, &key.author()), document.summary().as_bytes())?;
    let answer = |stored: &Document| Json::Object(members(stored.clone())).to_string();
    let once = Once::new(begun.as_ref(), answer);
    Ok(respond(actions::document::store(&app, key.workspace, document, key.author(), once).await?))
}

/// Reads an upload.
pub(in crate::http) async fn receive(app: &App, request: Request) -> Result<Upload> {
    let upload = tokio::time::timeout(READ_TIMEOUT, file_of(app, request)).await;
    upload.map_err(|_| Error::invalid("", "the body did not arrive within five minutes"))?
}

/// Reads the part `file`. Documents are held in memory, so only a few are received at a time.
async fn file_of(app: &App, mut request: Request) -> Result<Upload> {
    let limit = app.edge.documents.max_bytes;
    check_length(request.headers(), limit + AROUND_THE_FILE).map_err(|_| Error::TooLarge { limit })?;
    let place = tokio::time::timeout(PLACE_TIMEOUT, app.uploading.acquire()).await;
    let _place = place.map_err(|_| busy())?.map_err(Error::internal)?;
    DefaultBodyLimit::max(limit + AROUND_THE_FILE).apply(&mut request);
    let form = Multipart::from_request(request, &()).await;
    let mut form = form.map_err(|_| Error::invalid("", NOT_A_FORM))?;
    let mut file = None;
    while let Some(part) = form.next_field().await.map_err(|why| unreadable(&why, limit))? {
        if part.name() == Some("file") {
            if file.is_some() {
                return Err(Error::invalid("file", "must be one file, not several"));
            }
            file = Some(read(part, limit).await?);
        }
    }
    file.ok_or_else(|| Error::invalid("file", NOT_A_FORM))
}

fn busy() -> Error {
    Error::Unavailable { retry_after: 5, cause: "too many documents are being received".into() }
}

async fn read(mut part: Field<'_>, limit: usize) -> Result<Upload> {
    let disposition = part.headers().get(header::CONTENT_DISPOSITION).map(HeaderValue::as_bytes);
    let name = disposition.and_then(|value| sent_name(&String::from_utf8_lossy(value)));
    let mime_type = part.content_type().map(str::to_owned);
    let mut content = Vec::new();
    while let Some(chunk) = part.chunk().await.map_err(|why| unreadable(&why, limit))? {
        if content.len() + chunk.len() > limit {
            return Err(Error::TooLarge { limit });
        }
        content.extend_from_slice(&chunk);
    }
    Ok(Upload { name, mime_type, content: content.into() })
}

fn unreadable(why: &MultipartError, limit: usize) -> Error {
    match why.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge { limit },
        StatusCode::BAD_REQUEST => Error::invalid("", "the body is not valid multipart/form-data"),
        _ => Error::invalid("", "the body broke off"),
    }
}

/// `GET /documents`
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    uri: Uri,
) -> Result<Response, ApiError> {
    let query = Query::of(&uri)?;
    let after = query
        .get(CURSOR)
        .map(|id| Uuid::try_parse(id).map_err(|_| Error::invalid(CURSOR, "must be a document's id")));
    let limit = super::rows(&query);
    let documents = actions::document::list(&app, key.workspace, after.transpose()?, limit).await?;
    let item = |(document, is_referenced): (Document, bool)| {
        let mut item = members(document);
        item.push(("referenced".into(), Json::Bool(is_referenced)));
        Json::Object(item)
    };
    Ok(json(StatusCode::OK, &Json::Array(documents.into_iter().map(item).collect())))
}

/// What the contract tells of a document; size and digest are our addition.
fn members(document: Document) -> Vec<Member<'static>> {
    let Document { id, name, mime_type, digest, size, at } = document;
    vec![
        ("id".into(), Json::text(id.to_string())),
        ("name".into(), Json::text(name)),
        ("mime_type".into(), Json::text(mime_type)),
        ("timestamp".into(), Json::text(at.spell(Spelling::Millis))),
        ("size".into(), Json::int(size)),
        ("sha256".into(), Json::text(digest.to_string())),
    ]
}

/// `GET /documents/:id`: the bytes as they were sent, to be saved and never to be shown as a page of ours.
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    PrivateKey(key): PrivateKey,
    PathPart(id): PathPart<String>,
) -> Result<Response, ApiError> {
    let id = Uuid::try_parse(&id).map_err(|_| Error::NotFound("Document"))?;
    let (document, content) = actions::document::get(&app, key.workspace, id).await?;
    Ok(to_be_saved(&document, content)?)
}

/// The bytes of a document, which a browser saves.
pub(in crate::http) fn to_be_saved(document: &Document, content: Vec<u8>) -> Result<Response> {
    let value = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let headers = [
        (header::CONTENT_TYPE, value(&document.mime_type)?),
        (header::CONTENT_DISPOSITION, value(&content_disposition(&document.name))?),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((StatusCode::OK, headers, content).into_response())
}
