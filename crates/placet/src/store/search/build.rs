//! A new segment, made of texts.

use std::ops::Range;

use super::gram::{self, Gram};
use super::page;
use super::postings::Number;
use super::segment::{MAX_ROWS, Page, Places, Segment};
use super::subject::Changed;
use super::text::Entry;
use crate::domain::error::Result;
use crate::store::installation::IndexKey;

/// Something to be found: where it stands in each list, and what it is found by.
#[derive(Clone, Debug)]
pub struct Item {
    places: Places,
    grams: Vec<Gram>,
}

/// A segment with its pages, ready to be written.
#[derive(Clone, Debug)]
pub struct Built {
    /// The segment.
    pub segment: Segment,
    pages: Vec<Page>,
}

impl Item {
    /// What an entry says, and what is stored of its subject if that has changed; `None` if it stands in no list.
    #[must_use]
    pub fn new(key: &IndexKey, entry: &Entry, subject: Option<&Changed>) -> Option<Item> {
        let places =
            Places { consent: entry.consent.clone(), subject: subject.map(|subject| subject.place.clone()) };
        let texts = entry.texts().chain(subject.into_iter().flat_map(Changed::texts));
        let terms = entry.terms.iter().chain(subject.into_iter().flat_map(|subject| &subject.terms));
        (!places.is_nowhere()).then(|| Item { places, grams: gram::of_texts(key, texts, terms.copied()) })
    }
}

impl Built {
    /// A segment of these items, 65,536 at most; `None` when there are none. `random` makes an id that no other segment
    /// has.
    ///
    /// # Errors
    /// When there are more items.
    pub fn of(mut items: Vec<Item>, random: [u8; 8]) -> Result<Option<Built>> {
        items.sort_by(|a, b| a.places.compare(&b.places));
        let (places, grams): (Vec<Places>, Vec<Vec<Gram>>) =
            items.into_iter().map(|Item { places, grams }| (places, grams)).unzip();
        let Some(segment) = Segment::new(&places, 1, random)? else { return Ok(None) };
        let numbered = (0..=Number::MAX).zip(grams);
        let mut pairs: Vec<(Gram, Number)> =
            numbered.flat_map(|(number, grams)| grams.into_iter().map(move |gram| (gram, number))).collect();
        pairs.sort_unstable();
        let mut pages = gram_pages(&segment, 0..segment.pages, &pairs);
        pages.extend(segment.place_pages(&places));
        Ok(Some(Built { segment, pages }))
    }

    /// The pages, as many at a time as one transaction writes.
    pub fn batches(&self) -> impl Iterator<Item = &[Page]> {
        self.pages.chunks(MAX_ROWS)
    }
}

/// The pages of a range that hold pairs, which are in order. A page without any is written too: if it is missing, so is
/// the segment.
pub(super) fn gram_pages(segment: &Segment, range: Range<u32>, pairs: &[(Gram, Number)]) -> Vec<Page> {
    let mut rest = pairs;
    let page = |number: u32| {
        let end = rest.partition_point(|(gram, _)| page::page_of(*gram, segment.pages) <= number);
        let (here, later) = rest.split_at(end);
        rest = later;
        (segment.gram_page(number), page::write(here, segment.items))
    };
    range.map(page).collect()
}
