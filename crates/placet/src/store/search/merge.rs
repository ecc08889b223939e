//! One larger segment in the place of several smaller ones, made a few pages at a time.

use std::ops::Range;

use super::super::engine::Tx;
use super::build::gram_pages;
use super::bytes::damaged;
use super::gram::Gram;
use super::page;
use super::postings::Number;
use super::rows::read_pages;
use super::segment::{MAX_ITEMS, MAX_ROWS, Page, Pages, Places, Segment};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;

/// So many small segments are worth one large one,
const ENOUGH_SEGMENTS: usize = 8;
/// or fewer, if the large one has so many items that it is never merged again.
const LARGE: usize = MAX_ITEMS / 4 * 3;

/// A merge under way.
#[derive(Debug)]
pub struct Merge {
    /// The segment that is made.
    pub segment: Segment,
    /// What it replaces.
    pub sources: Vec<Segment>,
    /// For each source where its items are in the new segment.
    numbers: Vec<NewNumbers>,
    /// Into how many parts every segment of the merge can be divided.
    parts: u32,
}

/// Some parts of a merge, and the pages that the sources have there.
#[derive(Debug)]
pub struct MergeStep {
    parts: Range<u32>,
    pages: Pages,
}

/// Which segments should be merged now.
#[must_use]
pub fn due(mut segments: Vec<Segment>) -> Option<Vec<Segment>> {
    segments.retain(|segment| segment.items() < LARGE);
    segments.sort_unstable_by_key(Segment::items);
    let mut items = 0;
    let fit = segments.iter().take_while(|segment| {
        items += segment.items();
        items <= MAX_ITEMS
    });
    let fit = fit.count();
    segments.truncate(fit);
    let items: usize = segments.iter().map(Segment::items).sum();
    let is_worth_it = segments.len() >= ENOUGH_SEGMENTS || (segments.len() > 1 && items >= LARGE);
    is_worth_it.then_some(segments)
}

/// Where the items of segments stand.
///
/// # Errors
/// [`Error::Conflict`] if one of them is no longer there.
pub fn places(tx: &mut Tx<'_>, workspace: WorkspaceId, sources: &[Segment]) -> Result<Vec<Vec<Places>>> {
    sources.iter().map(|segment| segment.all_places(tx, workspace)?.ok_or_else(gone)).collect()
}

impl Merge {
    /// A merge of these segments, whose items stand at these places, and the pages of places of the new one. `None` when
    /// everything in them was forgotten.
    ///
    /// # Errors
    /// When the sources are not what they say.
    pub fn new(
        sources: Vec<Segment>,
        places: Vec<Vec<Places>>,
        random: [u8; 8],
    ) -> Result<Option<(Merge, Vec<Page>)>> {
        let (places, numbers) = in_one(places)?;
        let pages = || sources.iter().map(|segment| segment.pages);
        let (least, most) = (pages().min().unwrap_or(1), pages().max().unwrap_or(1));
        let Some(segment) = Segment::new(&places, most, random)? else { return Ok(None) };
        let place_pages = segment.place_pages(&places);
        Ok(Some((Merge { segment, sources, numbers, parts: least }, place_pages)))
    }

    /// The parts, as many at a time as one transaction writes.
    pub fn steps(&self) -> impl Iterator<Item = Range<u32>> + use<> {
        let parts = self.parts;
        let pages = (self.segment.pages / parts) as usize;
        let at_once = (MAX_ROWS / pages).max(1);
        (0..parts)
            .step_by(at_once)
            .zip((0..=parts).skip(at_once).step_by(at_once).chain([parts]))
            .map(|(start, end)| start..end)
    }

    /// Reads what the sources have in some parts.
    ///
    /// # Errors
    /// [`Error::Conflict`] if one of them is no longer there.
    pub fn read(&self, tx: &mut Tx<'_>, workspace: WorkspaceId, parts: Range<u32>) -> Result<MergeStep> {
        let of_source =
            |source: &Segment| self.range(source, &parts).map(|page| source.gram_page(page)).collect();
        let wanted: Vec<Vec<i64>> = self.sources.iter().map(of_source).collect();
        let wanted = wanted.concat();
        let pages = read_pages(tx, workspace, &wanted)?;
        if pages.len() < wanted.len() {
            return Err(gone());
        }
        Ok(MergeStep { parts, pages })
    }

    /// The pages of the new segment in some parts.
    ///
    /// # Errors
    /// When stored pages are damaged.
    pub fn pages(&self, step: &MergeStep) -> Result<Vec<Page>> {
        let mut pairs: Vec<(Gram, Number)> = Vec::new();
        for (source, numbers) in self.sources.iter().zip(&self.numbers) {
            for number in self.range(source, &step.parts) {
                let page = step.pages.get(&source.gram_page(number)).ok_or_else(damaged)?;
                for (gram, found) in page::read(page, source.items)? {
                    let number = |old: &Number| Some((gram, (*numbers.get(usize::from(*old))?)?));
                    pairs.extend(found.iter().filter_map(number));
                }
            }
        }
        pairs.sort_unstable();
        Ok(gram_pages(&self.segment, self.range(&self.segment, &step.parts), &pairs))
    }

    /// Which pages of a segment belong to some parts.
    fn range(&self, segment: &Segment, parts: &Range<u32>) -> Range<u32> {
        let pages = segment.pages / self.parts;
        parts.start * pages..parts.end * pages
    }
}

/// The number that each item of a source has in the new segment, unless it was forgotten.
type NewNumbers = Vec<Option<Number>>;

/// The places of all sources in one order, and the new numbers of the items of each source.
fn in_one(places: Vec<Vec<Places>>) -> Result<(Vec<Places>, Vec<NewNumbers>)> {
    let mut numbers: Vec<NewNumbers> = places.iter().map(|places| vec![None; places.len()]).collect();
    let numbered = |(source, places): (usize, Vec<Places>)| {
        places.into_iter().enumerate().map(move |(number, places)| (places, source, number))
    };
    let mut all: Vec<(Places, usize, usize)> = places.into_iter().enumerate().flat_map(numbered).collect();
    all.retain(|(places, ..)| !places.is_nowhere());
    all.sort_by(|a, b| a.0.compare(&b.0));
    for (new, (_, source, number)) in all.iter().enumerate() {
        numbers[*source][*number] = Some(Number::try_from(new).map_err(|_| damaged())?);
    }
    Ok((all.into_iter().map(|(places, ..)| places).collect(), numbers))
}

fn gone() -> Error {
    Error::Conflict("a segment of the search index was replaced meanwhile by another process".into())
}
