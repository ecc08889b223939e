//! Consents: written once, read by id, or page by page along an index.

use placet_proof::Commitments;
use uuid::Uuid;

use super::append::NewConsent;
use super::engine::{ColumnType, Insert, Tx};
use super::packing::unpack_text;
use super::row::{Row, Value};
use crate::domain::consent::StoredConsent;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

statements! {
    GET = "SELECT id, group_s, group_e, group_f, group_d, commitments FROM consents WHERE workspace_id = $1 AND id = $2";
    PLACE = "SELECT at FROM consents WHERE workspace_id = $1 AND id = $2";
    REPLAY_HASH = "SELECT replay_hash FROM consents WHERE workspace_id = $1 AND id = $2";
    BY_FACETS = "SELECT at, id FROM consents WHERE workspace_id = $1 AND facets = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
    BY_SUBJECT = "SELECT at, id FROM consents WHERE workspace_id = $1 AND subject_hash = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
    BY_EMAIL = "SELECT at, id FROM consents WHERE workspace_id = $1 AND email_hash = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
    BY_USER = "SELECT at, id FROM consents WHERE workspace_id = $1 AND user_hash = $2 AND (at, id) < ($3, $4) ORDER BY at DESC, id DESC LIMIT $5";
    COUNT_WITHOUT_ENTRY = "SELECT COUNT(*) FROM consents c WHERE c.workspace_id = $1 AND NOT EXISTS
        (SELECT 1 FROM pending_entries p WHERE p.workspace_id = c.workspace_id AND p.record_id = c.id)";
}

/// Consents under ids that we made.
pub(super) const INSERT: Insert = Insert { table: "consents", columns: COLUMNS, on_conflict: "" };

/// Consents under ids that callers chose: a repeated one is left as it is.
pub(super) const INSERT_CHOSEN: Insert =
    Insert { on_conflict: "ON CONFLICT (workspace_id, id) DO NOTHING", ..INSERT };

const COLUMNS: &[(&str, ColumnType)] = &[
    ("workspace_id", ColumnType::Int),
    ("id", ColumnType::Bytes),
    ("at", ColumnType::Int),
    ("facets", ColumnType::Int),
    ("subject_hash", ColumnType::Int),
    ("email_hash", ColumnType::Int),
    ("first_name_hash", ColumnType::Int),
    ("last_name_hash", ColumnType::Int),
    ("ip_hash", ColumnType::Int),
    ("user_hash", ColumnType::Int),
    ("replay_hash", ColumnType::Int),
    ("group_s", ColumnType::Bytes),
    ("group_e", ColumnType::Bytes),
    ("group_f", ColumnType::Bytes),
    ("group_d", ColumnType::Bytes),
    ("commitments", ColumnType::Bytes),
];

pub(super) fn row(consent: &NewConsent) -> [Value<'_>; 16] {
    let NewConsent {
        workspace,
        id,
        at,
        facets,
        terms,
        replay_hash,
        groups,
        commitments,
        entry: _,
        forms: _,
        documents: _,
        subject: _,
    } = consent;
    let [s, e, f, d] = groups;
    [
        workspace.0.into(),
        id.into(),
        at.0.into(),
        (*facets).into(),
        terms.subject.into(),
        terms.email.into(),
        terms.first_name.into(),
        terms.last_name.into(),
        terms.ip.into(),
        terms.user.into(),
        (*replay_hash).into(),
        s.as_slice().into(),
        e.as_slice().into(),
        f.as_slice().into(),
        d.as_slice().into(),
        commitments.as_slice().into(),
    ]
}

/// The hash of the request that brought a consent under an id of its own.
pub(super) fn replay_hash(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<i64>> {
    tx.query_one(REPLAY_HASH, &[workspace.0.into(), (&id).into()])?
        .map_or(Ok(None), |mut row| row.int_or_none(0))
}

/// A place in a list: newest first, ties by id descending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The consent's moment.
    pub at: Timestamp,
    /// Its id.
    pub id: Uuid,
}

impl Place {
    /// Before the first item of any list.
    pub const START: Place = Place { at: Timestamp(i64::MAX), id: Uuid::max() };
}

/// An index along which consents can be listed.
#[derive(Clone, Copy, Debug)]
pub enum Index {
    /// Consents with this code of facets.
    Facets(i64),
    /// Consents of subjects with this hash of their id.
    Subject(i64),
    /// Consents with this hash of the e-mail address.
    Email(i64),
    /// Consents with this hash of the user id.
    User(i64),
}

/// One consent.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<StoredConsent>> {
    tx.query_one(GET, &[workspace.0.into(), (&id).into()])?.map(read).transpose()
}

/// Where a consent stands in a list, if it exists.
pub fn place(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Place>> {
    let row = tx.query_one(PLACE, &[workspace.0.into(), (&id).into()])?;
    row.map(|mut row| Ok(Place { at: Timestamp(row.int(0)?), id })).transpose()
}

/// Up to `limit` places after a place, along one index.
pub fn places(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    index: Index,
    after: Place,
    limit: usize,
) -> Result<Vec<Place>> {
    let (sql, value) = match index {
        Index::Facets(code) => (BY_FACETS, code),
        Index::Subject(hash) => (BY_SUBJECT, hash),
        Index::Email(hash) => (BY_EMAIL, hash),
        Index::User(hash) => (BY_USER, hash),
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let values: [Value<'_>; 5] =
        [workspace.0.into(), value.into(), after.at.0.into(), (&after.id).into(), limit.into()];
    let read = |mut row: Row| Ok(Place { at: Timestamp(row.int(0)?), id: row.uuid(1)? });
    tx.query(sql, &values)?.into_iter().map(read).collect()
}

/// Up to `limit` places after a place, along several indexes at once, merged and each named once.
pub fn merged_places(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    indexes: &[Index],
    after: Place,
    limit: usize,
) -> Result<Vec<Place>> {
    let mut all = Vec::new();
    for index in indexes {
        all.extend(places(tx, workspace, *index, after, limit)?);
    }
    all.sort_unstable_by(|a, b| b.cmp(a));
    all.dedup();
    all.truncate(limit);
    Ok(all)
}

fn read(mut row: Row) -> Result<StoredConsent> {
    let id = row.uuid(0)?;
    let mut groups = [None, None, None, None];
    for (index, group) in (1..).zip(&mut groups) {
        *group = row.bytes_or_none(index)?.map(|packed| unpack_text(&packed)).transpose()?;
    }
    StoredConsent::open(id, Commitments::from_bytes(&row.array(5)?), groups)
}

/// How many consents lack an entry; anything but zero is damage.
pub fn count_without_entry(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<i64> {
    tx.query_one(COUNT_WITHOUT_ENTRY, &[workspace.0.into()])?.map_or(Ok(0), |mut row| row.int(0))
}
