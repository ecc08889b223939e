//! Workspaces.

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;
use crate::domain::workspace::{Workspace, WorkspaceChange, WorkspaceSettings};

statements! {
    NEXT_ID = "SELECT COALESCE(MAX(id), 0) + 1 FROM workspaces";
    INSERT = "INSERT INTO workspaces (id, name, log_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
    NAME = "SELECT name FROM workspaces WHERE id = $1";
    IDS = "SELECT id FROM workspaces ORDER BY id";
    GET = "SELECT name, lists_cookie_choices, public_may_update, maps_notice_names FROM workspaces WHERE id = $1";
    SET = "UPDATE workspaces SET
        lists_cookie_choices = COALESCE($2, lists_cookie_choices),
        public_may_update = COALESCE($3, public_may_update),
        maps_notice_names = COALESCE($4, maps_notice_names),
        name = COALESCE($5, name) WHERE id = $1";
    LOCK = "UPDATE workspaces SET name = name WHERE id = $1";
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
    };
    Ok(Some(Workspace { name: row.text(0)?, settings }))
}

/// Changes name and settings; what is not named stays.
pub fn set(tx: &mut Tx<'_>, workspace: WorkspaceId, change: &WorkspaceChange) -> Result<()> {
    let WorkspaceChange { name, lists_cookie_choices, public_may_update, maps_notice_names } = change;
    let values: [Value<'_>; 5] = [
        workspace.0.into(),
        (*lists_cookie_choices).into(),
        (*public_may_update).into(),
        (*maps_notice_names).into(),
        name.as_deref().into(),
    ];
    tx.execute(SET, &values).map(drop)
}

/// Makes whoever else wants the same wait until this transaction has ended: what follows holds for all that is stored.
pub fn lock(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<()> {
    tx.execute(LOCK, &[workspace.0.into()]).map(drop)
}

/// All workspaces.
pub fn ids(tx: &mut Tx<'_>) -> Result<Vec<WorkspaceId>> {
    tx.query(IDS, &[])?.iter_mut().map(|row| row.int(0).map(WorkspaceId)).collect()
}
