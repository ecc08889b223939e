//! Addresses that notices follow.

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::legal_notice_source::{Following, Interval, Source};
use crate::domain::time::Timestamp;

statements! {
    PUT = "INSERT INTO legal_notice_sources (workspace_id, identifier, url, language, every_ms, due_at, checked_at, error, text_sha256, version)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (workspace_id, identifier) DO UPDATE SET url = EXCLUDED.url,
        language = EXCLUDED.language, every_ms = EXCLUDED.every_ms, due_at = EXCLUDED.due_at, checked_at = EXCLUDED.checked_at,
        error = EXCLUDED.error, text_sha256 = EXCLUDED.text_sha256, version = EXCLUDED.version";
    DELETE = "DELETE FROM legal_notice_sources WHERE workspace_id = $1 AND identifier = $2";
    GET = "SELECT workspace_id, identifier, url, language, every_ms, due_at, checked_at, error, text_sha256, version
        FROM legal_notice_sources WHERE workspace_id = $1 AND identifier = $2";
    /// Not by workspace: what is due of all of them.
    DUE = "SELECT workspace_id, identifier, url, language, every_ms, due_at, checked_at, error, text_sha256, version
        FROM legal_notice_sources WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
    NOTE = "UPDATE legal_notice_sources SET due_at = $3, checked_at = $4, error = $5, text_sha256 = $6
        WHERE workspace_id = $1 AND identifier = $2 AND due_at = $7 AND url = $8 AND language = $9";
    PUBLISHED = "UPDATE legal_notice_sources SET version = $3 WHERE workspace_id = $1 AND identifier = $2";
}

/// Stores what a notice follows, in place of what it followed before.
pub fn put(tx: &mut Tx<'_>, source: &Source) -> Result<()> {
    let Source { workspace, identifier, following, due_at, checked_at, error, text, version } = source;
    let Following { url, language, every } = following;
    let values: [Value<'_>; 10] = [
        workspace.0.into(),
        identifier.into(),
        url.into(),
        language.as_deref().unwrap_or_default().into(),
        every.0.into(),
        due_at.0.into(),
        checked_at.map(|at| at.0).into(),
        error.as_deref().into(),
        text.as_ref().into(),
        (*version).into(),
    ];
    tx.execute(PUT, &values).map(drop)
}

/// Ends it.
pub fn delete(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<()> {
    tx.execute(DELETE, &[workspace.0.into(), identifier.into()]).map(drop)
}

/// What a notice follows.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, identifier: &str) -> Result<Option<Source>> {
    tx.query_one(GET, &[workspace.0.into(), identifier.into()])?.map(read).transpose()
}

/// Up to `limit` sources of all workspaces that are due, the longest waiting first.
pub fn due(tx: &mut Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Source>> {
    tx.query(DUE, &[now.0.into(), limit.into()])?.into_iter().map(read).collect()
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Check {
    /// When.
    pub at: Timestamp,
    /// Why there was nothing to read.
    pub error: Option<String>,
    /// Digest of the text read last, now or before.
    pub text: Option<Digest>,
    /// When to check again.
    pub due_at: Timestamp,
}

/// Notes a check of `source`, as it was when the check began; false if it was changed, ended or checked meanwhile.
pub fn note(tx: &mut Tx<'_>, source: &Source, check: &Check) -> Result<bool> {
    let values: [Value<'_>; 9] = [
        source.workspace.0.into(),
        source.identifier.as_str().into(),
        check.due_at.0.into(),
        check.at.0.into(),
        check.error.as_deref().into(),
        check.text.as_ref().into(),
        source.due_at.0.into(),
        source.following.url.as_str().into(),
        source.following.language.as_deref().unwrap_or_default().into(),
    ];
    Ok(tx.execute(NOTE, &values)? == 1)
}

/// Notes the version that was published because of a source.
pub fn published(tx: &mut Tx<'_>, source: &Source, version: i64) -> Result<()> {
    let values: [Value<'_>; 3] =
        [source.workspace.0.into(), source.identifier.as_str().into(), version.into()];
    tx.execute(PUBLISHED, &values).map(drop)
}

fn read(mut row: Row) -> Result<Source> {
    let language = Some(row.text(3)?).filter(|language| !language.is_empty());
    Ok(Source {
        workspace: WorkspaceId(row.int(0)?),
        identifier: row.text(1)?,
        following: Following { url: row.text(2)?, language, every: Interval(row.int(4)?) },
        due_at: Timestamp(row.int(5)?),
        checked_at: row.int_or_none(6)?.map(Timestamp),
        error: row.text_or_none(7)?,
        text: row.digest_or_none(8)?,
        version: row.int_or_none(9)?,
    })
}
