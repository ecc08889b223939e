//! PostgreSQL, and databases that speak like it.

use std::collections::{HashMap, HashSet};
use std::error::Error as _;
use std::future::ready;
use std::iter::empty;
use std::pin::pin;
use std::sync::Arc;

use futures_util::TryStreamExt as _;
use futures_util::future::{try_join, try_join_all};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::config::SslMode;
use tokio_postgres::types::private::BytesMut;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Config, NoTls, Statement};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::super::row::{Row, Value};
use super::{ColumnType, Inner, Insert, Purpose, Tx, replace};
use crate::domain::error::{Error, Result};

/// Tables and their columns.
pub(super) const TABLES: &str = "SELECT CAST(c.table_name AS TEXT), CAST(c.column_name AS TEXT), CAST(c.data_type AS TEXT)
    FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
    WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.ordinal_position";

/// Every statement was written for an index, which it follows in the order that it wants: that plan is right for any
/// values, and for a table of any size. So it is made once for a connection, and not from statistics, which are old
/// when a table has grown, as one does in an import. Nothing is worth compiling.
const SESSION: &str = "SET synchronous_commit = on; SET plan_cache_mode = force_generic_plan; SET jit = off;
    SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off";

/// A connection that is made again when it was lost.
pub(in crate::store) struct Connection {
    config: Config,
    tls: Option<MakeRustlsConnect>,
    /// Drives the connection, and only while someone waits for an answer.
    runtime: Runtime,
    client: Option<Client>,
    statements: Statements,
}

/// Statements that this connection has prepared.
type Statements = HashMap<String, Statement>;

/// A transaction that begins with its first statement: both are sent at once.
pub(super) struct Transaction<'c> {
    runtime: &'c Runtime,
    client: &'c Client,
    statements: &'c mut Statements,
    /// Not sent yet.
    begin: Option<&'static str>,
}

/// Connects.
pub(super) fn open(url: &str) -> Result<Connection> {
    let runtime = Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
    let config: Config = url.parse().map_err(|why| error(&why))?;
    let tls = encryption(&config)?;
    let mut connection = Connection { config, tls, runtime, client: None, statements: HashMap::new() };
    connection.connect()?;
    Ok(connection)
}

impl Connection {
    fn connect(&mut self) -> Result<()> {
        if self.client.as_ref().is_none_or(Client::is_closed) {
            self.statements.clear();
            let client =
                self.runtime.block_on(connect(&self.config, self.tls.as_ref())).map_err(|why| error(&why))?;
            self.client = Some(client);
        }
        Ok(())
    }

    pub(super) fn transaction<T>(
        &mut self,
        purpose: Purpose,
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<T>,
    ) -> (Result<T>, bool) {
        if let Err(refusal) = self.connect() {
            return (Err(refusal), false);
        }
        let Connection { config: _, tls: _, runtime, client: Some(client), statements } = self else {
            return (Err(Error::internal("no connection")), false);
        };
        let begin = match purpose {
            Purpose::Read => "BEGIN READ ONLY",
            Purpose::Snapshot => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            Purpose::Write | Purpose::Append => "BEGIN",
        };
        let transaction = Transaction { runtime, client, statements, begin: Some(begin) };
        let mut tx = Tx { inner: Inner::Postgres(transaction), try_again: false };
        let result = work(&mut tx);
        let Tx { inner: Inner::Postgres(transaction), mut try_again } = tx else { return (result, false) };
        let result = match result {
            Ok(value) => transaction.end("COMMIT").map(|()| value).map_err(|why| {
                try_again |= is_transient(&why);
                error(&why)
            }),
            Err(refusal) => {
                // On a connection that is gone, so is the transaction.
                let _ = transaction.end("ROLLBACK");
                Err(refusal)
            }
        };
        (result, try_again)
    }
}

async fn connect(config: &Config, tls: Option<&MakeRustlsConnect>) -> Result<Client, tokio_postgres::Error> {
    // A connection ends with an error when it is lost; whoever uses the client then learns the same.
    let client = if let Some(tls) = tls {
        let (client, connection) = config.connect(tls.clone()).await?;
        tokio::spawn(async move { drop(connection.await) });
        client
    } else {
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(async move { drop(connection.await) });
        client
    };
    client.batch_execute(SESSION).await?;
    Ok(client)
}

