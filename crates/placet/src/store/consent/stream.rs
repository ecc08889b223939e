//! Consents in the order of lists, from one index or search or from several at once.

use std::cmp::Reverse;
use std::collections::VecDeque;
use std::sync::Arc;

use super::super::engine::Tx;
use super::super::search::Matches;
use super::index::{self, Candidate, Index, Place, Span, newest_by_facets};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

/// With more indexes than this, those whose newest consent is too old for the page are found out first.
const FEW_INDEXES: usize = 4;
const FEWEST_READ: usize = 4;
const SHORTEST_STEP: usize = 16;
const LONGEST_STEP: usize = 500;

/// The consents that are in any one of some indexes, or found by a search, newest first, each once. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Stream {
    indexes: Arc<[Index]>,
    search: Option<Matches>,
}

impl Stream {
    /// Of these indexes.
    #[must_use]
    pub fn any_of(indexes: impl IntoIterator<Item = Index>) -> Stream {
        Stream { indexes: indexes.into_iter().collect(), search: None }
    }

    /// And of what this search finds.
    #[must_use]
    pub fn or(self, search: Option<Matches>) -> Stream {
        Stream { search, ..self }
    }

    /// Up to `limit` consents, in order.
    pub(super) fn read(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        span: Span,
        limit: usize,
    ) -> Result<Vec<Candidate>> {
        let mut sources = self.sources(tx, workspace, span, limit)?;
        let step = (2 * limit / sources.len().max(1)).max(FEWEST_READ).min(limit);
        let mut found: Vec<Candidate> = Vec::new();
        // All is found once every source has been read beyond the last consent found, or to its end.
        loop {
            let end = limit.checked_sub(1).and_then(|last| Some(found.get(last)?.place));
            let is_behind =
                |source: &&mut Source| !source.is_done && end.is_none_or(|end| source.span.after > end);
            let behind: Vec<&mut Source> = sources.iter_mut().filter(is_behind).collect();
            if behind.is_empty() {
                return Ok(found);
            }
            found.extend(read_each(tx, workspace, behind, step)?);
            found.sort_unstable_by_key(|candidate| Reverse(candidate.place));
            found.dedup_by_key(|candidate| candidate.place);
            found.truncate(limit);
        }
    }

    /// The indexes that can have one of the first `limit` consents.
    fn sources(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        span: Span,
        limit: usize,
    ) -> Result<Vec<Source>> {
        let source = |along| Source { along, span, is_done: false };
        let search = self.search.iter().cloned().map(|search| source(Along::Search(search)));
        let source_of = |index: &Index| source(Along::Index(*index));
        if self.indexes.len() <= FEW_INDEXES {
            return Ok(self.indexes.iter().map(source_of).chain(search).collect());
        }
        let newest = newest_by_facets(tx, workspace, span)?;
        // Of other indexes that is not asked: they count for nothing here, and are read.
        let (mut dated, mut sources): (Vec<(Timestamp, Index)>, Vec<Source>) = (Vec::new(), search.collect());
        for index in self.indexes.iter() {
            match index {
                Index::Facets(code) => dated.extend(newest.get(code).map(|at| (*at, *index))),
                _ => sources.push(source_of(index)),
            }
        }
        dated.sort_unstable_by_key(|(at, _)| Reverse(*at));
        let oldest = dated.get(limit.saturating_sub(1)).map_or(Timestamp(i64::MIN), |(at, _)| *at);
        let reaching = dated.into_iter().filter(|(at, _)| *at >= oldest);
        sources.extend(reaching.map(|(_, index)| source_of(&index)));
        Ok(sources)
    }
}

/// How far an index or a search has been read.
struct Source {
    along: Along,
    span: Span,
    is_done: bool,
}

enum Along {
    Index(Index),
    Search(Matches),
}

impl Source {
    fn read(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, step: usize) -> Result<Vec<Candidate>> {
        let found = match &mut self.along {
            Along::Index(index) => index.read(tx, workspace, self.span, step)?,
            Along::Search(search) => read_found(tx, (workspace, search), self.span, step)?,
        };
        self.pass(&found, step);
        Ok(found)
    }

    /// Goes on after what was found where `step` were asked for.
    fn pass(&mut self, found: &[Candidate], step: usize) {
        self.is_done = found.len() < step;
        if let Some(last) = found.last() {
            self.span.after = last.place;
        }
    }

    /// The code of facets along which it goes, and where it goes on.
    fn facets(&self) -> Option<(i64, Span)> {
        match self.along {
            Along::Index(Index::Facets(code)) => Some((code, self.span)),
            _ => None,
        }
    }
}

