//! Segments and pages as rows.
//!
//! A segment is written page by page while nobody reads it, and is then put in use, in one transaction with the removal
//! of what it replaces. If the process dies in between, the unfinished segment is removed later; what it would have
//! replaced is still in use.

use std::collections::HashMap;

use super::super::engine::{ColumnType, Insert, Tx};
use super::super::row::{Row, Value};
use super::bytes::damaged;
use super::segment::{Bounds, MAX_ROWS, PAGES_PER_SEGMENT, Page, Pages, Segment};
use super::text::{self, RowKey};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

/// Pages by their numbers, so many at once.
macro_rules! pages_in {
    ($($numbers:literal)*) => {
        concat!("SELECT page, content FROM search_pages WHERE workspace_id = $1 AND page IN ($2", $(", $", $numbers,)* ")")
    };
}

statements! {
    IN_USE = "SELECT id, items, pages, revision, newest_consent_at, oldest_consent_at, newest_subject_at, oldest_subject_at
        FROM search_segments WHERE workspace_id = $1 AND state = 1";
    BEGIN = "INSERT INTO search_segments (workspace_id, id, state, items, pages, revision,
        newest_consent_at, oldest_consent_at, newest_subject_at, oldest_subject_at) VALUES ($1, $2, 0, $3, $4, 0, $5, $6, $7, $8)";
    HOLD = "UPDATE search_segments SET revision = revision WHERE workspace_id = $1 AND id = $2 AND state = 0";
    USE = "UPDATE search_segments SET state = 1 WHERE workspace_id = $1 AND id = $2 AND state = 0";
    CHANGE = "UPDATE search_segments SET revision = revision + 1 WHERE workspace_id = $1 AND id = $2 AND state = 1";
    REPLACE = "UPDATE search_segments SET state = 2 WHERE workspace_id = $1 AND id = $2 AND state = 1 AND revision = $3";
    GIVE_UP = "UPDATE search_segments SET state = 2 WHERE workspace_id = $1 AND id = $2 AND state <> 1";
    UNFINISHED = "SELECT id FROM search_segments WHERE workspace_id = $1 AND state <> 1";
    /// Not by workspace: which ones have something unfinished.
    WITH_UNFINISHED = "SELECT DISTINCT workspace_id FROM search_segments WHERE state <> 1 ORDER BY workspace_id";
    REMOVE = "DELETE FROM search_segments WHERE workspace_id = $1 AND id = $2 AND state <> 1";
    REMOVE_PAGES = "DELETE FROM search_pages WHERE workspace_id = $1 AND page IN
        (SELECT page FROM search_pages WHERE workspace_id = $1 AND page >= $2 AND page < $3 ORDER BY page LIMIT $4)";
    CHANGE_PAGE = "UPDATE search_pages SET content = $3 WHERE workspace_id = $1 AND page = $2";
    ONE_PAGE = pages_in!();
    EIGHT_PAGES = pages_in!(3 4 5 6 7 8 9);
    MANY_PAGES = pages_in!(3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33
        34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65);
}

pub(in crate::store) const INSERT_PAGES: Insert = Insert {
    table: "search_pages",
    columns: &[("workspace_id", ColumnType::Int), ("page", ColumnType::Int), ("content", ColumnType::Bytes)],
    on_conflict: "",
};

/// What a new segment takes the place of.
#[derive(Clone, Debug)]
pub enum Replaced {
    /// Rows of texts that waited.
    Texts(Vec<RowKey>),
    /// Smaller segments.
    Segments(Vec<Segment>),
}

/// Pages by their numbers; those that do not exist are left out.
pub(super) fn read_pages(tx: &mut Tx<'_>, workspace: WorkspaceId, pages: &[i64]) -> Result<Pages> {
    let mut found = HashMap::with_capacity(pages.len());
    let (mut rest, mut values) = (pages, Vec::new());
    while let Some(last) = rest.last() {
        let (sql, most) = match rest.len() {
            1 => (ONE_PAGE, 1),
            2..=8 => (EIGHT_PAGES, 8),
            _ => (MANY_PAGES, 64),
        };
        let (now, later) = rest.split_at(most.min(rest.len()));
        let repeated = std::iter::repeat_n(last, most - now.len());
        values.clear();
        values.push(Value::from(workspace.0));
        values.extend(now.iter().chain(repeated).map(|page| Value::from(*page)));
        for mut row in tx.query(sql, &values)? {
            found.insert(row.int(0)?, row.bytes(1)?);
        }
        rest = later;
    }
    Ok(found)
}

