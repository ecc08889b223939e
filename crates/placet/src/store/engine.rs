//! The two databases, and everything in which they differ. Nothing outside this file knows which one is in use.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgres::types::{IsNull, ToSql, Type as PgType, to_sql_checked};
use rusqlite::ErrorCode;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::row::{Row, Value};
use crate::domain::error::{Error, Result};

/// How often a transaction is tried again after a deadlock, a serialisation failure or a busy database.
const MAX_TRIES: u32 = 8;
/// How long a statement waits for another process's write before the transaction is tried again.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const DATABASE_FILE: &str = "placet.db";

/// Where the data is.
#[derive(Clone, Debug)]
pub enum Address {
    /// A folder with an embedded SQLite database.
    Folder(PathBuf),
    /// The URL of a PostgreSQL database; it may hold a password and is never printed.
    Url(String),
}

impl Address {
    /// Writers that may work at the same time.
    pub(super) fn writers(&self) -> usize {
        match self {
            Address::Folder(_) => 1,
            Address::Url(_) => 4,
        }
    }

    /// Readers that may work at the same time.
    pub(super) fn readers(&self) -> usize {
        match self {
            Address::Folder(_) => 2,
            Address::Url(_) => 4,
        }
    }

    /// The write-ahead log that has to be kept small, where there is one.
    pub(super) fn write_ahead_log(&self) -> Option<PathBuf> {
        match self {
            Address::Folder(folder) => Some(folder.join(format!("{DATABASE_FILE}-wal"))),
            Address::Url(_) => None,
        }
    }
}

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    Write,
}

/// A connection. It belongs to one thread.
pub(super) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Box<Postgres>),
}

pub(super) struct Postgres {
    url: String,
    client: Option<postgres::Client>,
    statements: HashMap<String, postgres::Statement>,
}

/// An open transaction: the only way to reach the data.
pub struct Tx<'c> {
    inner: Inner<'c>,
    /// Set when the database asked for the whole transaction to be tried again.
    try_again: bool,
}

enum Inner<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(postgres::Transaction<'c>, &'c mut HashMap<String, postgres::Statement>),
}

/// Rows to be inserted in bulk: one row is one `Vec` with a value per column.
pub(super) struct Insert {
    pub table: &'static str,
    /// Name and type of each column.
    pub columns: &'static [(&'static str, ColumnType)],
    /// What to do with rows whose key exists: an `ON CONFLICT` clause, or nothing.
    pub on_conflict: &'static str,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ColumnType {
    Int,
    Text,
    Bytes,
}

impl Connection {
    /// Opens a connection; creates the folder and the file on the first one.
    pub(super) fn open(address: &Address, purpose: Purpose) -> Result<Connection> {
        match address {
            Address::Folder(folder) => open_sqlite(folder, purpose).map(Connection::Sqlite),
            Address::Url(url) => {
                let mut postgres = Postgres { url: url.clone(), client: None, statements: HashMap::new() };
                postgres.connect()?;
                Ok(Connection::Postgres(Box::new(postgres)))
            }
        }
    }

    /// Runs `work` in a transaction that is committed, durably, if it returns `Ok`, and tried again if the
    /// database asks for it.
    pub(super) fn transaction<T>(&mut self, purpose: Purpose, work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>) -> Result<T> {
        let mut tries = 0;
        loop {
            let (result, try_again) = match self {
                Connection::Sqlite(connection) => sqlite_transaction(connection, purpose, work),
                Connection::Postgres(postgres) => postgres.transaction(purpose, work),
            };
            tries += 1;
            if !try_again || tries == MAX_TRIES {
                return result;
            }
            std::thread::sleep(Duration::from_millis(u64::from(tries) * 5));
        }
    }

