//! The places of the items in which a text may occur, newest first.

use std::cmp::Reverse;
use std::sync::Arc;

use super::super::engine::Tx;
use super::List;
use super::gram::{self, Gram};
use super::opened::{Found, Gone, Opened, there};
use super::page;
use super::place::Place;
use super::postings::Number;
use super::rows::{in_use, read_pages};
use super::segment::{Pages, Segment};
use super::{subject, text};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::substring::AnyOf;
use crate::store::installation::IndexKey;

/// The most pages that are read at once, when segment after segment has nothing.
const MAX_READ: usize = 64;
/// How often a search begins anew because a segment was replaced under its hands.
const MAX_TRIES: usize = 8;

/// A search under way: places in the order of lists, each once, among them all at which the text occurs. Whoever asks
/// has to look at the item itself. Cheap to clone. It may be asked in one transaction after the other; what is stored
/// after it began may be missing.
#[derive(Clone)]
pub struct Matches {
    workspace: WorkspaceId,
    list: List,
    wanted: AnyOf,
    /// The grams of each part of what is wanted.
    parts: Arc<[Vec<Gram>]>,
    /// Places found among the texts that wait, the last one first.
    waiting: Vec<Place>,
    /// Segments not yet looked at, the newest last.
    segments: Vec<Segment>,
    opened: Vec<Opened>,
    /// How many segments are looked at next.
    ahead: usize,
}

impl Matches {
    /// Begins a search for what comes after a place. `None` when a part of what is wanted has fewer than three letters:
    /// the index cannot help then.
    ///
    /// # Errors
    /// Only those of the store.
    pub fn begin(
        tx: &mut Tx<'_>,
        key: &IndexKey,
        (workspace, list): (WorkspaceId, List),
        wanted: &AnyOf,
        after: &Place,
    ) -> Result<Option<Matches>> {
        let Some(parts) = gram::of_parts(key, wanted) else { return Ok(None) };
        let mut matches = Matches {
            workspace,
            list,
            wanted: wanted.clone(),
            parts: parts.into(),
            waiting: Vec::new(),
            segments: Vec::new(),
            opened: Vec::new(),
            ahead: 1,
        };
        matches.begin_again(tx, after)?;
        Ok(Some(matches))
    }

    /// The next place after `after`, which must not go back from one call to the next.
    ///
    /// # Errors
    /// Only those of the store.
    pub fn next(&mut self, tx: &mut Tx<'_>, after: &Place) -> Result<Option<Place>> {
        for _ in 0..MAX_TRIES {
            match self.try_next(tx, after)? {
                Ok(place) => return Ok(place),
                Err(Gone) => self.begin_again(tx, after)?,
            }
        }
        Err(Error::Unavailable { retry_after: 1, cause: "the search index changes too fast".into() })
    }

    /// Texts first, segments after: what moves from one to the other meanwhile is seen twice rather than not at all.
    fn begin_again(&mut self, tx: &mut Tx<'_>, after: &Place) -> Result<()> {
        self.waiting = self.among_texts(tx, after)?;
        self.segments = in_use(tx, self.workspace)?;
        let list = self.list;
        self.segments.sort_unstable_by_key(|segment| segment.bounds(list).map(|bounds| bounds.newest));
        self.opened.clear();
        self.ahead = 1;
        Ok(())
    }

    fn among_texts(&self, tx: &mut Tx<'_>, after: &Place) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        text::each(tx, self.workspace, |tx, row| {
            for entry in row.entries.iter().filter(|entry| entry.contains(&self.wanted)) {
                let place = match self.list {
                    List::Consents => entry.consent.clone(),
                    List::Subjects if entry.subject_since.is_none() => None,
                    List::Subjects => subject::place(tx, self.workspace, entry.subject())?,
                };
                places.extend(place.filter(|place| place < after));
            }
            Ok(true)
        })?;
        places.sort_unstable();
        Ok(places)
    }

    fn try_next(&mut self, tx: &mut Tx<'_>, after: &Place) -> Found<Option<Place>> {
        while self.waiting.last().is_some_and(|place| place >= after) {
            self.waiting.pop();
        }
        loop {
            let mut best = self.waiting.last().cloned();
            for opened in &mut self.opened {
                best = best.max(there!(opened.next(tx, self.workspace, after)));
            }
            self.opened.retain(|opened| !opened.is_done());
            self.segments.retain(|segment| segment.reaches(self.list, after));
            let newest = |segment: &Segment| segment.bounds(self.list).map(|bounds| bounds.newest);
            let may_be_better = |segment: &Segment| best.as_ref().map(|best| best.at) <= newest(segment);
            if !self.segments.last().is_some_and(may_be_better) {
                return Ok(Ok(best));
            }
            there!(self.open(tx));
        }
    }

    /// Looks at the next segments: at more of them at once the longer nothing was found.
    fn open(&mut self, tx: &mut Tx<'_>) -> Found<()> {
        let grams = self.parts.iter().map(Vec::len).sum::<usize>();
        let count = self.ahead.min((MAX_READ / grams).max(1)).min(self.segments.len());
        self.ahead *= 2;
        let segments = self.segments.split_off(self.segments.len() - count);
        let pages_of =
            |segment: &Segment| self.parts.iter().flatten().map(|gram| segment.page_of(*gram)).collect();
        let mut wanted = segments.iter().map(pages_of).collect::<Vec<Vec<i64>>>().concat();
        wanted.sort_unstable();
        wanted.dedup();
        let pages = read_pages(tx, self.workspace, &wanted)?;
        if pages.len() < wanted.len() {
            return Ok(Err(Gone));
        }
        for segment in segments.into_iter().rev() {
            let numbers = self.numbers(&segment, &pages)?;
            if !numbers.is_empty() {
                let opened = Opened::new(tx, (self.workspace, self.list), segment, numbers);
                self.opened.push(there!(opened));
            }
        }
        Ok(Ok(()))
    }

    /// The items of a segment that have all grams of any one part.
    fn numbers(&self, segment: &Segment, pages: &Pages) -> Result<Vec<Number>> {
        let mut any = Vec::new();
        for part in self.parts.iter() {
            let lists = part.iter().map(|gram| {
                let page = pages.get(&segment.page_of(*gram)).map_or(&[][..], Vec::as_slice);
                page::find(page, *gram, segment.items)
            });
            let mut lists = lists.collect::<Result<Vec<_>>>()?;
            lists.sort_unstable_by_key(|list| Reverse(list.len()));
            let shortest = lists.pop().unwrap_or_default();
            any.extend(lists.iter().rev().fold(shortest, |all, list| in_both(&all, list)));
        }
        any.sort_unstable();
        any.dedup();
        Ok(any)
    }
}

/// Numbers that are in both of two rising lists.
fn in_both(some: &[Number], others: &[Number]) -> Vec<Number> {
    let mut others = others.iter().peekable();
    let is_there = |number: &&Number| {
        while others.next_if(|other| other < number).is_some() {}
        others.peek() == Some(number)
    };
    some.iter().filter(is_there).copied().collect()
}
