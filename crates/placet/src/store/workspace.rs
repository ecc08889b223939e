//! Workspaces.

use std::collections::BTreeMap;

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::address::KeptAddress;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::retention::Kept;
use crate::domain::time::Timestamp;
use crate::domain::workspace::{Workspace, WorkspaceChange, WorkspaceSettings};

statements! {
    NEXT_ID = "SELECT COALESCE(MAX(id), 0) + 1 FROM workspaces";
    INSERT = "INSERT INTO workspaces (id, name, log_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
    NAME = "SELECT name FROM workspaces WHERE id = $1";
    IDS = "SELECT id FROM workspaces ORDER BY id";
    GET = "SELECT name, lists_cookie_choices, public_may_update, maps_notice_names, keeps_addresses, keeps_proofs_months FROM workspaces WHERE id = $1";
    SET = "UPDATE workspaces SET
        lists_cookie_choices = COALESCE($2, lists_cookie_choices),
        public_may_update = COALESCE($3, public_may_update),
        maps_notice_names = COALESCE($4, maps_notice_names),
        keeps_addresses = COALESCE($5, keeps_addresses),
        keeps_proofs_months = COALESCE($6, keeps_proofs_months),
        name = COALESCE($7, name) WHERE id = $1";
    LOCK = "UPDATE workspaces SET name = name WHERE id = $1";
    WIDGETS = "SELECT widget_id, keeps_proofs_months FROM widget_retention WHERE workspace_id = $1";
    SET_WIDGET = "INSERT INTO widget_retention (workspace_id, widget_id, keeps_proofs_months) VALUES ($1, $2, $3)
        ON CONFLICT (workspace_id, widget_id) DO UPDATE SET keeps_proofs_months = excluded.keeps_proofs_months";
    REMOVE_WIDGET = "DELETE FROM widget_retention WHERE workspace_id = $1 AND widget_id = $2";
}

/// Creates a workspace under the next number; `None` when another process took it, and the caller tries again.
pub fn insert(tx: &mut Tx<'_>, name: &str, log_id: [u8; 16], now: Timestamp) -> Result<Option<WorkspaceId>> {
    let id = tx.query_one(NEXT_ID, &[])?.map_or(Ok(1), |mut row| row.int(0))?;
    let values: [Value<'_>; 4] = [id.into(), name.into(), log_id.as_slice().into(), now.0.into()];
    Ok((tx.execute(INSERT, &values)? == 1).then_some(WorkspaceId(id)))
}

/// The name of a workspace, if it exists.
pub fn name(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Option<String>> {
    tx.query_one(NAME, &[workspace.0.into()])?.map(|mut row| row.text(0)).transpose()
}

/// A workspace with its settings, if it exists.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Option<Workspace>> {
    let Some(mut row) = tx.query_one(GET, &[workspace.0.into()])? else { return Ok(None) };
    let settings = WorkspaceSettings {
        lists_cookie_choices: row.int(1)? == 1,
        public_may_update: row.int(2)? == 1,
        maps_notice_names: row.int(3)? == 1,
        keeps_addresses: KeptAddress::from_word(&row.text(4)?).ok_or_else(unknown)?,
        keeps_proofs: kept(&mut row, 5)?,
    };
    let widgets_keep_proofs = widgets(tx, workspace)?;
    Ok(Some(Workspace { name: row.text(0)?, settings, widgets_keep_proofs }))
}

fn widgets(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<BTreeMap<WidgetId, Kept>> {
    let read = |mut row: Row| Ok((WidgetId(row.int(0)?), kept(&mut row, 1)?));
    tx.query(WIDGETS, &[workspace.0.into()])?.into_iter().map(read).collect()
}

fn kept(row: &mut Row, column: usize) -> Result<Kept> {
    Kept::of_number(row.int(column)?).ok_or_else(unknown)
}

fn unknown() -> Error {
    Error::internal("a setting of a workspace has a value that this release does not know")
}

/// Changes name and settings; what is not named stays.
pub fn set(tx: &mut Tx<'_>, workspace: WorkspaceId, change: &WorkspaceChange) -> Result<()> {
    let WorkspaceChange {
        name,
        lists_cookie_choices,
        public_may_update,
        maps_notice_names,
        keeps_addresses,
        keeps_proofs,
        widgets_keep_proofs,
        widgets_keep_as_all,
    } = change;
    let values: [Value<'_>; 7] = [
        workspace.0.into(),
        (*lists_cookie_choices).into(),
        (*public_may_update).into(),
        (*maps_notice_names).into(),
        keeps_addresses.map(KeptAddress::word).into(),
        keeps_proofs.map(Kept::number).into(),
        name.as_deref().into(),
    ];
    tx.execute(SET, &values)?;
    for (widget, kept) in widgets_keep_proofs {
        tx.execute(SET_WIDGET, &[workspace.0.into(), widget.0.into(), kept.number().into()])?;
    }
    for widget in widgets_keep_as_all {
        tx.execute(REMOVE_WIDGET, &[workspace.0.into(), widget.0.into()])?;
    }
    Ok(())
}

/// Makes whoever else wants the same wait until this transaction has ended: what follows holds for all that is stored.
pub fn lock(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<()> {
    tx.execute(LOCK, &[workspace.0.into()]).map(drop)
}

/// All workspaces.
pub fn ids(tx: &mut Tx<'_>) -> Result<Vec<WorkspaceId>> {
    tx.query(IDS, &[])?.iter_mut().map(|row| row.int(0).map(WorkspaceId)).collect()
}
