//! Members.

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::member::{Member, Role};
use crate::domain::time::Timestamp;

statements! {
    NEXT_ID = "SELECT COALESCE(MAX(id), 0) + 1 FROM members WHERE workspace_id = $1";
    INSERT = "INSERT INTO members (workspace_id, id, email, role, password_hash, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    EXISTS = "SELECT id, removed_at FROM members WHERE workspace_id = $1 AND email = $2";
    REVIVE = "UPDATE members SET role = $3, password_hash = $4, created_at = $5, removed_at = NULL WHERE workspace_id = $1 AND id = $2 AND removed_at IS NOT NULL";
    /// Not by workspace: signing in is what tells the workspace.
    BY_EMAIL = "SELECT workspace_id, id, email, role, password_hash, created_at FROM members WHERE email = $1 AND removed_at IS NULL ORDER BY workspace_id LIMIT 20";
    BY_ID = "SELECT workspace_id, id, email, role, password_hash, created_at FROM members WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL";
    OF_WORKSPACE = "SELECT workspace_id, id, email, role, password_hash, created_at FROM members WHERE workspace_id = $1 AND removed_at IS NULL ORDER BY id";
    EMAIL = "SELECT email FROM members WHERE workspace_id = $1 AND id = $2";
    SET = "UPDATE members SET role = $3, password_hash = $4 WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL";
    REMOVE = "UPDATE members SET removed_at = $3, password_hash = '' WHERE workspace_id = $1 AND id = $2 AND removed_at IS NULL";
}

/// A member to be stored.
pub struct NewMember<'a> {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// In lower case.
    pub email: &'a str,
    /// What the member may do.
    pub role: Role,
    /// PHC string.
    pub password_hash: &'a str,
    /// When.
    pub created_at: Timestamp,
}

/// Stores a member under the next number of the workspace; `None` when that number was taken meanwhile.
///
/// # Errors
/// [`Error::Conflict`] when the address belongs to a member already.
pub fn insert(tx: &mut Tx<'_>, member: &NewMember<'_>) -> Result<Option<i64>> {
    let NewMember { workspace, email, role, password_hash, created_at } = member;
    if let Some(mut row) = tx.query_one(EXISTS, &[workspace.0.into(), (*email).into()])? {
        return revive(tx, row.int(0)?, member);
    }
    let id = tx.query_one(NEXT_ID, &[workspace.0.into()])?.map_or(Ok(1), |mut row| row.int(0))?;
    let values: [Value<'_>; 6] = [
        workspace.0.into(),
        id.into(),
        (*email).into(),
        role.word().into(),
        (*password_hash).into(),
        created_at.0.into(),
    ];
    Ok((tx.execute(INSERT, &values)? == 1).then_some(id))
}

/// Someone who comes back has the number from before.
fn revive(tx: &mut Tx<'_>, id: i64, member: &NewMember<'_>) -> Result<Option<i64>> {
    let NewMember { workspace, email, role, password_hash, created_at } = member;
    let values: [Value<'_>; 5] =
        [workspace.0.into(), id.into(), role.word().into(), (*password_hash).into(), created_at.0.into()];
    match tx.execute(REVIVE, &values)? {
        1 => Ok(Some(id)),
        _ => Err(Error::Conflict(format!("{email} is a member of this workspace already"))),
    }
}

/// The memberships of an address, in any workspace.
pub fn by_email(tx: &mut Tx<'_>, email: &str) -> Result<Vec<Member>> {
    tx.query(BY_EMAIL, &[email.into()])?.iter_mut().map(read).collect()
}

/// One member.
pub fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, id: i64) -> Result<Option<Member>> {
    tx.query_one(BY_ID, &[workspace.0.into(), id.into()])?.as_mut().map(read).transpose()
}

/// All members of a workspace, by number.
pub fn of_workspace(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<Member>> {
    tx.query(OF_WORKSPACE, &[workspace.0.into()])?.iter_mut().map(read).collect()
}

/// The address of a member, also of one that was removed.
pub fn email(tx: &mut Tx<'_>, workspace: WorkspaceId, id: i64) -> Result<Option<String>> {
    tx.query_one(EMAIL, &[workspace.0.into(), id.into()])?.map(|mut row| row.text(0)).transpose()
}

/// Changes role and password of a member.
pub fn set(tx: &mut Tx<'_>, member: &Member) -> Result<()> {
    let Member { workspace, id, email: _, role, password_hash, created_at: _ } = member;
    let values: [Value<'_>; 4] = [workspace.0.into(), (*id).into(), role.word().into(), password_hash.into()];
    tx.execute(SET, &values).map(drop)
}

/// Ends a membership; number and address stay taken.
pub fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, id: i64, now: Timestamp) -> Result<()> {
    tx.execute(REMOVE, &[workspace.0.into(), id.into(), now.0.into()]).map(drop)
}

fn read(row: &mut Row) -> Result<Member> {
    Ok(Member {
        workspace: WorkspaceId(row.int(0)?),
        id: row.int(1)?,
        email: row.text(2)?,
        role: Role::from_word(&row.text(3)?)
            .ok_or_else(|| Error::internal("a member has an unknown role"))?,
        password_hash: row.text(4)?,
        created_at: Timestamp(row.int(5)?),
    })
}
