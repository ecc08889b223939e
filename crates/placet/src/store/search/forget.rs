//! Taking items out of the index: their places, and every gram that leads to them.

use std::collections::BTreeSet;

use super::super::engine::Tx;
use super::List;
use super::page::{self, PageWriter};
use super::place::{self, ITEMS_PER_PAGE, Place};
use super::postings::Number;
use super::rows::{change, change_page, in_use, read_pages};
use super::segment::{Places, Segment, page_of_places};
use super::text::{self, Entry};
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;

/// Pages that are read at once.
const PAGES: usize = 64;

/// Places to be forgotten, and the list in which each is.
type Forgotten<'p> = BTreeSet<(List, &'p Place)>;

/// Takes what stands at places of lists out of the index, all of them in one go. An item that stands in both lists is
/// found by its texts until it is taken out of both. Nothing happens if it is not there.
///
/// # Errors
/// Only those of the store.
pub fn forget(tx: &mut Tx<'_>, workspace: WorkspaceId, places: &[(List, Place)]) -> Result<()> {
    let forgotten: Forgotten<'_> = places.iter().map(|(list, place)| (*list, place)).collect();
    forget_texts(tx, workspace, &forgotten)?;
    for segment in in_use(tx, workspace)? {
        let is_within = |(list, place): &&(List, &Place)| {
            segment.bounds(*list).is_some_and(|it| (it.oldest..=it.newest).contains(&place.at))
        };
        let within: Forgotten<'_> = forgotten.iter().filter(is_within).copied().collect();
        if !within.is_empty() {
            forget_in(tx, workspace, &segment, &within)?;
        }
    }
    Ok(())
}

fn forget_texts(tx: &mut Tx<'_>, workspace: WorkspaceId, forgotten: &Forgotten<'_>) -> Result<()> {
    text::each(tx, workspace, |tx, mut row| {
        let before = row.entries.clone();
        for entry in &mut row.entries {
            forget_entry(entry, forgotten);
        }
        row.entries.retain(Entry::is_of_any);
        if row.entries != before && !text::replace(tx, workspace, &row)? {
            return Err(tx.begin_again());
        }
        Ok(true)
    })
}

/// Of a subject, every call tells.
fn forget_entry(entry: &mut Entry, forgotten: &Forgotten<'_>) {
    for (list, place) in forgotten {
        match list {
            List::Consents => drop(entry.consent.take_if(|consent| consent == *place)),
            List::Subjects if entry.subject().as_bytes() == place.id => entry.subject_since = None,
            List::Subjects => {}
        }
    }
}

fn forget_in(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    segment: &Segment,
    forgotten: &Forgotten<'_>,
) -> Result<()> {
    let Some(places) = segment.all_places(tx, workspace)? else { return Err(tx.begin_again()) };
    let is_forgotten =
        |places: &Places, list| places.of(list).is_some_and(|place| forgotten.contains(&(list, place)));
    if !places.iter().any(|places| List::ALL.iter().any(|list| is_forgotten(places, *list))) {
        return Ok(());
    }
    if !change(tx, workspace, segment)? {
        return Err(tx.begin_again());
    }
    // From here on nobody else forgets anything of this segment; until here, somebody may have.
    let Some(mut places) = segment.all_places(tx, workspace)? else { return Err(tx.begin_again()) };
    let (pages, nowhere) = take_out(&mut places, forgotten);
    for (list, page) in pages {
        let items = places.chunks(ITEMS_PER_PAGE).nth(page).unwrap_or_default();
        let content = place::encode_page(list, &page_of_places(list, items));
        change_page(tx, workspace, segment.place_page(list, page), content)?;
    }
    forget_grams(tx, workspace, segment, &nowhere)
}

/// Takes places out; gives the pages that hold others now, and the items that stand nowhere any more.
fn take_out(places: &mut [Places], forgotten: &Forgotten<'_>) -> (BTreeSet<(List, usize)>, BTreeSet<Number>) {
    let (mut pages, mut nowhere) = (BTreeSet::new(), BTreeSet::new());
    for (number, places) in (0..=Number::MAX).zip(places) {
        for list in List::ALL {
            let taken = places.of_mut(list).take_if(|place| forgotten.contains(&(list, &*place)));
            if taken.is_some() {
                pages.insert((list, usize::from(number) / ITEMS_PER_PAGE));
                nowhere.extend(places.is_nowhere().then_some(number));
            }
        }
    }
    (pages, nowhere)
}

fn forget_grams(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    segment: &Segment,
    items: &BTreeSet<Number>,
) -> Result<()> {
    let pages: Vec<i64> = (0..segment.pages).map(|number| segment.gram_page(number)).collect();
    for pages in pages.chunks(PAGES).filter(|_| !items.is_empty()) {
        for (page, content) in read_pages(tx, workspace, pages)? {
            if let Some(without) = without(&content, items, segment.items)? {
                change_page(tx, workspace, page, without)?;
            }
        }
    }
    Ok(())
}

/// A page without some items, if it had one of them.
fn without(content: &[u8], items: &BTreeSet<Number>, count: u32) -> Result<Option<Vec<u8>>> {
    let (mut grams, mut had_some) = (page::read(content, count)?, false);
    for (_, numbers) in &mut grams {
        let before = numbers.len();
        numbers.retain(|number| !items.contains(number));
        had_some |= numbers.len() < before;
    }
    let mut page = PageWriter::default();
    for (gram, numbers) in grams.iter().filter(|(_, numbers)| !numbers.is_empty()) {
        page.put(*gram, numbers, count);
    }
    Ok(had_some.then(|| page.finish()))
}
