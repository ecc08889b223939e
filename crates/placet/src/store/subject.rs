//! Subjects: one row each, with the newest value of every field.

use uuid::Uuid;

use super::engine::{ColumnType, Insert, Tx};
use super::installation::IndexKey;
use super::row::{Row, Value};
use super::{preference, search, subject_phone};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::{Subject, SubjectFields};
use crate::domain::time::Timestamp;

statements! {
    GET = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at FROM subjects WHERE workspace_id = $1 AND id = $2";
    CREATED_AT = "SELECT created_at FROM subjects WHERE workspace_id = $1 AND id = $2";
    LOCK = "UPDATE subjects SET created_at = created_at WHERE workspace_id = $1 AND id = $2";
    REMOVE = "DELETE FROM subjects WHERE workspace_id = $1 AND id = $2";
    UPDATE = "UPDATE subjects SET
        email = COALESCE($3, email), first_name = COALESCE($4, first_name), last_name = COALESCE($5, last_name),
        full_name = COALESCE($6, full_name), phones = COALESCE($7, phones), verified = COALESCE($8, verified)
        WHERE workspace_id = $1 AND id = $2";
}

/// A call that may overwrite puts what it gives in the place of what is stored; any other only fills in what is
/// missing, and never changes `verified`. A row that would stay as it is, is not written.
pub(super) const UPSERT: Insert = Insert {
    table: "subjects",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("id", ColumnType::Text),
        ("email", ColumnType::Text),
        ("first_name", ColumnType::Text),
        ("last_name", ColumnType::Text),
        ("full_name", ColumnType::Text),
        ("phones", ColumnType::Text),
        ("listed_phones", ColumnType::Text),
        ("verified", ColumnType::Int),
        ("overwrites", ColumnType::Int),
        ("created_at", ColumnType::Int),
        ("search_hash", ColumnType::Int),
    ],
    on_conflict: "ON CONFLICT (workspace_id, id) DO UPDATE SET
        email = CASE excluded.overwrites WHEN 0 THEN COALESCE(subjects.email, excluded.email) ELSE COALESCE(excluded.email, subjects.email) END,
        first_name = CASE excluded.overwrites WHEN 0 THEN COALESCE(subjects.first_name, excluded.first_name) ELSE COALESCE(excluded.first_name, subjects.first_name) END,
        last_name = CASE excluded.overwrites WHEN 0 THEN COALESCE(subjects.last_name, excluded.last_name) ELSE COALESCE(excluded.last_name, subjects.last_name) END,
        full_name = CASE excluded.overwrites WHEN 0 THEN COALESCE(subjects.full_name, excluded.full_name) ELSE COALESCE(excluded.full_name, subjects.full_name) END,
        phones = CASE excluded.overwrites WHEN 0 THEN COALESCE(subjects.phones, excluded.phones) ELSE COALESCE(excluded.phones, subjects.phones) END,
        verified = CASE excluded.overwrites WHEN 2 THEN excluded.verified ELSE subjects.verified END
        WHERE (excluded.email IS NOT NULL AND (subjects.email IS NULL OR (excluded.overwrites > 0 AND excluded.email <> subjects.email)))
        OR (excluded.first_name IS NOT NULL AND (subjects.first_name IS NULL OR (excluded.overwrites > 0 AND excluded.first_name <> subjects.first_name)))
        OR (excluded.last_name IS NOT NULL AND (subjects.last_name IS NULL OR (excluded.overwrites > 0 AND excluded.last_name <> subjects.last_name)))
        OR (excluded.full_name IS NOT NULL AND (subjects.full_name IS NULL OR (excluded.overwrites > 0 AND excluded.full_name <> subjects.full_name)))
        OR (excluded.phones IS NOT NULL AND (subjects.phones IS NULL OR (excluded.overwrites > 0 AND excluded.phones <> subjects.phones)))
        OR (excluded.overwrites = 2 AND excluded.verified <> subjects.verified)",
};

/// What a call changes on a subject.
#[derive(Clone)]
pub struct SubjectUpsert {
    /// The subject's id.
    pub id: String,
    /// Fields given; those that were not stay as they are.
    pub fields: SubjectFields,
    /// Whether it may overwrite fields and set `verified` of a subject that exists.
    pub may_overwrite: bool,
    /// Whether it may say of a new subject that it is verified.
    pub may_confirm: bool,
    /// When the subject became known, should it be new.
    pub created_at: Timestamp,
    /// Name and packed value (JSON) of each preference.
    pub preferences: Vec<(String, Vec<u8>)>,
}

