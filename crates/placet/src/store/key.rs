//! API keys. Only digests are stored; candidates are found by a part of the digest and compared whole by the caller.

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::key::{KeyIdentity, KeyKind, lookup};
use crate::domain::time::Timestamp;

statements! {
    INSERT = "INSERT INTO keys (workspace_id, id, kind, name, digest, lookup, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    /// Not by workspace: a key is what tells the workspace.
    CANDIDATES = "SELECT workspace_id, id, kind, digest FROM keys WHERE lookup = $1 AND revoked_at IS NULL";
}

/// A key to be stored.
pub struct NewKey<'a> {
    /// Who it is and what it may do.
    pub identity: &'a KeyIdentity,
    /// For people.
    pub name: &'a str,
    /// Digest of the key.
    pub digest: &'a [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
}

/// Stores a key.
pub fn insert(tx: &mut Tx<'_>, key: &NewKey<'_>) -> Result<()> {
    let NewKey { identity: KeyIdentity { workspace, id, kind }, name, digest, created_at } = key;
    let values: [Value<'_>; 7] = [
        workspace.0.into(),
        id.as_str().into(),
        kind.word().into(),
        (*name).into(),
        digest.as_slice().into(),
        lookup(digest).into(),
        created_at.0.into(),
    ];
    tx.execute(INSERT, &values).map(drop)
}

/// Valid keys whose digest begins like this one, each with its whole digest.
pub fn candidates(tx: &mut Tx<'_>, digest: &[u8; 32]) -> Result<Vec<(KeyIdentity, [u8; 32])>> {
    let read = |row: &mut super::row::Row| {
        let workspace = WorkspaceId(row.int(0)?);
        let kind =
            KeyKind::from_word(&row.text(2)?).ok_or_else(|| Error::internal("a key has an unknown kind"))?;
        Ok((KeyIdentity { workspace, id: row.text(1)?, kind }, row.array(3)?))
    };
    tx.query(CANDIDATES, &[lookup(digest).into()])?.iter_mut().map(read).collect()
}
