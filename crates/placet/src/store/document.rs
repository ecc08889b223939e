//! Documents: what is known of each upload, its bytes once per digest, and what points to it.

use uuid::Uuid;

use super::engine::{ColumnType, Insert, Tx};
use super::packing::unpack;
use super::row::{Row, Value};
use crate::domain::document::Document;
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::time::Timestamp;

statements! {
    INSERT = "INSERT INTO documents (workspace_id, id, name, mime_type, sha256, size, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    INSERT_CONTENT = "INSERT INTO document_contents (workspace_id, sha256, content) VALUES ($1, $2, $3) ON CONFLICT (workspace_id, sha256) DO NOTHING";
    HAS_CONTENT = "SELECT sha256 FROM document_contents WHERE workspace_id = $1 AND sha256 = $2";
    CONTENT = "SELECT content FROM document_contents WHERE workspace_id = $1 AND sha256 = $2";
    GET = "SELECT id, name, mime_type, sha256, size, at FROM documents WHERE workspace_id = $1 AND id = $2";
    LIST = "SELECT d.id, d.name, d.mime_type, d.sha256, d.size, d.at, CAST(CASE WHEN EXISTS
            (SELECT 1 FROM document_references r WHERE r.workspace_id = d.workspace_id AND r.document_id = d.id) THEN 1 ELSE 0 END AS BIGINT)
        FROM documents d WHERE d.workspace_id = $1 AND d.id < $2 ORDER BY d.id DESC LIMIT $3";
    SAME_BYTES = "SELECT id FROM documents WHERE workspace_id = $1 AND sha256 = $2 LIMIT 1";
    REMOVE = "DELETE FROM documents WHERE workspace_id = $1 AND id = $2";
    REMOVE_CONTENT = "DELETE FROM document_contents WHERE workspace_id = $1 AND sha256 = $2";
    REFERRING = "SELECT record_id FROM document_references WHERE workspace_id = $1 AND document_id = $2";
    REMOVE_REFERENCES = "DELETE FROM document_references WHERE workspace_id = $1 AND record_id = $2";
    REFERRED = "SELECT document_id FROM document_references WHERE workspace_id = $1 AND record_id = $2 ORDER BY place";
}

/// What a record points to.
pub(super) const INSERT_REFERENCES: Insert = Insert {
    table: "document_references",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("record_id", ColumnType::Bytes),
        ("place", ColumnType::Int),
        ("document_id", ColumnType::Bytes),
    ],
    on_conflict: "",
};

pub(super) fn reference_rows<'v>(
    workspace: WorkspaceId,
    record: &'v Uuid,
    documents: &'v [Uuid],
) -> impl Iterator<Item = Value<'v>> {
    (0..).zip(documents).flat_map(move |(place, document)| -> [Value<'v>; 4] {
        [workspace.0.into(), record.into(), Value::Int(place), document.into()]
    })
}

/// Notes which documents a record points to.
pub fn refer(tx: &mut Tx<'_>, workspace: WorkspaceId, record: Uuid, documents: &[Uuid]) -> Result<()> {
    if documents.is_empty() {
        return Ok(());
    }
    tx.insert_all(&[(&INSERT_REFERENCES, reference_rows(workspace, &record, documents).collect())])
}

/// The documents that a record points to, in the order in which they were told.
pub fn referred(tx: &mut Tx<'_>, workspace: WorkspaceId, record: Uuid) -> Result<Vec<Uuid>> {
    tx.query(REFERRED, &[workspace.0.into(), (&record).into()])?.iter_mut().map(|row| row.uuid(0)).collect()
}

/// The records that point to a document.
pub fn referring(tx: &mut Tx<'_>, workspace: WorkspaceId, document: Uuid) -> Result<Vec<Uuid>> {
    let rows = tx.query(REFERRING, &[workspace.0.into(), (&document).into()])?;
    rows.into_iter().map(|mut row| row.uuid(0)).collect()
}

/// Forgets which documents a record points to.
pub fn remove_references(tx: &mut Tx<'_>, workspace: WorkspaceId, record: Uuid) -> Result<()> {
    tx.execute(REMOVE_REFERENCES, &[workspace.0.into(), (&record).into()]).map(drop)
}

/// Removes a document, and its bytes unless another document has the same.
pub fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, document: &Document) -> Result<()> {
    let Document { id, digest, .. } = document;
    tx.execute(REMOVE, &[workspace.0.into(), id.into()])?;
    if tx.query_one(SAME_BYTES, &[workspace.0.into(), digest.into()])?.is_none() {
        tx.execute(REMOVE_CONTENT, &[workspace.0.into(), digest.into()])?;
    }
    Ok(())
}

/// The same for each of several records.
pub fn referred_each(tx: &mut Tx<'_>, workspace: WorkspaceId, records: &[Uuid]) -> Result<Vec<Vec<Uuid>>> {
    let keys: Vec<Vec<Value<'_>>> =
        records.iter().map(|record| vec![workspace.0.into(), record.into()]).collect();
    let ids = |mut rows: Vec<Row>| rows.iter_mut().map(|row| row.uuid(0)).collect();
    tx.query_each(REFERRED, &keys)?.into_iter().map(ids).collect()
}

/// Stores a document; `content` is packed, and stored unless the same bytes are there already.
pub fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, document: &Document, content: &[u8]) -> Result<()> {
    let Document { id, name, mime_type, digest, size, at } = document;
    let values: [Value<'_>; 7] = [
        workspace.0.into(),
        id.into(),
        name.into(),
        mime_type.into(),
        digest.into(),
        (*size).into(),
        at.0.into(),
    ];
    tx.execute(INSERT, &values)?;
    // Asked first, so that megabytes are not sent to a database that has them.
    if tx.query_one(HAS_CONTENT, &[workspace.0.into(), digest.into()])?.is_none() {
        tx.execute(INSERT_CONTENT, &[workspace.0.into(), digest.into(), content.into()])?;
    }
    Ok(())
}

/// What is known of a document.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Document>> {
    tx.query_one(GET, &[workspace.0.into(), (&id).into()])?.map(|mut row| read(&mut row)).transpose()
}

/// The bytes with this digest.
pub fn content(tx: &mut Tx<'_>, workspace: WorkspaceId, digest: &Digest) -> Result<Option<Vec<u8>>> {
    let row = tx.query_one(CONTENT, &[workspace.0.into(), digest.into()])?;
    row.map(|mut row| unpack(&row.bytes(0)?)).transpose()
}

/// Up to `limit` documents that were uploaded before `before`, newest first, each with whether anything points to it.
pub fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    before: Uuid,
    limit: i64,
) -> Result<Vec<(Document, bool)>> {
    let rows = tx.query(LIST, &[workspace.0.into(), (&before).into(), limit.into()])?;
    rows.into_iter().map(read_listed).collect()
}

pub(super) fn read_listed(mut row: Row) -> Result<(Document, bool)> {
    Ok((read(&mut row)?, row.int(6)? == 1))
}

fn read(row: &mut Row) -> Result<Document> {
    Ok(Document {
        id: row.uuid(0)?,
        name: row.text(1)?,
        mime_type: row.text(2)?,
        digest: row.digest(3)?,
        size: row.int(4)?,
        at: Timestamp(row.int(5)?),
    })
}
