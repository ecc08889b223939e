//! Reads a file on a thread of its own; other threads understand the rows and make records of them, a batch each, while
//! the database stores an earlier one.

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::{Intake, Item, Order, Refusal};
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::table::{Reader, Row};

/// Rows that one transaction stores, and about how many bytes of them are held at once.
const BATCH: usize = 1000;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
const READ_AT_ONCE: usize = 256 * 1024;
/// Batches that are understood, or wait for the database, while it stores one.
const AHEAD: usize = 2;

/// A row that was understood.
pub(in crate::actions) struct Checked {
    pub(super) line: u64,
    pub(super) item: Item<'static>,
}

/// Rows in the order of the file, each understood or refused.
pub(super) type Batch = Vec<Result<Checked, Refusal>>;

/// The batches of a file, in its order.
pub(super) struct Batches(mpsc::Receiver<Result<JoinHandle<Result<Batch>>>>);

impl Batches {
    /// The next one; `None` after the last.
    pub(super) async fn next(&mut self) -> Result<Option<Batch>> {
        match self.0.recv().await {
            None => Ok(None),
            Some(begun) => begun?.await.map_err(Error::internal)?.map(Some),
        }
    }
}

/// The rows, understood.
pub(super) fn examine(app: &App, order: &Order, file: &File) -> Result<Batches> {
    start(app, order, file, false)
}

/// The rows, ready to be stored.
pub(super) fn make(app: &App, order: &Order, file: &File) -> Result<Batches> {
    start(app, order, file, true)
}

/// What was understood, and what was refused.
pub(super) fn apart(batch: Batch) -> (Vec<Checked>, Vec<Refusal>) {
    let (mut checked, mut refused) = (Vec::with_capacity(batch.len()), Vec::new());
    for row in batch {
        match row {
            Ok(row) => checked.push(row),
            Err(refusal) => refused.push(refusal),
        }
    }
    (checked, refused)
}

struct Worker {
    app: App,
    intake: Intake,
    runtime: Handle,
    is_made: bool,
}

fn start(app: &App, order: &Order, file: &File, is_made: bool) -> Result<Batches> {
    let mut file = file.try_clone().map_err(Error::internal)?;
    file.seek(SeekFrom::Start(0)).map_err(Error::internal)?;
    // What it remembers is its own, so that it outlives whoever waits for it.
    let own = App::new(app.store.clone(), app.clock.clone(), app.edge.clone());
    let worker = Worker { app: own, intake: Intake::new(app, order), runtime: Handle::current(), is_made };
    let (table, format) = (order.what.table(), order.format);
    let (sender, batches) = mpsc::channel(AHEAD);
    spawn_blocking(move || {
        let input = BufReader::with_capacity(READ_AT_ONCE, file);
        let read =
            Reader::open(table, format, input).and_then(|reader| read(reader, &Arc::new(worker), &sender));
        if let Err(error) = read {
            // Whoever has gone needs no answer.
            let _ = sender.blocking_send(Err(error));
        }
    });
    Ok(Batches(batches))
}

fn read(
    mut reader: Reader<BufReader<File>>,
    worker: &Arc<Worker>,
    to: &mpsc::Sender<Result<JoinHandle<Result<Batch>>>>,
) -> Result<()> {
    loop {
        let rows = some_rows(&mut reader)?;
        if rows.is_empty() {
            return Ok(());
        }
        let worker = Arc::clone(worker);
        let begun = spawn_blocking(move || rows.iter().map(|row| worker.understand(row)).collect());
        if to.blocking_send(Ok(begun)).is_err() {
            return Ok(());
        }
    }
}

fn some_rows(reader: &mut Reader<BufReader<File>>) -> Result<Vec<Row>> {
    let (mut rows, mut bytes) = (Vec::new(), 0);
    while rows.len() < BATCH && bytes < BATCH_BYTES {
        let Some(row) = reader.next_row()? else { break };
        bytes += row.size;
        rows.push(row);
    }
    Ok(rows)
}

impl Worker {
    /// # Errors
    /// Those that are not the row's.
    fn understand(&self, row: &Row) -> Result<Result<Checked, Refusal>> {
        let line = row.line;
        let value = match row.value() {
            Ok(value) => value,
            Err(reason) => return Ok(Err(Refusal { line, reason })),
        };
        let understood = async {
            let item = self.intake.examine(&self.app, &value).await?;
            if self.is_made { self.intake.make(&self.app, item).await } else { Ok(Item::seen(item)) }
        };
        match self.runtime.block_on(understood) {
            Ok(item) => Ok(Ok(Checked { line, item })),
            Err(Error::Invalid(problems)) => Ok(Err(Refusal { line, reason: problems.to_string() })),
            Err(other) => Err(other),
        }
    }
}
