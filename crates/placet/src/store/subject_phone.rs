//! The endings of subjects' phone numbers, by which a part of a number is found.

use super::engine::{ColumnType, Insert, Tx};
use super::row::{Row, Value};
use super::subject_list::Place;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::phone::{cut, endings};
use crate::domain::time::Timestamp;

statements! {
    LISTED = "SELECT phones, listed_phones, created_at FROM subjects WHERE workspace_id = $1 AND id = $2";
    NOTE_LISTED = "UPDATE subjects SET listed_phones = phones WHERE workspace_id = $1 AND id = $2";
    REMOVE = "DELETE FROM subject_phones WHERE workspace_id = $1 AND ending = $2 AND created_at = $3 AND subject_id = $4";
    CONTAINING = "SELECT created_at, subject_id FROM subject_phones WHERE workspace_id = $1 AND ending >= $2 AND ending < $3";
    IS_MORE = "SELECT created_at FROM subject_phones WHERE workspace_id = $1 AND ending >= $2 AND ending < $3 LIMIT 1 OFFSET $4";
}

pub(super) const INSERT: Insert = Insert {
    table: "subject_phones",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("ending", ColumnType::Text),
        ("created_at", ColumnType::Int),
        ("subject_id", ColumnType::Text),
    ],
    on_conflict: "ON CONFLICT (workspace_id, ending, created_at, subject_id) DO NOTHING",
};

/// Behind every letter and digit: what begins with a text lies between the text and the text with this at its end.
const LAST: char = '~';

/// A subject that was given phones: its workspace, its id, and the moment it became known should it be new.
pub(super) type GivenPhones<'s> = (WorkspaceId, &'s str, Option<Timestamp>);

/// Brings the endings of subjects in line with their phones. Their rows must have been written, or locked, in this
/// transaction: then nobody else changes their phones or endings until it ends.
pub(super) fn list(tx: &mut Tx<'_>, subjects: &[GivenPhones<'_>]) -> Result<()> {
    if subjects.is_empty() {
        return Ok(());
    }
    let keys: Vec<Vec<Value<'_>>> =
        subjects.iter().map(|(workspace, id, _)| vec![workspace.0.into(), (*id).into()]).collect();
    let mut rows = Vec::new();
    for ((workspace, id, if_new), found) in subjects.iter().zip(tx.query_each(LISTED, &keys)?) {
        let Some(mut found) = found.into_iter().next() else { continue };
        let mut text = |column| found.text_or_none(column).map(Option::unwrap_or_default);
        let (phones, listed) = (text(0)?, text(1)?);
        let created_at = found.int(2)?;
        if phones != listed {
            remove(tx, (*workspace, id, created_at), &phones, &listed)?;
        } else if *if_new != Some(Timestamp(created_at)) {
            // It existed before, and has the phones that it had.
            continue;
        }
        rows.extend(endings(&phones).into_iter().flat_map(|ending| -> [Value<'_>; 4] {
            [workspace.0.into(), ending.into(), created_at.into(), (*id).into()]
        }));
    }
    tx.insert_all(&[(&INSERT, rows)])
}

/// Removes the endings of numbers that a subject has no more.
fn remove(
    tx: &mut Tx<'_>,
    (workspace, id, created_at): (WorkspaceId, &str, i64),
    phones: &str,
    listed: &str,
) -> Result<()> {
    for ending in endings(listed).difference(&endings(phones)) {
        tx.execute(REMOVE, &[workspace.0.into(), ending.into(), created_at.into(), id.into()])?;
    }
    tx.execute(NOTE_LISTED, &[workspace.0.into(), id.into()]).map(drop)
}

/// Removes all endings of a subject's numbers. Its row must have been locked in this transaction.
pub(super) fn remove_all(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str) -> Result<()> {
    let Some(mut row) = tx.query_one(LISTED, &[workspace.0.into(), id.into()])? else { return Ok(()) };
    let listed = row.text_or_none(1)?.unwrap_or_default();
    let created_at = row.int(2)?;
    for ending in endings(&listed) {
        tx.execute(REMOVE, &[workspace.0.into(), ending.into(), created_at.into(), id.into()])?;
    }
    Ok(())
}

/// Where the subjects stand that have a number with this part, newest first; `None` when there are more than `most`.
pub(super) fn containing(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    plain: &str,
    most: usize,
) -> Result<Option<Vec<Place>>> {
    let (start, most) = (cut(plain), i64::try_from(most).unwrap_or(i64::MAX));
    let end = format!("{start}{LAST}");
    let range: [Value<'_>; 4] = [workspace.0.into(), start.into(), end.into(), most.into()];
    if tx.query_one(IS_MORE, &range)?.is_some() {
        return Ok(None);
    }
    let rows = tx.query(CONTAINING, &range[..3])?;
    let read = |mut row: Row| Ok(Place { at: Timestamp(row.int(0)?), id: row.text(1)? });
    let mut places = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
    places.sort_unstable_by(|a, b| b.cmp(a));
    places.dedup();
    Ok(Some(places))
}
