//! The audit log.

use uuid::Uuid;

use super::engine::{ColumnType, Insert, Tx};
use super::row::{Row, Value};
use crate::domain::audit::{Change, ChangeFilter, ChangeToStore, PastChange};
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::time::Timestamp;

statements! {
    PLACE = "SELECT id FROM audit WHERE workspace_id = $1 AND id = $2";
    BY_TIME = "SELECT id, at, author, action, target, value_before, value_after FROM audit
        WHERE workspace_id = $1 AND id < $2 AND at >= $3 AND at <= $4 ORDER BY id DESC LIMIT $5";
    BY_ACTION = "SELECT id, at, author, action, target, value_before, value_after FROM audit
        WHERE workspace_id = $1 AND action = $6 AND id < $2 AND at >= $3 AND at <= $4 ORDER BY id DESC LIMIT $5";
    BY_AUTHOR = "SELECT id, at, author, action, target, value_before, value_after FROM audit
        WHERE workspace_id = $1 AND author = $6 AND id < $2 AND at >= $3 AND at <= $4 AND ($7 = '' OR action = $7) ORDER BY id DESC LIMIT $5";
    BY_TARGET = "SELECT id, at, author, action, target, value_before, value_after FROM audit
        WHERE workspace_id = $1 AND target = $6 AND id < $2 AND at >= $3 AND at <= $4 AND ($7 = '' OR action = $7) AND ($8 = '' OR author = $8) ORDER BY id DESC LIMIT $5";
}

/// How changes are inserted, also with a batch of consents.
pub(super) const INSERT: Insert = Insert {
    table: "audit",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("id", ColumnType::Bytes),
        ("at", ColumnType::Int),
        ("author", ColumnType::Text),
        ("action", ColumnType::Text),
        ("target", ColumnType::Text),
        ("value_before", ColumnType::Text),
        ("value_after", ColumnType::Text),
    ],
    on_conflict: "",
};

pub(super) fn row(workspace: WorkspaceId, change: &ChangeToStore) -> [Value<'_>; 8] {
    let ChangeToStore { id, at, author, change: Change { action, target, before, after } } = change;
    [
        workspace.0.into(),
        id.into(),
        at.0.into(),
        author.to_string().into(),
        (*action).into(),
        target.into(),
        before.as_ref().map(Json::to_string).into(),
        after.as_ref().map(Json::to_string).into(),
    ]
}

/// Writes down a change.
pub fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, change: &ChangeToStore) -> Result<()> {
    tx.insert_all(&[(&INSERT, row(workspace, change).into())])
}

/// Whether there is a change of this id.
pub fn exists(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<bool> {
    Ok(tx.query_one(PLACE, &[workspace.0.into(), (&id).into()])?.is_some())
}

/// Up to `limit` changes before the one of this id, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    filter: &ChangeFilter,
    before: Uuid,
    limit: i64,
) -> Result<Vec<PastChange>> {
    let ChangeFilter { author, action, target, from, to } = filter;
    let author = author.as_ref().map(Author::to_string);
    let (from, to) = (from.map_or(i64::MIN, |from| from.0), to.map_or(i64::MAX, |to| to.0));
    let mut values: Vec<Value<'_>> =
        vec![workspace.0.into(), (&before).into(), from.into(), to.into(), limit.into()];
    let mut also = |text: Option<&str>| values.push(text.unwrap_or_default().to_owned().into());
    let sql = match (target, &author, action) {
        (Some(target), ..) => {
            [Some(target.as_str()), action.as_deref(), author.as_deref()].into_iter().for_each(&mut also);
            BY_TARGET
        }
        (None, Some(author), _) => {
            [Some(author.as_str()), action.as_deref()].into_iter().for_each(&mut also);
            BY_AUTHOR
        }
        (None, None, Some(action)) => {
            also(Some(action));
            BY_ACTION
        }
        (None, None, None) => BY_TIME,
    };
    tx.query(sql, &values)?.iter_mut().map(read).collect()
}

fn read(row: &mut Row) -> Result<PastChange> {
    Ok(PastChange {
        id: row.uuid(0)?,
        at: Timestamp(row.int(1)?),
        author: row.text(2)?.parse().map_err(Error::internal)?,
        action: row.text(3)?,
        target: row.text(4)?,
        before: row.text_or_none(5)?,
        after: row.text_or_none(6)?,
    })
}
