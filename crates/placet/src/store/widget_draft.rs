//! Drafts of widgets, and what was published from them.

use super::engine::Tx;
use super::packing::{pack, unpack_text};
use super::row::{Row, Value};
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::time::Timestamp;
use crate::domain::widget::{Ask, Draft, Provenance, Publication};

statements! {
    INSERT = "INSERT INTO widget_drafts (workspace_id, widget_id, revision, settings, is_imported, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (workspace_id, widget_id) DO NOTHING";
    UPDATE = "UPDATE widget_drafts SET revision = $3, settings = $4, is_imported = $5, changed_at = $6, changed_by = $7
        WHERE workspace_id = $1 AND widget_id = $2 AND revision + 1 = $3";
    NUMBER = "SELECT COALESCE(MAX(number), 0) FROM widget_publications WHERE workspace_id = $1 AND widget_id = $2";
    GET = "SELECT widget_id, revision, settings, is_imported, changed_at, changed_by FROM widget_drafts WHERE workspace_id = $1 AND widget_id = $2";
    LIST = "SELECT widget_id, revision, settings, is_imported, changed_at, changed_by FROM widget_drafts WHERE workspace_id = $1 ORDER BY widget_id LIMIT 1000";
    /// Published by a release that had no drafts.
    WITHOUT = "SELECT id FROM widgets WHERE workspace_id = $1 AND id NOT IN (SELECT widget_id FROM widget_drafts WHERE workspace_id = $1) ORDER BY id LIMIT 1000";
    INSERT_PUBLICATION = "INSERT INTO widget_publications (workspace_id, widget_id, number, sha256, settings, changes, ask, note, at, published_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    PUBLICATIONS = "SELECT number, sha256, settings, changes, ask, note, at, published_by FROM widget_publications
        WHERE workspace_id = $1 AND widget_id = $2 AND number < $3 ORDER BY number DESC LIMIT $4";
    PUBLICATION = "SELECT number, sha256, settings, changes, ask, note, at, published_by FROM widget_publications
        WHERE workspace_id = $1 AND widget_id = $2 AND number = $3";
}

/// Stores a draft whose revision is one more than that of the stored one, or 1 if there is none. False if somebody else
/// was faster; on PostgreSQL that one is waited for.
pub fn put(tx: &mut Tx<'_>, workspace: WorkspaceId, draft: &Draft) -> Result<bool> {
    let Draft { widget, revision, settings, provenance, changed_at, changed_by } = draft;
    let values: [Value<'_>; 7] = [
        workspace.0.into(),
        widget.0.into(),
        (*revision).into(),
        pack(settings.to_string().as_bytes()).into(),
        (*provenance == Provenance::Imported).into(),
        changed_at.0.into(),
        changed_by.into(),
    ];
    Ok(tx.execute(if *revision == 1 { INSERT } else { UPDATE }, &values)? == 1)
}

/// The number of the last publication of a widget, 0 if there is none.
pub fn last_number(tx: &mut Tx<'_>, workspace: WorkspaceId, widget: WidgetId) -> Result<i64> {
    tx.query_one(NUMBER, &[workspace.0.into(), widget.0.into()])?.map_or(Ok(0), |mut row| row.int(0))
}

/// The draft of a widget.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, widget: WidgetId) -> Result<Option<Draft>> {
    tx.query_one(GET, &[workspace.0.into(), widget.0.into()])?.map(read).transpose()
}

/// All drafts of a workspace.
pub fn list(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<Draft>> {
    tx.query(LIST, &[workspace.0.into()])?.into_iter().map(read).collect()
}

/// Widgets without a draft.
pub fn without(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<WidgetId>> {
    let rows = tx.query(WITHOUT, &[workspace.0.into()])?;
    rows.into_iter().map(|mut row| row.int(0).map(WidgetId)).collect()
}

fn read(mut row: Row) -> Result<Draft> {
    Ok(Draft {
        widget: WidgetId(row.int(0)?),
        revision: row.int(1)?,
        settings: unpacked(&row.bytes(2)?)?,
        provenance: if row.int(3)? == 0 { Provenance::New } else { Provenance::Imported },
        changed_at: Timestamp(row.int(4)?),
        changed_by: row.text(5)?,
    })
}

fn unpacked(bytes: &[u8]) -> Result<Json<'static>> {
    Ok(Json::parse(&unpack_text(bytes)?).map_err(Error::internal)?.into_owned())
}

/// Stores a publication.
pub fn insert_publication(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    widget: WidgetId,
    publication: &Publication,
) -> Result<()> {
    let Publication { number, digest, settings, changes, ask, note, at, by } = publication;
    let values: [Value<'_>; 10] = [
        workspace.0.into(),
        widget.0.into(),
        (*number).into(),
        digest.into(),
        pack(settings.to_string().as_bytes()).into(),
        pack(changes.to_string().as_bytes()).into(),
        ask.word().into(),
        note.as_deref().into(),
        at.0.into(),
        by.into(),
    ];
    tx.execute(INSERT_PUBLICATION, &values).map(drop)
}

/// Publications of a widget before a number, newest first.
pub fn publications(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    widget: WidgetId,
    before: i64,
    most: i64,
) -> Result<Vec<Publication>> {
    let values: [Value<'_>; 4] = [workspace.0.into(), widget.0.into(), before.into(), most.into()];
    tx.query(PUBLICATIONS, &values)?.into_iter().map(read_publication).collect()
}

/// A publication by its number.
pub fn publication(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    widget: WidgetId,
    number: i64,
) -> Result<Option<Publication>> {
    let values: [Value<'_>; 3] = [workspace.0.into(), widget.0.into(), number.into()];
    tx.query_one(PUBLICATION, &values)?.map(read_publication).transpose()
}

fn read_publication(mut row: Row) -> Result<Publication> {
    let digest: Digest = row.digest(1)?;
    Ok(Publication {
        number: row.int(0)?,
        digest,
        settings: unpacked(&row.bytes(2)?)?,
        changes: unpacked(&row.bytes(3)?)?,
        ask: Ask::parse(&row.text(4)?).unwrap_or(Ask::Nobody),
        note: row.text_or_none(5)?,
        at: Timestamp(row.int(6)?),
        by: row.text(7)?,
    })
}
