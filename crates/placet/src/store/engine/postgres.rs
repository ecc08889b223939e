//! PostgreSQL, and databases that speak like it.

use std::collections::{HashMap, HashSet};

use postgres::types::private::BytesMut;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use postgres::{Client, NoTls, Statement, Transaction};

use super::super::row::{Row, Value};
use super::{ColumnType, Inner, Insert, Purpose, Tx, replace};
use crate::domain::error::{Error, Result};

/// A connection that is made again when it was lost.
pub(in crate::store) struct Connection {
    url: String,
    client: Option<Client>,
    statements: Statements,
}

/// Statements that this connection has prepared.
pub(super) type Statements = HashMap<String, Statement>;

/// Connects.
pub(super) fn open(url: &str) -> Result<Connection> {
    let mut connection = Connection { url: url.to_owned(), client: None, statements: HashMap::new() };
    connection.connect()?;
    Ok(connection)
}

impl Connection {
    fn connect(&mut self) -> Result<&mut Client> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.statements.clear();
            let mut client = Client::connect(&self.url, NoTls).map_err(|why| error(&why))?;
            client.batch_execute("SET synchronous_commit = on").map_err(|why| error(&why))?;
            self.client = Some(client);
        }
        self.client.as_mut().ok_or_else(|| Error::internal("no connection"))
    }

    pub(super) fn transaction<T>(
        &mut self,
        purpose: Purpose,
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>,
    ) -> (Result<T>, bool) {
        if let Err(refusal) = self.connect() {
            return (Err(refusal), false);
        }
        let Some(client) = self.client.as_mut() else {
            return (Err(Error::internal("no connection")), false);
        };
        let begun = client.build_transaction().read_only(purpose == Purpose::Read).start();
        let transaction = match begun {
            Ok(transaction) => transaction,
            // Nothing was done yet: on a connection that was lost meanwhile, it can be tried again.
            Err(why) => return (Err(error(&why)), is_lost(&why)),
        };
        let mut tx = Tx { inner: Inner::Postgres(transaction, &mut self.statements), try_again: false };
        let result = work(&mut tx);
        let Tx { inner: Inner::Postgres(transaction, _), mut try_again } = tx else { return (result, false) };
        let result = match result {
            Ok(value) => transaction.commit().map(|()| value).map_err(|why| {
                try_again |= is_transient(&why);
                error(&why)
            }),
            // Dropping the transaction rolls it back.
            Err(refusal) => Err(refusal),
        };
        (result, try_again)
    }
}

fn prepared(
    transaction: &mut Transaction<'_>,
    statements: &mut Statements,
    sql: &str,
) -> Result<Statement, postgres::Error> {
    if let Some(statement) = statements.get(sql) {
        return Ok(statement.clone());
    }
    let statement = transaction.prepare(sql)?;
    statements.insert(sql.to_owned(), statement.clone());
    Ok(statement)
}

fn parameters<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

pub(super) fn query(
    transaction: &mut Transaction<'_>,
    statements: &mut Statements,
    sql: &str,
    values: &[Value<'_>],
) -> Result<Vec<Row>, postgres::Error> {
    let statement = prepared(transaction, statements, sql)?;
    let rows = transaction.query(&statement, &parameters(values))?;
    rows.iter().map(read).collect()
}

fn read(row: &postgres::Row) -> Result<Row, postgres::Error> {
    let value = |(index, column): (usize, &postgres::Column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map_or(Value::Null, Value::Int),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.map_or(Value::Null, Value::from),
            _ => row.try_get::<_, Option<String>>(index)?.map_or(Value::Null, Value::from),
        })
    };
    Ok(Row::new(row.columns().iter().enumerate().map(value).collect::<Result<_, postgres::Error>>()?))
}

pub(super) fn execute(
    transaction: &mut Transaction<'_>,
    statements: &mut Statements,
    sql: &str,
    values: &[Value<'_>],
) -> Result<u64, postgres::Error> {
    let statement = prepared(transaction, statements, sql)?;
    transaction.execute(&statement, &parameters(values))
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) => number.to_sql(ty, out),
            Value::Text(text) => text.to_sql(ty, out),
            Value::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    fn accepts(ty: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA].contains(ty)
    }

    to_sql_checked!();
}

