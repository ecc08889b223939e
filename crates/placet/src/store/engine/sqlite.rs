//! SQLite: one file, one writer at a time, a write-ahead log.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::ErrorCode;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::super::row::{Row, Value};
use super::{Inner, Insert, Purpose, Tx, WriteAheadLog, replace};
use crate::domain::error::{Error, Result};

/// How long a statement waits for another process's write before the transaction is tried again.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
/// Pages, of 4 KiB, that are written anew in some tenths of a second.
const SMALL_PAGES: i64 = 8192;
/// How long emptying the log may keep writers waiting.
const EMPTY_TIMEOUT: Duration = Duration::from_millis(250);
pub(in crate::store) const FILE: &str = "placet.db";
/// Tables and their columns; virtual tables and what belongs to them hold nothing of their own.
pub(super) const TABLES: &str =
    "SELECT t.name, c.name, c.type FROM pragma_table_list t JOIN pragma_table_info(t.name) c
    WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid";

/// A connection. It syncs each commit by itself until it shares the write-ahead log.
pub(in crate::store) struct Connection {
    inner: rusqlite::Connection,
    log: Option<Arc<WriteAheadLog>>,
}

pub(super) fn open(folder: &Path, purpose: Purpose) -> Result<Connection> {
    create_private_folder(folder)?;
    let inner = rusqlite::Connection::open(folder.join(FILE)).map_err(|why| error(&why))?;
    inner.busy_timeout(BUSY_TIMEOUT).map_err(|why| error(&why))?;
    inner.set_prepared_statement_cache_capacity(64);
    // A commit is acknowledged only once it is on disk: synchronous=FULL. Checkpoints are not made by writers. What is
    // deleted is overwritten: secure_delete, in pages that stay in use and in those that become free.
    // Below a gigabyte, a commit that split a page walks through the whole cache (SQLite numbers a page beyond the end
    // for a moment while it sorts siblings, and looks for it again): a writer's is no larger than its hot pages are.
    let cache_kib = if purpose == Purpose::Read { 4_000 } else { 12_000 };
    let pragmas = format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;
         PRAGMA secure_delete=ON;
         PRAGMA journal_size_limit=268435456; PRAGMA cache_size=-{cache_kib}; PRAGMA query_only={};",
        u8::from(purpose == Purpose::Read)
    );
    inner.execute_batch(&pragmas).map_err(|why| error(&why))?;
    Ok(Connection { inner, log: None })
}

/// Only the account that runs Placet may read the records.
fn create_private_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|cause| {
        Error::Internal(format!("cannot create the data folder {}: {cause}", folder.display()))
    })
}

impl Connection {
    /// With synchronous=NORMAL a commit is written to the log, in order and with checksums, but not synced: after a
    /// power failure the log ends somewhere between the last sync and the last commit, never in the middle of one.
    pub(super) fn share(&mut self, log: &Arc<WriteAheadLog>) -> Result<()> {
        self.inner.execute_batch("PRAGMA synchronous=NORMAL").map_err(|why| error(&why))?;
        self.log = Some(Arc::clone(log));
        Ok(())
    }

    pub(super) fn transaction<T>(
        &mut self,
        purpose: Purpose,
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>,
    ) -> (Result<T>, bool) {
        let (result, try_again) = transaction(&self.inner, purpose, work);
        let result = match &self.log {
            Some(log) if purpose == Purpose::Write => result.and_then(|value| log.sync().map(|()| value)),
            _ => result,
        };
        (result, try_again)
    }

    /// Moves what the write-ahead log holds into the database file, while writers go on; gives the number of pages
    /// that were written meanwhile and are still in the log.
    pub(super) fn checkpoint(&self) -> Result<i64> {
        let left = |row: &rusqlite::Row<'_>| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?);
        self.inner.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], left).map_err(|why| error(&why))
    }

    /// Writes the whole database anew if it is small. Pages that were split may hold copies of rows in the space between
    /// their rows, which `secure_delete` does not reach: a row that moved and was deleted later.
    pub(super) fn rewrite_if_small(&self) -> Result<()> {
        let pages: i64 =
            self.inner.query_row("PRAGMA page_count", [], |row| row.get(0)).map_err(|why| error(&why))?;
        if pages <= SMALL_PAGES { self.rewrite() } else { Ok(()) }
    }

    /// Writes the whole database anew; writers wait meanwhile.
    pub(super) fn rewrite(&self) -> Result<()> {
        self.inner.execute_batch("VACUUM").map_err(|why| error(&why))
    }

    /// Moves everything into the database file and cuts the log to nothing, so that no earlier state of a page is left.
    /// False if someone else was reading or writing for too long; writers wait meanwhile.
    pub(super) fn empty_log(&self) -> Result<bool> {
        let wait_at_most = |time| self.inner.busy_timeout(time).map_err(|why: rusqlite::Error| error(&why));
        wait_at_most(EMPTY_TIMEOUT)?;
        let is_empty = |row: &rusqlite::Row<'_>| Ok(row.get::<_, i64>(0)? == 0);
        let emptied = self.inner.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], is_empty);
        wait_at_most(BUSY_TIMEOUT)?;
        match emptied {
            Err(why) if is_busy(&why) => Ok(false),
            other => other.map_err(|why| error(&why)),
        }
    }
}

