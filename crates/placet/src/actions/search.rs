//! Keeping the search index small and quick: texts that wait become segments, small segments become large ones. Nothing
//! that is stored waits to be found: a search looks through the texts that wait as well.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Timestamp;
use crate::store::IndexKey;
use crate::store::search::{
    self, Built, Changed, Entry, Item, MAX_ROWS, Merge, Page, Replaced, Segment, Waiting,
};

/// Fewer texts than this wait until there are more: looking through them takes a few milliseconds.
pub const FEWEST_TEXTS: usize = 1024;
/// The most texts of one new segment: eight of that size are merged to as large a one as there is. All of them are in
/// memory at once, with every group of three letters.
pub const MOST_TEXTS: usize = 8 * 1024;
/// Subjects looked up in one read, or noted in one write.
const SUBJECTS: usize = 500;

/// Brings the index of every workspace in which at least `fewest` texts wait up to date. Each step is a transaction; what
/// is left undone when the process dies is begun again.
///
/// # Errors
/// Those of the store, and [`Error::Conflict`] when what was read was changed before it was written.
pub async fn index(app: &App, fewest: usize) -> Result<()> {
    for workspace in app.store.read(search::with_unfinished).await? {
        remove_unfinished(app, workspace).await?;
    }
    for workspace in app.store.read(move |tx| search::due(tx, fewest)).await? {
        while index_texts(app, workspace, fewest).await? {
            while merge(app, workspace).await? {}
            remove_unfinished(app, workspace).await?;
        }
    }
    Ok(())
}

async fn remove_unfinished(app: &App, workspace: WorkspaceId) -> Result<()> {
    while app.store.write(move |tx| search::remove_unfinished(tx, workspace)).await? {}
    Ok(())
}

/// Makes a segment of the texts that have waited longest; false if they are too few.
async fn index_texts(app: &App, workspace: WorkspaceId, fewest: usize) -> Result<bool> {
    let waiting = app.store.read(move |tx| search::oldest(tx, workspace, MOST_TEXTS)).await?;
    if waiting.iter().map(|row| row.entries.len()).sum::<usize>() < fewest {
        return Ok(false);
    }
    let replaced = Replaced::Texts(waiting.iter().map(Waiting::key).collect());
    let entries: Vec<Entry> = waiting.into_iter().flat_map(|row| row.entries).collect();
    let changed = changed_subjects(app, workspace, &entries).await?;
    let to_note: Vec<Changed> =
        changed.values().filter(|subject| subject.is_to_be_noted()).cloned().collect();
    let (key, random) = (*app.store.index_key(), app.random.bytes());
    let built = compute(move || Built::of(items(&key, entries, changed), random)).await??;
    let segment = built.as_ref().map(|built| built.segment.clone());
    if let Some(built) = built {
        write(app, workspace, &built).await?;
    }
    put_in_use(app, workspace, segment, replaced).await?;
    note_indexed(app, workspace, &to_note).await?;
    Ok(true)
}

/// Work for the processor, away from the threads that answer requests and from those of the database.
async fn compute<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// An item for each entry. The first entry that speaks of a changed subject stands for the subject as well, and is found
/// by all that is stored of it.
fn items(key: &IndexKey, entries: Vec<Entry>, mut changed: HashMap<String, Changed>) -> Vec<Item> {
    let item = |entry: Entry| {
        let subject = entry.subject_since.and_then(|_| changed.remove(entry.subject()));
        Item::new(key, &entry, subject.as_ref())
    };
    entries.into_iter().filter_map(item).collect()
}

/// Of the subjects that entries speak of, those that the index does not know as they are, by their ids.
async fn changed_subjects(
    app: &App,
    workspace: WorkspaceId,
    entries: &[Entry],
) -> Result<HashMap<String, Changed>> {
    let named = entries.iter().filter_map(|entry| Some((entry.subject().to_owned(), entry.subject_since?)));
    let named: BTreeSet<(String, Timestamp)> = named.collect();
    let named: Vec<_> = named.into_iter().collect();
    let mut changed = HashMap::new();
    for some in named.chunks(SUBJECTS) {
        let (some, key) = (some.to_vec(), *app.store.index_key());
        let found = app.store.read(move |tx| search::changed(tx, (workspace, &key), &some)).await?;
        changed.extend(found.into_iter().map(|subject| (subject.id().to_owned(), subject)));
    }
    Ok(changed)
}

async fn note_indexed(app: &App, workspace: WorkspaceId, subjects: &[Changed]) -> Result<()> {
    for some in subjects.chunks(SUBJECTS) {
        let some = some.to_vec();
        app.store.write(move |tx| search::note_indexed(tx, workspace, &some)).await?;
    }
    Ok(())
}

/// Writes a segment with all its pages; it is not in use yet.
async fn write(app: &App, workspace: WorkspaceId, built: &Built) -> Result<()> {
    begin(app, workspace, &built.segment).await?;
    for pages in built.batches() {
        write_pages(app, workspace, &built.segment, pages).await?;
    }
    Ok(())
}

async fn begin(app: &App, workspace: WorkspaceId, segment: &Segment) -> Result<()> {
    let segment = segment.clone();
    app.store.write(move |tx| search::begin(tx, workspace, &segment)).await
}

async fn write_pages(app: &App, workspace: WorkspaceId, segment: &Segment, pages: &[Page]) -> Result<()> {
    let (segment, pages) = (segment.clone(), pages.to_vec());
    app.store.write(move |tx| search::write(tx, workspace, &segment, &pages)).await
}

async fn put_in_use(
    app: &App,
    workspace: WorkspaceId,
    segment: Option<Segment>,
    replaced: Replaced,
) -> Result<()> {
    app.store.write(move |tx| search::put_in_use(tx, workspace, segment.as_ref(), &replaced)).await
}

/// Merges some segments into one; false if that is not worth it.
async fn merge(app: &App, workspace: WorkspaceId) -> Result<bool> {
    let segments = app.store.read(move |tx| search::in_use(tx, workspace)).await?;
    let Some(sources) = search::due_merge(segments) else { return Ok(false) };
    let (read, replaced) = (sources.clone(), Replaced::Segments(sources.clone()));
    let places = app.store.read(move |tx| search::places(tx, workspace, &read)).await?;
    let random = app.random.bytes();
    let segment = match compute(move || Merge::new(sources, places, random)).await?? {
        Some((merge, place_pages)) => Some(write_merged(app, workspace, merge, place_pages).await?),
        None => None,
    };
    put_in_use(app, workspace, segment, replaced).await?;
    Ok(true)
}

async fn write_merged(
    app: &App,
    workspace: WorkspaceId,
    merge: Merge,
    place_pages: Vec<Page>,
) -> Result<Segment> {
    begin(app, workspace, &merge.segment).await?;
    for pages in place_pages.chunks(MAX_ROWS) {
        write_pages(app, workspace, &merge.segment, pages).await?;
    }
    let merge = Arc::new(merge);
    for parts in merge.steps() {
        let (reading, making) = (Arc::clone(&merge), Arc::clone(&merge));
        let step = app.store.read(move |tx| reading.read(tx, workspace, parts.clone())).await?;
        let pages = compute(move || making.pages(&step)).await??;
        write_pages(app, workspace, &merge.segment, &pages).await?;
    }
    Ok(merge.segment.clone())
}