pub(super) fn insert(
    transaction: &mut Transaction<'_>,
    statements: &mut Statements,
    insert: &Insert,
    rows: &[Value<'_>],
) -> Result<Vec<bool>, postgres::Error> {
    let statement = prepared(transaction, statements, &statement(insert))?;
    let keys: Vec<(i64, Vec<u8>)> = rows.chunks_exact(insert.columns.len()).map(key_of).collect();
    let columns = in_columns(rows, insert.columns.len());
    let arrays: Vec<&(dyn ToSql + Sync)> =
        columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
    let new = transaction.query(&statement, &arrays)?;
    let new = new
        .iter()
        .map(|row| Ok((row.try_get(0)?, key_bytes(row)?)))
        .collect::<Result<HashSet<_>, postgres::Error>>()?;
    Ok(keys.into_iter().map(|key| new.contains(&key)).collect())
}

fn key_of(row: &[Value<'_>]) -> (i64, Vec<u8>) {
    let number = if let Some(Value::Int(number)) = row.first() { *number } else { 0 };
    let bytes = match row.get(1) {
        Some(Value::Bytes(bytes)) => bytes.to_vec(),
        Some(Value::Text(text)) => text.as_bytes().to_vec(),
        _ => Vec::new(),
    };
    (number, bytes)
}

fn key_bytes(row: &postgres::Row) -> Result<Vec<u8>, postgres::Error> {
    Ok(if *row.columns()[1].type_() == Type::BYTEA {
        row.try_get(1)?
    } else {
        row.try_get::<_, String>(1)?.into_bytes()
    })
}

fn in_columns<'r, 'v>(rows: &'r [Value<'v>], width: usize) -> Vec<Vec<&'r Value<'v>>> {
    (0..width).map(|column| rows.iter().skip(column).step_by(width).collect()).collect()
}

/// The insert of many rows, given as one array per column; gives the keys of those that are new.
pub(super) fn statement(insert: &Insert) -> String {
    let array =
        |(index, (_, kind)): (usize, &(&str, ColumnType))| format!("${}::{}[]", index + 1, type_name(*kind));
    let arrays: Vec<String> = insert.columns.iter().enumerate().map(array).collect();
    let (table, first, second) = (insert.table, insert.columns[0].0, insert.columns[1].0);
    format!(
        "INSERT INTO {table} ({}) SELECT * FROM unnest({}) {} RETURNING {table}.{first}, {table}.{second}",
        insert.names(),
        arrays.join(", "),
        insert.on_conflict
    )
}

fn type_name(kind: ColumnType) -> &'static str {
    match kind {
        ColumnType::Int => "int8",
        ColumnType::Text => "text",
        ColumnType::Bytes => "bytea",
    }
}

pub(super) fn in_its_words(template: &str) -> String {
    let words = [
        ("{int}", "BIGINT"),
        ("{text}", "TEXT COLLATE \"C\""),
        ("{bytes}", "BYTEA"),
        ("{keyed}", ""),
        ("{plain}", ""),
    ];
    replace(template, &words)
}

/// Whether the connection is gone. What was not committed was not done; of a commit, nobody knows.
pub(super) fn is_lost(error: &postgres::Error) -> bool {
    error.is_closed() || error.as_db_error().is_none()
}

pub(super) fn is_transient(error: &postgres::Error) -> bool {
    matches!(error.code().map(postgres::error::SqlState::code), Some("40001" | "40P01"))
}

/// A lost connection, a full disk or a server that is going down pass; anything else is a fault of ours.
/// Only the server's message is kept: the connection's own text may hold the address.
pub(super) fn error(error: &postgres::Error) -> Error {
    let code = error.code().map_or("", postgres::error::SqlState::code);
    let cause = error
        .as_db_error()
        .map_or_else(|| format!("connection: {error}"), |error| error.message().to_owned());
    let cause = format!("PostgreSQL: {cause}");
    if error.as_db_error().is_none()
        || ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
    {
        Error::Unavailable { retry_after: 5, cause }
    } else {
        Error::Internal(cause)
    }
}
