//! API keys. Only digests are stored, and of public keys the key itself; candidates are found by a part of the digest and
//! compared whole by the caller.

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::issued_key::IssuedKey;
use crate::domain::key::{KeyIdentity, KeyKind, lookup};
use crate::domain::origin::AllowedOrigin;
use crate::domain::time::Timestamp;

statements! {
    INSERT = "INSERT INTO keys (workspace_id, id, kind, name, digest, lookup, created_at, value, allowed_origins) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    /// Not by workspace: a key is what tells the workspace.
    CANDIDATES = "SELECT workspace_id, id, kind, digest, allowed_origins FROM keys WHERE lookup = $1 AND (revoked_at IS NULL OR revoked_at > $2)";
    OF_WORKSPACE = "SELECT id, kind, name, value, allowed_origins, created_at, last_used_at, revoked_at FROM keys WHERE workspace_id = $1 ORDER BY id";
    GET = "SELECT id, kind, name, value, allowed_origins, created_at, last_used_at, revoked_at FROM keys WHERE workspace_id = $1 AND id = $2";
    NAME = "SELECT name FROM keys WHERE workspace_id = $1 AND id = $2";
    SET = "UPDATE keys SET name = $3, allowed_origins = $4, revoked_at = $5 WHERE workspace_id = $1 AND id = $2";
    USED = "UPDATE keys SET last_used_at = $3 WHERE workspace_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)";
}

/// A key that was found, with the origins on which browsers may use it.
pub type Candidate = (KeyIdentity, Vec<AllowedOrigin>);

/// Stores a key.
pub fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, key: &IssuedKey, digest: &[u8; 32]) -> Result<()> {
    let IssuedKey { id, kind, name, value, allowed_origins, created_at, last_used_at: _, revoked_at: _ } =
        key;
    let values: [Value<'_>; 9] = [
        workspace.0.into(),
        id.into(),
        kind.word().into(),
        name.into(),
        digest.as_slice().into(),
        lookup(digest).into(),
        created_at.0.into(),
        value.as_deref().into(),
        join(allowed_origins).into(),
    ];
    tx.execute(INSERT, &values).map(drop)
}

/// Keys whose digest begins like this one and which work at this moment, each with its whole digest.
pub fn candidates(tx: &mut Tx<'_>, digest: &[u8; 32], now: Timestamp) -> Result<Vec<(Candidate, [u8; 32])>> {
    let read = |row: &mut Row| {
        let identity =
            KeyIdentity { workspace: WorkspaceId(row.int(0)?), id: row.text(1)?, kind: kind(row, 2)? };
        Ok(((identity, split(&row.text(4)?)?), row.array(3)?))
    };
    tx.query(CANDIDATES, &[lookup(digest).into(), now.0.into()])?.iter_mut().map(read).collect()
}

/// All keys of a workspace.
pub fn of_workspace(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<IssuedKey>> {
    tx.query(OF_WORKSPACE, &[workspace.0.into()])?.iter_mut().map(read).collect()
}

/// One key.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<IssuedKey>> {
    tx.query_one(GET, &[workspace.0.into(), id.into()])?.as_mut().map(read).transpose()
}

/// The name of a key, if it has one.
pub fn name(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<String>> {
    let row = tx.query_one(NAME, &[workspace.0.into(), id.into()])?;
    let name = row.map(|mut row| row.text(0)).transpose()?;
    Ok(name.filter(|name| !name.is_empty()))
}

/// Changes what may be changed of a key.
pub fn set(tx: &mut Tx<'_>, workspace: WorkspaceId, key: &IssuedKey) -> Result<()> {
    let IssuedKey { id, name, allowed_origins, revoked_at, .. } = key;
    let values: [Value<'_>; 5] = [
        workspace.0.into(),
        id.into(),
        name.into(),
        join(allowed_origins).into(),
        revoked_at.map(|at| at.0).into(),
    ];
    tx.execute(SET, &values).map(drop)
}

/// Notes when a key was used.
pub fn used(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str, now: Timestamp) -> Result<()> {
    tx.execute(USED, &[workspace.0.into(), id.into(), now.0.into()]).map(drop)
}

fn read(row: &mut Row) -> Result<IssuedKey> {
    Ok(IssuedKey {
        id: row.text(0)?,
        kind: kind(row, 1)?,
        name: row.text(2)?,
        value: row.text_or_none(3)?,
        allowed_origins: split(&row.text(4)?)?,
        created_at: Timestamp(row.int(5)?),
        last_used_at: row.int_or_none(6)?.map(Timestamp),
        revoked_at: row.int_or_none(7)?.map(Timestamp),
    })
}

fn kind(row: &mut Row, column: usize) -> Result<KeyKind> {
    KeyKind::from_word(&row.text(column)?).ok_or_else(|| Error::internal("a key has an unknown kind"))
}

fn join(origins: &[AllowedOrigin]) -> String {
    origins.iter().map(AllowedOrigin::as_str).collect::<Vec<_>>().join(" ")
}

fn split(origins: &str) -> Result<Vec<AllowedOrigin>> {
    origins.split_whitespace().map(|origin| AllowedOrigin::parse(origin).map_err(Error::internal)).collect()
}
