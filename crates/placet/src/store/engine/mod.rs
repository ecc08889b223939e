//! The two databases, and everything in which they differ. Nothing outside this folder knows which one is in use.

mod examination;
mod plan;
mod postgres;
mod sqlite;
mod write_ahead_log;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

pub(super) use write_ahead_log::WriteAheadLog;

use super::row::{Row, Value};
use crate::domain::error::{Error, Result};
use crate::domain::finding::Finding;

/// How often a transaction is tried again after a deadlock, a serialisation failure or a busy database.
const MAX_TRIES: u32 = 8;

/// Where the data is.
#[derive(Clone)]
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

    /// The write-ahead log, where it is ours to sync and to keep small. A connection must have been opened before.
    pub(super) fn write_ahead_log(&self) -> Result<Option<WriteAheadLog>> {
        match self {
            Address::Folder(folder) => WriteAheadLog::open(folder).map(Some),
            Address::Url(_) => Ok(None),
        }
    }
}

/// Whether there may be a database: on a server, only connecting tells.
pub(super) fn exists(address: &Address) -> bool {
    match address {
        Address::Folder(folder) => folder.join(sqlite::FILE).exists(),
        Address::Url(_) => true,
    }
}

/// What a connection or a transaction is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Read,
    /// Everything read is as it was at one moment, however long it takes.
    Snapshot,
    /// Committed means durable.
    Write,
    /// Whoever acknowledges the transaction syncs the write-ahead log first, if the connection shares one.
    Append,
}

/// A connection. It belongs to one thread.
pub(super) enum Connection {
    Sqlite(sqlite::Connection),
    Postgres(Box<postgres::Connection>),
}

/// An open transaction: the only way to reach the data.
pub struct Tx<'c> {
    inner: Inner<'c>,
    /// Set when the database asked for the whole transaction to be tried again.
    try_again: bool,
}

enum Inner<'c> {
    Sqlite(&'c rusqlite::Connection),
    Postgres(postgres::Transaction<'c>),
}

/// Rows to be inserted in bulk; their values follow one another, a row as many as there are columns.
pub(super) struct Insert<'t> {
    pub table: &'t str,
    /// Name and type of each column.
    pub columns: &'t [(&'t str, ColumnType)],
    /// What to do with rows whose key exists: an `ON CONFLICT` clause, or nothing.
    pub on_conflict: &'t str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ColumnType {
    Int,
    Text,
    Bytes,
}

impl Connection {
    /// Opens a connection; creates the folder and the file on the first one.
    pub(super) fn open(address: &Address, purpose: Purpose) -> Result<Connection> {
        match address {
            Address::Folder(folder) => sqlite::open(folder, purpose).map(Connection::Sqlite),
            Address::Url(url) => {
                postgres::open(url).map(|connection| Connection::Postgres(Box::new(connection)))
            }
        }
    }

