//! Consents that pass several filters at once, newest first.
//!
//! Each filter that an index knows is a stream, and the search for all that the search index knows is one more. They take
//! turns: each seeks the place that the others have reached, and where all of them meet is a consent. So a rare value
//! leads and a frequent one leaps after it. The combination of facets is known of every consent in a stream, and looked up
//! of one that a search finds; only where none is admitted for long are the combinations asked where they go on.

use super::super::engine::Tx;
use super::super::search::Matches;
use super::index::{Index, Place, Span, facets};
use super::stream::{Follower, Sought, Stream, next_found};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;

/// Seeks in one piece of work.
const MAX_SEEKS: usize = 1000;
/// Consents found by a search of which the combination is looked up before it is asked where an admitted one is.
const LOOKED_UP: usize = 16;

/// Where a list goes on. A read that has to be done again begins from a copy.
#[derive(Clone, Debug)]
pub struct Walk {
    workspace: WorkspaceId,
    followers: Vec<Followed>,
    /// Codes of the combinations that are admitted, sorted; `None` admits all.
    admitted: Option<Vec<i64>>,
    span: Span,
    turn: usize,
    /// How many followers stand at the same place, which is the next of the span.
    agreed: usize,
    is_done: bool,
}

/// What takes turns.
#[derive(Clone, Debug)]
enum Followed {
    Stream(Follower),
    Search(Matches),
}

impl Followed {
    fn seek(
        &mut self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        span: Span,
        admitted: Option<&[i64]>,
    ) -> Result<Sought> {
        match self {
            Followed::Stream(follower) => {
                follower.seek(tx, workspace, span, |code| is_admitted(admitted, code))
            }
            Followed::Search(search) => seek_in(tx, (workspace, search), span, admitted),
        }
    }
}

/// Whether a combination is among the sorted ones; without any, all are.
fn is_admitted(admitted: Option<&[i64]>, code: i64) -> bool {
    admitted.is_none_or(|codes| codes.binary_search(&code).is_ok())
}

/// The next consent that a search finds and that is admitted, of a few.
fn seek_in(
    tx: &mut Tx<'_>,
    (workspace, search): (WorkspaceId, &mut Matches),
    mut span: Span,
    admitted: Option<&[i64]>,
) -> Result<Sought> {
    for _ in 0..LOOKED_UP {
        let Some(place) = next_found(tx, search, span)? else { return Ok(Sought::End) };
        let is_found = match admitted {
            None => true,
            Some(_) => facets(tx, workspace, place.id)?.is_some_and(|code| is_admitted(admitted, code)),
        };
        if is_found {
            return Ok(Sought::At(place));
        }
        span.after = place;
    }
    Ok(Sought::NoneTo(span.after))
}

impl Walk {
    /// Through the consents that are in all of the streams and in the search, and have one of the combinations; one of
    /// the three is given.
    #[must_use]
    pub fn new(
        workspace: WorkspaceId,
        (streams, search): (Vec<Stream>, Option<Matches>),
        combinations: Option<Vec<i64>>,
        span: Span,
        limit: usize,
    ) -> Walk {
        let mut admitted = combinations;
        let streams = match admitted.take_if(|_| streams.is_empty() && search.is_none()) {
            Some(codes) => vec![of_combinations(&codes)],
            None => streams,
        };
        if let Some(codes) = &mut admitted {
            codes.sort_unstable();
        }
        // What has to be met is sought in small steps first.
        let step = if search.is_none() && streams.len() == 1 { limit } else { 0 };
        let streams = streams.into_iter().map(|stream| Followed::Stream(Follower::new(stream, step)));
        let followers = streams.chain(search.map(Followed::Search)).collect();
        Walk { workspace, followers, admitted, span, turn: 0, agreed: 0, is_done: false }
    }

    /// Up to `wanted` places further along. A bounded piece of work, which may find nothing before the end.
    pub fn next(&mut self, tx: &mut Tx<'_>, wanted: usize) -> Result<Vec<Place>> {
        let mut found = Vec::new();
        for _ in 0..MAX_SEEKS {
            if self.is_done || found.len() == wanted {
                break;
            }
            found.extend(self.seek(tx)?);
        }
        Ok(found)
    }

    /// Where it goes on.
    #[must_use]
    pub fn span(&self) -> Span {
        self.span
    }

    /// Whether there is nothing further along.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_done
    }

    /// One follower's turn; gives the place where all have met.
    fn seek(&mut self, tx: &mut Tx<'_>) -> Result<Option<Place>> {
        let follower = &mut self.followers[self.turn];
        match follower.seek(tx, self.workspace, self.span, self.admitted.as_deref())? {
            Sought::At(place) => return Ok(self.reach(place)),
            Sought::NoneTo(place) => {
                (self.span.after, self.agreed) = (place, 0);
                self.leap(tx)?;
            }
            Sought::End => self.is_done = true,
        }
        Ok(None)
    }

    fn reach(&mut self, place: Place) -> Option<Place> {
        let is_same = self.agreed > 0 && self.span.after == place.just_before();
        self.agreed = if is_same { self.agreed + 1 } else { 1 };
        self.span.after = place.just_before();
        self.turn = (self.turn + 1) % self.followers.len();
        if self.agreed < self.followers.len() {
            return None;
        }
        (self.span.after, self.agreed) = (place, 0);
        Some(place)
    }

    /// To the next consent with an admitted combination.
    fn leap(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let Some(codes) = &self.admitted else { return Ok(()) };
        match of_combinations(codes).read(tx, self.workspace, self.span, 1)?.first() {
            Some(next) => self.span.after = next.place.just_before(),
            None => self.is_done = true,
        }
        Ok(())
    }
}

fn of_combinations(codes: &[i64]) -> Stream {
    Stream::any_of(codes.iter().copied().map(Index::Facets))
}
