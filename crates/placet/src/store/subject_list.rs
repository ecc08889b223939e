//! Subjects in the order of lists, newest first: all of them, the confirmed ones or the others, and the few that an id or a
//! part of a phone number leads to.

use super::engine::Tx;
use super::row::{Row, Value};
use super::{subject, subject_phone};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::subject::Subject;
use crate::domain::time::Timestamp;

statements! {
    ROWS = "SELECT id, email, first_name, last_name, full_name, verified, phones, created_at, preferences FROM subjects WHERE workspace_id = $1
        AND verified = $2 AND (created_at, id) < ($3, $4) AND (created_at, id) >= ($5, $6) ORDER BY created_at DESC, id DESC LIMIT $7";
    PLACES = "SELECT created_at, id FROM subjects WHERE workspace_id = $1
        AND verified = $2 AND (created_at, id) < ($3, $4) AND (created_at, id) >= ($5, $6) ORDER BY created_at DESC, id DESC LIMIT $7";
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

/// What subjects to look for: those that all of this holds for.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// The one subject with this id.
    pub id: Option<String>,
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
    /// In the order of lists.
    pub subjects: Vec<Subject>,
    /// What was looked at so far; `None` when there is no more.
    pub seen_to: Option<Place>,
}

/// From one place, which is not part of it, back to another, which is.
#[derive(Clone)]
pub(super) struct Stretch {
    pub after: Place,
    pub to: Place,
}

/// The most subjects that are found by a phone number; a part that more of them have is looked for subject by subject.
const MAX_BY_PHONE: usize = 10_000;

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
    let mut subjects = Vec::new();
    for is_verified in [true, false] {
        if wanted.verified.is_none_or(|only| only == is_verified) {
            subjects.extend(rows(tx, workspace, is_verified, &stretch, limit)?);
        }
    }
    subjects.sort_unstable_by(|a, b| (b.created_at, &b.id).cmp(&(a.created_at, &a.id)));
    subjects.truncate(limit);
    let seen_to = subjects.last().filter(|_| subjects.len() == limit).map(Place::of);
    Ok(Found { subjects, seen_to })
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
    let subject = subject::get(tx, workspace, id)?.filter(|subject| Place::of(subject) < *after);
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

/// Confirmed subjects of a stretch, or the others.
fn rows(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    is_verified: bool,
    stretch: &Stretch,
    limit: usize,
) -> Result<Vec<Subject>> {
    let values = range(workspace, is_verified, stretch, limit);
    tx.query(ROWS, &values)?.into_iter().map(subject::read).collect()
}

/// The places of confirmed subjects of a stretch, or of the others.
pub(super) fn places(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    is_verified: bool,
    stretch: &Stretch,
    limit: usize,
) -> Result<Vec<Place>> {
    let place = |mut row: Row| Ok(Place { at: Timestamp(row.int(0)?), id: row.text(1)? });
    let values = range(workspace, is_verified, stretch, limit);
    tx.query(PLACES, &values)?.into_iter().map(place).collect()
}

fn range(workspace: WorkspaceId, is_verified: bool, stretch: &Stretch, limit: usize) -> [Value<'_>; 7] {
    let Stretch { after, to } = stretch;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    [
        workspace.0.into(),
        is_verified.into(),
        after.at.0.into(),
        after.id.as_str().into(),
        to.at.0.into(),
        to.id.as_str().into(),
        limit.into(),
    ]
}
