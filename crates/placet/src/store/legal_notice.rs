//! Legal notice versions.

use uuid::Uuid;

use super::engine::Tx;
use super::packing::{pack, unpack_text};
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::legal_notice::NoticeVersion;
use crate::domain::time::Timestamp;

statements! {
    NEXT_VERSION = "SELECT COALESCE(MAX(version), 0) + 1 FROM legal_notices WHERE workspace_id = $1 AND identifier = $2";
    INSERT = "INSERT INTO legal_notices (workspace_id, identifier, version, at, sha256, content, record_id) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT (workspace_id, identifier, version) DO NOTHING";
    NEWEST = "SELECT version, sha256 FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 ORDER BY version DESC LIMIT 1";
    DIGEST = "SELECT version, sha256 FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 AND version = $3";
    GET = "SELECT identifier, version, at, content, sha256 FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 AND version = $3";
    VERSIONS = "SELECT identifier, version, at, content, sha256 FROM legal_notices WHERE workspace_id = $1 AND identifier = $2 AND version < $3
        ORDER BY version DESC LIMIT $4";
}

/// The number that the next version of a notice gets.
pub fn next_version(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<i64> {
    tx.query_one(NEXT_VERSION, &[workspace.0.into(), identifier.into()])?.map_or(Ok(1), |mut row| row.int(0))
}

/// Stores a version; false when another writer took its number meanwhile.
pub fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, notice: &NoticeVersion, record: Uuid) -> Result<bool> {
    let NoticeVersion { identifier, version, at, content, digest } = notice;
    let values: [Value<'_>; 7] = [
        workspace.0.into(),
        identifier.as_str().into(),
        (*version).into(),
        at.0.into(),
        digest.into(),
        pack(content.as_bytes()).into(),
        (&record).into(),
    ];
    Ok(tx.execute(INSERT, &values)? == 1)
}

/// Number and digest of a version, or of the newest one.
pub fn resolve(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    version: Option<i64>,
) -> Result<Option<(i64, Digest)>> {
    let row = match version {
        Some(version) => tx.query_one(DIGEST, &[workspace.0.into(), identifier.into(), version.into()])?,
        None => tx.query_one(NEWEST, &[workspace.0.into(), identifier.into()])?,
    };
    row.map(|mut row| Ok((row.int(0)?, row.digest(1)?))).transpose()
}

/// One version.
pub fn get(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    version: i64,
) -> Result<Option<NoticeVersion>> {
    tx.query_one(GET, &[workspace.0.into(), identifier.into(), version.into()])?.map(read).transpose()
}

/// Up to `limit` versions older than `before`, newest first.
pub fn versions(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    identifier: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<NoticeVersion>> {
    let values: [Value<'_>; 4] = [workspace.0.into(), identifier.into(), before.into(), limit.into()];
    tx.query(VERSIONS, &values)?.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<NoticeVersion> {
    Ok(NoticeVersion {
        identifier: row.text(0)?,
        version: row.int(1)?,
        at: Timestamp(row.int(2)?),
        content: unpack_text(&row.bytes(3)?)?,
        digest: row.digest(4)?,
    })
}
