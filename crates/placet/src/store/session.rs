//! Sessions of signed-in members. Only digests of tokens are stored.

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

statements! {
    INSERT = "INSERT INTO sessions (workspace_id, token_hash, member_id, created_at, seen_at) VALUES ($1, $2, $3, $4, $4)";
    GET = "SELECT member_id, seen_at FROM sessions WHERE workspace_id = $1 AND token_hash = $2 AND created_at > $3 AND seen_at > $4";
    SEEN = "UPDATE sessions SET seen_at = $3 WHERE workspace_id = $1 AND token_hash = $2";
    REMOVE = "DELETE FROM sessions WHERE workspace_id = $1 AND token_hash = $2";
    REMOVE_ENDED = "DELETE FROM sessions WHERE workspace_id = $1 AND (created_at <= $2 OR seen_at <= $3)";
}

/// Stores a session.
pub fn insert(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    token: &[u8; 32],
    member: i64,
    now: Timestamp,
) -> Result<()> {
    let values: [Value<'_>; 4] = [workspace.0.into(), token.as_slice().into(), member.into(), now.0.into()];
    tx.execute(INSERT, &values).map(drop)
}

/// The member of a session that was begun after `begun` and last seen after `seen`, and when it was seen.
pub fn get(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    token: &[u8; 32],
    begun: Timestamp,
    seen: Timestamp,
) -> Result<Option<(i64, Timestamp)>> {
    let values: [Value<'_>; 4] = [workspace.0.into(), token.as_slice().into(), begun.0.into(), seen.0.into()];
    let row = tx.query_one(GET, &values)?;
    row.map(|mut row| Ok((row.int(0)?, Timestamp(row.int(1)?)))).transpose()
}

/// Notes that a session was used.
pub fn seen(tx: &mut Tx<'_>, workspace: WorkspaceId, token: &[u8; 32], now: Timestamp) -> Result<()> {
    tx.execute(SEEN, &[workspace.0.into(), token.as_slice().into(), now.0.into()]).map(drop)
}

/// Ends a session.
pub fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, token: &[u8; 32]) -> Result<()> {
    tx.execute(REMOVE, &[workspace.0.into(), token.as_slice().into()]).map(drop)
}

/// Forgets sessions that have ended by age.
pub fn remove_ended(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    begun: Timestamp,
    seen: Timestamp,
) -> Result<()> {
    tx.execute(REMOVE_ENDED, &[workspace.0.into(), begun.0.into(), seen.0.into()]).map(drop)
}
