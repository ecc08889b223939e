//! The library of services: what comes with Placet, and what the operator added.

use crate::app::App;
use crate::domain::error::Result;
use crate::domain::widget::library::{self, LibraryEntry};
use crate::store::{self, Tx};

/// How many services one transaction adds.
const AT_ONCE: usize = 500;

/// A service by its slug; the operator's own comes first.
///
/// # Errors
/// Only those of the store.
pub async fn find(app: &App, slug: String) -> Result<Option<LibraryEntry>> {
    let own = slug.clone();
    let added = app.store.read(move |tx| store::library::get(tx, &own)).await?;
    Ok(added.or_else(|| library::get(&slug).cloned()))
}

/// All services in which a word is found, in the order of their slugs; an empty word is found in all.
///
/// # Errors
/// Only those of the store.
pub async fn search(app: &App, word: &str) -> Result<Vec<LibraryEntry>> {
    let mut services = added(app).await?;
    let ours = library::all().iter().filter(|ours| !services.iter().any(|own| own.slug == ours.slug));
    let ours: Vec<LibraryEntry> = ours.cloned().collect();
    services.extend(ours);
    services.retain(|service| service.is_meant(word));
    services.sort_by(|one, other| one.slug.cmp(&other.slug));
    Ok(services)
}

async fn added(app: &App) -> Result<Vec<LibraryEntry>> {
    let mut services: Vec<LibraryEntry> = Vec::new();
    loop {
        let after = services.last().map(|service| service.slug.clone()).unwrap_or_default();
        let page = app.store.read(move |tx| store::library::list(tx, &after)).await?;
        if page.is_empty() {
            return Ok(services);
        }
        services.extend(page);
    }
}

/// Adds services; one whose slug is known replaces it.
///
/// # Errors
/// Only those of the store.
pub async fn add(app: &App, services: &[LibraryEntry]) -> Result<()> {
    let now = app.clock.now();
    for page in services.chunks(AT_ONCE) {
        let page = page.to_vec();
        let write =
            move |tx: &mut Tx<'_>| page.iter().try_for_each(|service| store::library::put(tx, service, now));
        app.store.write(write).await?;
    }
    Ok(())
}