impl SubjectUpsert {
    /// What a call changes on a subject's fields.
    #[must_use]
    pub fn new(
        id: String,
        fields: SubjectFields,
        may_overwrite: bool,
        created_at: Timestamp,
    ) -> SubjectUpsert {
        let may_confirm = may_overwrite;
        SubjectUpsert { id, fields, may_overwrite, may_confirm, created_at, preferences: Vec::new() }
    }
}

pub(super) fn row(workspace: WorkspaceId, upsert: &SubjectUpsert) -> [Value<'_>; 12] {
    let SubjectUpsert { id, fields, may_overwrite, may_confirm, created_at, preferences: _ } = upsert;
    let SubjectFields { id: _, email, first_name, last_name, full_name, verified, phones } = fields;
    let verified = verified.filter(|_| *may_confirm);
    let overwrites = i64::from(*may_overwrite) + i64::from(*may_overwrite && verified.is_some());
    [
        workspace.0.into(),
        id.into(),
        email.as_ref().into(),
        first_name.as_ref().into(),
        last_name.as_ref().into(),
        full_name.as_ref().into(),
        phones.as_ref().into(),
        phones.as_ref().into(),
        verified.unwrap_or(false).into(),
        overwrites.into(),
        created_at.0.into(),
        search::subject_hash(fields).into(),
    ]
}

/// Whether two upserts may do as much.
pub(super) fn may_as_much(first: &SubjectUpsert, next: &SubjectUpsert) -> bool {
    (first.may_overwrite, first.may_confirm) == (next.may_overwrite, next.may_confirm)
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

/// Creates a subject, or updates the one with this id; gives the moment it became known. `call` is an id that only this
/// call has.
pub fn upsert(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    upsert: &SubjectUpsert,
    call: &Uuid,
) -> Result<Timestamp> {
    tx.insert_all(&[(&UPSERT, row(workspace, upsert).into())])?;
    search::insert_texts(tx, (workspace, key), call.as_bytes(), [said(upsert)])?;
    if upsert.fields.phones.is_some() {
        subject_phone::list(tx, &[(workspace, &upsert.id, Some(upsert.created_at))])?;
    }
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
    let keys: Vec<Vec<Value<'_>>> =
        upserts.iter().map(|upsert| vec![workspace.0.into(), upsert.id.as_str().into()]).collect();
    let found = tx.query_each(CREATED_AT, &keys)?;
    let mut sorted: Vec<&SubjectUpsert> = upserts.iter().collect();
    sorted.sort_by_key(|upsert| &upsert.id);
    let rows = sorted.iter().flat_map(|upsert| row(workspace, upsert)).collect();
    tx.insert_all(&[(&UPSERT, rows)])?;
    search::insert_texts(tx, (workspace, key), call.as_bytes(), upserts.iter().map(said))?;
    let with_phones = sorted.iter().filter(|upsert| upsert.fields.phones.is_some());
    let given = with_phones.map(|upsert| (workspace, upsert.id.as_str(), Some(upsert.created_at)));
    subject_phone::list(tx, &given.collect::<Vec<_>>())?;
    Ok(found.iter().map(Vec::is_empty).collect())
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
pub fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<u64> {
    subject_phone::remove_all(tx, workspace, id)?;
    let preferences = preference::remove_all(tx, workspace, id)?;
    tx.execute(REMOVE, &[workspace.0.into(), id.into()])?;
    Ok(preferences)
}

/// When a subject became known, if it exists.
pub fn created_at(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<Timestamp>> {
    let row = tx.query_one(CREATED_AT, &[workspace.0.into(), id.into()])?;
    row.map(|mut row| row.int(0).map(Timestamp)).transpose()
}

/// A subject with its newest preferences.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<Subject>> {
    let Some(mut subject) = get_plain(tx, workspace, id)? else { return Ok(None) };
    preference::add_to(tx, workspace, std::slice::from_mut(&mut subject))?;
    Ok(Some(subject))
}

/// A subject without its preferences.
pub(super) fn get_plain(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<Option<Subject>> {
    tx.query_one(GET, &[workspace.0.into(), id.into()])?.map(read).transpose()
}

/// Subjects without their preferences, in the order of the ids; one that does not exist is left out.
pub(super) fn get_each<'i>(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    ids: impl Iterator<Item = &'i str>,
) -> Result<Vec<Subject>> {
    let keys: Vec<Vec<Value<'_>>> = ids.map(|id| vec![workspace.0.into(), id.into()]).collect();
    tx.query_each(GET, &keys)?.into_iter().flatten().map(read).collect()
}

/// Reads id, fields and creation time, in the order of [`GET`].
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
    Ok(Subject { id, fields, created_at: Timestamp(row.int(7)?), preferences: Vec::new() })
}
