//! Subjects that contain something, newest first: along the search index, and along the index of another condition if
//! there is one. Each seeks the place that the other has reached, so that the rarer one leads; only what all of them
//! hold is looked up.

use std::collections::VecDeque;

use super::engine::Tx;
use super::installation::IndexKey;
use super::search::{List, Matches, Place as SearchPlace};
use super::subject;
use super::subject_list::{Found, Index, Place, Stretch, Wanted, by_id, places};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::substring::AnyOf;
use crate::domain::time::Timestamp;

/// Places that are passed in one transaction.
const STEPS: usize = 8000;
/// Places that are read at once, at first and at most.
const FEWEST_READ: usize = 16;
const MOST_READ: usize = 512;

/// Looks for up to `limit` subjects after a place that contain a part of each of `contained`. What is found has to be
/// checked. There may be none although there are more.
pub fn find(
    tx: &mut Tx<'_>,
    (workspace, key): (WorkspaceId, &IndexKey),
    (wanted, contained): (&Wanted, &[AnyOf]),
    after: &Place,
    limit: usize,
) -> Result<Found> {
    if let Some(id) = &wanted.id {
        return by_id(tx, workspace, id, after);
    }
    let mut searches = Vec::new();
    for parts in contained {
        let of = (workspace, List::Subjects);
        searches.extend(Matches::begin(tx, key, of, parts, &search_place(after))?);
    }
    let oldest = Place { at: wanted.from.unwrap_or(Timestamp(i64::MIN)), id: String::new() };
    let along = wanted.indexes().first().map(|index| Ahead::new(*index));
    let mut walk = Walk { workspace, searches, along, oldest, after: search_place(after) };
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
    searches: Vec<Matches>,
    along: Option<Ahead>,
    oldest: Place,
    /// Everything up to here was seen.
    after: SearchPlace,
}

impl Walk {
    /// Goes to where all may meet, and notes the subject if they do; false at the end.
    fn step(&mut self, tx: &mut Tx<'_>, hits: &mut Vec<String>) -> Result<bool> {
        let mut furthest: Option<SearchPlace> = None;
        let mut do_all_meet = true;
        for search in &mut self.searches {
            let after = furthest.as_ref().map_or_else(|| self.after.clone(), just_before);
            let Some(place) = search.next(tx, &after)? else { return Ok(false) };
            do_all_meet &= furthest.is_none_or(|furthest| furthest == place);
            furthest = Some(place);
        }
        let Some(mut place) = furthest.filter(|place| place.at >= self.oldest.at) else { return Ok(false) };
        if let Some(along) = &mut self.along {
            let to = Stretch { after: list_place(&just_before(&place))?, to: self.oldest.clone() };
            let Some(next) = along.next(tx, self.workspace, to)? else { return Ok(false) };
            do_all_meet &= next.id.as_bytes() == place.id;
            place = search_place(&next);
        }
        if do_all_meet {
            hits.push(place.subject_id()?.to_owned());
            self.after = place;
        } else {
            self.after = just_before(&place);
        }
        Ok(true)
    }
}

/// An index that is read ahead, and only ever sought forward.
struct Ahead {
    index: Index,
    waiting: VecDeque<Place>,
    /// How many places are read at once.
    step: usize,
    is_read: bool,
}

impl Ahead {
    fn new(index: Index) -> Ahead {
        Ahead { index, waiting: VecDeque::new(), step: FEWEST_READ, is_read: false }
    }

    /// The first place of a stretch.
    fn next(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, stretch: Stretch) -> Result<Option<Place>> {
        let passed = self.waiting.partition_point(|place| *place >= stretch.after);
        self.waiting.drain(..passed);
        if self.waiting.is_empty() && !self.is_read {
            self.waiting = places(tx, workspace, self.index, &stretch, self.step)?.into();
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
