//! Taking an item out of the index: its place, and every gram that leads to it.

use super::super::engine::Tx;
use super::List;
use super::gram::Gram;
use super::page::{self, PageWriter};
use super::place::{self, ITEMS_PER_PAGE, Place};
use super::postings::Number;
use super::rows::{change, change_page, in_use, read_pages};
use super::segment::Segment;
use super::text::{self, Entry};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;

/// Pages that are read at once.
const PAGES: usize = 64;

/// Takes what stands at a place of a list out of the index. An item that stands in both lists is found by its texts until
/// it is taken out of both. Nothing happens if it is not there.
///
/// # Errors
/// Only those of the store.
pub fn forget(tx: &mut Tx<'_>, workspace: WorkspaceId, list: List, place: &Place) -> Result<()> {
    forget_texts(tx, workspace, list, place)?;
    for segment in in_use(tx, workspace)? {
        let is_within = segment.bounds(list).is_some_and(|it| (it.oldest..=it.newest).contains(&place.at));
        if is_within {
            forget_in(tx, workspace, &segment, list, place)?;
        }
    }
    Ok(())
}

fn forget_texts(tx: &mut Tx<'_>, workspace: WorkspaceId, list: List, place: &Place) -> Result<()> {
    text::each(tx, workspace, |tx, mut row| {
        let before = row.entries.clone();
        for entry in &mut row.entries {
            match list {
                List::Consents => drop(entry.consent.take_if(|consent| consent == place)),
                List::Subjects if entry.subject().as_bytes() == place.id => entry.subject_since = None,
                List::Subjects => {}
            }
        }
        row.entries.retain(Entry::is_of_any);
        if row.entries != before && !text::replace(tx, workspace, &row)? {
            return Err(tx.begin_again());
        }
        Ok(true)
    })
}

fn forget_in(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    segment: &Segment,
    list: List,
    place: &Place,
) -> Result<()> {
    let Some(places) = segment.all_places(tx, workspace)? else { return Err(tx.begin_again()) };
    let stands_there = |number: &usize| places[*number].of(list) == Some(place);
    for number in (0..places.len()).filter(stands_there) {
        if !change(tx, workspace, segment)? {
            return Err(tx.begin_again());
        }
        forget_place(tx, workspace, segment, list, number)?;
        let is_elsewhere = [List::Consents, List::Subjects]
            .into_iter()
            .any(|other| other != list && places[number].of(other).is_some());
        if let (false, Ok(number)) = (is_elsewhere, Number::try_from(number)) {
            forget_grams(tx, workspace, segment, number)?;
        }
    }
    Ok(())
}

fn forget_place(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    segment: &Segment,
    list: List,
    number: usize,
) -> Result<()> {
    let page = number / ITEMS_PER_PAGE;
    let Some(pages) = segment.places(tx, workspace, list, &[page])? else { return Err(tx.begin_again()) };
    let mut places = pages.concat();
    places.retain(|(item, _)| *item != number % ITEMS_PER_PAGE);
    change_page(tx, workspace, segment.place_page(list, page), place::encode_page(list, &places))
}

fn forget_grams(tx: &mut Tx<'_>, workspace: WorkspaceId, segment: &Segment, number: Number) -> Result<()> {
    let pages: Vec<i64> = (0..segment.pages).map(|number| segment.gram_page(number)).collect();
    for pages in pages.chunks(PAGES) {
        for (page, content) in read_pages(tx, workspace, pages)? {
            if let Some(without) = without(&content, number, segment.items)? {
                change_page(tx, workspace, page, without)?;
            }
        }
    }
    Ok(())
}

/// A page without an item, if it had it.
fn without(content: &[u8], number: Number, items: u32) -> Result<Option<Vec<u8>>> {
    let (mut grams, mut had_it): (Vec<(Gram, Vec<Number>)>, bool) = (page::read(content, items)?, false);
    for (_, numbers) in &mut grams {
        if let Ok(index) = numbers.binary_search(&number) {
            numbers.remove(index);
            had_it = true;
        }
    }
    let mut page = PageWriter::default();
    grams.retain(|(_, numbers)| !numbers.is_empty());
    grams.iter().for_each(|(gram, numbers)| page.put(*gram, numbers, items));
    Ok(had_it.then(|| page.finish()))
}