fn transaction<T>(
    connection: &rusqlite::Connection,
    purpose: Purpose,
    work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>,
) -> (Result<T>, bool) {
    // IMMEDIATE: a write transaction never has to be given up half-way because another process wrote first.
    let is_reading = matches!(purpose, Purpose::Read | Purpose::Snapshot);
    let begin = if is_reading { "BEGIN" } else { "BEGIN IMMEDIATE" };
    if let Err(why) = connection.execute_batch(begin) {
        return (Err(error(&why)), is_busy(&why));
    }
    let mut tx = Tx { inner: Inner::Sqlite(connection), try_again: false };
    let result = work(&mut tx);
    let mut try_again = tx.try_again;
    let result = result.and_then(|value| {
        connection.execute_batch("COMMIT").map(|()| value).map_err(|why| {
            try_again |= is_busy(&why);
            error(&why)
        })
    });
    if result.is_err() && !connection.is_autocommit() {
        // Nothing of a failed transaction may stay open; if even this fails, the next BEGIN says so.
        let _ = connection.execute_batch("ROLLBACK");
    }
    (result, try_again)
}

/// SQLite numbers `$n` by first appearance, so values are bound by name.
fn bind(statement: &mut rusqlite::Statement<'_>, values: &[Value<'_>]) -> rusqlite::Result<()> {
    for (index, value) in values.iter().enumerate() {
        if let Some(place) = statement.parameter_index(&format!("${}", index + 1))? {
            statement.raw_bind_parameter(place, value)?;
        }
    }
    Ok(())
}

pub(super) fn query(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<Row>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let columns = statement.column_count();
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(Row::new(
            (0..columns).map(|index| row.get_ref(index).map(value)).collect::<Result<_, _>>()?,
        ));
    }
    Ok(rows)
}

pub(super) fn scan(
    connection: &rusqlite::Connection,
    sql: &str,
    visit: &mut dyn FnMut(&[Value<'_>]) -> bool,
) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let mut found = statement.raw_query();
    while let Some(row) = found.next()? {
        let values = (0..columns).map(|index| row.get_ref(index).map(borrowed));
        if !visit(&values.collect::<Result<Vec<_>, _>>()?) {
            break;
        }
    }
    Ok(())
}

fn borrowed(value: ValueRef<'_>) -> Value<'_> {
    match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text)),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.into()),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

fn value(value: ValueRef<'_>) -> Value<'static> {
    match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned().into()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec().into()),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

pub(super) fn execute(
    connection: &rusqlite::Connection,
    sql: &str,
    values: &[Value<'_>],
) -> Result<u64, rusqlite::Error> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement.raw_execute()? as u64)
}

pub(super) fn insert(
    connection: &rusqlite::Connection,
    insert: &Insert<'_>,
    rows: &[Value<'_>],
) -> Result<Vec<bool>, rusqlite::Error> {
    let mut statement = connection.prepare_cached(&statement(insert))?;
    let mut inserted = Vec::with_capacity(rows.len() / insert.columns.len());
    for row in rows.chunks_exact(insert.columns.len()) {
        for (index, value) in row.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        inserted.push(statement.raw_execute()? > 0);
    }
    Ok(inserted)
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

/// The insert of one row.
pub(super) fn statement(insert: &Insert<'_>) -> String {
    let places: Vec<String> = (1..=insert.columns.len()).map(|index| format!("?{index}")).collect();
    format!(
        "INSERT INTO {} ({}) VALUES ({}) {}",
        insert.table,
        insert.names(),
        places.join(", "),
        insert.on_conflict
    )
}

pub(super) fn in_its_words(template: &str) -> String {
    let words = [
        ("{int}", "INTEGER"),
        ("{text}", "TEXT"),
        ("{bytes}", "BLOB"),
        ("{keyed}", "STRICT, WITHOUT ROWID"),
        ("{plain}", "STRICT"),
    ];
    replace(template, &words)
}

pub(super) fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

/// A full disk or a locked file passes; anything else is a fault of ours.
pub(super) fn error(error: &rusqlite::Error) -> Error {
    let passes = [
        ErrorCode::DiskFull,
        ErrorCode::SystemIoFailure,
        ErrorCode::CannotOpen,
        ErrorCode::ReadOnly,
        ErrorCode::OutOfMemory,
    ];
    let code = error.sqlite_error_code();
    if is_busy(error) || code.is_some_and(|code| passes.contains(&code)) {
        Error::Unavailable { retry_after: 5, cause: format!("SQLite: {error}") }
    } else {
        Error::Internal(format!("SQLite: {error}"))
    }
}
