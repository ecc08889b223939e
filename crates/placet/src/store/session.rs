//! Sessions of signed-in members. Only digests of tokens are stored. One sign-in has a row in each workspace that it
//! opens, all with the same digest.

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

statements! {
    INSERT = "INSERT INTO sessions (workspace_id, token_hash, member_id, created_at, seen_at, confirmed_at) VALUES ($1, $2, $3, $4, $4, $4)";
    GET = "SELECT workspace_id, member_id, seen_at, confirmed_at FROM sessions WHERE workspace_id = $1 AND token_hash = $2 AND created_at > $3 AND seen_at > $4";
    /// Not by workspace: the token tells the workspaces.
    BY_TOKEN = "SELECT workspace_id, member_id, seen_at, confirmed_at FROM sessions WHERE token_hash = $1 AND created_at > $2 ORDER BY workspace_id";
    SEEN = "UPDATE sessions SET seen_at = $3 WHERE workspace_id = $1 AND token_hash = $2";
    CONFIRM = "UPDATE sessions SET confirmed_at = $3 WHERE workspace_id = $1 AND token_hash = $2";
    /// Not by workspace: signing out ends it everywhere.
    REMOVE = "DELETE FROM sessions WHERE token_hash = $1";
    REMOVE_OF_MEMBER = "DELETE FROM sessions WHERE workspace_id = $1 AND member_id = $2 AND token_hash <> $3";
    REMOVE_ENDED = "DELETE FROM sessions WHERE workspace_id = $1 AND (created_at <= $2 OR seen_at <= $3)";
}

/// A session as stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Where.
    pub workspace: WorkspaceId,
    /// Whose.
    pub member: i64,
    /// When it was used, roughly.
    pub seen_at: Timestamp,
    /// When the password was given last.
    pub confirmed_at: Timestamp,
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

/// A session that was begun after `begun` and last seen after `seen`.
pub fn get(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    token: &[u8; 32],
    begun: Timestamp,
    seen: Timestamp,
) -> Result<Option<Session>> {
    let values: [Value<'_>; 4] = [workspace.0.into(), token.as_slice().into(), begun.0.into(), seen.0.into()];
    tx.query_one(GET, &values)?.as_mut().map(read).transpose()
}

/// The sessions of a sign-in, one for each workspace that it opens, which were begun after `begun`.
pub fn by_token(tx: &mut Tx<'_>, token: &[u8; 32], begun: Timestamp) -> Result<Vec<Session>> {
    tx.query(BY_TOKEN, &[token.as_slice().into(), begun.0.into()])?.iter_mut().map(read).collect()
}

fn read(row: &mut Row) -> Result<Session> {
    Ok(Session {
        workspace: WorkspaceId(row.int(0)?),
        member: row.int(1)?,
        seen_at: Timestamp(row.int(2)?),
        confirmed_at: Timestamp(row.int(3)?),
    })
}

/// Notes that a session was used.
pub fn seen(tx: &mut Tx<'_>, workspace: WorkspaceId, token: &[u8; 32], now: Timestamp) -> Result<()> {
    tx.execute(SEEN, &[workspace.0.into(), token.as_slice().into(), now.0.into()]).map(drop)
}

/// Notes that the password was given again.
pub fn confirm(tx: &mut Tx<'_>, workspace: WorkspaceId, token: &[u8; 32], now: Timestamp) -> Result<()> {
    tx.execute(CONFIRM, &[workspace.0.into(), token.as_slice().into(), now.0.into()]).map(drop)
}

/// Ends a sign-in, in all workspaces that it opens.
pub fn remove(tx: &mut Tx<'_>, token: &[u8; 32]) -> Result<()> {
    tx.execute(REMOVE, &[token.as_slice().into()]).map(drop)
}

/// Ends the sessions of a member, except for one.
pub fn remove_of_member(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    member: i64,
    except: Option<&[u8; 32]>,
) -> Result<()> {
    let except = except.map(<[u8; 32]>::as_slice).unwrap_or_default();
    tx.execute(REMOVE_OF_MEMBER, &[workspace.0.into(), member.into(), except.into()]).map(drop)
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
