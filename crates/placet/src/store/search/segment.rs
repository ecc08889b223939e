//! Segments of the index and their pages.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::super::engine::Tx;
use super::List;
use super::bytes::damaged;
use super::gram::Gram;
use super::page::page_of;
use super::place::{self, ITEMS_PER_PAGE, Place, PlacePage};
use super::postings::Number;
use super::rows::read_pages;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;

/// The most items in a segment: what a [`Number`] can tell apart.
pub(super) const MAX_ITEMS: usize = Number::MAX as usize + 1;
/// The most pages that hold grams.
const MAX_PAGES: u32 = 2048;
/// Items for each page of grams, on average: a page then has one or two thousand bytes.
const ITEMS_PER_GRAM_PAGE: u32 = 32;
/// Pages from here on hold the places of items among consents,
const CONSENTS: i64 = 0x4000;
/// from here on those among subjects,
const SUBJECTS: i64 = 0x8000;
/// and this one the first place of each page among consents.
const FIRST_PLACES: i64 = 0xffff;
pub(super) const PAGES_PER_SEGMENT: i64 = 0x1_0000;
/// The most rows that a transaction changes here.
pub const MAX_ROWS: usize = 256;

/// A segment that is, or will be, in use.
#[derive(Clone, Debug)]
pub struct Segment {
    pub(super) id: i64,
    pub(super) items: u32,
    pub(super) pages: u32,
    pub(super) revision: i64,
    pub(super) consents: Option<Bounds>,
    pub(super) subjects: Option<Bounds>,
}

/// The newest and the oldest moment at which items stand in a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    pub newest: Timestamp,
    pub oldest: Timestamp,
}

/// Where an item stands in each list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Places {
    /// Among consents.
    pub consent: Option<Place>,
    /// Among subjects, if the subject is found by this item.
    pub subject: Option<Place>,
}

/// The bytes of a page, under its number.
pub type Page = (i64, Vec<u8>);

impl Places {
    /// The order of items in a segment: that of consents. What is no consent stands behind those of its moment.
    pub(super) fn compare(&self, other: &Places) -> Ordering {
        let at = |places: &Places| places.consent.as_ref().or(places.subject.as_ref()).map(|place| place.at);
        at(other).cmp(&at(self)).then_with(|| other.consent.cmp(&self.consent))
    }

    pub(super) fn of(&self, list: List) -> Option<&Place> {
        match list {
            List::Consents => self.consent.as_ref(),
            List::Subjects => self.subject.as_ref(),
        }
    }

    pub(super) fn of_mut(&mut self, list: List) -> &mut Option<Place> {
        match list {
            List::Consents => &mut self.consent,
            List::Subjects => &mut self.subject,
        }
    }

    pub(super) fn is_nowhere(&self) -> bool {
        self.consent.is_none() && self.subject.is_none()
    }
}

impl Segment {
    /// A segment of items at these places, in order; `None` when there are none. `random` makes an id that no segment
    /// ever had.
    pub(super) fn new(places: &[Places], least_pages: u32, random: [u8; 8]) -> Result<Option<Segment>> {
        if places.len() > MAX_ITEMS {
            return Err(damaged());
        }
        let items = u32::try_from(places.len()).map_err(|_| damaged())?;
        let pages = items.div_ceil(ITEMS_PER_GRAM_PAGE).next_power_of_two().clamp(least_pages, MAX_PAGES);
        let segment = Segment {
            id: i64::from_le_bytes(random) & ((1 << 46) - 1),
            items,
            pages,
            revision: 0,
            consents: bounds(places.iter().filter_map(|places| places.consent.as_ref())),
            subjects: bounds(places.iter().filter_map(|places| places.subject.as_ref())),
        };
        Ok((items > 0).then_some(segment))
    }

    /// How many items it has.
    #[must_use]
    pub fn items(&self) -> usize {
        self.items as usize
    }

    pub(super) fn bounds(&self, list: List) -> Option<Bounds> {
        match list {
            List::Consents => self.consents,
            List::Subjects => self.subjects,
        }
    }

    /// The lists in which its items stand; for the others it has no pages.
    fn lists(&self) -> impl Iterator<Item = List> {
        List::ALL.into_iter().filter(|list| self.bounds(*list).is_some())
    }

