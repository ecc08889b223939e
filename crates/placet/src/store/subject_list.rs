//! Subjects in the order of lists, newest first, along the index that holds the fewest of those asked for.
//!
//! Which index that is, is found by asking each where it gets to in so many steps: the one that gets furthest back holds
//! the fewest. The first steps are taken row by row, with the other conditions tested on each row: if many pass, a page
//! is full by then. Looking a row up costs far more than stepping over it in an index, so beyond that a second index
//! that does not hold many times as much is intersected with the first, and only what both hold is looked up.

use super::engine::Tx;
use super::row::{Row, Value};
use super::{subject, subject_phone};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::Subject;
use crate::domain::time::Timestamp;

/// Subjects along the index of a column, with any other conditions.
macro_rules! rows {
    ($column:literal) => {
        concat!(
            "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at FROM subjects WHERE workspace_id = $1 AND ",
            $column,
            " = $2 AND (created_at, id) < ($3, $4) AND (created_at, id) >= ($5, $6)
              AND (email_hash = $7 OR $7 IS NULL) AND (first_name_hash = $8 OR $8 IS NULL)
              AND (last_name_hash = $9 OR $9 IS NULL) AND (verified = $10 OR $10 IS NULL)
              ORDER BY created_at DESC, id DESC LIMIT $11"
        )
    };
}

/// The place that the index of a column gets to in so many steps.
macro_rules! step {
    ($column:literal) => {
        concat!(
            "SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND ",
            $column,
            " = $2 AND (created_at, id) < ($3, $4) AND (created_at, id) >= ($5, $6)
              ORDER BY created_at DESC, id DESC LIMIT 1 OFFSET $7"
        )
    };
}

/// Places along the index of a column.
macro_rules! places {
    ($column:literal) => {
        concat!(
            "SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND ",
            $column,
            " = $2 AND (created_at, id) < ($3, $4) AND (created_at, id) >= ($5, $6)
              ORDER BY created_at DESC, id DESC LIMIT $7"
        )
    };
}

/// Places that the indexes of two columns hold.
macro_rules! both {
    ($first:literal, $second:literal) => {
        concat!(
            "SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND ",
            $first,
            " = $2 AND (created_at, id) < ($3, $4) AND (created_at, id) >= ($5, $6)
              INTERSECT SELECT created_at, id FROM subjects WHERE workspace_id = $1 AND ",
            $second,
            " = $7 AND (created_at, id) < ($3, $4) AND (created_at, id) >= ($5, $6)
              ORDER BY created_at DESC, id DESC LIMIT $8"
        )
    };
}

statements! {
    ROWS_BY_VERIFIED = rows!("verified");
    ROWS_BY_EMAIL = rows!("email_hash");
    ROWS_BY_FIRST_NAME = rows!("first_name_hash");
    ROWS_BY_LAST_NAME = rows!("last_name_hash");
    STEP_BY_VERIFIED = step!("verified");
    STEP_BY_EMAIL = step!("email_hash");
    STEP_BY_FIRST_NAME = step!("first_name_hash");
    STEP_BY_LAST_NAME = step!("last_name_hash");
    PLACES_BY_VERIFIED = places!("verified");
    PLACES_BY_EMAIL = places!("email_hash");
    PLACES_BY_FIRST_NAME = places!("first_name_hash");
    PLACES_BY_LAST_NAME = places!("last_name_hash");
    BOTH_EMAIL_AND_LAST_NAME = both!("email_hash", "last_name_hash");
    BOTH_EMAIL_AND_FIRST_NAME = both!("email_hash", "first_name_hash");
    BOTH_EMAIL_AND_VERIFIED = both!("email_hash", "verified");
    BOTH_LAST_AND_FIRST_NAME = both!("last_name_hash", "first_name_hash");
    BOTH_LAST_NAME_AND_VERIFIED = both!("last_name_hash", "verified");
    BOTH_FIRST_NAME_AND_VERIFIED = both!("first_name_hash", "verified");
}

/// A place in a list: newest first, ties by id descending. The greater place comes first.
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

    fn of(subject: &Subject) -> Place {
        Place { at: subject.created_at, id: subject.id.clone() }
    }
}

/// What subjects to look for: those that all of this holds for. Hashes may collide, so what is found has to be checked.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The one subject with this id.
    pub id: Option<String>,
    /// With this hash of the e-mail address.
    pub email: Option<i64>,
    /// With this hash of the first name.
    pub first_name: Option<i64>,
    /// With this hash of the last name.
    pub last_name: Option<i64>,
    /// Confirmed ones, or the others.
    pub verified: Option<bool>,
    /// A part of a phone number, plain. What is found need not have it.
    pub phone: Option<String>,
    /// Not known before this moment.
    pub from: Option<Timestamp>,
}

/// Some of what was looked for, and where to go on.
#[derive(Debug)]
pub struct Found {
    /// In the order of lists, without their preferences.
    pub subjects: Vec<Subject>,
    /// What was looked at so far; `None` when there is no more.
    pub seen_to: Option<Place>,
}

