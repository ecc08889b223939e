//! Widgets and their published versions.

use uuid::Uuid;

use super::engine::Tx;
use super::packing::{pack, unpack_text};
use super::row::{Row, Value};
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::origin::AllowedOrigin;
use crate::domain::time::Timestamp;
use crate::domain::widget::{Widget, WidgetVersion};

statements! {
    /// Not by workspace: ids are unique in the installation.
    OWNER = "SELECT workspace_id FROM widgets WHERE id = $1";
    /// Not by workspace, for the same reason.
    NEXT_ID = "SELECT COALESCE(MAX(id), 0) + 1 FROM widgets";
    UPSERT = "INSERT INTO widgets (workspace_id, id, sha256, allowed_origins, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)
        ON CONFLICT (workspace_id, id) DO UPDATE SET sha256 = excluded.sha256, allowed_origins = excluded.allowed_origins, updated_at = excluded.updated_at";
    INSERT_VERSION = "INSERT INTO widget_versions (workspace_id, widget_id, sha256, settings, record_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    HAS_VERSION = "SELECT record_id FROM widget_versions WHERE workspace_id = $1 AND widget_id = $2 AND sha256 = $3";
    GET = "SELECT w.id, w.version_key, w.allowed_origins, w.created_at, w.updated_at, v.settings FROM widgets w
        JOIN widget_versions v ON v.workspace_id = w.workspace_id AND v.widget_id = w.id AND v.sha256 = w.sha256
        WHERE w.workspace_id = $1 AND w.id = $2";
    VERSIONS = "SELECT sha256 FROM widget_versions WHERE workspace_id = $1 AND widget_id = $2 ORDER BY created_at DESC";
    SETTINGS = "SELECT settings FROM widget_versions WHERE workspace_id = $1 AND widget_id = $2 AND sha256 = $3";
}

/// The workspace that has a widget of this id.
pub fn owner(tx: &mut Tx<'_>, id: WidgetId) -> Result<Option<WorkspaceId>> {
    tx.query_one(OWNER, &[id.0.into()])?.map(|mut row| row.int(0).map(WorkspaceId)).transpose()
}

/// A free id.
pub fn next_id(tx: &mut Tx<'_>) -> Result<WidgetId> {
    tx.query_one(NEXT_ID, &[])?.map_or(Ok(1), |mut row| row.int(0)).map(WidgetId)
}

/// Makes a version the current one; creates the widget if there is none.
pub fn put(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: WidgetId,
    digest: &Digest,
    origins: &[AllowedOrigin],
    now: Timestamp,
) -> Result<()> {
    let origins = Json::Array(origins.iter().map(|origin| Json::text(origin.as_str())).collect());
    let values: [Value<'_>; 5] =
        [workspace.0.into(), id.0.into(), digest.into(), origins.to_string().into(), now.0.into()];
    tx.execute(UPSERT, &values).map(drop)
}

/// Whether a version was published before.
pub fn has_version(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WidgetId, digest: &Digest) -> Result<bool> {
    Ok(tx.query_one(HAS_VERSION, &[workspace.0.into(), id.0.into(), digest.into()])?.is_some())
}

/// Stores a version.
pub fn insert_version(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: WidgetId,
    version: &WidgetVersion,
    record: Uuid,
    now: Timestamp,
) -> Result<()> {
    let values: [Value<'_>; 6] = [
        workspace.0.into(),
        id.0.into(),
        (&version.digest).into(),
        pack(version.text.as_bytes()).into(),
        (&record).into(),
        now.0.into(),
    ];
    tx.execute(INSERT_VERSION, &values).map(drop)
}

/// A widget with its current version.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WidgetId) -> Result<Option<Widget>> {
    tx.query_one(GET, &[workspace.0.into(), id.0.into()])?.map(|row| read(workspace, row)).transpose()
}

fn read(workspace: WorkspaceId, mut row: Row) -> Result<Widget> {
    let id = WidgetId(row.int(0)?);
    let version_key =
        row.bytes_or_none(1)?.map(|bytes| Uuid::from_slice(&bytes)).transpose().map_err(Error::internal)?;
    let origins = row.text(2)?;
    let origins = Json::parse(&origins).map_err(Error::internal)?;
    let allowed =
        origins.items().iter().filter_map(|entry| AllowedOrigin::parse(entry.as_str()?).ok()).collect();
    let (created_at, updated_at) = (Timestamp(row.int(3)?), Timestamp(row.int(4)?));
    let version = version(&row.bytes(5)?)?;
    Ok(Widget { id, workspace, version, version_key, allowed_origins: allowed, created_at, updated_at })
}

fn version(packed: &[u8]) -> Result<WidgetVersion> {
    let text = unpack_text(packed)?;
    let settings = Json::parse(&text).map_err(Error::internal)?.into_owned();
    Ok(WidgetVersion { digest: Digest::of(text.as_bytes()), settings, text })
}

/// Digests of all versions of a widget, newest first.
pub fn versions(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WidgetId) -> Result<Vec<Digest>> {
    let rows = tx.query(VERSIONS, &[workspace.0.into(), id.0.into()])?;
    rows.into_iter().map(|mut row| row.digest(0)).collect()
}

/// A version by its digest.
pub fn get_version(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: WidgetId,
    digest: &Digest,
) -> Result<Option<WidgetVersion>> {
    let row = tx.query_one(SETTINGS, &[workspace.0.into(), id.0.into(), digest.into()])?;
    row.map(|mut row| version(&row.bytes(0)?)).transpose()
}
