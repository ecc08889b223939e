//! What people were shown, once per digest.

use super::append::FormToStore;
use super::engine::{ColumnType, Insert, Tx};
use super::packing::unpack_text;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};

statements! {
    GET = "SELECT html FROM forms WHERE workspace_id = $1 AND sha256 = $2";
}

pub(super) const INSERT: Insert = Insert {
    table: "forms",
    columns: &[("workspace_id", ColumnType::Int), ("sha256", ColumnType::Bytes), ("html", ColumnType::Bytes)],
    on_conflict: "ON CONFLICT (workspace_id, sha256) DO NOTHING",
};

pub(super) fn row(workspace: WorkspaceId, form: &FormToStore) -> [Value<'_>; 3] {
    [workspace.0.into(), (&form.digest).into(), form.html.as_slice().into()]
}

/// The HTML with this digest.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, digest: &Digest) -> Result<Option<String>> {
    let row = tx.query_one(GET, &[workspace.0.into(), digest.into()])?;
    row.map(|mut row| unpack_text(&row.bytes(0)?)).transpose()
}

/// The HTML with each of these digests, where it is known.
pub fn get_each(tx: &mut Tx<'_>, workspace: WorkspaceId, digests: &[Digest]) -> Result<Vec<Option<String>>> {
    let keys: Vec<Vec<Value<'_>>> =
        digests.iter().map(|digest| vec![workspace.0.into(), digest.into()]).collect();
    let html =
        |rows: Vec<Row>| rows.into_iter().next().map(|mut row| unpack_text(&row.bytes(0)?)).transpose();
    tx.query_each(GET, &keys)?.into_iter().map(html).collect()
}