    /// Moves the write-ahead log into the database file: most of it while writers go on, the rest while they
    /// wait, so that the next write begins the log anew.
    pub(super) fn checkpoint(&mut self) -> Result<()> {
        if let Connection::Sqlite(connection) = self {
            for mode in ["PASSIVE", "RESTART"] {
                connection.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(())).map_err(sqlite_error)?;
            }
        }
        Ok(())
    }
}

fn open_sqlite(folder: &Path, purpose: Purpose) -> Result<rusqlite::Connection> {
    create_private_folder(folder)?;
    let connection = rusqlite::Connection::open(folder.join(DATABASE_FILE)).map_err(sqlite_error)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(sqlite_error)?;
    connection.set_prepared_statement_cache_capacity(64);
    // A commit is acknowledged only once it is on disk: synchronous=FULL. Checkpoints are not made by writers.
    let cache_kib = if purpose == Purpose::Write { 24_000 } else { 4_000 };
    let pragmas = format!(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;
         PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-{cache_kib}; PRAGMA query_only={};",
        u8::from(purpose == Purpose::Read)
    );
    connection.execute_batch(&pragmas).map_err(sqlite_error)?;
    Ok(connection)
}

/// Only the account that runs Placet may read the records.
fn create_private_folder(folder: &Path) -> Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(|cause| Error::Internal(format!("cannot create the data folder {}: {cause}", folder.display())))
}

fn sqlite_transaction<T>(
    connection: &mut rusqlite::Connection,
    purpose: Purpose,
    work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>,
) -> (Result<T>, bool) {
    // IMMEDIATE: a write transaction never has to be given up half-way because another process wrote first.
    let begin = if purpose == Purpose::Write { "BEGIN IMMEDIATE" } else { "BEGIN" };
    if let Err(error) = connection.execute_batch(begin) {
        return (Err(sqlite_error_ref(&error)), is_busy(&error));
    }
    let mut tx = Tx { inner: Inner::Sqlite(connection), try_again: false };
    let result = work(&mut tx);
    let mut try_again = tx.try_again;
    let result = result.and_then(|value| {
        connection.execute_batch("COMMIT").map(|()| value).map_err(|error| {
            try_again |= is_busy(&error);
            sqlite_error_ref(&error)
        })
    });
    if result.is_err() && !connection.is_autocommit() {
        // Nothing of a failed transaction may stay open; if even this fails, the next BEGIN says so.
        let _ = connection.execute_batch("ROLLBACK");
    }
    (result, try_again)
}

impl Postgres {
    fn connect(&mut self) -> Result<&mut postgres::Client> {
        if self.client.as_ref().is_none_or(postgres::Client::is_closed) {
            self.statements.clear();
            let mut client = postgres::Client::connect(&self.url, postgres::NoTls).map_err(|error| postgres_error(&error))?;
            client.batch_execute("SET synchronous_commit = on").map_err(|error| postgres_error(&error))?;
            self.client = Some(client);
        }
        self.client.as_mut().ok_or_else(|| Error::internal("no connection"))
    }

    fn transaction<T>(&mut self, purpose: Purpose, work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>) -> (Result<T>, bool) {
        if let Err(error) = self.connect() {
            return (Err(error), false);
        }
        let Some(client) = self.client.as_mut() else { return (Err(Error::internal("no connection")), false) };
        let begun = client.build_transaction().read_only(purpose == Purpose::Read).start();
        let transaction = match begun {
            Ok(transaction) => transaction,
            Err(error) => return (Err(postgres_error(&error)), false),
        };
        let mut tx = Tx { inner: Inner::Postgres(transaction, &mut self.statements), try_again: false };
        let result = work(&mut tx);
        let Tx { inner: Inner::Postgres(transaction, _), mut try_again } = tx else { return (result, false) };
        let result = match result {
            Ok(value) => transaction.commit().map(|()| value).map_err(|error| {
                try_again |= is_transient(&error);
                postgres_error(&error)
            }),
            // Dropping the transaction rolls it back.
            Err(error) => Err(error),
        };
        (result, try_again)
    }
}

