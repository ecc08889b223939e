//! Records other than consents: notice versions, widget versions, SDK builds.

use placet_proof::Record;
use uuid::Uuid;

use super::engine::Tx;
use super::packing::pack;
use super::pending_entry;
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::record::Kind;

statements! {
    INSERT = "INSERT INTO records (workspace_id, id, kind, group_s, group_e, group_f, group_d, commitments) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    COUNT_WITHOUT_ENTRY = "SELECT COUNT(*) FROM records r WHERE r.workspace_id = $1 AND NOT EXISTS
        (SELECT 1 FROM pending_entries p WHERE p.workspace_id = r.workspace_id AND p.record_id = r.id)";
}

/// Stores a record and its entry.
pub fn insert(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid, kind: Kind, record: &Record) -> Result<()> {
    let commitments = record.commitments();
    let [s, e, f, d] = record.disclosures().each_ref().map(|disclosure| pack(disclosure.as_bytes()));
    let packed_commitments = commitments.to_bytes();
    let values: [Value<'_>; 8] = [
        workspace.0.into(),
        (&id).into(),
        kind.word().into(),
        s.into(),
        e.into(),
        f.into(),
        d.into(),
        packed_commitments.as_slice().into(),
    ];
    tx.execute(INSERT, &values)?;
    pending_entry::insert(tx, workspace, id, commitments.commitment().entry().as_bytes())
}

/// How many records lack an entry; anything but zero is damage.
pub fn count_without_entry(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<i64> {
    tx.query_one(COUNT_WITHOUT_ENTRY, &[workspace.0.into()])?.map_or(Ok(0), |mut row| row.int(0))
}
