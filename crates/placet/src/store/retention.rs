//! Consents in the order in which their time ends: along the index of each combination of facets, oldest first.

use super::consent::Place;
use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

statements! {
    OLDEST = "SELECT at, id FROM consents WHERE workspace_id = $1 AND facets = $2 AND (at, id) > ($3, $4) AND at < $5
        ORDER BY at, id LIMIT $6";
    ONE_OF_SUBJECT = "SELECT at FROM consents WHERE workspace_id = $1 AND subject_hash = $2 LIMIT 1";
    COUNT = "SELECT COUNT(*) FROM consents WHERE workspace_id = $1 AND facets = $2 AND at >= $3 AND at < $4";
}

/// Up to `limit` consents of a combination that were given after a place and before a moment, oldest first.
pub fn oldest(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    facets: i64,
    (after, before): (Place, Timestamp),
    limit: i64,
) -> Result<Vec<Place>> {
    let Place { at, id } = after;
    let values: [Value<'_>; 6] =
        [workspace.0.into(), facets.into(), at.0.into(), (&id).into(), before.0.into(), limit.into()];
    let read = |mut row: Row| Ok(Place { at: Timestamp(row.int(0)?), id: row.uuid(1)? });
    tx.query(OLDEST, &values)?.into_iter().map(read).collect()
}

/// How many consents of a combination were given in a stretch of time; its end is not part of it.
pub fn count(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    facets: i64,
    (from, to): (Timestamp, Timestamp),
) -> Result<i64> {
    let values: [Value<'_>; 4] = [workspace.0.into(), facets.into(), from.0.into(), to.0.into()];
    tx.query_one(COUNT, &values)?.map_or(Ok(0), |mut row| row.int(0))
}

/// Whether there are consents of a subject with this hash of its id.
pub fn has_consents(tx: &mut Tx<'_>, workspace: WorkspaceId, subject: i64) -> Result<bool> {
    Ok(tx.query_one(ONE_OF_SUBJECT, &[workspace.0.into(), subject.into()])?.is_some())
}