/// An index that holds subjects with one property in the order of lists. Earlier ones mostly hold fewer of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Index {
    Email(i64),
    LastName(i64),
    FirstName(i64),
    Verified(bool),
}

/// From one place, which is not part of it, back to another, which is.
#[derive(Clone)]
pub(super) struct Stretch {
    pub after: Place,
    pub to: Place,
}

/// The most subjects that are found by a phone number; a part that more of them have is looked for subject by subject.
const MAX_BY_PHONE: usize = 10_000;
/// Steps by which indexes are compared, and which are taken row by row.
const FIRST_STEPS: usize = 100;
/// Steps along the index that holds the fewest, in one transaction.
const STEPS: usize = 8000;
/// Looking a row up costs about as much as so many steps in an index.
const STEPS_PER_ROW: usize = 16;

/// Looks for up to `limit` subjects after a place. There may be none although there are more.
pub fn find(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    wanted: &Wanted,
    after: &Place,
    limit: usize,
) -> Result<Found> {
    if let Some(found) = of_few(tx, workspace, wanted, after, limit)? {
        return Ok(found);
    }
    let oldest = Place { at: wanted.from.unwrap_or(Timestamp(i64::MIN)), id: String::new() };
    let stretch = Stretch { after: after.clone(), to: oldest };
    match wanted.indexes()[..] {
        [] => along_time(tx, workspace, &stretch, limit),
        [index] => {
            let rows = rows(tx, workspace, index, wanted, &stretch, limit)?;
            Ok(page(rows, limit, None))
        }
        ref indexes => along_fewest(tx, workspace, indexes, wanted, stretch, limit),
    }
}

/// Of the few subjects that an id or a part of a phone number leads to; `None` when it does not.
pub(super) fn of_few(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    wanted: &Wanted,
    after: &Place,
    limit: usize,
) -> Result<Option<Found>> {
    if let Some(id) = &wanted.id {
        return by_id(tx, workspace, id, after).map(Some);
    }
    let Some(part) = &wanted.phone else { return Ok(None) };
    let places = subject_phone::containing(tx, workspace, part, MAX_BY_PHONE)?;
    places.map(|places| at_places(tx, workspace, &places, after, limit)).transpose()
}

fn by_id(tx: &mut Tx<'_>, workspace: WorkspaceId, id: &str, after: &Place) -> Result<Found> {
    let subject = subject::get_plain(tx, workspace, id)?.filter(|subject| Place::of(subject) < *after);
    Ok(Found { subjects: subject.into_iter().collect(), seen_to: None })
}

fn at_places(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    places: &[Place],
    after: &Place,
    limit: usize,
) -> Result<Found> {
    let rest = &places[places.partition_point(|place| place >= after)..];
    let now = &rest[..limit.min(rest.len())];
    let subjects = subject::get_each(tx, workspace, now.iter().map(|place| place.id.as_str()))?;
    Ok(Found { subjects, seen_to: now.last().filter(|_| now.len() < rest.len()).cloned() })
}

/// Every subject: confirmed ones and the others.
fn along_time(tx: &mut Tx<'_>, workspace: WorkspaceId, stretch: &Stretch, limit: usize) -> Result<Found> {
    let any = Wanted::default();
    let mut all = rows(tx, workspace, Index::Verified(true), &any, stretch, limit)?;
    all.extend(rows(tx, workspace, Index::Verified(false), &any, stretch, limit)?);
    all.sort_unstable_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    all.truncate(limit);
    Ok(page(all, limit, None))
}

/// Several conditions, each with an index.
fn along_fewest(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    indexes: &[Index],
    wanted: &Wanted,
    whole: Stretch,
    limit: usize,
) -> Result<Found> {
    let mut by_number = Vec::new();
    for index in indexes {
        by_number.push((step(tx, workspace, *index, &whole, FIRST_STEPS)?, *index));
    }
    by_number.sort();
    let [(reached, fewest), (_, second), ..] = &by_number[..] else {
        return along_time(tx, workspace, &whole, limit);
    };
    let (near, far) = whole.split_at(reached.clone());
    let mut subjects = rows(tx, workspace, *fewest, wanted, &near, limit)?;
    let Some(far) = far.filter(|_| subjects.len() < limit) else {
        return Ok(page(subjects, limit, None));
    };
    let reached = step(tx, workspace, *fewest, &far, STEPS)?;
    let (far, _) = far.split_at(reached.clone());
    let rest = limit - subjects.len();
    if step(tx, workspace, *second, &far, STEPS * STEPS_PER_ROW)?.is_none() {
        subjects.extend(in_both(tx, workspace, (*fewest, *second), &far, rest)?);
    } else {
        subjects.extend(rows(tx, workspace, *fewest, wanted, &far, rest)?);
    }
    Ok(page(subjects, limit, reached))
}

