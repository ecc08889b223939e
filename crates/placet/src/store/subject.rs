//! Subjects: one row each, with the newest value of every field.

use std::collections::HashSet;

use uuid::Uuid;

use super::engine::Tx;
use super::installation::IndexKey;
use super::row::{Row, Value};
use super::subject_upsert::{self, Call, SubjectUpsert};
use super::{preference, search, subject_phone};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::{Subject, SubjectFields};
use crate::domain::time::Timestamp;

statements! {
    GET = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at, preferences FROM subjects WHERE workspace_id = $1 AND id = $2";
    CREATED_AT = "SELECT created_at FROM subjects WHERE workspace_id = $1 AND id = $2";
    LOCK = "UPDATE subjects SET created_at = created_at WHERE workspace_id = $1 AND id = $2";
    REMOVE = "DELETE FROM subjects WHERE workspace_id = $1 AND id = $2";
    UPDATE = "UPDATE subjects SET
        email = COALESCE($3, email), first_name = COALESCE($4, first_name), last_name = COALESCE($5, last_name),
        full_name = COALESCE($6, full_name), phones = COALESCE($7, phones), verified = COALESCE($8, verified)
        WHERE workspace_id = $1 AND id = $2";
}

/// Creates a subject, or updates the one with this id; gives the moment it became known. `call` is an id that only this
/// call has.
pub fn upsert(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    upsert: &SubjectUpsert,
    call: &Uuid,
) -> Result<Timestamp> {
    subject_upsert::upsert(tx, [without_consent(workspace, upsert)])?;
    search::insert_texts(tx, (workspace, key), call.as_bytes(), [said(upsert)])?;
    Ok(created_at(tx, workspace, &upsert.id)?.unwrap_or(upsert.created_at))
}

/// What an upsert says, and when the subject became known, should it be new.
fn said(upsert: &SubjectUpsert) -> (&str, &SubjectFields, Timestamp) {
    (&upsert.id, &upsert.fields, upsert.created_at)
}

/// Creates subjects, or updates those with these ids, which are all different; `true` for each that is new. `call` is an id
/// that only this call has.
pub fn upsert_all(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    upserts: &[SubjectUpsert],
    call: &Uuid,
) -> Result<Vec<bool>> {
    let new = subject_upsert::upsert(tx, upserts.iter().map(|upsert| without_consent(workspace, upsert)))?;
    search::insert_texts(tx, (workspace, key), call.as_bytes(), upserts.iter().map(said))?;
    let new: HashSet<&str> = new.into_iter().map(|(_, id)| id).collect();
    Ok(upserts.iter().map(|upsert| new.contains(upsert.id.as_str())).collect())
}

/// Such a call has no preferences to prove.
fn without_consent(workspace: WorkspaceId, upsert: &SubjectUpsert) -> Call<'_> {
    Call { workspace, upsert, consent: (Uuid::nil(), upsert.created_at) }
}

/// Which of these subjects exist.
pub fn exist(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &[String]) -> Result<Vec<bool>> {
    let keys: Vec<Vec<Value<'_>>> = ids.iter().map(|id| vec![workspace.0.into(), id.into()]).collect();
    Ok(tx.query_each(CREATED_AT, &keys)?.iter().map(|rows| !rows.is_empty()).collect())
}

/// Updates a subject with the fields given, and gives the moment it became known, if it exists. `call` is an id that only
/// this call has, and its moment.
pub fn update(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    id: &str,
    fields: &SubjectFields,
    call: &(Uuid, Timestamp),
) -> Result<Option<Timestamp>> {
    let SubjectFields { id: _, email, first_name, last_name, full_name, verified, phones } = fields;
    let values: [Value<'_>; 8] = [
        workspace.0.into(),
        id.into(),
        email.as_ref().into(),
        first_name.as_ref().into(),
        last_name.as_ref().into(),
        full_name.as_ref().into(),
        phones.as_ref().into(),
        (*verified).into(),
    ];
    if tx.execute(UPDATE, &values)? == 0 {
        return Ok(None);
    }
    search::insert_texts(tx, (workspace, key), call.0.as_bytes(), [(id, fields, call.1)])?;
    if phones.is_some() {
        subject_phone::list(tx, &[(workspace, id, None)])?;
    }
    created_at(tx, workspace, id)
}

/// Locks a subject's row until the transaction ends: consents that touch it are then stored, or wait. False if there is
/// none.
pub fn lock(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<bool> {
    Ok(tx.execute(LOCK, &[workspace.0.into(), id.into()])? == 1)
}

/// Removes a subject with its phones and its preferences; gives the number of these. Its row must have been locked.
pub fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<usize> {
    subject_phone::remove_all(tx, workspace, id)?;
    let preferences = preference::count(tx, workspace, id)?;
    tx.execute(REMOVE, &[workspace.0.into(), id.into()])?;
    Ok(preferences)
}

/// When a subject became known, if it exists.
pub fn created_at(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<Timestamp>> {
    let row = tx.query_one(CREATED_AT, &[workspace.0.into(), id.into()])?;
    row.map(|mut row| row.int(0).map(Timestamp)).transpose()
}

/// A subject.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<Subject>> {
    tx.query_one(GET, &[workspace.0.into(), id.into()])?.map(read).transpose()
}

/// Subjects in the order of the ids; one that does not exist is left out.
pub(super) fn get_each<'i>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = &'i str>,
) -> Result<Vec<Subject>> {
    let keys: Vec<Vec<Value<'_>>> = ids.map(|id| vec![workspace.0.into(), id.into()]).collect();
    tx.query_each(GET, &keys)?.into_iter().flatten().map(read).collect()
}

/// Reads a subject, in the order of [`GET`].
pub(super) fn read(mut row: Row) -> Result<Subject> {
    let id = row.text(0)?;
    let fields = SubjectFields {
        id: Some(id.clone()),
        email: row.text_or_none(1)?,
        first_name: row.text_or_none(2)?,
        last_name: row.text_or_none(3)?,
        full_name: row.text_or_none(4)?,
        verified: Some(row.int(5)? == 1),
        phones: row.text_or_none(6)?,
    };
    let (created_at, preferences) = (Timestamp(row.int(7)?), row.bytes_or_none(8)?);
    Ok(Subject { id, fields, created_at, preferences: preference::read(preferences.as_deref())? })
}
