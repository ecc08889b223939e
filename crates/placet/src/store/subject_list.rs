//! Subjects in the order of lists, newest first, along the indexes that a filter can use.
//!
//! One index is read row by row. Several are read place by place, and only the places that all of them hold are looked
//! up: two frequent values that are rarely together cost two scans of narrow indexes, each of which skips what the
//! other does not have.

use std::collections::VecDeque;

use super::engine::Tx;
use super::row::{Row, Value};
use super::{subject, subject_phone};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::Subject;
use crate::domain::time::Timestamp;

statements! {
    ROWS_BY_TIME = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at FROM subjects WHERE workspace_id = $1 AND verified = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
    ROWS_BY_EMAIL = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at FROM subjects WHERE workspace_id = $1 AND email_hash = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
    ROWS_BY_FIRST_NAME = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at FROM subjects WHERE workspace_id = $1 AND first_name_hash = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
    ROWS_BY_LAST_NAME = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at FROM subjects WHERE workspace_id = $1 AND last_name_hash = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
    PLACES_BY_TIME = "SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND verified = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
    PLACES_BY_EMAIL = "SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND email_hash = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
    PLACES_BY_FIRST_NAME = "SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND first_name_hash = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
    PLACES_BY_LAST_NAME = "SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND last_name_hash = $2 AND (created_at, id) < ($3, $4) AND created_at >= $5 ORDER BY created_at DESC, id DESC LIMIT $6";
}

/// A place in a list: newest first, ties by id descending.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// When the subject became known.
    pub at: Timestamp,
    /// Its id.
    pub id: String,
}

impl Place {
    /// Before the first subject that was known at `moment`. No id is empty.
    #[must_use]
    pub fn before(moment: Timestamp) -> Place {
        Place { at: Timestamp(moment.0.saturating_add(1)), id: String::new() }
    }

    /// Just before this place, so that what comes after includes it: no id has U+0000 in it.
    fn just_before(&self) -> Place {
        Place { at: self.at, id: format!("{}\u{1}", self.id) }
    }
}

/// An index that holds the subjects with one property in the order of lists.
#[derive(Clone, Copy, Debug)]
pub enum Index {
    /// Confirmed ones, or the others.
    Verified(bool),
    /// Those with this hash of the e-mail address.
    Email(i64),
    /// Those with this hash of the first name.
    FirstName(i64),
    /// Those with this hash of the last name.
    LastName(i64),
}

/// What subjects to look for: those that all of this holds for. Hashes may collide, so what is found has to be checked.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The one subject with this id.
    pub id: Option<String>,
    /// Indexes that must all hold the subject; none means every subject.
    pub indexes: Vec<Index>,
    /// A part of a phone number, plain.
    pub phone: Option<String>,
    /// Not known before this moment.
    pub from: Option<Timestamp>,
}

/// Some of what was looked for, and where to go on.
#[derive(Debug)]
pub struct Found {
    /// In the order of lists, without their preferences.
    pub subjects: Vec<Subject>,
    /// What was seen so far; `None` when there is no more.
    pub seen_to: Option<Place>,
}

/// The most subjects that are found by a phone number; a part that more of them have is looked for subject by subject.
const MAX_BY_PHONE: usize = 10_000;
/// Places read at once along one of several indexes.
const STRIDE: usize = 250;
/// Reads of several indexes in one transaction; the next one goes on.
const MAX_READS: usize = 40;

/// Looks for up to `limit` subjects after a place. There may be none although there are more.
pub fn find(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    wanted: &Wanted,
    after: &Place,
    limit: usize,
) -> Result<Found> {
    if let Some(id) = &wanted.id {
        return by_id(tx, workspace, id, after);
    }
    let by_phone = match &wanted.phone {
        Some(part) => subject_phone::containing(tx, workspace, part, MAX_BY_PHONE)?,
        None => None,
    };
    let from = wanted.from.unwrap_or(Timestamp(i64::MIN));
    match (by_phone, &wanted.indexes[..]) {
        (None, []) => all_rows(tx, workspace, from, after, limit),
        (None, [index]) => rows(tx, workspace, *index, from, after, limit).map(|rows| page(rows, limit)),
        (by_phone, indexes) => {
            let mut streams: Vec<Stream> = by_phone.into_iter().map(Stream::of).collect();
            streams.extend(indexes.iter().map(|index| Stream::along(*index, from)));
            in_all(tx, workspace, streams, after, limit)
        }
    }
}

fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str, after: &Place) -> Result<Found> {
    let subject = subject::get_plain(tx, workspace, id)?.filter(|subject| place_of(subject) < *after);
    Ok(Found { subjects: subject.into_iter().collect(), seen_to: None })
}

fn page(subjects: Vec<Subject>, limit: usize) -> Found {
    let seen_to = subjects.last().filter(|_| subjects.len() == limit).map(place_of);
    Found { subjects, seen_to }
}