impl Stretch {
    /// The part down to a place, and what is left beyond it.
    fn split_at(self, place: Option<Place>) -> (Stretch, Option<Stretch>) {
        let Some(place) = place else { return (self, None) };
        let Stretch { after, to } = self;
        (Stretch { after, to: place.clone() }, Some(Stretch { after: place, to }))
    }
}

/// Subjects that two indexes hold.
fn in_both(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    (first, second): (Index, Index),
    stretch: &Stretch,
    limit: usize,
) -> Result<Vec<Subject>> {
    let (first, second) = (first.min(second), first.max(second));
    let sql = match (first, second) {
        (Index::Email(_), Index::LastName(_)) => BOTH_EMAIL_AND_LAST_NAME,
        (Index::Email(_), Index::FirstName(_)) => BOTH_EMAIL_AND_FIRST_NAME,
        (Index::Email(_), _) => BOTH_EMAIL_AND_VERIFIED,
        (Index::LastName(_), Index::FirstName(_)) => BOTH_LAST_AND_FIRST_NAME,
        (Index::LastName(_), _) => BOTH_LAST_NAME_AND_VERIFIED,
        _ => BOTH_FIRST_NAME_AND_VERIFIED,
    };
    let mut values = range(workspace, first, stretch);
    values.extend([second.value().into(), number(limit)]);
    let places = tx.query(sql, &values)?.into_iter().map(place).collect::<Result<Vec<_>>>()?;
    subject::get_each(tx, workspace, places.iter().map(|place| place.id.as_str()))
}

/// A full page may be followed by more; one that is not was read to the end of the stretch.
fn page(subjects: Vec<Subject>, limit: usize, end: Option<Place>) -> Found {
    let seen_to = if subjects.len() == limit { subjects.last().map(Place::of) } else { end };
    Found { subjects, seen_to }
}

fn rows(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    index: Index,
    wanted: &Wanted,
    stretch: &Stretch,
    limit: usize,
) -> Result<Vec<Subject>> {
    let sql = match index {
        Index::Email(_) => ROWS_BY_EMAIL,
        Index::LastName(_) => ROWS_BY_LAST_NAME,
        Index::FirstName(_) => ROWS_BY_FIRST_NAME,
        Index::Verified(_) => ROWS_BY_VERIFIED,
    };
    let Wanted { id: _, email, first_name, last_name, verified, phone: _, from: _ } = wanted;
    let mut values = range(workspace, index, stretch);
    values.extend([(*email).into(), (*first_name).into(), (*last_name).into(), (*verified).into()]);
    values.push(number(limit));
    tx.query(sql, &values)?.into_iter().map(subject::read).collect()
}

/// Where an index gets to in so many steps; `None` when it ends before.
fn step(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    index: Index,
    stretch: &Stretch,
    steps: usize,
) -> Result<Option<Place>> {
    let sql = match index {
        Index::Email(_) => STEP_BY_EMAIL,
        Index::LastName(_) => STEP_BY_LAST_NAME,
        Index::FirstName(_) => STEP_BY_FIRST_NAME,
        Index::Verified(_) => STEP_BY_VERIFIED,
    };
    let mut values = range(workspace, index, stretch);
    values.push(number(steps - 1));
    tx.query_one(sql, &values)?.map(place).transpose()
}

/// Up to `limit` places along an index.
pub(super) fn places(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    index: Index,
    stretch: &Stretch,
    limit: usize,
) -> Result<Vec<Place>> {
    let sql = match index {
        Index::Email(_) => PLACES_BY_EMAIL,
        Index::LastName(_) => PLACES_BY_LAST_NAME,
        Index::FirstName(_) => PLACES_BY_FIRST_NAME,
        Index::Verified(_) => PLACES_BY_VERIFIED,
    };
    let mut values = range(workspace, index, stretch);
    values.push(number(limit));
    tx.query(sql, &values)?.into_iter().map(place).collect()
}

fn place(mut row: Row) -> Result<Place> {
    Ok(Place { at: Timestamp(row.int(0)?), id: row.text(1)? })
}

fn number(count: usize) -> Value<'static> {
    i64::try_from(count).unwrap_or(i64::MAX).into()
}

fn range<'v>(workspace: WorkspaceId, index: Index, stretch: &'v Stretch) -> Vec<Value<'v>> {
    let Stretch { after, to } = stretch;
    let ends = [after, to].map(|Place { at, id }| -> [Value<'v>; 2] { [at.0.into(), id.into()] });
    [workspace.0.into(), index.value().into()].into_iter().chain(ends.into_iter().flatten()).collect()
}

impl Index {
    /// What the column holds.
    fn value(self) -> i64 {
        match self {
            Index::Email(hash) | Index::LastName(hash) | Index::FirstName(hash) => hash,
            Index::Verified(is_verified) => is_verified.into(),
        }
    }
}

impl Wanted {
    pub(super) fn indexes(&self) -> Vec<Index> {
        let indexes = [
            self.email.map(Index::Email),
            self.last_name.map(Index::LastName),
            self.first_name.map(Index::FirstName),
            self.verified.map(Index::Verified),
        ];
        indexes.into_iter().flatten().collect()
    }
}
