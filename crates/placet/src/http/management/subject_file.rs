//! Everything that is known of one subject, as one archive.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use tokio::sync::mpsc;

use super::export::{attachment, streamed};
use crate::actions::export::WAITING;
use crate::actions::subject_file;
use crate::app::App;
use crate::http::consent_api::subject::existing;
use crate::http::error::{ApiError, ProblemError};
use crate::http::extract::{PathPart, Reader};

/// `GET /api/v1/subjects/{id}/file`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Result<PathPart<String>, ApiError>,
) -> Result<Response, ProblemError> {
    let PathPart(id) = id.map_err(|ApiError(error)| error)?;
    let id = existing(id)?;
    let (sink, mut chunks) = mpsc::channel(WAITING);
    tokio::spawn(async move { subject_file::run(&app, workspace, id, sink).await });
    // What is refused is refused before the answer begins.
    let first = chunks.recv().await.transpose()?;
    // The id may be an e-mail address: it stays out of the name.
    Ok(attachment("application/zip", "subject.zip", streamed(first, chunks))?)
}
