//! Everything that a database holds, table by table, in bytes that do not depend on which database it is. Which tables
//! there are, the database says itself, so that none can be forgotten.

use std::io::Read;

use super::engine::{ColumnType, Connection, Insert, Purpose, TableColumns, Tx};
use super::migrate;
use super::row::Value;
use super::{Address, engine};
use crate::domain::error::{Error, Result};

/// A table, with the names of its columns and what they hold: `int`, `text` or `bytes`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// Name and type of each column.
    pub columns: Vec<(String, String)>,
}

/// What a backup is made of, in this order: the schema, then each table with its rows.
pub enum Part<'p> {
    /// The number of the schema.
    Schema(i64),
    /// A table begins.
    Table(Table),
    /// Some of its rows.
    Rows {
        /// As bytes.
        bytes: &'p [u8],
        /// How many.
        count: u64,
    },
}

/// The table of migrations is not copied: a restore makes its own.
const NOT_COPIED: &str = "migrations";
/// Rows are handed on in pieces of about this size.
const PIECE: usize = 512 * 1024;
/// Rows, and bytes of them, that one transaction stores.
const ROWS: usize = 1000;
const ROWS_BYTES: usize = 8 * 1024 * 1024;
/// After so many transactions, SQLite's write-ahead log is moved into the database.
const CHECKPOINT_EVERY: u64 = 64;
const MAX_VALUE: u64 = 1024 * 1024 * 1024;

/// Reads the whole database as it is at one moment, while others write, and shows it to `visit`.
///
/// # Errors
/// No database there, one of a newer release, or an error of `visit`.
pub fn read(address: &Address, visit: &mut dyn FnMut(Part<'_>) -> Result<()>) -> Result<()> {
    if !engine::exists(address) {
        return Err(Error::invalid("data", "there is no database in this folder"));
    }
    let mut connection = Connection::open(address, Purpose::Read)?;
    let mut has_begun = false;
    connection.transaction(Purpose::Snapshot, &mut |tx| {
        // What was shown cannot be taken back.
        if std::mem::replace(&mut has_begun, true) {
            return Err(Error::Conflict("the database interrupted the backup: make it again".into()));
        }
        read_all(tx, visit)
    })
}

fn read_all(tx: &mut Tx<'_>, visit: &mut dyn FnMut(Part<'_>) -> Result<()>) -> Result<()> {
    let tables = tx.tables()?;
    if !tables.iter().any(|table| table.table == NOT_COPIED) {
        return Err(Error::invalid("database-url", "there is no data of Placet in this database"));
    }
    let (schema, known) = (migrate::newest(tx)?, migrate::known());
    if schema > known {
        return Err(Error::Conflict(format!(
            "the database was written by a newer release (schema {schema}, this release knows {known}): use that release"
        )));
    }
    visit(Part::Schema(schema))?;
    for table in tables.iter().filter(|table| table.table != NOT_COPIED) {
        visit(Part::Table(described(table)))?;
        read_table(tx, table, visit)?;
    }
    Ok(())
}

fn described(table: &TableColumns) -> Table {
    let columns = table.columns.iter().map(|(name, kind)| (name.clone(), word(*kind).to_owned()));
    Table { name: table.table.clone(), columns: columns.collect() }
}

fn word(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Int => "int",
        ColumnType::Text => "text",
        ColumnType::Bytes => "bytes",
    }
}

fn read_table(
    tx: &mut Tx<'_>,
    table: &TableColumns,
    visit: &mut dyn FnMut(Part<'_>) -> Result<()>,
) -> Result<()> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let sql = format!("SELECT {} FROM {}", names.join(", "), table.table);
    let (mut piece, mut count) = (Vec::with_capacity(PIECE + 4096), 0);
    let mut result = Ok(());
    tx.scan(&sql, &mut |row| {
        for value in row {
            write(value, &mut piece);
        }
        count += 1;
        if piece.len() >= PIECE {
            result = visit(Part::Rows { bytes: &piece, count });
            piece.clear();
            count = 0;
        }
        result.is_ok()
    })?;
    result?;
    if count > 0 { visit(Part::Rows { bytes: &piece, count }) } else { Ok(()) }
}

const NULL: u8 = 0;
const INT: u8 = 1;
const TEXT: u8 = 2;
const BYTES: u8 = 3;

/// A byte that says what follows: nothing, eight bytes, or a length and so many bytes. Numbers have their lowest byte
/// first.
fn write(value: &Value<'_>, out: &mut Vec<u8>) {
    let mut long = |kind: u8, bytes: &[u8]| {
        out.push(kind);
        out.extend((bytes.len() as u64).to_le_bytes());
        out.extend_from_slice(bytes);
    };
    match value {
        Value::Null => out.push(NULL),
        Value::Int(number) => {
            out.push(INT);
            out.extend(number.to_le_bytes());
        }
        Value::Text(text) => long(TEXT, text.as_bytes()),
        Value::Bytes(bytes) => long(BYTES, bytes),
    }
}

