//! The newest value of each preference of each subject.

use uuid::Uuid;

use super::append::NewConsent;
use super::engine::{ColumnType, Insert, Tx};
use super::packing::unpack_text;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::{CurrentPreference, Subject};
use crate::domain::time::Timestamp;

statements! {
    OF_SUBJECT = "SELECT name, value, consent_id, at FROM preferences WHERE workspace_id = $1 AND subject_id = $2 ORDER BY name";
    REMOVE_ALL = "DELETE FROM preferences WHERE workspace_id = $1 AND subject_id = $2";
    REMOVE_PROVEN_BY = "DELETE FROM preferences WHERE workspace_id = $1 AND subject_id = $2 AND consent_id = $3";
    COUNT = "SELECT COUNT(*) FROM preferences WHERE workspace_id = $1 AND subject_id = $2";
}

/// The greatest time wins, then the later arrival; a consent dated back changes nothing that is newer.
pub(super) const UPSERT: Insert = Insert {
    table: "preferences",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("subject_id", ColumnType::Text),
        ("name", ColumnType::Text),
        ("value", ColumnType::Bytes),
        ("consent_id", ColumnType::Bytes),
        ("at", ColumnType::Int),
    ],
    on_conflict: "ON CONFLICT (workspace_id, subject_id, name) DO UPDATE SET
        value = excluded.value, consent_id = excluded.consent_id, at = excluded.at WHERE excluded.at >= preferences.at",
};

pub(super) fn row<'c>(
    workspace: WorkspaceId,
    subject: &'c str,
    name: &'c str,
    value: &'c [u8],
    consent: &'c NewConsent,
) -> [Value<'c>; 6] {
    [workspace.0.into(), subject.into(), name.into(), value.into(), (&consent.id).into(), consent.at.0.into()]
}

/// Gives each subject its newest preferences, by name.
pub fn add_to(tx: &mut Tx<'_>, workspace: WorkspaceId, subjects: &mut [Subject]) -> Result<()> {
    let key = |subject: &Subject| vec![workspace.0.into(), subject.id.clone().into()];
    let keys: Vec<Vec<Value<'_>>> = subjects.iter().map(key).collect();
    for (subject, rows) in subjects.iter_mut().zip(tx.query_each(OF_SUBJECT, &keys)?) {
        subject.preferences = rows.into_iter().map(read).collect::<Result<_>>()?;
    }
    Ok(())
}

/// How many preferences a subject has.
pub fn count(tx: &mut Tx<'_>, workspace: WorkspaceId, subject: &str) -> Result<i64> {
    tx.query_one(COUNT, &[workspace.0.into(), subject.into()])?.map_or(Ok(0), |mut row| row.int(0))
}

/// Removes the preferences of a subject and gives their number.
pub(super) fn remove_all(tx: &mut Tx<'_>, workspace: WorkspaceId, subject: &str) -> Result<u64> {
    tx.execute(REMOVE_ALL, &[workspace.0.into(), subject.into()])
}

/// Removes what a consent proves of its subject, as far as no later consent does.
pub fn remove_proven_by(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    subject: &str,
    consent: Uuid,
) -> Result<u64> {
    tx.execute(REMOVE_PROVEN_BY, &[workspace.0.into(), subject.into(), (&consent).into()])
}

fn read(mut row: Row) -> Result<CurrentPreference> {
    Ok(CurrentPreference {
        name: row.text(0)?,
        value: unpack_text(&row.bytes(1)?)?,
        consent: row.uuid(2)?,
        at: Timestamp(row.int(3)?),
    })
}
