//! Consents: written once, read by id, or page by page along the indexes.

pub(super) mod index;
mod stream;
mod walk;

use std::collections::HashMap;

use placet_proof::Commitments;
use uuid::Uuid;

use super::append::NewConsent;
use super::engine::{ColumnType, Insert, Tx};
use super::packing::unpack_text;
use super::pending_entry;
use super::row::{Row, Value};
use crate::domain::consent::StoredConsent;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

pub use index::{Index, Place, Span};
pub use stream::Stream;
pub use walk::Walk;

macro_rules! whole {
    ($($id:literal)+) => { each!("id, at, group_s, group_e, group_f, group_d, commitments"; $($id)+) };
}

macro_rules! each {
    ($columns:literal; $id:literal) => {
        concat!("SELECT ", $columns, " FROM consents WHERE workspace_id = $1 AND id = ", $id)
    };
    ($columns:literal; $id:literal $($more:literal)+) => {
        concat!(each!($columns; $id), " UNION ALL ", each!($columns; $($more)+))
    };
}

statements! {
    GET = whole!("$2");
    GET_SEVERAL = whole!("$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9");
    GET_CLOSE = "SELECT id, at, group_s, group_e, group_f, group_d, commitments FROM consents
        WHERE workspace_id = $1 AND id >= $2 AND id <= $3 LIMIT $4";
    GET_CLOSE_SUBJECTS = "SELECT id, group_s FROM consents WHERE workspace_id = $1 AND id >= $2 AND id <= $3 LIMIT $4";
    GET_SUBJECTS = each!("id, group_s"; "$2" "$3" "$4" "$5" "$6" "$7" "$8" "$9");
    PLACE = "SELECT at FROM consents WHERE workspace_id = $1 AND id = $2";
    REPLAY_HASH = "SELECT replay_hash, CAST(CASE WHEN group_s IS NULL THEN 1 ELSE 0 END AS BIGINT) FROM consents WHERE workspace_id = $1 AND id = $2";
    SOME_NAME = "SELECT name_hash FROM consent_names WHERE workspace_id = $1 LIMIT 1";
    REMOVE_NAME = "DELETE FROM consent_names WHERE workspace_id = $1 AND name_hash = $2 AND at = $3 AND consent_id = $4";
    IDS = "SELECT id FROM consents WHERE workspace_id = $1";
}

/// Consents under ids that we made.
pub(super) const INSERT: Insert = Insert { table: "consents", columns: COLUMNS, on_conflict: "" };

/// Consents under ids that callers chose: a repeated one is left as it is.
pub(super) const INSERT_CHOSEN: Insert =
    Insert { on_conflict: "ON CONFLICT (workspace_id, id) DO NOTHING", ..INSERT };

/// The names of preferences, where combinations do not tell them.
pub(super) const INSERT_NAMES: Insert = Insert {
    table: "consent_names",
    columns: &[
        ("workspace_id", ColumnType::Int),
        ("name_hash", ColumnType::Int),
        ("at", ColumnType::Int),
        ("consent_id", ColumnType::Bytes),
        ("facets", ColumnType::Int),
    ],
    on_conflict: "ON CONFLICT (workspace_id, name_hash, at, consent_id) DO NOTHING",
};

const COLUMNS: &[(&str, ColumnType)] = &[
    ("workspace_id", ColumnType::Int),
    ("id", ColumnType::Bytes),
    ("at", ColumnType::Int),
    ("facets", ColumnType::Int),
    ("subject_hash", ColumnType::Int),
    ("user_hash", ColumnType::Int),
    ("replay_hash", ColumnType::Int),
    ("group_s", ColumnType::Bytes),
    ("group_e", ColumnType::Bytes),
    ("group_f", ColumnType::Bytes),
    ("group_d", ColumnType::Bytes),
    ("commitments", ColumnType::Bytes),
];

pub(super) fn row(consent: &NewConsent) -> [Value<'_>; 12] {
    let NewConsent {
        workspace,
        id,
        at,
        facets,
        names: _,
        terms,
        replay_hash,
        groups,
        commitments,
        entry: _,
        forms: _,
        documents: _,
        subject: _,
        audit: _,
    } = consent;
    let [s, e, f, d] = groups;
    [
        workspace.0.into(),
        id.into(),
        at.0.into(),
        (*facets).into(),
        terms.subject.into(),
        terms.user.into(),
        (*replay_hash).into(),
        s.as_slice().into(),
        e.as_slice().into(),
        f.as_slice().into(),
        d.as_slice().into(),
        commitments.as_slice().into(),
    ]
}

pub(super) fn name_rows(consent: &NewConsent) -> impl Iterator<Item = Value<'_>> {
    let NewConsent { workspace, id, at, facets, names, .. } = consent;
    let row = move |name: &i64| -> [Value<'_>; 5] {
        [workspace.0.into(), (*name).into(), at.0.into(), id.into(), (*facets).into()]
    };
    names.iter().flat_map(row)
}