/// Up to `step` consents of each source; of those along facets, of which there may be many, all are asked for at once.
fn read_each(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    sources: Vec<&mut Source>,
    step: usize,
) -> Result<Vec<Candidate>> {
    let (by_facets, others): (Vec<_>, Vec<_>) =
        sources.into_iter().partition(|source| source.facets().is_some());
    let codes: Vec<(i64, Span)> = by_facets.iter().filter_map(|source| source.facets()).collect();
    let mut all = Vec::new();
    for (source, found) in by_facets.into_iter().zip(index::read_facets(tx, workspace, &codes, step)?) {
        source.pass(&found, step);
        all.extend(found);
    }
    for source in others {
        all.extend(source.read(tx, workspace, step)?);
    }
    Ok(all)
}

/// Up to `limit` consents that a search finds, in order. One that is gone was erased since the search began.
fn read_found(
    tx: &mut Tx<'_>,
    (workspace, search): (WorkspaceId, &mut Matches),
    mut span: Span,
    limit: usize,
) -> Result<Vec<Candidate>> {
    let mut found = Vec::new();
    while found.len() < limit {
        let Some(place) = next_found(tx, search, span)? else { break };
        span.after = place;
        let facets = index::facets(tx, workspace, place.id)?;
        found.extend(facets.map(|facets| Candidate { place, facets }));
    }
    Ok(found)
}

/// The next consent of a span that a search finds.
pub(super) fn next_found(tx: &mut Tx<'_>, search: &mut Matches, span: Span) -> Result<Option<Place>> {
    match search.next(tx, &span.after.into())? {
        Some(place) if place.at >= span.from => place.of_consent().map(Some),
        _ => Ok(None),
    }
}

/// A stream that is read ahead, and only ever sought forward.
#[derive(Clone, Debug)]
pub(super) struct Follower {
    stream: Stream,
    /// Read and not passed yet, in order.
    ahead: VecDeque<Candidate>,
    /// The last place read, if any was.
    read_to: Option<Place>,
    /// How long a time, in milliseconds, what was read last covers.
    length: i64,
    /// Whether nothing comes after it.
    is_read: bool,
    /// How many consents are read at once.
    step: usize,
}

/// What a follower found.
pub(super) enum Sought {
    /// The next consent.
    At(Place),
    /// No consent up to this place.
    NoneTo(Place),
    /// No consent any more.
    End,
}

impl Follower {
    pub(super) fn new(stream: Stream, step: usize) -> Follower {
        let step = step.clamp(SHORTEST_STEP, LONGEST_STEP);
        Follower { stream, ahead: VecDeque::new(), read_to: None, length: 0, is_read: false, step }
    }

    /// The first consent of the span whose combination is admitted, as far as one read tells.
    pub(super) fn seek(
        &mut self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        span: Span,
        admits: impl Fn(i64) -> bool,
    ) -> Result<Sought> {
        let is_next = |candidate: &Candidate| candidate.place < span.after && admits(candidate.facets);
        let mut next = self.ahead.iter().position(is_next);
        if next.is_none() && !self.is_read {
            self.read(tx, workspace, span)?;
            next = self.ahead.iter().position(is_next);
        }
        self.ahead.drain(..next.unwrap_or(self.ahead.len()));
        Ok(match (self.ahead.front(), self.read_to) {
            (Some(found), _) => Sought::At(found.place),
            (None, Some(place)) if !self.is_read => Sought::NoneTo(place),
            (None, _) => Sought::End,
        })
    }

    /// Reads on, or from where the span begins. More at once than before, unless the others have sent it further on
    /// than what it had read was long.
    fn read(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, span: Span) -> Result<()> {
        let after = self.read_to.map_or(span.after, |place| place.min(span.after));
        if let Some(place) = self.read_to {
            let is_near = place.at.0.saturating_sub(after.at.0) <= self.length;
            let step = if is_near { self.step * 2 } else { self.step / 2 };
            self.step = step.clamp(SHORTEST_STEP, LONGEST_STEP);
        }
        self.ahead = self.stream.read(tx, workspace, Span { after, ..span }, self.step)?.into();
        self.is_read = self.ahead.len() < self.step;
        if let (Some(first), Some(last)) = (self.ahead.front(), self.ahead.back()) {
            self.length = first.place.at.0.saturating_sub(last.place.at.0);
            self.read_to = Some(last.place);
        }
        Ok(())
    }
}
