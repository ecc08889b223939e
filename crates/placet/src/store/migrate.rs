//! Brings the schema up to date, one transaction per migration, safe against two processes that start together.

use super::engine::{Connection, Purpose, Tx};
use crate::domain::error::{Error, Result};

/// Name and text of each migration, in order. A migration that has been released never changes.
const MIGRATIONS: &[(&str, &str)] = &[
    ("0001_first", include_str!("../../migrations/0001_first.sql")),
    ("0002_workspace_settings", include_str!("../../migrations/0002_workspace_settings.sql")),
    ("0003_idempotency", include_str!("../../migrations/0003_idempotency.sql")),
    ("0004_jobs", include_str!("../../migrations/0004_jobs.sql")),
    ("0005_subject_filters", include_str!("../../migrations/0005_subject_filters.sql")),
    ("0006_consent_filters", include_str!("../../migrations/0006_consent_filters.sql")),
    ("0007_notices_documents", include_str!("../../migrations/0007_notices_documents.sql")),
    ("0012_widget", include_str!("../../migrations/0012_widget.sql")),
];

const CREATE: &str = "CREATE TABLE IF NOT EXISTS migrations (version {int} NOT NULL PRIMARY KEY, name {text} NOT NULL) {plain}";
const NEWEST: &str = "SELECT MAX(version) FROM migrations";
const CLAIM: &str = "INSERT INTO migrations (version, name) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING";

pub(super) fn run(connection: &mut Connection) -> Result<()> {
    create_table(connection)?;
    let newest = connection.transaction(Purpose::Write, &mut |tx| match tx.query_one(NEWEST, &[])? {
        Some(mut row) => Ok(row.int_or_none(0)?.unwrap_or(0)),
        None => Ok(0),
    })?;
    let known = i64::try_from(MIGRATIONS.len()).map_err(Error::internal)?;
    if newest > known {
        return Err(Error::Internal(format!(
            "the database was written by a newer release (schema {newest}, this release knows {known}): start that release, or restore a backup"
        )));
    }
    for (version, (name, script)) in (1..).zip(MIGRATIONS) {
        if version > newest {
            connection.transaction(Purpose::Write, &mut |tx| apply(tx, version, name, script))?;
        }
    }
    Ok(())
}

/// Two processes may create the table at the same moment; PostgreSQL then refuses one of them, once.
fn create_table(connection: &mut Connection) -> Result<()> {
    let mut create = |tx: &mut Tx<'_>| tx.run_script(CREATE);
    connection
        .transaction(Purpose::Write, &mut create)
        .or_else(|_| connection.transaction(Purpose::Write, &mut create))
}

/// The row is inserted first: a second process waits for it here, and then finds that there is nothing to do.
fn apply(tx: &mut Tx<'_>, version: i64, name: &str, script: &str) -> Result<()> {
    if tx.execute(CLAIM, &[version.into(), name.into()])? == 1 {
        tx.run_script(script)?;
    }
    Ok(())
}