/// Puts the names of a consent's preferences, as far as they are noted one by one, under another combination; under none,
/// they are removed.
pub fn change_names(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    place: Place,
    (names, facets): (&[i64], Option<i64>),
) -> Result<()> {
    if tx.query_one(SOME_NAME, &[workspace.0.into()])?.is_none() && facets.is_none() {
        return Ok(());
    }
    let Place { at, id } = place;
    for name in names {
        tx.execute(REMOVE_NAME, &[workspace.0.into(), (*name).into(), at.0.into(), (&id).into()])?;
    }
    let Some(facets) = facets else { return Ok(()) };
    let row = |name: &i64| -> [Value<'_>; 5] {
        [workspace.0.into(), (*name).into(), at.0.into(), id.as_bytes().to_vec().into(), facets.into()]
    };
    tx.insert_all(&[(&INSERT_NAMES, names.iter().flat_map(row).collect())])
}

/// The hash of the request that brought a consent under an id of its own, and whether the consent has been erased.
pub(super) fn replay_hash(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<(Option<i64>, bool)> {
    tx.query_one(REPLAY_HASH, &[workspace.0.into(), (&id).into()])?
        .map_or(Ok((None, false)), |mut row| Ok((row.int_or_none(0)?, row.int(1)? == 1)))
}

/// The same of several consents; `None` for one that does not exist.
pub fn replay_hashes(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<Vec<Option<Option<i64>>>> {
    let sets: Vec<Vec<Value<'_>>> = ids.iter().map(|id| vec![workspace.0.into(), id.into()]).collect();
    let rows = tx.query_each(REPLAY_HASH, &sets)?;
    rows.into_iter()
        .map(|rows| rows.into_iter().next().map(|mut row| row.int_or_none(0)).transpose())
        .collect()
}

/// One consent.
pub fn get(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<StoredConsent<'static>>> {
    let row = tx.query_one(GET, &[workspace.0.into(), (&id).into()])?;
    row.map(|row| opened(&read(row)?.1)).transpose()
}

/// A consent as it is stored: to be unpacked elsewhere, so that no database thread spends its time on it.
#[derive(Debug)]
pub struct PackedConsent {
    id: Uuid,
    at: Timestamp,
    groups: [Option<Vec<u8>>; 4],
    commitments: [u8; 128],
}

/// A consent whose groups are text.
#[derive(Debug)]
pub struct UnpackedConsent {
    id: Uuid,
    at: Timestamp,
    groups: [Option<String>; 4],
    commitments: Commitments,
}

impl PackedConsent {
    /// Unpacks its groups.
    ///
    /// # Errors
    /// When stored bytes are damaged.
    pub fn unpack(&self) -> Result<UnpackedConsent> {
        let mut groups = [const { None }; 4];
        for (text, group) in groups.iter_mut().zip(&self.groups) {
            *text = group.as_deref().map(unpack_text).transpose()?;
        }
        let commitments = Commitments::from_bytes(&self.commitments);
        Ok(UnpackedConsent { id: self.id, at: self.at, groups, commitments })
    }

    fn size(&self) -> usize {
        self.groups.iter().flatten().map(Vec::len).sum()
    }
}

impl UnpackedConsent {
    /// Reads what it says.
    ///
    /// # Errors
    /// When stored bytes are damaged.
    pub fn open(&self) -> Result<StoredConsent<'_>> {
        let groups = self.groups.each_ref().map(Option::as_deref);
        StoredConsent::open((self.id, self.at), self.commitments, groups)
    }
}

fn opened(packed: &PackedConsent) -> Result<StoredConsent<'static>> {
    Ok(packed.unpack()?.open()?.into_owned())
}

/// How many consents are read by one statement.
const SEVERAL: usize = 8;
/// The most statements that are sent before the first is answered. What they give is held in memory: a consent may have a
/// megabyte, whatever those before it had.
const SENT_AT_ONCE: usize = 8;

/// The first of several consents, in the order of the list, until they have about `most_bytes`; and how many ids were
/// read. Those that do not exist are left out. `are_close`: most consents between them are among them.
pub fn get_packed(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    (ids, are_close): (&[Uuid], bool),
    most_bytes: usize,
) -> Result<(Vec<PackedConsent>, usize)> {
    let (mut found, mut bytes, mut count) = (Vec::with_capacity(ids.len()), 0, 0);
    while count < ids.len() && bytes < most_bytes {
        // As many as will fit if they are like those before.
        let per_statement = SEVERAL * (bytes / count.max(1)).max(1);
        let statements = if count == 0 { 1 } else { (most_bytes - bytes) / per_statement };
        let next = ids[count..].len().min(SEVERAL * statements.clamp(1, SENT_AT_ONCE));
        let ids = &ids[count..count + next];
        let read = if are_close && follow_time(ids) {
            query_close(tx, (GET_CLOSE, GET_SEVERAL, read), workspace, ids)
        } else {
            query_several(tx, (GET_SEVERAL, read), workspace, ids)
        };
        for (_, packed) in read? {
            bytes += packed.size();
            found.push(packed);
        }
        count += next;
    }
    Ok((found, count))
}

