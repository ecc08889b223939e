//! Making the index anew: a migration that changes what it holds empties it and notes every workspace. The texts of what
//! is stored are then put among those that wait, before anything is served.

use uuid::Uuid;

use super::super::consent;
use super::super::engine::{Connection, Purpose, Tx};
use super::super::row::Row;
use super::super::subject;
use super::text::{Entry, insert, insert_entries};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::subject::Subject;
use crate::store::installation::IndexKey;

statements! {
    /// Not by workspace: one that is still to be done.
    NEXT = "SELECT workspace_id FROM search_refills ORDER BY workspace_id LIMIT 1";
    LOCK = "UPDATE search_refills SET list = list WHERE workspace_id = $1";
    PROGRESS = "SELECT list, after_id FROM search_refills WHERE workspace_id = $1";
    ADVANCE = "UPDATE search_refills SET list = $2, after_id = $3 WHERE workspace_id = $1";
    END = "DELETE FROM search_refills WHERE workspace_id = $1";
    CONSENTS = "SELECT id FROM consents WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3";
    SUBJECTS = "SELECT id FROM subjects WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3";
}

/// What one transaction reads.
const BATCH: i64 = 500;
const CONSENT_LIST: i64 = 0;
const SUBJECT_LIST: i64 = 1;

/// Puts the texts of all that is stored among those that wait, where that is still to be done. Two processes may share it.
pub(in crate::store) fn refill(connection: &mut Connection, key: &IndexKey) -> Result<()> {
    if connection.transaction(Purpose::Write, &mut |tx| tx.query_one(NEXT, &[]))?.is_some() {
        tracing::info!("the search index is made anew: every record is read once before anything is served");
    }
    while connection.transaction(Purpose::Write, &mut |tx| step(tx, key))? {}
    Ok(())
}

/// False when nothing is left to be done.
fn step(tx: &mut Tx<'_>, key: &IndexKey) -> Result<bool> {
    let Some(mut next) = tx.query_one(NEXT, &[])? else { return Ok(false) };
    let workspace = WorkspaceId(next.int(0)?);
    tx.execute(LOCK, &[workspace.0.into()])?;
    let Some(mut progress) = tx.query_one(PROGRESS, &[workspace.0.into()])? else { return Ok(true) };
    let (list, after) = (progress.int(0)?, progress.bytes(1)?);
    let reached = match list {
        CONSENT_LIST => consents(tx, (workspace, key), &after)?,
        _ => subjects(tx, (workspace, key), after)?,
    };
    match (reached, list) {
        (Some(id), list) => advance(tx, workspace, list, &id)?,
        (None, CONSENT_LIST) => advance(tx, workspace, SUBJECT_LIST, &[])?,
        (None, _) => drop(tx.execute(END, &[workspace.0.into()])?),
    }
    Ok(true)
}

fn advance(tx: &mut Tx<'_>, workspace: WorkspaceId, list: i64, after: &[u8]) -> Result<()> {
    tx.execute(ADVANCE, &[workspace.0.into(), list.into(), after.into()]).map(drop)
}

/// The next consents; gives the id of the last, if there are any.
fn consents(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    after: &[u8],
) -> Result<Option<Vec<u8>>> {
    let rows = tx.query(CONSENTS, &[workspace.0.into(), after.into(), BATCH.into()])?;
    let ids: Vec<Uuid> = rows.into_iter().map(|mut row| row.uuid(0)).collect::<Result<_>>()?;
    let Some(last) = ids.last() else { return Ok(None) };
    let stored = consent::get_several(tx, workspace, &ids)?;
    let entries: Vec<Entry> = stored.iter().filter_map(|consent| Entry::of_stored(key, consent)).collect();
    if !entries.is_empty() {
        insert_entries(tx, workspace, last.as_bytes(), &entries)?;
    }
    Ok(Some(last.as_bytes().to_vec()))
}

/// The same for subjects.
fn subjects(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    after: Vec<u8>,
) -> Result<Option<Vec<u8>>> {
    let after = String::from_utf8(after).map_err(Error::internal)?;
    let rows = tx.query(SUBJECTS, &[workspace.0.into(), after.into(), BATCH.into()])?;
    let ids: Vec<String> = rows.into_iter().map(|mut row: Row| row.text(0)).collect::<Result<_>>()?;
    let Some(last) = ids.last() else { return Ok(None) };
    let stored = subject::get_each(tx, workspace, ids.iter().map(String::as_str))?;
    let given =
        stored.iter().map(|Subject { id, fields, created_at, .. }| (id.as_str(), fields, *created_at));
    insert(tx, (workspace, key), &[b"subjects to ", last.as_bytes()].concat(), given)?;
    Ok(Some(last.as_bytes().to_vec()))
}
