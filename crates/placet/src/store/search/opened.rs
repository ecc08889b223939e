//! What was found in one segment, in the order of a list.

use std::collections::VecDeque;
use std::sync::Arc;

use super::super::engine::Tx;
use super::List;
use super::place::{ITEMS_PER_PAGE, Place, PlacePage};
use super::postings::Number;
use super::segment::Segment;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;

/// A segment is no longer there: it was replaced by another since the search began.
pub(super) struct Gone;

/// Something, unless the segment it is in is gone.
pub(super) type Found<T> = Result<std::result::Result<T, Gone>>;

/// Gives the value, or passes on that a segment is gone.
macro_rules! there {
    ($found:expr) => {
        match $found? {
            Ok(value) => value,
            Err(gone) => return Ok(Err(gone)),
        }
    };
}
pub(super) use there;

/// What was found in one segment.
#[derive(Clone, Debug)]
pub(super) enum Opened {
    /// Consents: items are in their order, so their places are read when they are needed.
    InOrder(InOrder),
    /// Subjects: places in order, the last one first.
    Sorted(Vec<Place>),
}

#[derive(Clone, Debug)]
pub(super) struct InOrder {
    segment: Segment,
    /// What was found, from the newest on.
    numbers: Arc<[Number]>,
    /// How many of these were passed.
    passed: usize,
    /// Pages of places that were read, in order.
    pages: VecDeque<(usize, Arc<PlacePage>)>,
    /// How many pages are read at once.
    ahead: usize,
}

/// The most pages of places that are read at once: the rarer something is, the more pages it is spread over.
const MOST_PAGES: usize = 8;

impl Opened {
    pub(super) fn new(
        tx: &mut Tx<'_>,
        (workspace, list): (WorkspaceId, List),
        segment: Segment,
        numbers: Vec<Number>,
    ) -> Found<Opened> {
        if list == List::Subjects {
            return Ok(sorted(tx, workspace, &segment, &numbers)?.map(Opened::Sorted));
        }
        Ok(Ok(Opened::InOrder(InOrder {
            segment,
            numbers: numbers.into(),
            passed: 0,
            pages: VecDeque::new(),
            ahead: 1,
        })))
    }

    /// The next place after `after`, if there is one.
    pub(super) fn next(
        &mut self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        after: &Place,
    ) -> Found<Option<Place>> {
        match self {
            Opened::InOrder(found) => found.next(tx, workspace, after),
            Opened::Sorted(places) => {
                while places.last().is_some_and(|place| place >= after) {
                    places.pop();
                }
                Ok(Ok(places.last().cloned()))
            }
        }
    }

    /// Whether everything was passed.
    pub(super) fn is_done(&self) -> bool {
        match self {
            Opened::InOrder(found) => found.passed >= found.numbers.len(),
            Opened::Sorted(places) => places.is_empty(),
        }
    }
}

/// Where some items of a segment stand among subjects, the last one first.
fn sorted(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    segment: &Segment,
    numbers: &[Number],
) -> Found<Vec<Place>> {
    let page = |number: &Number| usize::from(*number) / ITEMS_PER_PAGE;
    let mut pages: Vec<usize> = numbers.iter().map(page).collect();
    pages.dedup();
    let Some(found) = segment.places(tx, workspace, List::Subjects, &pages)? else { return Ok(Err(Gone)) };
    let mut places = Vec::new();
    for (numbers, found) in numbers.chunk_by(|a, b| page(a) == page(b)).zip(found) {
        let items: Vec<usize> = numbers.iter().map(|number| usize::from(*number) % ITEMS_PER_PAGE).collect();
        let is_among = |item: &usize| items.binary_search(item).is_ok();
        places.extend(found.into_iter().filter(|(item, _)| is_among(item)).map(|(_, place)| place));
    }
    places.sort_unstable();
    Ok(Ok(places))
}

impl InOrder {
    fn next(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, after: &Place) -> Found<Option<Place>> {
        let mut has_leapt = false;
        while let Some(number) = self.numbers.get(self.passed) {
            let page = usize::from(*number) / ITEMS_PER_PAGE;
            let places = there!(self.places(tx, workspace, page));
            let passed = places.partition_point(|(_, place)| place >= after);
            if passed == places.len() && !has_leapt {
                // All of this page was passed: perhaps many more were.
                let Some(firsts) = self.segment.firsts(tx, workspace)? else { return Ok(Err(Gone)) };
                let page = firsts.partition_point(|(_, first)| first >= after).checked_sub(1);
                self.pass(page.map_or(0, |page| firsts[page].0) * ITEMS_PER_PAGE);
                has_leapt = true;
                continue;
            }
            if let Some(place) = self.first_of(page, &places[passed..]) {
                return Ok(Ok(Some(place)));
            }
            self.pass((page + 1) * ITEMS_PER_PAGE);
        }
        Ok(Ok(None))
    }

    /// The place of the first item of a page that was found and is among these.
    fn first_of(&mut self, page: usize, places: &[(usize, Place)]) -> Option<Place> {
        for (item, place) in places {
            let item = page * ITEMS_PER_PAGE + item;
            self.pass(item);
            if self.numbers.get(self.passed).is_some_and(|number| usize::from(*number) == item) {
                return Some(place.clone());
            }
        }
        None
    }

    /// Passes what was found before an item.
    fn pass(&mut self, first: usize) {
        self.passed += self.numbers[self.passed..].partition_point(|number| usize::from(*number) < first);
    }

    /// The places of a page on which the next number is; with it those after it are read, more of them each time.
    fn places(&mut self, tx: &mut Tx<'_>, workspace: WorkspaceId, page: usize) -> Found<Arc<PlacePage>> {
        while self.pages.front().is_some_and(|(number, _)| *number < page) {
            self.pages.pop_front();
        }
        if self.pages.is_empty() {
            let wanted = self.next_pages();
            let Some(found) = self.segment.places(tx, workspace, List::Consents, &wanted)? else {
                return Ok(Err(Gone));
            };
            self.pages = wanted.into_iter().zip(found.into_iter().map(Arc::new)).collect();
            self.ahead = (self.ahead * 2).min(MOST_PAGES);
        }
        Ok(Ok(self.pages.front().map(|(_, places)| Arc::clone(places)).unwrap_or_default()))
    }

    /// The next pages on which something was found.
    fn next_pages(&self) -> Vec<usize> {
        let mut pages: Vec<usize> = Vec::with_capacity(self.ahead);
        for page in self.numbers[self.passed..].iter().map(|number| usize::from(*number) / ITEMS_PER_PAGE) {
            match pages.last() {
                Some(last) if *last == page => {}
                _ if pages.len() == self.ahead => break,
                _ => pages.push(page),
            }
        }
        pages
    }
}
