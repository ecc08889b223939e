//! Requests that named themselves, and what they were answered.

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::idempotency::NamedRequest;
use crate::domain::time::Timestamp;

statements! {
    CLAIM = "INSERT INTO answered_requests (workspace_id, id, fingerprint, at) VALUES ($1, $2, $3, $4) ON CONFLICT (workspace_id, id) DO UPDATE SET fingerprint = excluded.fingerprint, at = excluded.at, answer = NULL, about_hash = NULL WHERE answered_requests.at <= $5";
    GET = "SELECT fingerprint, answer FROM answered_requests WHERE workspace_id = $1 AND id = $2";
    KEEP = "UPDATE answered_requests SET answer = $3, about_hash = $4 WHERE workspace_id = $1 AND id = $2";
    COUNT_ABOUT = "SELECT COUNT(*) FROM answered_requests WHERE workspace_id = $1 AND about_hash = $2";
    REMOVE_ABOUT = "UPDATE answered_requests SET answer = NULL, about_hash = NULL WHERE workspace_id = $1 AND about_hash = $2";
    REMOVE_OLD = "DELETE FROM answered_requests WHERE workspace_id = $1 AND at <= $2";
}

const ERASED: &str = "this request was carried out, and what it said has been erased";

/// Takes a request's place, unless it was answered after `forgotten`; then gives that answer. On a database with
/// several writers, the same request waits here until the first is through.
///
/// # Errors
/// [`Error::KeyReused`] when the place was taken by a request that asked for something else; a conflict when what it made
/// has been erased.
pub fn claim(
    tx: &mut Tx<'_>,
    request: &NamedRequest,
    now: Timestamp,
    forgotten: Timestamp,
) -> Result<Option<String>> {
    let NamedRequest { workspace, id, fingerprint } = request;
    let values: [Value<'_>; 5] =
        [workspace.0.into(), id.into(), (*fingerprint).into(), now.0.into(), forgotten.0.into()];
    if tx.execute(CLAIM, &values)? == 1 {
        return Ok(None);
    }
    let Some(mut row) = tx.query_one(GET, &[workspace.0.into(), id.into()])? else {
        return Err(tx.begin_again());
    };
    if row.int(0)? != *fingerprint {
        return Err(Error::KeyReused);
    }
    // Outside the transaction that took the place, only an erasure leaves none.
    let answer = row.text_or_none(1)?.ok_or_else(|| Error::Conflict(ERASED.into()))?;
    Ok(Some(answer))
}

/// Keeps the answer to a request whose place was taken in this transaction. `about` is the keyed hash of the subject or
/// the document that it tells of.
pub fn keep(tx: &mut Tx<'_>, request: &NamedRequest, answer: &str, about: Option<i64>) -> Result<()> {
    let NamedRequest { workspace, id, fingerprint: _ } = request;
    tx.execute(KEEP, &[workspace.0.into(), id.into(), answer.into(), about.into()]).map(drop)
}

/// How many answers tell of a subject or a document.
pub fn count_about(tx: &mut Tx<'_>, workspace: WorkspaceId, about: i64) -> Result<i64> {
    tx.query_one(COUNT_ABOUT, &[workspace.0.into(), about.into()])?.map_or(Ok(0), |mut row| row.int(0))
}

/// Forgets the answers that tell of a subject or a document; gives their number. That they were given stays, so that the
/// same request again brings nobody back.
pub fn remove_about(tx: &mut Tx<'_>, workspace: WorkspaceId, about: i64) -> Result<u64> {
    tx.execute(REMOVE_ABOUT, &[workspace.0.into(), about.into()])
}

/// Forgets the answers given at `until` or earlier.
pub fn remove_old(tx: &mut Tx<'_>, workspace: WorkspaceId, until: Timestamp) -> Result<()> {
    tx.execute(REMOVE_OLD, &[workspace.0.into(), until.0.into()]).map(drop)
}