/// The segments that are in use.
pub fn in_use(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Vec<Segment>> {
    tx.query(IN_USE, &[workspace.0.into()])?.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<Segment> {
    let number = |value: i64| u32::try_from(value).map_err(|_| damaged());
    let (id, items, pages) = (row.int(0)?, number(row.int(1)?)?, number(row.int(2)?)?);
    let revision = row.int(3)?;
    let (consents, subjects) = (bounds(&mut row, 4)?, bounds(&mut row, 6)?);
    Ok(Segment { id, items, pages, revision, consents, subjects })
}

fn bounds(row: &mut Row, column: usize) -> Result<Option<Bounds>> {
    let (newest, oldest) = (row.int_or_none(column)?, row.int_or_none(column + 1)?);
    Ok(newest
        .zip(oldest)
        .map(|(newest, oldest)| Bounds { newest: Timestamp(newest), oldest: Timestamp(oldest) }))
}

/// Begins to write a segment.
pub fn begin(tx: &mut Tx<'_>, workspace: WorkspaceId, segment: &Segment) -> Result<()> {
    let Segment { id, items, pages, revision: _, consents, subjects } = segment;
    let values: [Value<'_>; 8] = [
        workspace.0.into(),
        (*id).into(),
        i64::from(*items).into(),
        i64::from(*pages).into(),
        consents.map(|bounds| bounds.newest.0).into(),
        consents.map(|bounds| bounds.oldest.0).into(),
        subjects.map(|bounds| bounds.newest.0).into(),
        subjects.map(|bounds| bounds.oldest.0).into(),
    ];
    tx.execute(BEGIN, &values).map(drop)
}

/// Writes pages of a segment that was begun.
///
/// # Errors
/// [`Error::Conflict`] if another process has given it up meanwhile.
pub fn write(tx: &mut Tx<'_>, workspace: WorkspaceId, segment: &Segment, pages: &[Page]) -> Result<()> {
    expect_one(tx.execute(HOLD, &[workspace.0.into(), segment.id.into()])?)?;
    let row = |(number, content): &'_ Page| -> [Value<'static>; 3] {
        [workspace.0.into(), (*number).into(), content.clone().into()]
    };
    let rows: Vec<Value<'_>> = pages.iter().flat_map(row).collect();
    tx.insert_all(&[(&INSERT_PAGES, rows)])
}

/// Puts a segment in use in the place of something else, all or nothing; without one, that is only removed.
///
/// # Errors
/// [`Error::Conflict`] if what it replaces was changed since it was read.
pub fn put_in_use(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    segment: Option<&Segment>,
    replaced: &Replaced,
) -> Result<()> {
    if let Some(segment) = segment {
        expect_one(tx.execute(USE, &[workspace.0.into(), segment.id.into()])?)?;
    }
    match replaced {
        Replaced::Texts(rows) => {
            rows.iter().try_for_each(|row| expect_one(text::remove(tx, workspace, row)?))
        }
        Replaced::Segments(segments) => segments.iter().try_for_each(|segment| {
            let values: [Value<'_>; 3] = [workspace.0.into(), segment.id.into(), segment.revision.into()];
            expect_one(tx.execute(REPLACE, &values)?)
        }),
    }
}

fn expect_one(changed: u64) -> Result<()> {
    let is_outdated = || Error::Conflict("the search index was changed meanwhile by another process".into());
    (changed == 1).then_some(()).ok_or_else(is_outdated)
}

/// Notes that a segment will be changed, and keeps it in use until the transaction ends; false if it is in use no more.
pub(super) fn change(tx: &mut Tx<'_>, workspace: WorkspaceId, segment: &Segment) -> Result<bool> {
    Ok(tx.execute(CHANGE, &[workspace.0.into(), segment.id.into()])? == 1)
}

pub(super) fn change_page(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    page: i64,
    content: Vec<u8>,
) -> Result<()> {
    tx.execute(CHANGE_PAGE, &[workspace.0.into(), page.into(), content.into()]).map(drop)
}

/// Workspaces with segments that are not, or no longer, in use.
pub fn with_unfinished(tx: &mut Tx<'_>) -> Result<Vec<WorkspaceId>> {
    tx.query(WITH_UNFINISHED, &[])?.iter_mut().map(|row| row.int(0).map(WorkspaceId)).collect()
}

/// Removes some pages of a segment that is not in use, and the segment when it has none left; false when there is no
/// such segment.
pub fn remove_unfinished(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<bool> {
    let Some(mut row) = tx.query_one(UNFINISHED, &[workspace.0.into()])? else { return Ok(false) };
    let id = row.int(0)?;
    // From here on nobody writes pages of it, and those that were just written can be seen.
    tx.execute(GIVE_UP, &[workspace.0.into(), id.into()])?;
    let start = id * PAGES_PER_SEGMENT;
    let most = i64::try_from(MAX_ROWS).unwrap_or(i64::MAX);
    let values: [Value<'_>; 4] =
        [workspace.0.into(), start.into(), (start + PAGES_PER_SEGMENT).into(), most.into()];
    if tx.execute(REMOVE_PAGES, &values)? == 0 {
        tx.execute(REMOVE, &[workspace.0.into(), id.into()])?;
    }
    Ok(true)
}