    /// From now on this connection leaves it to `log` to make its commits durable.
    pub(super) fn share(&mut self, log: &Arc<WriteAheadLog>) -> Result<()> {
        match self {
            Connection::Sqlite(connection) => connection.share(log),
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// Runs `work` in a transaction that is committed if it returns `Ok`, and tried again if the database asks for
    /// it. Unless its purpose is to append, `Ok` means that it is on disk.
    pub(super) fn transaction<T>(
        &mut self,
        purpose: Purpose,
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut tries = 0;
        loop {
            let (result, try_again) = match self {
                Connection::Sqlite(connection) => connection.transaction(purpose, work),
                Connection::Postgres(connection) => connection.transaction(purpose, work),
            };
            tries += 1;
            if !try_again || tries == MAX_TRIES {
                return result;
            }
            std::thread::sleep(Duration::from_millis(u64::from(tries) * 5));
        }
    }

    /// Moves what the write-ahead log holds into the database, where there is one; gives the pages left in it.
    pub(super) fn checkpoint(&mut self) -> Result<i64> {
        match self {
            Connection::Sqlite(connection) => connection.checkpoint(),
            Connection::Postgres(_) => Ok(0),
        }
    }

    /// Writes a small database anew, where deleting leaves copies in free space; a large one only if it `must` be.
    pub(super) fn rewrite(&mut self, must: bool) -> Result<()> {
        match self {
            Connection::Sqlite(connection) if must => connection.rewrite(),
            Connection::Sqlite(connection) => connection.rewrite_if_small(),
            Connection::Postgres(_) => Ok(()),
        }
    }

    /// Empties the write-ahead log, where there is one; false if others kept it from that.
    pub(super) fn empty_log(&mut self) -> Result<bool> {
        match self {
            Connection::Sqlite(connection) => connection.empty_log(),
            Connection::Postgres(_) => Ok(true),
        }
    }
}

impl Tx<'_> {
    /// Runs a statement with `$1`, `$2` … and gives its rows.
    pub(super) fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>> {
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::query(connection, sql, values).map_err(Fault::Sqlite),
            Inner::Postgres(transaction) => transaction.query(sql, values).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Like [`Tx::query`], for at most one row.
    pub(super) fn query_one(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Option<Row>> {
        Ok(self.query(sql, values)?.into_iter().next())
    }

    /// Runs a statement once for each of several sets of values, and gives the rows of each.
    pub(super) fn query_each(&mut self, sql: &str, sets: &[Vec<Value<'_>>]) -> Result<Vec<Vec<Row>>> {
        match &mut self.inner {
            Inner::Sqlite(connection) => {
                let query = |values: &Vec<Value<'_>>| sqlite::query(connection, sql, values);
                sets.iter().map(query).collect::<Result<_, _>>().map_err(Fault::Sqlite)
            }
            Inner::Postgres(transaction) => transaction.query_each(sql, sets).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Runs a statement that changes rows and gives their number.
    pub(super) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64> {
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::execute(connection, sql, values).map_err(Fault::Sqlite),
            Inner::Postgres(transaction) => transaction.execute(sql, values).map_err(Fault::Postgres),
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
            Inner::Sqlite(connection) => {
                connection.execute_batch(&sqlite::in_its_words(template)).map_err(Fault::Sqlite)
            }
            Inner::Postgres(transaction) => {
                transaction.run_script(&postgres::in_its_words(template)).map_err(Fault::Postgres)
            }
        }
        .map_err(|error| self.note(error))
    }

    /// The tables that hold data, by name, each with the names and types of its columns.
    pub(super) fn tables(&mut self) -> Result<Vec<TableColumns>> {
        let sql = match &self.inner {
            Inner::Sqlite(_) => sqlite::TABLES,
            Inner::Postgres(_) => postgres::TABLES,
        };
        let mut tables: Vec<TableColumns> = Vec::new();
        for mut row in self.query(sql, &[])? {
            let (table, column) = (row.text(0)?, (row.text(1)?, column_type(&row.text(2)?)?));
            match tables.last_mut().filter(|last| last.table == table) {
                Some(last) => last.columns.push(column),
                None => tables.push(TableColumns { table, columns: vec![column] }),
            }
        }
        Ok(tables)
    }

    /// Runs a statement without placeholders and shows each of its rows to `visit`, however many there are, until
    /// that says no.
    pub(super) fn scan(&mut self, sql: &str, visit: &mut dyn FnMut(&[Value<'_>]) -> bool) -> Result<()> {
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::scan(connection, sql, visit).map_err(Fault::Sqlite),
            Inner::Postgres(transaction) => transaction.scan(sql, visit).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Checks that the database understands a statement, without running it.
    pub(super) fn check(&mut self, sql: &str) -> Result<()> {
        match &mut self.inner {
            Inner::Sqlite(connection) => connection.prepare(sql).map(drop).map_err(Fault::Sqlite),
            Inner::Postgres(transaction) => transaction.check(sql).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Checks a bulk insert the same way.
    pub(super) fn check_insert(&mut self, insert: &Insert<'_>) -> Result<()> {
        let sql = match &self.inner {
            Inner::Sqlite(_) => sqlite::statement(insert),
            Inner::Postgres(..) => postgres::statement(insert),
        };
        self.check(&sql)
    }

    /// Inserts the rows of several tables, in this order.
    pub(super) fn insert_all(&mut self, inserts: &[(&Insert<'_>, Vec<Value<'_>>)]) -> Result<()> {
        match &mut self.inner {
            Inner::Sqlite(connection) => inserts
                .iter()
                .try_for_each(|(insert, rows)| sqlite::insert(connection, insert, rows).map(drop))
                .map_err(Fault::Sqlite),
            Inner::Postgres(transaction) => transaction.insert_all(inserts).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Inserts rows; `true` for each that was not there before. Rows must not repeat a key, which is taken to be the
    /// first two columns, a number, and bytes or a text.
    pub(super) fn insert_new(&mut self, insert: &Insert<'_>, rows: &[Value<'_>]) -> Result<Vec<bool>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        match &mut self.inner {
            Inner::Sqlite(connection) => sqlite::insert(connection, insert, rows).map_err(Fault::Sqlite),
            Inner::Postgres(transaction) => transaction.insert_new(insert, rows).map_err(Fault::Postgres),
        }
        .map_err(|error| self.note(error))
    }

    /// Whether the database is whole, and keeps what it has acknowledged.
    pub(super) fn examine(&mut self) -> Result<Vec<Finding>> {
        let (sql, judge) = match &self.inner {
            Inner::Sqlite(_) => (examination::OF_SQLITE, examination::of_sqlite as Judge),
            Inner::Postgres(_) => (examination::OF_POSTGRES, examination::of_postgres as Judge),
        };
        let rows = self.query(sql, &[])?;
        rows.into_iter().filter_map(|mut row| judge(&mut row).transpose()).collect()
    }

    fn note(&mut self, fault: Fault) -> Error {
        match fault {
            Fault::Sqlite(error) => {
                self.try_again |= sqlite::is_busy(&error);
                sqlite::error(&error)
            }
            Fault::Postgres(error) => {
                self.try_again |= postgres::is_transient(&error) || postgres::is_lost(&error);
                postgres::error(&error)
            }
        }
    }
}

/// What a row of an examination means; some mean nothing.
type Judge = fn(&mut Row) -> Result<Option<Finding>>;

/// A table as the database knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableColumns {
    pub table: String,
    pub columns: Vec<(String, ColumnType)>,
}

fn column_type(name: &str) -> Result<ColumnType> {
    match name.to_ascii_lowercase().as_str() {
        "integer" | "bigint" => Ok(ColumnType::Int),
        "text" => Ok(ColumnType::Text),
        "blob" | "bytea" => Ok(ColumnType::Bytes),
        other => Err(Error::Internal(format!("a column has the type {other}, which is not one of ours"))),
    }
}

enum Fault {
    Sqlite(rusqlite::Error),
    Postgres(tokio_postgres::Error),
}

impl Insert<'_> {
    fn names(&self) -> String {
        self.columns.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    }
}

fn replace(template: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(template.to_owned(), |text, (word, meaning)| text.replace(word, meaning))
}
