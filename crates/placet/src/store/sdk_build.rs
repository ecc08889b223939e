//! The SDK builds that a workspace's consents may name.

use uuid::Uuid;

use super::engine::Tx;
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};

statements! {
    INSERT = "INSERT INTO sdk_builds (workspace_id, sha256, version, record_id) VALUES ($1, $2, $3, $4) ON CONFLICT (workspace_id, sha256) DO NOTHING";
    EXISTS = "SELECT version FROM sdk_builds WHERE workspace_id = $1 AND sha256 = $2";
}

/// Notes a build; false if it was known.
pub fn insert(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    digest: &Digest,
    version: &str,
    record: Uuid,
) -> Result<bool> {
    Ok(tx.execute(INSERT, &[workspace.0.into(), digest.into(), version.into(), (&record).into()])? == 1)
}

/// Whether a build is known.
pub fn exists(tx: &mut Tx<'_>, workspace: WorkspaceId, digest: &Digest) -> Result<bool> {
    Ok(tx.query_one(EXISTS, &[workspace.0.into(), digest.into()])?.is_some())
}
