//! Workspaces.

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

statements! {
    NEXT_ID = "SELECT COALESCE(MAX(id), 0) + 1 FROM workspaces";
    INSERT = "INSERT INTO workspaces (id, name, log_id, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING";
    NAME = "SELECT name FROM workspaces WHERE id = $1";
    IDS = "SELECT id FROM workspaces ORDER BY id";
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

/// All workspaces.
pub fn ids(tx: &mut Tx<'_>) -> Result<Vec<WorkspaceId>> {
    tx.query(IDS, &[])?.iter_mut().map(|row| row.int(0).map(WorkspaceId)).collect()
}
