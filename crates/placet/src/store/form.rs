//! What people were shown, once per digest; with whether it was shown to one subject only, and when it was shown last.

use std::collections::BTreeMap;

use super::append::{FormToStore, NewConsent};
use super::engine::{ColumnType, Insert, Tx};
use super::packing::unpack_text;
use super::row::{Row, Value};
use crate::domain::error::Result;
use crate::domain::id::{Digest, WorkspaceId};
use crate::domain::time::{DAY, Timestamp};

statements! {
    GET = "SELECT html FROM forms WHERE workspace_id = $1 AND sha256 = $2";
    /// Changes no row that says so already, so that writers do not wait for each other at a form that everybody sees.
    NOTE_SHOWN = "UPDATE forms SET shown_to = CASE WHEN shown_to = $3 THEN shown_to END,
        last_at = CASE WHEN last_at < $4 THEN $4 ELSE last_at END
        WHERE workspace_id = $1 AND sha256 = $2 AND ((shown_to IS NOT NULL AND (shown_to <> $3 OR $3 IS NULL)) OR last_at < $5)";
    SHOWN_TO = "SELECT shown_to FROM forms WHERE workspace_id = $1 AND sha256 = $2";
    REMOVE = "DELETE FROM forms WHERE workspace_id = $1 AND sha256 = $2";
    REMOVE_OLD = "DELETE FROM forms WHERE workspace_id = $1 AND sha256 = $2 AND last_at < $3";
    LAST_SHOWN_BEFORE = "SELECT last_at, sha256, shown_to FROM forms WHERE workspace_id = $1 AND last_at < $2 AND (last_at, sha256) > ($3, $4) ORDER BY last_at, sha256 LIMIT $5";
}

pub(super) const INSERT: Insert = Insert {
    table: "forms",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("sha256", ColumnType::Bytes),
        ("html", ColumnType::Bytes),
        ("shown_to", ColumnType::Int),
        ("last_at", ColumnType::Int),
    ],
    on_conflict: "ON CONFLICT (workspace_id, sha256) DO NOTHING",
};

/// A form as a batch of consents shows it.
pub(super) struct Showing<'c> {
    workspace: WorkspaceId,
    form: &'c FormToStore,
    /// Hash of the one subject that it was shown to; `None` for several.
    to: Option<i64>,
    last_at: Timestamp,
}

/// The forms of a batch, each once. Sorted by key: two writers that touch the same rows wait for each other, never in a
/// circle.
pub(super) fn showings<'c>(consents: &[&'c NewConsent]) -> Vec<Showing<'c>> {
    let mut showings: BTreeMap<_, Showing<'c>> = BTreeMap::new();
    for consent in consents {
        for form in &consent.forms {
            let (workspace, to, at) = (consent.workspace, consent.terms.subject, consent.at);
            let showing = showings.entry((workspace, form.digest)).or_insert(Showing {
                workspace,
                form,
                to,
                last_at: at,
            });
            showing.to = showing.to.filter(|first| Some(*first) == to);
            showing.last_at = showing.last_at.max(at);
        }
    }
    showings.into_values().collect()
}

pub(super) fn rows<'c>(showings: &[Showing<'c>]) -> Vec<Value<'c>> {
    let row = |Showing { workspace, form, to, last_at }: &Showing<'c>| -> [Value<'c>; 5] {
        let html = form.html.as_slice();
        [workspace.0.into(), (&form.digest).into(), html.into(), (*to).into(), last_at.0.into()]
    };
    showings.iter().flat_map(row).collect()
}

/// Notes of forms that were there before to whom and when they were shown.
pub(super) fn note_shown(tx: &mut Tx<'_>, showings: &[Showing<'_>]) -> Result<()> {
    let values = |Showing { workspace, form, to, last_at }: &Showing<'_>| -> Vec<Value<'static>> {
        let digest = form.digest.as_bytes().to_vec();
        vec![workspace.0.into(), digest.into(), (*to).into(), last_at.0.into(), (last_at.0 - DAY).into()]
    };
    let sets: Vec<_> = showings.iter().map(values).collect();
    if sets.is_empty() { Ok(()) } else { tx.query_each(NOTE_SHOWN, &sets).map(drop) }
}

/// Whether a form was shown to nobody but the subject with this hash, or is not there any more.
pub fn is_private(tx: &mut Tx<'_>, workspace: WorkspaceId, digest: &Digest, subject: i64) -> Result<bool> {
    let row = tx.query_one(SHOWN_TO, &[workspace.0.into(), digest.into()])?;
    row.map_or(Ok(true), |mut row| Ok(row.int_or_none(0)? == Some(subject)))
}

/// Removes a form.
pub fn remove(tx: &mut Tx<'_>, workspace: WorkspaceId, digest: &Digest) -> Result<u64> {
    tx.execute(REMOVE, &[workspace.0.into(), digest.into()])
}

/// Up to `limit` forms that no consent of this moment or later shows, in the order in which they were shown last; each with
/// the hash of the one subject that it was shown to.
pub fn last_shown_before(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    (after, before): ((Timestamp, Digest), Timestamp),
    limit: i64,
) -> Result<Vec<(Timestamp, Digest, Option<i64>)>> {
    let (at, digest) = after;
    let before: Value<'_> = (before.0 - DAY).into();
    let values: [Value<'_>; 5] = [workspace.0.into(), before, at.0.into(), (&digest).into(), limit.into()];
    let read = |mut row: Row| Ok((Timestamp(row.int(0)?), row.digest(1)?, row.int_or_none(2)?));
    tx.query(LAST_SHOWN_BEFORE, &values)?.into_iter().map(read).collect()
}

/// Removes a form if no consent of this moment or later shows it.
pub fn remove_old(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    digest: &Digest,
    moment: Timestamp,
) -> Result<u64> {
    tx.execute(REMOVE_OLD, &[workspace.0.into(), digest.into(), (moment.0 - DAY).into()])
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