/// With `sslmode=require` the connection is encrypted, and the server's certificate has to be good for its name:
/// encryption alone would not say who is at the other end. Any other mode does without.
fn encryption(config: &Config) -> Result<Option<MakeRustlsConnect>> {
    if config.get_ssl_mode() != SslMode::Require {
        return Ok(None);
    }
    let mut authorities = RootCertStore::empty();
    authorities.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(Error::internal)?.with_root_certificates(authorities);
    Ok(Some(MakeRustlsConnect::new(config.with_no_client_auth())))
}

impl Transaction<'_> {
    fn prepared(&mut self, sql: &str) -> Result<Statement, tokio_postgres::Error> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.runtime.block_on(self.client.prepare(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// Waits for an answer; the transaction's beginning is sent before it, if it has not been.
    fn wait<T>(
        &mut self,
        answer: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, tokio_postgres::Error> {
        let Some(begin) = self.begin.take() else { return self.runtime.block_on(answer) };
        let both = try_join(self.client.batch_execute(begin), answer);
        self.runtime.block_on(both).map(|((), answer)| answer)
    }

    fn end(self, how: &str) -> Result<(), tokio_postgres::Error> {
        if self.begin.is_some() { Ok(()) } else { self.runtime.block_on(self.client.batch_execute(how)) }
    }

    pub(super) fn query(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        let statement = self.prepared(sql)?;
        let rows = self.wait(self.client.query(&statement, &parameters(values)))?;
        rows.iter().map(read).collect()
    }

    /// All at once: each query is sent before the one before it is answered.
    pub(super) fn query_each(
        &mut self,
        sql: &str,
        sets: &[Vec<Value<'_>>],
    ) -> Result<Vec<Vec<Row>>, tokio_postgres::Error> {
        let statement = self.prepared(sql)?;
        let (client, statement) = (self.client, &statement);
        let sent = sets.iter().map(|values| async move {
            let rows = client.query(statement, &parameters(values)).await?;
            rows.iter().map(read).collect()
        });
        self.wait(try_join_all(sent))
    }

    /// Rows are shown as they come; while one is being looked at, no more are read from the connection.
    pub(super) fn scan(
        &mut self,
        sql: &str,
        visit: &mut dyn FnMut(&[Value<'_>]) -> bool,
    ) -> Result<(), tokio_postgres::Error> {
        let statement = self.prepared(sql)?;
        self.wait(ready(Ok(())))?;
        let client = self.client;
        self.runtime.block_on(async move {
            let rows = client.query_raw(&statement, empty::<&(dyn ToSql + Sync)>()).await?;
            let mut rows = pin!(rows);
            while let Some(row) = rows.try_next().await? {
                if !visit(&borrowed(&row)?) {
                    break;
                }
            }
            Ok(())
        })
    }

    pub(super) fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, tokio_postgres::Error> {
        let statement = self.prepared(sql)?;
        self.wait(self.client.execute(&statement, &parameters(values)))
    }

    pub(super) fn run_script(&mut self, script: &str) -> Result<(), tokio_postgres::Error> {
        self.wait(self.client.batch_execute(script))
    }

    pub(super) fn check(&mut self, sql: &str) -> Result<(), tokio_postgres::Error> {
        self.wait(self.client.prepare(sql)).map(drop)
    }

    /// All at once: each insert is sent before the one before it is answered.
    pub(super) fn insert_all(
        &mut self,
        inserts: &[(&Insert<'_>, Vec<Value<'_>>)],
    ) -> Result<(), tokio_postgres::Error> {
        let mut prepared = Vec::with_capacity(inserts.len());
        for (insert, rows) in inserts {
            prepared.push((self.prepared(&statement(insert))?, in_columns(rows, insert.columns.len())));
        }
        let client = self.client;
        let sent = prepared.iter().map(|(statement, columns)| client.execute_raw(statement, columns));
        self.wait(try_join_all(sent)).map(drop)
    }

    pub(super) fn insert_new(
        &mut self,
        insert: &Insert<'_>,
        rows: &[Value<'_>],
    ) -> Result<Vec<bool>, tokio_postgres::Error> {
        let statement = self.prepared(&returning_statement(insert))?;
        let columns = in_columns(rows, insert.columns.len());
        let arrays: Vec<&(dyn ToSql + Sync)> =
            columns.iter().map(|column| column as &(dyn ToSql + Sync)).collect();
        let new = self.wait(self.client.query(&statement, &arrays))?;
        let new = new.iter().map(borrowed).collect::<Result<Vec<_>, _>>()?;
        let new: HashSet<(i64, &[u8])> = new.iter().map(|key| key_of(key)).collect();
        Ok(rows.chunks_exact(insert.columns.len()).map(|row| new.contains(&key_of(row))).collect())
    }
}

fn parameters<'v>(values: &'v [Value<'v>]) -> Vec<&'v (dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn borrowed(row: &tokio_postgres::Row) -> Result<Vec<Value<'_>>, tokio_postgres::Error> {
    let value = |(index, column): (usize, &tokio_postgres::Column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map_or(Value::Null, Value::Int),
            Type::BYTEA => row.try_get::<_, Option<&[u8]>>(index)?.map_or(Value::Null, Value::from),
            _ => row.try_get::<_, Option<&str>>(index)?.map_or(Value::Null, Value::from),
        })
    };
    row.columns().iter().enumerate().map(value).collect()
}

fn read(row: &tokio_postgres::Row) -> Result<Row, tokio_postgres::Error> {
    let value = |(index, column): (usize, &tokio_postgres::Column)| {
        Ok(match *column.type_() {
            Type::INT8 => row.try_get::<_, Option<i64>>(index)?.map_or(Value::Null, Value::Int),
            Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(index)?.map_or(Value::Null, Value::from),
            _ => row.try_get::<_, Option<String>>(index)?.map_or(Value::Null, Value::from),
        })
    };
    Ok(Row::new(row.columns().iter().enumerate().map(value).collect::<Result<_, tokio_postgres::Error>>()?))
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

/// The key of a row: its first two columns, a number, and bytes or a text.
fn key_of<'r>(row: &'r [Value<'_>]) -> (i64, &'r [u8]) {
    match row {
        [Value::Int(number), Value::Bytes(bytes), ..] => (*number, bytes),
        [Value::Int(number), Value::Text(text), ..] => (*number, text.as_bytes()),
        _ => (0, &[]),
    }
}

fn in_columns<'r, 'v>(rows: &'r [Value<'v>], width: usize) -> Vec<Vec<&'r Value<'v>>> {
    (0..width).map(|column| rows.iter().skip(column).step_by(width).collect()).collect()
}

/// The insert of many rows, given as one array per column.
pub(super) fn statement(insert: &Insert<'_>) -> String {
    let array =
        |(index, (_, kind)): (usize, &(&str, ColumnType))| format!("${}::{}[]", index + 1, type_name(*kind));
    let arrays: Vec<String> = insert.columns.iter().enumerate().map(array).collect();
    format!(
        "INSERT INTO {} ({}) SELECT * FROM unnest({}) {}",
        insert.table,
        insert.names(),
        arrays.join(", "),
        insert.on_conflict
    )
}

/// The same; gives the keys of those that are new.
fn returning_statement(insert: &Insert<'_>) -> String {
    format!("{} RETURNING {}, {}", statement(insert), insert.columns[0].0, insert.columns[1].0)
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
pub(super) fn is_lost(error: &tokio_postgres::Error) -> bool {
    error.is_closed() || error.as_db_error().is_none()
}

pub(super) fn is_transient(error: &tokio_postgres::Error) -> bool {
    matches!(error.code().map(tokio_postgres::error::SqlState::code), Some("40001" | "40P01"))
}

/// A lost connection, a full disk or a server that is going down pass; anything else is a fault of ours.
/// Only the server's message is kept: the connection's own text may hold the address.
/// "error performing TLS handshake" alone would not say what is wrong with the certificate.
fn with_causes(error: &tokio_postgres::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause: &&dyn std::error::Error| (*cause).source());
    causes.fold(error.to_string(), |text, cause| {
        let cause = cause.to_string();
        if text.ends_with(&cause) { text } else { format!("{text}: {cause}") }
    })
}

pub(super) fn error(error: &tokio_postgres::Error) -> Error {
    let code = error.code().map_or("", tokio_postgres::error::SqlState::code);
    let cause = error
        .as_db_error()
        .map_or_else(|| format!("connection: {}", with_causes(error)), |error| error.message().to_owned());
    let cause = format!("PostgreSQL: {cause}");
    if error.as_db_error().is_none()
        || ["08", "40", "53", "57", "58"].iter().any(|class| code.starts_with(class))
    {
        Error::Unavailable { retry_after: 5, cause }
    } else {
        Error::Internal(cause)
    }
}
