//! Records other than consents: notice versions, widget versions, SDK builds, documents, and what was done to records.

use placet_proof::Record;
use uuid::Uuid;

use super::engine::{ColumnType, Insert, Tx};
use super::packing::pack;
use super::pending_entry::{self, PendingEntry};
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::record::Kind;

statements! {
    IDS = "SELECT id FROM records WHERE workspace_id = $1";
}

pub(super) const INSERT: Insert = Insert {
    table: "records",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("id", ColumnType::Bytes),
        ("kind", ColumnType::Text),
        ("group_s", ColumnType::Bytes),
        ("group_e", ColumnType::Bytes),
        ("group_f", ColumnType::Bytes),
        ("group_d", ColumnType::Bytes),
        ("commitments", ColumnType::Bytes),
    ],
    on_conflict: "",
};

/// A record that is to be stored under an id.
pub type NewRecord = (Uuid, Kind, Record);

/// Stores a record and its entry.
pub fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid, kind: Kind, record: &Record) -> Result<()> {
    insert_rows(tx, row(workspace, &id, kind, record).into(), [(workspace, id, record.entry().as_bytes())])
}

/// Stores records and their entries.
pub fn insert_all(tx: &mut Tx<'_>, workspace: WorkspaceId, records: &[NewRecord]) -> Result<()> {
    let rows = records.iter().flat_map(|(id, kind, record)| row(workspace, id, *kind, record)).collect();
    let entries: Vec<_> = records.iter().map(|(id, _, record)| (*id, record.entry())).collect();
    insert_rows(tx, rows, entries.iter().map(|(id, entry)| (workspace, *id, entry.as_bytes())))
}

fn insert_rows<'e>(
    tx: &mut Tx<'_>,
    records: Vec<Value<'_>>,
    entries: impl IntoIterator<Item = PendingEntry<'e>>,
) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    tx.insert_all(&[(&INSERT, records), (&pending_entry::INSERT, pending_entry::rows(entries))])
}

fn row<'v>(workspace: WorkspaceId, id: &'v Uuid, kind: Kind, record: &Record) -> [Value<'v>; 8] {
    let [s, e, f, d] = record.disclosures().each_ref().map(|disclosure| pack(disclosure.as_bytes()));
    let commitments = record.commitments().to_bytes().to_vec();
    [
        workspace.0.into(),
        id.into(),
        kind.word().into(),
        s.into(),
        e.into(),
        f.into(),
        d.into(),
        commitments.into(),
    ]
}

/// How many records lack an entry; anything but zero is damage.
pub fn count_without_entry(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<usize> {
    let records = tx.query(IDS, &[workspace.0.into()])?;
    pending_entry::count_missing(tx, workspace, records)
}
