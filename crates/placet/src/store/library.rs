//! Services that the operator added to the library.

use super::engine::Tx;
use super::packing::{pack, unpack_text};
use super::row::Row;
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::domain::time::Timestamp;
use crate::domain::widget::library::LibraryEntry;

statements! {
    /// Not by workspace: the library is the operator's, and the same for all.
    PUT = "INSERT INTO library_services (slug, service, added_at) VALUES ($1, $2, $3) ON CONFLICT (slug) DO UPDATE SET service = excluded.service, added_at = excluded.added_at";
    /// Not by workspace, for the same reason.
    GET = "SELECT service FROM library_services WHERE slug = $1";
    /// Not by workspace, for the same reason.
    LIST = "SELECT service FROM library_services WHERE slug > $1 ORDER BY slug LIMIT 1000";
}

/// Adds a service, or replaces the one of its slug.
pub fn put(tx: &mut Tx<'_>, service: &LibraryEntry, now: Timestamp) -> Result<()> {
    let text = pack(service.to_json().to_string().as_bytes());
    tx.execute(PUT, &[(&service.slug).into(), text.into(), now.0.into()]).map(drop)
}

/// A service that was added.
pub fn get(tx: &mut Tx<'_>, slug: &str) -> Result<Option<LibraryEntry>> {
    tx.query_one(GET, &[slug.into()])?.map(read).transpose()
}

/// Services that were added, in the order of their slugs, after one of them.
pub fn list(tx: &mut Tx<'_>, after: &str) -> Result<Vec<LibraryEntry>> {
    tx.query(LIST, &[after.into()])?.into_iter().map(read).collect()
}

fn read(mut row: Row) -> Result<LibraryEntry> {
    let text = unpack_text(&row.bytes(0)?)?;
    let json = Json::parse(&text).map_err(Error::internal)?;
    let domains = json.get("domains").map_or(&[][..], Json::items).iter();
    let domains = domains.filter_map(|domain| domain.as_str().map(str::to_owned)).collect();
    LibraryEntry::new(&json, domains)
}