    /// Whether it may hold a place of a list after `after`.
    pub(super) fn reaches(&self, list: List, after: &Place) -> bool {
        self.bounds(list).is_some_and(|bounds| bounds.oldest <= after.at)
    }

    /// The page that holds a gram.
    pub(super) fn page_of(&self, gram: Gram) -> i64 {
        self.gram_page(page_of(gram, self.pages))
    }

    /// A page of grams by its number.
    pub(super) fn gram_page(&self, number: u32) -> i64 {
        self.page(i64::from(number))
    }

    /// A page of places by its number.
    pub(super) fn place_page(&self, list: List, number: usize) -> i64 {
        let start = match list {
            List::Consents => CONSENTS,
            List::Subjects => SUBJECTS,
        };
        self.page(start + i64::try_from(number).unwrap_or(0))
    }

    fn page(&self, number: i64) -> i64 {
        self.id * PAGES_PER_SEGMENT + number
    }

    pub(super) fn count_place_pages(&self) -> usize {
        self.items().div_ceil(ITEMS_PER_PAGE)
    }

    /// The pages that hold the places of its items.
    pub(super) fn place_pages(&self, places: &[Places]) -> Vec<Page> {
        let (mut pages, mut firsts): (Vec<Page>, Vec<(usize, Place)>) = Default::default();
        for (number, chunk) in places.chunks(ITEMS_PER_PAGE).enumerate() {
            for list in self.lists() {
                let page = page_of_places(list, chunk);
                pages.push((self.place_page(list, number), place::encode_page(list, &page)));
                let first = page.into_iter().next().filter(|_| list == List::Consents);
                firsts.extend(first.map(|(_, place)| (number, place)));
            }
        }
        pages.push((self.page(FIRST_PLACES), place::encode_firsts(List::Consents, &firsts)));
        pages
    }

    /// The first place among consents of each page that has any; `None` if the segment is no longer there.
    pub(super) fn firsts(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
    ) -> Result<Option<Vec<(usize, Place)>>> {
        let page = self.page(FIRST_PLACES);
        let mut found = read_pages(tx, workspace, &[page])?;
        found.remove(&page).map(|content| place::decode_firsts(List::Consents, &content)).transpose()
    }

    /// Pages of places in a list, by their numbers; `None` if the segment is no longer there.
    pub(super) fn places(
        &self,
        tx: &mut Tx<'_>,
        workspace: WorkspaceId,
        list: List,
        numbers: &[usize],
    ) -> Result<Option<Vec<PlacePage>>> {
        let pages: Vec<i64> = numbers.iter().map(|number| self.place_page(list, *number)).collect();
        let found = read_pages(tx, workspace, &pages)?;
        let decode =
            |page: &i64| found.get(page).map(|content| place::decode_page(list, content)).transpose();
        pages.iter().map(decode).collect()
    }

    /// Where each of its items stands; `None` if the segment is no longer there.
    pub(super) fn all_places(&self, tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<Option<Vec<Places>>> {
        let numbers: Vec<usize> = (0..self.count_place_pages()).collect();
        let mut all = vec![Places::default(); numbers.len() * ITEMS_PER_PAGE];
        for list in self.lists() {
            let Some(pages) = self.places(tx, workspace, list, &numbers)? else { return Ok(None) };
            for (places, page) in all.chunks_mut(ITEMS_PER_PAGE).zip(pages) {
                for (item, place) in page {
                    *places[item].of_mut(list) = Some(place);
                }
            }
        }
        all.truncate(self.items());
        Ok(Some(all))
    }
}

/// The places that the items of a page have in a list.
pub(super) fn page_of_places(list: List, items: &[Places]) -> PlacePage {
    let place = |(item, places): (usize, &Places)| Some((item, places.of(list)?.clone()));
    items.iter().enumerate().filter_map(place).collect()
}

fn bounds<'p>(places: impl Iterator<Item = &'p Place>) -> Option<Bounds> {
    let widen = |bounds: Option<Bounds>, place: &Place| {
        let Bounds { newest, oldest } = bounds.unwrap_or(Bounds { newest: place.at, oldest: place.at });
        Some(Bounds { newest: newest.max(place.at), oldest: oldest.min(place.at) })
    };
    places.fold(None, widen)
}

/// Pages that were read, by their numbers.
pub(super) type Pages = HashMap<i64, Vec<u8>>;
