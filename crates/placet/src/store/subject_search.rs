//! Subjects of which something is known that the search index knows, newest first: along that index, and along the one of
//! confirmed subjects if these are asked for, or the others. Each seeks the place that the other has reached, so that the rarer one leads; only what both hold is
//! looked up.

use std::collections::VecDeque;

use super::engine::Tx;
use super::installation::IndexKey;
use super::search::{Condition, List, Matches, Place as SearchPlace};
use super::subject;
use super::subject_list::{self, Found, Place, Stretch, Wanted, of_few, places};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

/// Places that are passed in one transaction.
const STEPS: usize = 8000;
/// Places that are read at once, at first and at most.
const FEWEST_READ: usize = 16;
const MOST_READ: usize = 512;

/// Looks for up to `limit` subjects after a place that meet all of `conditions`. What is found has to be checked. There may be
/// none although there are more.
pub fn find(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    (wanted, conditions): (&Wanted, &[Condition]),
    after: &Place,
    limit: usize,
) -> Result<Found> {
    if let Some(found) = of_few(tx, workspace, wanted, after, limit)? {
        return Ok(found);
    }
    let of = (workspace, List::Subjects);
    let Some(search) = Matches::begin(tx, key, of, conditions, &search_place(after))? else {
        return subject_list::find(tx, workspace, wanted, after, limit);
    };
    let oldest = Place { at: wanted.from.unwrap_or(Timestamp(i64::MIN)), id: String::new() };
    let along = wanted.verified.map(Ahead::of_verified);
    let mut walk = Walk { workspace, search, along, oldest, after: search_place(after) };
    let mut hits = Vec::new();
    let mut is_done = false;
    for _ in 0..STEPS {
        is_done = !walk.step(tx, &mut hits)?;
        if is_done || hits.len() == limit {
            break;
        }
    }
    let subjects = subject::get_each(tx, workspace, hits.iter().map(String::as_str))?;
    let seen_to = if is_done { None } else { Some(list_place(&walk.after)?) };
    Ok(Found { subjects, seen_to })
}

struct Walk {
    workspace: WorkspaceId,
    search: Matches,
    along: Option<Ahead>,
    oldest: Place,
    /// Everything up to here was seen.
    after: SearchPlace,
}

impl Walk {
    /// Goes to where both may meet, and notes the subject if they do; false at the end.
    fn step(&mut self, tx: &mut Tx<'_>, hits: &mut Vec<String>) -> Result<bool> {
        let found = self.search.next(tx, &self.after)?;
        let Some(found) = found.filter(|found| found.at >= self.oldest.at) else { return Ok(false) };
        let Some(next) = self.along(tx, &found)? else { return Ok(false) };
        if next == found {
            hits.push(found.subject_id()?.to_owned());
            self.after = found;
        } else {
            self.after = just_before(&next);
        }
        Ok(true)
    }

    /// Where the other index is from this place on.
    fn along(&mut self, tx: &mut Tx<'_>, from: &SearchPlace) -> Result<Option<SearchPlace>> {
        let Some(along) = &mut self.along else { return Ok(Some(from.clone())) };
        let stretch = Stretch { after: list_place(&just_before(from))?, to: self.oldest.clone() };
        Ok(along.next(tx, self.workspace, &stretch)?.as_ref().map(search_place))
    }
}

/// An index that is read ahead, and only ever sought forward.
struct Ahead {
    is_verified: bool,
    waiting: VecDeque<Place>,
    /// How many places are read at once.
    step: usize,
    is_read: bool,
}

impl Ahead {
    fn of_verified(is_verified: bool) -> Ahead {
        Ahead { is_verified, waiting: VecDeque::new(), step: FEWEST_READ, is_read: false }
    }

    /// The first place of a stretch.
    fn next(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, stretch: &Stretch) -> Result<Option<Place>> {
        let passed = self.waiting.partition_point(|place| *place >= stretch.after);
        self.waiting.drain(..passed);
        if self.waiting.is_empty() && !self.is_read {
            self.waiting = places(tx, workspace, self.is_verified, stretch, self.step)?.into();
            self.is_read = self.waiting.len() < self.step;
            self.step = (self.step * 2).min(MOST_READ);
        }
        Ok(self.waiting.front().cloned())
    }
}

fn search_place(place: &Place) -> SearchPlace {
    SearchPlace { at: place.at, id: place.id.as_bytes().to_vec() }
}

fn list_place(place: &SearchPlace) -> Result<Place> {
    let id = String::from_utf8(place.id.clone()).map_err(Error::internal)?;
    Ok(Place { at: place.at, id })
}

/// The place of which this one is the next: no id has U+0000 in it, so there is none between.
fn just_before(place: &SearchPlace) -> SearchPlace {
    SearchPlace { at: place.at, id: [&place.id[..], b"\x01"].concat() }
}
