//! Subjects under a legal hold, and those whose processing is restricted.

use std::collections::HashSet;

use super::engine::Tx;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::restraint::{Restraint, RestraintKind};
use crate::domain::time::Timestamp;

statements! {
    PUT = "INSERT INTO restraints (workspace_id, kind, subject_id, reason, author, at) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (workspace_id, kind, subject_id) DO NOTHING";
    GET = "SELECT subject_id, reason, author, at FROM restraints WHERE workspace_id = $1 AND kind = $2 AND subject_id = $3";
    LIST = "SELECT subject_id, reason, author, at FROM restraints WHERE workspace_id = $1 AND kind = $2 AND subject_id > $3 ORDER BY subject_id LIMIT $4";
    SUBJECTS = "SELECT subject_id FROM restraints WHERE workspace_id = $1 AND kind = $2";
    REMOVE = "DELETE FROM restraints WHERE workspace_id = $1 AND kind = $2 AND subject_id = $3";
}

/// Stores a restraint; false if one of its kind is in force.
pub fn put(tx: &mut Tx<'_>, workspace: WorkspaceId, restraint: &Restraint) -> Result<bool> {
    let Restraint { kind, subject, reason, by, at } = restraint;
    let values: [Value<'_>; 6] =
        [workspace.0.into(), kind.word().into(), subject.into(), reason.into(), by.into(), at.0.into()];
    Ok(tx.execute(PUT, &values)? == 1)
}

/// The restraint of a kind on a subject, if one is in force.
pub fn get(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RestraintKind,
    subject: &str,
) -> Result<Option<Restraint>> {
    let row = tx.query_one(GET, &[workspace.0.into(), kind.word().into(), subject.into()])?;
    row.map(|row| read(kind, row)).transpose()
}

/// The restraint of a kind on each of these subjects, in their order.
pub fn get_each(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RestraintKind,
    subjects: &[String],
) -> Result<Vec<Option<Restraint>>> {
    let keys: Vec<Vec<Value<'_>>> = subjects
        .iter()
        .map(|subject| vec![workspace.0.into(), kind.word().into(), subject.as_str().into()])
        .collect();
    let first = |rows: Vec<Row>| rows.into_iter().next().map(|row| read(kind, row)).transpose();
    tx.query_each(GET, &keys)?.into_iter().map(first).collect()
}

/// Up to `limit` restraints of a kind, in the order of their subjects' ids, after the one on `after`.
pub fn list(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    kind: RestraintKind,
    after: &str,
    limit: i64,
) -> Result<Vec<Restraint>> {
    let values: [Value<'_>; 4] = [workspace.0.into(), kind.word().into(), after.into(), limit.into()];
    tx.query(LIST, &values)?.into_iter().map(|row| read(kind, row)).collect()
}

/// The ids of all subjects under restraints of a kind: few, since each was set by hand.
pub fn subjects(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RestraintKind) -> Result<HashSet<String>> {
    let rows = tx.query(SUBJECTS, &[workspace.0.into(), kind.word().into()])?;
    rows.into_iter().map(|mut row| row.text(0)).collect()
}

/// The ids of all subjects of which nothing may go, for one reason or the other.
pub fn kept(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<HashSet<String>> {
    let mut kept = subjects(tx, workspace, RestraintKind::Hold)?;
    kept.extend(subjects(tx, workspace, RestraintKind::Restriction)?);
    Ok(kept)
}

/// Ends a restraint; false if there was none.
pub fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, kind: RestraintKind, subject: &str) -> Result<bool> {
    Ok(tx.execute(REMOVE, &[workspace.0.into(), kind.word().into(), subject.into()])? == 1)
}

fn read(kind: RestraintKind, mut row: Row) -> Result<Restraint> {
    let (subject, reason, by) = (row.text(0)?, row.text(1)?, row.text(2)?);
    Ok(Restraint { kind, subject, reason, by, at: Timestamp(row.int(3)?) })
}
