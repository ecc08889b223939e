//! Brings the schema up to date, one transaction per migration, safe against two processes that start together.

use super::engine::{Connection, Purpose, Tx};
use super::preference;
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
    ("0008_search", include_str!("../../migrations/0008_search.sql")),
    ("0009_management", include_str!("../../migrations/0009_management.sql")),
    ("0010_removal", include_str!("../../migrations/0010_removal.sql")),
    ("0011_widget", include_str!("../../migrations/0011_widget.sql")),
    ("0012_terms", include_str!("../../migrations/0012_terms.sql")),
    ("0013_rows", include_str!("../../migrations/0013_rows.sql")),
];

type Step = fn(&mut Tx<'_>) -> Result<()>;

/// What a migration does after its script, in the same transaction: what SQL alone cannot do.
const THEN: &[(&str, Step)] = &[("0013_rows", preference::move_into_subjects)];

const CREATE: &str = "CREATE TABLE IF NOT EXISTS migrations (version {int} NOT NULL PRIMARY KEY, name {text} NOT NULL) {plain}";
const NEWEST: &str = "SELECT MAX(version) FROM migrations";
const NAME: &str = "SELECT name FROM migrations WHERE version = $1";
const RELEASE: &str = "DELETE FROM migrations WHERE version = $1";
/// Stands in the table while a restore goes on.
const RESTORING: i64 = 0;
const CLAIM: &str = "INSERT INTO migrations (version, name) VALUES ($1, $2) ON CONFLICT (version) DO NOTHING";

/// The number of the newest schema.
pub(super) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

pub(super) fn run(connection: &mut Connection) -> Result<()> {
    up_to(connection, known())
}

/// Brings the schema up to this number.
pub(super) fn up_to(connection: &mut Connection, wanted: i64) -> Result<()> {
    create_table(connection)?;
    connection.transaction(Purpose::Write, &mut refuse_half_restored)?;
    let newest = connection.transaction(Purpose::Write, &mut |tx| match tx.query_one(NEWEST, &[])? {
        Some(mut row) => Ok(row.int_or_none(0)?.unwrap_or(0)),
        None => Ok(0),
    })?;
    let known = known();
    if newest > known {
        return Err(Error::Internal(format!(
            "the database was written by a newer release (schema {newest}, this release knows {known}): start that release, or restore a backup"
        )));
    }
    for (version, (name, script)) in (1..).zip(MIGRATIONS) {
        if version > newest && version <= wanted {
            connection.transaction(Purpose::Write, &mut |tx| apply(tx, version, name, script))?;
        }
    }
    Ok(())
}

/// Notes that a restore has begun; [`end_restore`] takes the note away.
pub(super) fn begin_restore(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute(CLAIM, &[RESTORING.into(), "restoring".into()]).map(drop)
}

/// Notes that a restore has ended well.
pub(super) fn end_restore(tx: &mut Tx<'_>) -> Result<()> {
    tx.execute(RELEASE, &[RESTORING.into()]).map(drop)
}

fn refuse_half_restored(tx: &mut Tx<'_>) -> Result<()> {
    if tx.query_one(NAME, &[RESTORING.into()])?.is_none() {
        return Ok(());
    }
    let why = "a restore into this database did not end: empty it, and restore again";
    Err(Error::Internal(why.into()))
}

/// The number of the schema of a database.
pub(super) fn newest(tx: &mut Tx<'_>) -> Result<i64> {
    tx.query_one(NEWEST, &[])?.map_or(Ok(0), |mut row| row.int(0))
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
        let then = THEN.iter().filter(|(after, _)| *after == name);
        then.map(|(_, step)| step).try_for_each(|step| step(tx))?;
    }
    Ok(())
}
