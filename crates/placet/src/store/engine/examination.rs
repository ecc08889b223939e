//! What each database says of its own state, and what that means.

use super::super::row::Row;
use crate::domain::error::Result;
use crate::domain::finding::{Finding, fine, wrong};

/// One row that says `ok`, or one for each fault.
pub(super) const OF_SQLITE: &str = "PRAGMA quick_check(10)";

/// The settings on which it depends whether what was acknowledged is kept, and that it can hold any text.
pub(super) const OF_POSTGRES: &str = "SELECT name, setting FROM pg_settings
    WHERE name IN ('fsync', 'full_page_writes', 'server_encoding', 'server_version') ORDER BY name";

/// What a row of [`OF_SQLITE`] means.
pub(super) fn of_sqlite(row: &mut Row) -> Result<Option<Finding>> {
    let said = row.text(0)?;
    Ok(Some(if said == "ok" {
        fine("The database file is whole")
    } else {
        wrong(format!(
            "The database file is damaged: {said}. Stop the server, keep the folder, and restore a backup"
        ))
    }))
}

/// What a row of[`OF_POSTGRES`] means.
pub(super) fn of_postgres(row: &mut Row) -> Result<Option<Finding>> {
    let (name, value) = (row.text(0)?, row.text(1)?);
    let lost = "what was acknowledged is lost when the machine fails. Set it to on in postgresql.conf";
    Ok(match (name.as_str(), value.as_str()) {
        ("server_version", version) => Some(fine(format!("PostgreSQL {version} answers"))),
        ("fsync" | "full_page_writes", "off") => {
            Some(wrong(format!("PostgreSQL runs with {name} off: {lost}")))
        }
        ("server_encoding", encoding) if encoding != "UTF8" => {
            Some(wrong(format!("The database has the encoding {encoding}: make one with ENCODING 'UTF8'")))
        }
        _ => None,
    })
}
