//! Widgets in use, and their published versions.

use uuid::Uuid;

use super::engine::Tx;
use super::packing::{pack, unpack_text};
use super::row::{Row, Value};
use crate::domain::error::{Error, Result};
use crate::domain::id::{Digest, WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::origin::AllowedOrigin;
use crate::domain::region::RegionRule;
use crate::domain::time::Timestamp;
use crate::domain::widget::{Rounds, Variant, Widget, WidgetVersion, rounds, spell};

statements! {
    /// Not by workspace: ids are unique in the installation.
    OWNER = "SELECT workspace_id FROM widgets WHERE id = $1 UNION SELECT workspace_id FROM widget_drafts WHERE widget_id = $1";
    /// Not by workspace, for the same reason.
    NEXT_ID = "SELECT MAX(id) + 1 FROM (SELECT 0 AS id UNION ALL SELECT MAX(id) FROM widgets UNION ALL SELECT MAX(widget_id) FROM widget_drafts) AS ids";
    UPSERT = "INSERT INTO widgets (workspace_id, id, sha256, version_key, rounds, variants, allowed_origins, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8)
        ON CONFLICT (workspace_id, id) DO UPDATE SET sha256 = excluded.sha256, version_key = excluded.version_key, rounds = excluded.rounds,
        variants = excluded.variants, allowed_origins = excluded.allowed_origins, updated_at = excluded.updated_at";
    SET_ORIGINS = "UPDATE widgets SET allowed_origins = $3 WHERE workspace_id = $1 AND id = $2";
    INSERT_VERSION = "INSERT INTO widget_versions (workspace_id, widget_id, sha256, settings, record_id, created_at) VALUES ($1, $2, $3, $4, $5, $6)";
    HAS_VERSION = "SELECT record_id FROM widget_versions WHERE workspace_id = $1 AND widget_id = $2 AND sha256 = $3";
    GET = "SELECT w.id, w.version_key, w.allowed_origins, w.created_at, w.updated_at, v.settings, w.rounds, w.variants FROM widgets w
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

/// What is in use from now on; creates the widget if there is none.
pub fn put(tx: &mut Tx<'_>, widget: &Widget) -> Result<()> {
    let Widget { id, workspace, version, variants, version_key, rounds, allowed_origins, updated_at, .. } =
        widget;
    let values: [Value<'_>; 8] = [
        workspace.0.into(),
        id.0.into(),
        (&version.digest).into(),
        version_key.as_ref().into(),
        spell(rounds).into(),
        spell_variants(variants).into(),
        spell_origins(allowed_origins).into(),
        updated_at.0.into(),
    ];
    tx.execute(UPSERT, &values).map(drop)
}

/// Changes where a published widget may be used, at once.
pub fn set_origins(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    id: WidgetId,
    origins: &[AllowedOrigin],
) -> Result<bool> {
    Ok(tx.execute(SET_ORIGINS, &[workspace.0.into(), id.0.into(), spell_origins(origins).into()])? == 1)
}

fn spell_origins(origins: &[AllowedOrigin]) -> String {
    Json::Array(origins.iter().map(|origin| Json::text(origin.as_str())).collect()).to_string()
}

fn spell_variants(variants: &[Variant]) -> String {
    let variant = |Variant { label, regions, version }: &Variant| {
        let regions = regions.iter().map(|rule| Json::text(rule.spell())).collect();
        Json::object([
            ("label", Json::text(label.clone())),
            ("regions", Json::Array(regions)),
            ("sha256", Json::text(version.digest.to_string())),
        ])
    };
    Json::Array(variants.iter().map(variant).collect()).to_string()
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

/// A widget with what is in use of it.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WidgetId) -> Result<Option<Widget>> {
    let Some(row) = tx.query_one(GET, &[workspace.0.into(), id.0.into()])? else { return Ok(None) };
    read(tx, workspace, row).map(Some)
}

fn read(tx: &mut Tx<'_>, workspace: WorkspaceId, mut row: Row) -> Result<Widget> {
    let id = WidgetId(row.int(0)?);
    let version_key = row.uuid_or_none(1)?;
    let origins = row.text(2)?;
    let origins = Json::parse(&origins).map_err(Error::internal)?;
    let allowed_origins =
        origins.items().iter().filter_map(|entry| AllowedOrigin::parse(entry.as_str()?).ok()).collect();
    let (created_at, updated_at) = (Timestamp(row.int(3)?), Timestamp(row.int(4)?));
    let version = version(&row.bytes(5)?)?;
    let rounds: Rounds = row.text_or_none(6)?.map(|text| rounds(&text)).unwrap_or_default();
    let written = row.text_or_none(7)?.unwrap_or_default();
    let variants = variants(tx, workspace, id, &written)?;
    Ok(Widget {
        id,
        workspace,
        version,
        variants,
        version_key,
        rounds,
        allowed_origins,
        created_at,
        updated_at,
    })
}

fn variants(tx: &mut Tx<'_>, workspace: WorkspaceId, id: WidgetId, written: &str) -> Result<Vec<Variant>> {
    let written = Json::parse(written).unwrap_or(Json::Null);
    let mut variants = Vec::new();
    for variant in written.items() {
        let text = |name: &str| variant.get(name).and_then(Json::as_str).unwrap_or_default();
        let digest: Digest = text("sha256").parse().map_err(Error::internal)?;
        let Some(version) = get_version(tx, workspace, id, &digest)? else { continue };
        let regions = variant.get("regions").map_or(&[][..], Json::items).iter();
        let regions = regions.filter_map(|rule| RegionRule::parse(rule.as_str()?)).collect();
        variants.push(Variant { label: text("label").to_owned(), regions, version });
    }
    Ok(variants)
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