fn read_value(input: &mut impl Read) -> Result<Value<'static>> {
    let [kind] = array(input)?;
    Ok(match kind {
        NULL => Value::Null,
        INT => Value::Int(i64::from_le_bytes(array(input)?)),
        TEXT => Value::from(String::from_utf8(long(input)?).map_err(|_| damaged())?),
        BYTES => Value::from(long(input)?),
        _ => return Err(damaged()),
    })
}

fn long(input: &mut impl Read) -> Result<Vec<u8>> {
    let length = u64::from_le_bytes(array(input)?);
    let mut bytes = Vec::new();
    if length > MAX_VALUE || input.take(length).read_to_end(&mut bytes).ok() != usize::try_from(length).ok() {
        return Err(damaged());
    }
    Ok(bytes)
}

fn array<const N: usize>(input: &mut impl Read) -> Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes).map_err(|_| damaged())?;
    Ok(bytes)
}

fn damaged() -> Error {
    Error::Conflict("the backup is damaged: a row cannot be read".into())
}

/// The newest schema that this release knows.
#[must_use]
pub fn known_schema() -> i64 {
    migrate::known()
}

/// A database that is being filled from a backup. Until [`Restore::finish`], it cannot be opened otherwise.
pub struct Restore {
    connection: Connection,
    tables: Vec<TableColumns>,
    transactions: u64,
}

impl Restore {
    /// Makes an empty database with the schema of the backup.
    ///
    /// # Errors
    /// A database that is not empty.
    pub fn begin(address: &Address, schema: i64) -> Result<Restore> {
        let mut connection = Connection::open(address, Purpose::Write)?;
        let is_empty = connection.transaction(Purpose::Read, &mut |tx| Ok(tx.tables()?.is_empty()))?;
        if !is_empty {
            return Err(Error::Conflict("the database is not empty: restore into an empty one".into()));
        }
        migrate::up_to(&mut connection, schema)?;
        connection.transaction(Purpose::Write, &mut migrate::begin_restore)?;
        let tables = connection.transaction(Purpose::Read, &mut |tx| tx.tables())?;
        Ok(Restore { connection, tables, transactions: 0 })
    }

    /// Fills a table with so many rows.
    ///
    /// # Errors
    /// A table that the schema does not have.
    pub fn fill(
        &mut self,
        table: &Table,
        rows: u64,
        mut input: impl Read,
        tell: &mut dyn FnMut(u64),
    ) -> Result<()> {
        let known = self.tables.iter().find(|known| known.table == table.name).cloned();
        let has_column = |known: &TableColumns| {
            table.columns.iter().all(|column| described(known).columns.contains(column))
        };
        let Some(known) = known.filter(has_column) else {
            return Err(Error::Conflict(format!(
                "the backup has a table {} that its schema has not",
                table.name
            )));
        };
        let kind =
            |name: &String| known.columns.iter().find(|(known, _)| known == name).map(|(_, kind)| *kind);
        let columns: Vec<(&str, ColumnType)> =
            table.columns.iter().filter_map(|(name, _)| Some((name.as_str(), kind(name)?))).collect();
        let mut left = rows;
        while left > 0 {
            let (values, count) = batch(&mut input, columns.len(), left)?;
            let insert = Insert { table: &table.name, columns: &columns, on_conflict: "" };
            self.connection
                .transaction(Purpose::Write, &mut |tx| tx.insert_all(&[(&insert, values.clone())]))?;
            left -= count;
            self.transactions += 1;
            if self.transactions.is_multiple_of(CHECKPOINT_EVERY) {
                self.connection.checkpoint()?;
            }
            tell(count);
        }
        Ok(())
    }

    /// Takes the database into use, and brings its schema up to date.
    ///
    /// # Errors
    /// Only those of the database.
    pub fn finish(mut self) -> Result<()> {
        self.connection.transaction(Purpose::Write, &mut migrate::end_restore)?;
        migrate::run(&mut self.connection)?;
        self.connection.checkpoint().map(drop)
    }
}

/// The values of some rows.
fn batch(input: &mut impl Read, width: usize, left: u64) -> Result<(Vec<Value<'static>>, u64)> {
    let (mut values, mut count, mut bytes) = (Vec::new(), 0, 0);
    while count < left.min(ROWS as u64) && bytes < ROWS_BYTES {
        for _ in 0..width {
            let value = read_value(input)?;
            bytes += match &value {
                Value::Text(text) => text.len(),
                Value::Bytes(long) => long.len(),
                Value::Null | Value::Int(_) => 8,
            };
            values.push(value);
        }
        count += 1;
    }
    Ok((values, count))
}