fn place_of(subject: &Subject) -> Place {
    Place { at: subject.created_at, id: subject.id.clone() }
}

fn all_rows(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    from: Timestamp,
    after: &Place,
    limit: usize,
) -> Result<Found> {
    let mut all = rows(tx, workspace, Index::Verified(true), from, after, limit)?;
    all.extend(rows(tx, workspace, Index::Verified(false), from, after, limit)?);
    all.sort_unstable_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    all.truncate(limit);
    Ok(page(all, limit))
}

fn rows(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    index: Index,
    from: Timestamp,
    after: &Place,
    limit: usize,
) -> Result<Vec<Subject>> {
    let (sql, value) = match index {
        Index::Verified(is_verified) => (ROWS_BY_TIME, i64::from(is_verified)),
        Index::Email(hash) => (ROWS_BY_EMAIL, hash),
        Index::FirstName(hash) => (ROWS_BY_FIRST_NAME, hash),
        Index::LastName(hash) => (ROWS_BY_LAST_NAME, hash),
    };
    let rows = tx.query(sql, &range(workspace, value, from, after, limit))?;
    rows.into_iter().map(subject::read).collect()
}

fn places(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    index: Index,
    from: Timestamp,
    after: &Place,
) -> Result<VecDeque<Place>> {
    let (sql, value) = match index {
        Index::Verified(is_verified) => (PLACES_BY_TIME, i64::from(is_verified)),
        Index::Email(hash) => (PLACES_BY_EMAIL, hash),
        Index::FirstName(hash) => (PLACES_BY_FIRST_NAME, hash),
        Index::LastName(hash) => (PLACES_BY_LAST_NAME, hash),
    };
    let rows = tx.query(sql, &range(workspace, value, from, after, STRIDE))?;
    let read = |mut row: Row| Ok(Place { at: Timestamp(row.int(0)?), id: row.text(1)? });
    rows.into_iter().map(read).collect()
}

fn range(workspace: WorkspaceId, value: i64, from: Timestamp, after: &Place, limit: usize) -> [Value<'_>; 6] {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    [workspace.0.into(), value.into(), after.at.0.into(), (&after.id).into(), from.0.into(), limit.into()]
}

/// Subjects that stand in every stream.
fn in_all(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    mut streams: Vec<Stream>,
    after: &Place,
    limit: usize,
) -> Result<Found> {
    let mut places = Vec::new();
    let mut seen_to = Some(after.clone());
    while let Some(seen) = &seen_to
        && places.len() < limit
    {
        match next_in_all(tx, workspace, &mut streams, seen)? {
            Some(Next::At(place)) => {
                places.push(place.clone());
                seen_to = Some(place);
            }
            Some(Next::NotBefore(place)) => {
                seen_to = Some(place.just_before());
                break;
            }
            None => seen_to = None,
        }
    }
    let subjects = subject::get_each(tx, workspace, places.iter().map(|place| place.id.as_str()))?;
    Ok(Found { subjects, seen_to })
}

/// Where the search of several streams has got to.
enum Next {
    /// All of them hold this place.
    At(Place),
    /// None before this one; enough was read for now.
    NotBefore(Place),
}

/// The first place after `after` that every stream holds. Each stream goes to where the others are, at least.
fn next_in_all(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    streams: &mut [Stream],
    after: &Place,
) -> Result<Option<Next>> {
    let mut bound = after.clone();
    let mut candidate = None;
    loop {
        let before = candidate.clone();
        for stream in &mut *streams {
            let Some(place) = stream.next(tx, workspace, &bound)? else { return Ok(None) };
            bound = place.just_before();
            candidate = Some(place);
        }
        match candidate.clone() {
            Some(place) if before == candidate || streams.len() == 1 => return Ok(Some(Next::At(place))),
            Some(place) if streams.iter().map(|stream| stream.reads).sum::<usize>() > MAX_READS => {
                return Ok(Some(Next::NotBefore(place)));
            }
            _ => {}
        }
    }
}

/// Places in the order of lists, read a stride at a time.
struct Stream {
    index: Option<(Index, Timestamp)>,
    waiting: VecDeque<Place>,
    reads: usize,
}

impl Stream {
    /// Along an index, down to a moment.
    fn along(index: Index, from: Timestamp) -> Stream {
        Stream { index: Some((index, from)), waiting: VecDeque::new(), reads: 0 }
    }

    /// Of places that are known, newest first.
    fn of(places: Vec<Place>) -> Stream {
        Stream { index: None, waiting: places.into(), reads: 0 }
    }

    /// The first place after `after`, which never goes back.
    fn next(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, after: &Place) -> Result<Option<Place>> {
        while self.waiting.front().is_some_and(|place| place >= after) {
            self.waiting.pop_front();
        }
        if let (true, Some((index, from))) = (self.waiting.is_empty(), self.index) {
            self.reads += 1;
            self.waiting = places(tx, workspace, index, from, after)?;
        }
        Ok(self.waiting.front().cloned())
    }
}