impl Tx<'_> {
    /// Runs a statement with `$1`, `$2` … and gives its rows.
    pub(super) fn query(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>> {
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite_query(connection, sql, values),
            Inner::Postgres(transaction, statements) => postgres_query(transaction, statements, sql, values),
        }
        .map_err(|error| self.note(error))
    }

    /// Like [`Tx::query`], for at most one row.
    pub(super) fn query_one(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    /// Runs a statement that changes rows and gives their number.
    pub(super) fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite_execute(connection, sql, values),
            Inner::Postgres(transaction, statements) => postgres_execute(transaction, statements, sql, values),
        }
        .map_err(|error| self.note(error))
    }

    /// Gives the whole transaction up, to be tried again from its start: another writer was faster.
    pub fn begin_again(&mut self) -> Error {
        self.try_again = true;
        Error::Unavailable { retry_after: 1, cause: "another writer was faster".into() }
    }

    /// Runs the statements of a migration.
    pub(super) fn run_script(&mut self, template: &str) -> Result<()> {
        match &mut self.inner {
            Inner::Sqlite(connection) => connection.execute_batch(&in_sqlite_words(template)).map_err(Fault::Sqlite),
            Inner::Postgres(transaction, _) => transaction.batch_execute(&in_postgres_words(template)).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Checks that the database understands a statement, without running it.
    pub(super) fn check(&mut self, sql: &str) -> Result<()> {
        match &mut self.inner {
            Inner::Sqlite(connection) => connection.prepare(sql).map(drop).map_err(Fault::Sqlite),
            Inner::Postgres(transaction, _) => transaction.prepare(sql).map(drop).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Checks a bulk insert the same way.
    pub(super) fn check_insert(&mut self, insert: &Insert) -> Result<()> {
        let sql = match &self.inner {
            Inner::Sqlite(_) => insert.sqlite(),
            Inner::Postgres(..) => insert.postgres(),
        };
        self.check(&sql)
    }

    /// Inserts rows; `true` for each that was not there before. Rows must not repeat a key; on PostgreSQL the key
    /// is taken to be the first two columns, a number and bytes.
    pub(super) fn insert(&mut self, insert: &Insert, rows: Vec<Vec<Value>>) -> Result<Vec<bool>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite_insert(connection, insert, &rows),
            Inner::Postgres(transaction, statements) => postgres_insert(transaction, statements, insert, rows),
        }
        .map_err(|error| self.note(error))
    }

    fn note(&mut self, fault: Fault) -> Error {
        match fault {
            Fault::Sqlite(error) => {
                self.try_again |= is_busy(&error);
                sqlite_error_ref(&error)
            }
            Fault::Postgres(error) => {
                self.try_again |= is_transient(&error);
                postgres_error(&error)
            }
        }
    }
}

enum Fault {
    Sqlite(rusqlite::Error),
    Postgres(postgres::Error),
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Sqlite(error)
    }
}

impl From<postgres::Error> for Fault {
    fn from(error: postgres::Error) -> Fault {
        Fault::Postgres(error)
    }
}

/// SQLite numbers `$n` by first appearance, so values are bound by name.
fn bind(statement: &mut rusqlite::Statement<'_>, values: &[Value]) -> rusqlite::Result<()> {
    for (index, value) in values.iter().enumerate() {
        if let Some(place) = statement.parameter_index(&format!("${}", index + 1))? {
            statement.raw_bind_parameter(place, value)?;
        }
    }
    Ok(())
}

fn sqlite_query(connection: &rusqlite::Connection, sql: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    let columns = statement.column_count();
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    while let Some(row) = found.next()? {
        rows.push(Row::new((0..columns).map(|index| row.get_ref(index).map(from_sqlite)).collect::<Result<_, _>>()?));
    }
    Ok(rows)
}

fn from_sqlite(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Bytes(bytes.to_vec()),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    }
}