/// The same for ids between which there are few others: reads from the least to the greatest of them, and those one by one
/// that are not among the first rows.
fn query_close<T>(
    tx: &mut Tx<'_>,
    (sql, several, read): (&str, &str, Read<T>),
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, T)>> {
    let (Some(least), Some(greatest)) = (ids.iter().min(), ids.iter().max()) else { return Ok(Vec::new()) };
    let most = i64::try_from(ids.len() * 2).map_err(Error::internal)?;
    let rows = tx.query(sql, &[workspace.0.into(), least.into(), greatest.into(), most.into()])?;
    let mut found: HashMap<Uuid, T> = rows.into_iter().map(read).collect::<Result<_>>()?;
    let missing: Vec<Uuid> = ids.iter().copied().filter(|id| !found.contains_key(id)).collect();
    found.extend(query_several(tx, (several, read), workspace, &missing)?);
    Ok(ids.iter().filter_map(|id| found.remove_entry(id)).collect())
}

/// Whether ids of a list, the newest first, mostly follow time as the list does. Those that others chose need not.
fn follow_time(ids: &[Uuid]) -> bool {
    let in_order = ids.windows(2).filter(|two| two[0] > two[1]).count();
    in_order * 4 >= ids.len() * 3
}

/// How a row is read that begins with the id of a consent.
type Read<T> = fn(Row) -> Result<(Uuid, T)>;

/// Runs a statement for [`SEVERAL`] ids at a time; what it gives, in the order of the ids.
fn query_several<T>(
    tx: &mut Tx<'_>,
    (sql, read): (&str, Read<T>),
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, T)>> {
    let sets: Vec<Vec<Value<'_>>> = ids.chunks(SEVERAL).map(|ids| values(workspace, ids)).collect();
    let mut all = Vec::with_capacity(ids.len());
    for (rows, ids) in tx.query_each(sql, &sets)?.into_iter().zip(ids.chunks(SEVERAL)) {
        let mut several = rows.into_iter().map(read).collect::<Result<Vec<_>>>()?;
        several.sort_by_key(|(known, _)| ids.iter().position(|id| id == known));
        all.extend(several);
    }
    Ok(all)
}

fn values(workspace: WorkspaceId, ids: &[Uuid]) -> Vec<Value<'_>> {
    let mut values = vec![Value::Null; SEVERAL + 1];
    values[0] = workspace.0.into();
    for (value, id) in values[1..].iter_mut().zip(ids) {
        *value = id.into();
    }
    values
}

/// Several consents, in the order of their ids in the list; those that do not exist are left out.
pub fn get_several(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    ids: &[Uuid],
) -> Result<Vec<StoredConsent<'static>>> {
    let (packed, _) = get_packed(tx, workspace, (ids, false), usize::MAX)?;
    packed.iter().map(opened).collect()
}

/// The group S of consents as text, with the consents' ids and in their order; those that do not exist are left out, and
/// those of which it is erased. Most consents between them should be among them.
pub fn subjects_of(tx: &mut Tx<'_>, workspace: WorkspaceId, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(SEVERAL * SENT_AT_ONCE) {
        let packed = if follow_time(ids) {
            query_close(tx, (GET_CLOSE_SUBJECTS, GET_SUBJECTS, read_subject), workspace, ids)
        } else {
            query_several(tx, (GET_SUBJECTS, read_subject), workspace, ids)
        };
        for (id, group) in packed? {
            found.extend(group.map(|group| Ok((id, unpack_text(&group)?))).transpose()?);
        }
    }
    Ok(found)
}

/// Where a consent stands in a list, if it exists.
pub fn place(tx: &mut Tx<'_>, workspace: WorkspaceId, id: Uuid) -> Result<Option<Place>> {
    let row = tx.query_one(PLACE, &[workspace.0.into(), (&id).into()])?;
    row.map(|mut row| Ok(Place { at: Timestamp(row.int(0)?), id })).transpose()
}

fn read(mut row: Row) -> Result<(Uuid, PackedConsent)> {
    let (id, at) = (row.uuid(0)?, Timestamp(row.int(1)?));
    let mut groups = [const { None }; 4];
    for (index, group) in (2..).zip(&mut groups) {
        *group = row.bytes_or_none(index)?;
    }
    Ok((id, PackedConsent { id, at, groups, commitments: row.array(6)? }))
}

fn read_subject(mut row: Row) -> Result<(Uuid, Option<Vec<u8>>)> {
    Ok((row.uuid(0)?, row.bytes_or_none(1)?))
}

/// How many consents lack an entry; anything but zero is damage.
pub fn count_without_entry(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<usize> {
    let consents = tx.query(IDS, &[workspace.0.into()])?;
    pending_entry::count_missing(tx, workspace, consents)
}
