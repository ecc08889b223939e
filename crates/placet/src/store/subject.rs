//! Subjects.

use super::append::SubjectUpsert;
use super::engine::{ColumnType, Insert, Tx};
use super::preference;
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::{Subject, SubjectFields};
use crate::domain::time::Timestamp;

statements! {
    GET = "SELECT email, first_name, last_name, full_name, verified, phones, created_at FROM subjects WHERE workspace_id = $1 AND id = $2";
}

/// `verified` is -1 when the call did not speak of it, and is stored as 0 then. A call that may overwrite (the column
/// `is_private`) puts what it gives in the place of what is stored; any other only fills in what is missing, and never
/// changes `verified`.
pub(super) const UPSERT: Insert = Insert {
    table: "subjects",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("id", ColumnType::Text),
        ("email", ColumnType::Text),
        ("first_name", ColumnType::Text),
        ("last_name", ColumnType::Text),
        ("full_name", ColumnType::Text),
        ("verified", ColumnType::Int),
        ("phones", ColumnType::Text),
        ("is_private", ColumnType::Int),
        ("created_at", ColumnType::Int),
    ],
    on_conflict: "ON CONFLICT (workspace_id, id) DO UPDATE SET
        email = CASE excluded.is_private WHEN 1 THEN COALESCE(excluded.email, subjects.email) ELSE COALESCE(subjects.email, excluded.email) END,
        first_name = CASE excluded.is_private WHEN 1 THEN COALESCE(excluded.first_name, subjects.first_name) ELSE COALESCE(subjects.first_name, excluded.first_name) END,
        last_name = CASE excluded.is_private WHEN 1 THEN COALESCE(excluded.last_name, subjects.last_name) ELSE COALESCE(subjects.last_name, excluded.last_name) END,
        full_name = CASE excluded.is_private WHEN 1 THEN COALESCE(excluded.full_name, subjects.full_name) ELSE COALESCE(subjects.full_name, excluded.full_name) END,
        phones = CASE excluded.is_private WHEN 1 THEN COALESCE(excluded.phones, subjects.phones) ELSE COALESCE(subjects.phones, excluded.phones) END,
        verified = CASE WHEN excluded.is_private = 1 AND excluded.verified >= 0 THEN excluded.verified ELSE subjects.verified END",
};

const NOT_SAID: i64 = -1;

pub(super) fn row(workspace: WorkspaceId, upsert: &SubjectUpsert) -> [Value<'_>; 10] {
    let SubjectUpsert { id, fields, may_overwrite, created_at, preferences: _ } = upsert;
    let SubjectFields { id: _, email, first_name, last_name, full_name, verified, phones } = fields;
    // A public call cannot confirm anyone.
    let verified = verified.filter(|_| *may_overwrite).map_or(NOT_SAID, i64::from);
    [
        workspace.0.into(),
        id.into(),
        email.as_ref().into(),
        first_name.as_ref().into(),
        last_name.as_ref().into(),
        full_name.as_ref().into(),
        verified.into(),
        phones.as_ref().into(),
        (*may_overwrite).into(),
        created_at.0.into(),
    ]
}

/// Makes one upsert of two that follow each other and may do as much.
pub(super) fn fold(first: &mut SubjectUpsert, next: &SubjectUpsert) {
    fn choose<T: Clone>(first: &mut Option<T>, next: Option<&T>, newer_wins: bool) {
        if first.is_none() || (newer_wins && next.is_some()) {
            *first = next.cloned();
        }
    }
    let newer_wins = first.may_overwrite;
    choose(&mut first.fields.email, next.fields.email.as_ref(), newer_wins);
    choose(&mut first.fields.first_name, next.fields.first_name.as_ref(), newer_wins);
    choose(&mut first.fields.last_name, next.fields.last_name.as_ref(), newer_wins);
    choose(&mut first.fields.full_name, next.fields.full_name.as_ref(), newer_wins);
    choose(&mut first.fields.phones, next.fields.phones.as_ref(), newer_wins);
    choose(&mut first.fields.verified, next.fields.verified.as_ref(), newer_wins);
}

/// A subject with its newest preferences.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<Subject>> {
    let Some(mut row) = tx.query_one(GET, &[workspace.0.into(), id.into()])? else { return Ok(None) };
    let fields = SubjectFields {
        id: Some(id.to_owned()),
        email: row.text_or_none(0)?,
        first_name: row.text_or_none(1)?,
        last_name: row.text_or_none(2)?,
        full_name: row.text_or_none(3)?,
        verified: Some(row.int(4)? == 1),
        phones: row.text_or_none(5)?,
    };
    let created_at = Timestamp(row.int(6)?);
    let preferences = preference::of_subject(tx, workspace, id)?;
    Ok(Some(Subject { id: id.to_owned(), fields, created_at, preferences }))
}
