//! The newest value of each preference of each subject.

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

fn read(mut row: Row) -> Result<CurrentPreference> {
    Ok(CurrentPreference {
        name: row.text(0)?,
        value: unpack_text(&row.bytes(1)?)?,
        consent: row.uuid(2)?,
        at: Timestamp(row.int(3)?),
    })
}
