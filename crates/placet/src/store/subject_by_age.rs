//! Subjects from the one known longest to the newest, along the index that lists are read in the other direction.

use super::engine::Tx;
use super::row::Value;
use super::subject;
use super::subject_list::Place;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::subject::Subject;
use crate::domain::time::Timestamp;

statements! {
    ROWS = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at, preferences FROM subjects
        WHERE workspace_id = $1 AND verified = $2 AND (created_at, id) > ($3, $4) AND created_at <= $5
        ORDER BY created_at, id LIMIT $6";
}

/// Up to `limit` subjects after a place and not after a moment. `verified` asks for confirmed
/// ones only, or for the others.
pub fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    verified: Option<bool>,
    (after, to): (&Place, Timestamp),
    limit: usize,
) -> Result<Vec<Subject>> {
    let rows = i64::try_from(limit).map_err(Error::internal)?;
    let mut subjects = Vec::new();
    for each in [false, true].into_iter().filter(|each| verified.is_none_or(|only| only == *each)) {
        let values: [Value<'_>; 6] = [
            workspace.0.into(),
            each.into(),
            after.at.0.into(),
            after.id.as_str().into(),
            to.0.into(),
            rows.into(),
        ];
        for row in tx.query(ROWS, &values)? {
            subjects.push(subject::read(row)?);
        }
    }
    subjects.sort_unstable_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
    subjects.truncate(limit);
    Ok(subjects)
}
