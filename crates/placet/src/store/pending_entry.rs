//! Entries that have no place in the log yet.

use uuid::Uuid;

use super::append::NewConsent;
use super::engine::{ColumnType, Insert, Tx};
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;

statements! {
    GET = "SELECT entry FROM pending_entries WHERE workspace_id = $1 AND record_id = $2";
}

pub(super) const INSERT: Insert = Insert {
    table: "pending_entries",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("record_id", ColumnType::Bytes),
        ("entry", ColumnType::Bytes),
    ],
    on_conflict: "",
};

pub(super) fn row(consent: &NewConsent) -> [Value<'_>; 3] {
    [consent.workspace.0.into(), (&consent.id).into(), consent.entry.as_slice().into()]
}

/// The entry of a record.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, record: Uuid) -> Result<Option<Vec<u8>>> {
    tx.query_one(GET, &[workspace.0.into(), (&record).into()])?.map(|mut row| row.bytes(0)).transpose()
}
