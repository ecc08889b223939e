//! Entries that have no place in the log yet: a row for each batch, with the id and the entry of each of its records.

use std::collections::{BTreeMap, HashSet};

use placet_proof::Entry;
use uuid::Uuid;

use super::bytes::{Reader, damaged};
use super::engine::{ColumnType, Insert, Tx};
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;

statements! {
    OF_WORKSPACE = "SELECT entries FROM pending_entries WHERE workspace_id = $1";
}

pub(super) const INSERT: Insert = Insert {
    table: "pending_entries",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("batch_id", ColumnType::Bytes),
        ("entries", ColumnType::Bytes),
    ],
    on_conflict: "",
};

const ID_BYTES: usize = 16;
const ENTRY_BYTES: usize = 33;

/// A record's workspace, id and entry.
pub(super) type PendingEntry<'e> = (WorkspaceId, Uuid, &'e [u8; ENTRY_BYTES]);

/// A row for each workspace, under the id of its first record: no record is stored twice.
pub(super) fn rows<'e>(entries: impl IntoIterator<Item = PendingEntry<'e>>) -> Vec<Value<'static>> {
    let mut batches: BTreeMap<WorkspaceId, Vec<u8>> = BTreeMap::new();
    for (workspace, record, entry) in entries {
        let batch = batches.entry(workspace).or_default();
        batch.extend_from_slice(record.as_bytes());
        batch.extend_from_slice(entry);
    }
    let row = |(workspace, batch): (WorkspaceId, Vec<u8>)| -> [Value<'static>; 3] {
        [workspace.0.into(), batch[..ID_BYTES].to_vec().into(), batch.into()]
    };
    batches.into_iter().flat_map(row).collect()
}

/// Every entry that waits, with the id of its record.
pub fn of_workspace(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<(Uuid, Entry)>> {
    let mut entries = Vec::new();
    for mut row in tx.query(OF_WORKSPACE, &[workspace.0.into()])? {
        let batch = row.bytes(0)?;
        let mut reader = Reader(&batch);
        while !reader.is_at_end() {
            let record = Uuid::from_bytes(reader.array()?);
            let entry = Entry::parse(reader.take(ENTRY_BYTES)?).ok_or_else(damaged)?;
            entries.push((record, entry));
        }
    }
    Ok(entries)
}

/// How many of these records have no entry; each row begins with an id.
pub(super) fn count_missing(tx: &mut Tx<'_>, workspace: WorkspaceId, records: Vec<Row>) -> Result<usize> {
    let waiting: HashSet<Uuid> = of_workspace(tx, workspace)?.into_iter().map(|(record, _)| record).collect();
    let mut missing = 0;
    for mut record in records {
        missing += usize::from(!waiting.contains(&record.uuid(0)?));
    }
    Ok(missing)
}
