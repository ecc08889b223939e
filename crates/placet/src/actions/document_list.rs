//! Finding documents, and what points to them.

use uuid::Uuid;

use crate::app::App;
use crate::domain::document::Document;
use crate::domain::document_list::{DocumentQuery, Referrer};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::store::document_list::DocumentPlace;
use crate::store::{self, Tx};

/// Documents looked at in one read, when most of those looked at do not pass.
const STRETCH: usize = 500;
const UNKNOWN: Error = Error::NotFound("Document");

/// Up to `limit` documents that pass, after the document `after`; each with whether anything points to it.
///
/// # Errors
/// [`Error::Invalid`] when `after` names no document of the workspace.
pub async fn find(
    app: &App,
    workspace: WorkspaceId,
    query: DocumentQuery,
    after: Option<Uuid>,
    limit: usize,
) -> Result<Vec<(Document, bool)>> {
    let mut place = match after {
        None => DocumentPlace::start(query.is_descending),
        Some(id) => {
            let found = app.store.read(move |tx| store::document::get(tx, workspace, id)).await?;
            let unknown = || Error::invalid("starting_after", "names no document of this workspace");
            DocumentPlace::of(&found.ok_or_else(unknown)?)
        }
    };
    let (order, mut stretch, mut found) = ((query.order, query.is_descending), limit, Vec::new());
    loop {
        let (beyond, rows) = (place.clone(), i64::try_from(stretch).map_err(Error::internal)?);
        let read = move |tx: &mut Tx<'_>| store::document_list::list(tx, workspace, order, &beyond, rows);
        let looked_at = app.store.read(read).await?;
        let is_end = looked_at.len() < stretch;
        place = looked_at.last().map_or(place, |(last, _)| DocumentPlace::of(last));
        found.extend(looked_at.into_iter().filter(|(document, is)| query.passes(document, *is)));
        if is_end || found.len() >= limit {
            found.truncate(limit);
            return Ok(found);
        }
        stretch = STRETCH;
    }
}

/// A document, and whether anything points to it.
///
/// # Errors
/// [`Error::NotFound`], also for one of another workspace.
pub async fn get(app: &App, workspace: WorkspaceId, id: Uuid) -> Result<(Document, bool)> {
    let read = move |tx: &mut Tx<'_>| {
        let document = store::document::get(tx, workspace, id)?.ok_or(UNKNOWN)?;
        let referrers = store::document_list::referrers(tx, workspace, id, Uuid::max(), 1)?;
        Ok((document, !referrers.is_empty()))
    };
    app.store.read(read).await
}

/// Up to `limit` consents and versions of notices that point to a document, after the record `after`.
///
/// # Errors
/// [`Error::NotFound`] for an unknown document.
pub async fn referrers(
    app: &App,
    workspace: WorkspaceId,
    document: Uuid,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Referrer>> {
    let read = move |tx: &mut Tx<'_>| {
        store::document::get(tx, workspace, document)?.ok_or(UNKNOWN)?;
        store::document_list::referrers(tx, workspace, document, after.unwrap_or(Uuid::max()), limit)
    };
    app.store.read(read).await
}
