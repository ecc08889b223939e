//! Uploading documents, and pointing to them.

use bytes::Bytes;
use uuid::Uuid;

use super::audit::Audit;
use super::idempotency::{Answer, Once};
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::document::{
    CitedDocument, Document, DocumentReference, clean_name, clean_type, names_nothing,
};
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::{Digest, WorkspaceId, time_ordered};
use crate::domain::json::Json;
use crate::domain::record::{Kind, Publication, SALT_BYTES};
use crate::domain::time::Timestamp;
use crate::store::installation::Term;
use crate::store::{self, Tx, pack};

/// A file as it was sent.
#[derive(Debug)]
pub struct Upload {
    /// The file's name, if it has one.
    pub name: Option<String>,
    /// Its declared type.
    pub mime_type: Option<String>,
    /// Its bytes.
    pub content: Bytes,
}

/// A file that is accepted, hashed and packed.
#[derive(Debug)]
pub struct NewDocument {
    name: String,
    mime_type: String,
    digest: Digest,
    size: i64,
    packed: Vec<u8>,
}

impl NewDocument {
    /// What tells it apart from another upload: the same file sent again, whatever was around it, is the same.
    #[must_use]
    pub fn summary(&self) -> String {
        format!("{}\n{}\n{}", self.name, self.mime_type, self.digest)
    }
}

/// Checks a file and prepares it to be stored.
///
/// # Errors
/// An empty file, one that is too large, or one of a type that is not accepted here.
pub async fn prepare(app: &App, upload: Upload) -> Result<NewDocument> {
    let Upload { name, mime_type, content } = upload;
    let (name, mime_type) = (clean_name(name.as_deref()), clean_type(mime_type.as_deref()));
    check(app, &mime_type, &content)?;
    let size = i64::try_from(content.len()).map_err(Error::internal)?;
    // Megabytes take a while to hash and to compress: not on a thread that answers requests.
    let work = tokio::task::spawn_blocking(move || (Digest::of(&content), pack(&content)));
    let (digest, packed) = work.await.map_err(Error::internal)?;
    Ok(NewDocument { name, mime_type, digest, size, packed })
}

/// Stores a document and its record, as `once` answers it.
///
/// # Errors
/// Another request under the same name; those of the store.
pub async fn store(
    app: &App,
    workspace: WorkspaceId,
    document: NewDocument,
    by: Author,
    once: Once<Document>,
) -> Result<Answer> {
    let at = app.clock.now();
    let id = time_ordered(at, &app.random.bytes());
    store_as(app, workspace, (id, at), document, by, once).await
}

/// The same, under an id and with a time that are given.
pub(super) async fn store_as(
    app: &App,
    workspace: WorkspaceId,
    (id, at): (Uuid, Timestamp),
    document: NewDocument,
    by: Author,
    once: Once<Document>,
) -> Result<Answer> {
    let NewDocument { name, mime_type, digest, size, packed } = document;
    let document = Document { id, name, mime_type, digest, size, at };
    let (audit, by) = (Audit::by(app, workspace, &by), by.to_string());
    let publication = Publication {
        kind: Kind::Document,
        name: Json::text(document.name.clone()),
        version: Json::text(id.to_string()),
        at,
        digest,
        by: &by,
        documents: &[],
    };
    let record = publication.into_groups().seal(&app.random.bytes::<SALT_BYTES>());
    let about = app.store.index_key().hash(Term::Document, &id.to_string());
    let work = move |tx: &mut Tx<'_>| {
        // Nobody takes the same bytes away meanwhile.
        store::erasure::take_turn(tx, workspace)?;
        store::document::insert(tx, workspace, &document, &packed)?;
        store::record::insert(tx, workspace, id, Kind::Document, &record)?;
        audit.note(tx, upload(&document))?;
        Ok(document.clone())
    };
    once.about(about).write(app, work).await
}

/// A file's name may be a person's.
fn upload(document: &Document) -> Change {
    let after = Json::object([
        ("mime_type", Json::text(document.mime_type.clone())),
        ("size", Json::int(document.size)),
        ("sha256", Json::text(document.digest.to_string())),
    ]);
    Change::made("document.upload", format!("document:{}", document.id), after)
}

fn check(app: &App, mime_type: &str, content: &Bytes) -> Result<()> {
    let rules = &app.edge.documents;
    if content.is_empty() {
        return Err(Error::invalid("file", "is empty"));
    }
    if content.len() > rules.max_bytes {
        return Err(Error::TooLarge { limit: rules.max_bytes });
    }
    if !rules.accept(mime_type) {
        let reason = format!("is {mime_type}; this server accepts {}", rules.types.join(", "));
        return Err(Error::invalid("file", reason));
    }
    Ok(())
}

/// Up to `limit` documents, newest first, after the document `after`; each with whether anything points to it.
///
/// # Errors
/// [`Error::Invalid`] when `after` names no document of the workspace.
pub async fn list(
    app: &App,
    workspace: WorkspaceId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<(Document, bool)>> {
    app.store
        .read(move |tx| {
            if let Some(id) = after
                && store::document::get(tx, workspace, id)?.is_none()
            {
                return Err(Error::invalid(
                    "starting_after_identifier",
                    "names no document of this workspace",
                ));
            }
            store::document::list(tx, workspace, after.unwrap_or(Uuid::max()), limit)
        })
        .await
}

/// A document with its bytes.
///
/// # Errors
/// [`Error::NotFound`], also for a document of another workspace.
pub async fn get(app: &App, workspace: WorkspaceId, id: Uuid) -> Result<(Document, Vec<u8>)> {
    let read = move |tx: &mut Tx<'_>| {
        let document = store::document::get(tx, workspace, id)?.ok_or(Error::NotFound("Document"))?;
        let content = store::document::content(tx, workspace, &document.digest)?;
        let content = content.ok_or_else(|| Error::internal(format!("document {id} has no bytes")))?;
        Ok((document, content))
    };
    app.store.read(read).await
}

/// Finds the documents that are pointed to; what is not found is a problem.
pub(super) fn cite(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    references: &[DocumentReference],
    problems: &mut Problems,
) -> Result<Vec<CitedDocument>> {
    let mut cited = Vec::with_capacity(references.len());
    for DocumentReference { field, id } in references {
        match store::document::get(tx, workspace, *id)? {
            Some(document) => cited.push(CitedDocument { id: *id, digest: document.digest }),
            None => problems.add(field.clone(), names_nothing(&id.to_string())),
        }
    }
    Ok(cited)
}