fn sqlite_execute(connection: &rusqlite::Connection, sql: &str, values: &[Value]) -> Result<u64, Fault> {
    let mut statement = connection.prepare_cached(sql)?;
    bind(&mut statement, values)?;
    Ok(statement.raw_execute()? as u64)
}

fn sqlite_insert(connection: &rusqlite::Connection, insert: &Insert, rows: &[Vec<Value>]) -> Result<Vec<bool>, Fault> {
    let mut statement = connection.prepare_cached(&insert.sqlite())?;
    let mut inserted = Vec::with_capacity(rows.len());
    for row in rows {
        for (index, value) in row.iter().enumerate() {
            statement.raw_bind_parameter(index + 1, value)?;
        }
        inserted.push(statement.raw_execute()? > 0);
    }
    Ok(inserted)
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn prepared(
    transaction: &mut postgres::Transaction<'_>,
    statements: &mut HashMap<String, postgres::Statement>,
    sql: &str,
) -> Result<postgres::Statement, Fault> {
    if let Some(statement) = statements.get(sql) {
        return Ok(statement.clone());
    }
    let statement = transaction.prepare(sql)?;
    statements.insert(sql.to_owned(), statement.clone());
    Ok(statement)
}

fn parameters(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn postgres_query(
    transaction: &mut postgres::Transaction<'_>,
    statements: &mut HashMap<String, postgres::Statement>,
    sql: &str,
    values: &[Value],
) -> Result<Vec<Row>, Fault> {
    let statement = prepared(transaction, statements, sql)?;
    let rows = transaction.query(&statement, &parameters(values))?;
    rows.iter().map(from_postgres).collect()
}

fn from_postgres(row: &postgres::Row) -> Result<Row, Fault> {
    let value = |(index, column): (usize, &postgres::Column)| {
        Ok(match *column.type_() {
            PgType::INT8 => row.try_get::<_, Option<i64>>(index)?.map_or(Value::Null, Value::Int),
            PgType::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.map_or(Value::Null, Value::Bytes),
            _ => row.try_get::<_, Option<String>>(index)?.map_or(Value::Null, Value::Text),
        })
    };
    Ok(Row::new(row.columns().iter().enumerate().map(value).collect::<Result<_, Fault>>()?))
}

fn postgres_execute(
    transaction: &mut postgres::Transaction<'_>,
    statements: &mut HashMap<String, postgres::Statement>,
    sql: &str,
    values: &[Value],
) -> Result<u64, Fault> {
    let statement = prepared(transaction, statements, sql)?;
    Ok(transaction.execute(&statement, &parameters(values))?)
}

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &PgType,
        out: &mut postgres::types::private::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &PgType) -> bool {
        [PgType::INT8, PgType::TEXT, PgType::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

fn postgres_insert(
    transaction: &mut postgres::Transaction<'_>,
    statements: &mut HashMap<String, postgres::Statement>,
    insert: &Insert,
    rows: Vec<Vec<Value>>,
) -> Result<Vec<bool>, Fault> {
    let statement = prepared(transaction, statements, &insert.postgres())?;
    let keys: Vec<(i64, Vec<u8>)> = rows.iter().map(|row| key_of(row)).collect();
    let columns = in_columns(rows, insert.columns.len());
    let arrays: Vec<&(dyn ToSql + Sync)> = columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
    let new = transaction.query(&statement, &arrays)?;
    let new = new.iter().map(|row| Ok((row.try_get(0)?, key_bytes(row)?))).collect::<Result<std::collections::HashSet<_>, Fault>>()?;
    Ok(keys.into_iter().map(|key| new.contains(&key)).collect())
}

fn key_of(row: &[Value]) -> (i64, Vec<u8>) {
    let number = if let Some(Value::Int(number)) = row.first() { *number } else { 0 };
    let bytes = match row.get(1) {
        Some(Value::Bytes(bytes)) => bytes.clone(),
        Some(Value::Text(text)) => text.clone().into_bytes(),
        _ => Vec::new(),
    };
    (number, bytes)
}

fn key_bytes(row: &postgres::Row) -> Result<Vec<u8>, Fault> {
    Ok(if *row.columns()[1].type_() == PgType::BYTEA { row.try_get(1)? } else { row.try_get::<_, String>(1)?.into_bytes() })
}

fn in_columns(rows: Vec<Vec<Value>>, width: usize) -> Vec<Vec<Value>> {
    let mut columns: Vec<Vec<Value>> = (0..width).map(|_| Vec::with_capacity(rows.len())).collect();
    for row in rows {
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    columns
}

impl Insert {
    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }

    fn sqlite(&self) -> String {
        let places: Vec<String> = (1..=self.columns.len()).map(|index| format!("?{index}")).collect();
        format!("INSERT INTO {} ({}) VALUES ({}) {}", self.table, self.names(), places.join(", "), self.on_conflict)
    }

    fn postgres(&self) -> String {
        let array = |(index, (_, kind)): (usize, &(&str, ColumnType))| format!("${}::{}[]", index + 1, kind.postgres());
        let arrays: Vec<String> = self.columns.iter().enumerate().map(array).collect();
        format!(
            "INSERT INTO {} ({}) SELECT * FROM unnest({}) {} RETURNING {}.{}, {}.{}",
            self.table, self.names(), arrays.join(", "), self.on_conflict,
            self.table, self.columns[0].0, self.table, self.columns[1].0
        )
    }
}

impl ColumnType {
    fn postgres(self) -> &'static str {
        match self {
            ColumnType::Int => "int8",
            ColumnType::Text => "text",
            ColumnType::Bytes => "bytea",
        }
    }
}

fn in_sqlite_words(template: &str) -> String {
    let words = [("{int}", "INTEGER"), ("{text}", "TEXT"), ("{bytes}", "BLOB"), ("{keyed}", "STRICT, WITHOUT ROWID"), ("{plain}", "STRICT")];
    replace(template, &words)
}

fn in_postgres_words(template: &str) -> String {
    let words = [("{int}", "BIGINT"), ("{text}", "TEXT COLLATE \"C\""), ("{bytes}", "BYTEA"), ("{keyed}", ""), ("{plain}", "")];
    replace(template, &words)
}

fn replace(template: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(template.to_owned(), |text, (word, meaning)| text.replace(word, meaning))
}

fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn is_transient(error: &postgres::Error) -> bool {
    matches!(error.code().map(postgres::error::SqlState::code), Some("40001" | "40P01"))
}

fn sqlite_error(error: rusqlite::Error) -> Error {
    sqlite_error_ref(&error)
}

/// A full disk or a locked file passes; anything else is a fault of ours.
fn sqlite_error_ref(error: &rusqlite::Error) -> Error {
    let passes = [ErrorCode::DiskFull, ErrorCode::SystemIoFailure, ErrorCode::CannotOpen, ErrorCode::ReadOnly, ErrorCode::OutOfMemory];
    let code = error.sqlite_error_code();
    if is_busy(error) || code.is_some_and(|code| passes.contains(&code)) {
        Error::Unavailable { retry_after: 5, cause: format!("SQLite: {error}") }
    } else {
        Error::Internal(format!("SQLite: {error}"))
    }
}

/// A lost connection, a full disk or a server that is going down pass; anything else is a fault of ours.
/// Only the server's message is kept: the connection's own text may hold the address.
fn postgres_error(error: &postgres::Error) -> Error {
    let code = error.code().map_or("", postgres::error::SqlState::code);
    let cause = error.as_db_error().map_or_else(|| format!("connection: {error}"), |error| error.message().to_owned());
    let cause = format!("PostgreSQL: {cause}");
    if error.as_db_error().is_none() || ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class)) {
        Error::Unavailable { retry_after: 5, cause }
    } else {
        Error::Internal(cause)
    }
}
