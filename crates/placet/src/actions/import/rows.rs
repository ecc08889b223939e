//! Reads a file on a thread of its own, which also understands the rows and makes records of them: the database stores
//! one batch while the next is made.

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};

use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::{Intake, Item, Order, Refusal};
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::table::{Reader, Row};

/// Rows that one transaction stores, and about how many bytes of them are held at once.
const BATCH: usize = 1000;
const BATCH_BYTES: usize = 8 * 1024 * 1024;
const READ_AT_ONCE: usize = 256 * 1024;
/// Batches that wait for the database.
const AHEAD: usize = 1;

/// A row that was understood.
pub(in crate::actions) struct Checked {
    pub(super) line: u64,
    pub(super) item: Item,
}

/// Rows in the order of the file, each understood or refused.
pub(super) type Batch = Vec<Result<Checked, Refusal>>;
pub(super) type Batches = mpsc::Receiver<Result<Batch>>;

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
        let read = Reader::open(table, format, input).and_then(|reader| worker.read(reader, &sender));
        if let Err(error) = read {
            // Whoever has gone needs no answer.
            let _ = sender.blocking_send(Err(error));
        }
    });
    Ok(batches)
}

impl Worker {
    fn read(&self, mut reader: Reader<BufReader<File>>, to: &mpsc::Sender<Result<Batch>>) -> Result<()> {
        loop {
            let (mut batch, mut bytes) = (Vec::new(), 0);
            while batch.len() < BATCH && bytes < BATCH_BYTES {
                let Some(row) = reader.next_row()? else { break };
                bytes += row.size;
                batch.push(self.understand(row)?);
            }
            if batch.is_empty() || to.blocking_send(Ok(batch)).is_err() {
                return Ok(());
            }
        }
    }

    /// # Errors
    /// Those that are not the row's.
    fn understand(&self, Row { line, size: _, value }: Row) -> Result<Result<Checked, Refusal>> {
        let row = match value {
            Ok(row) => row,
            Err(reason) => return Ok(Err(Refusal { line, reason })),
        };
        let understood = async {
            let item = self.intake.examine(&self.app, &row).await?;
            if self.is_made { self.intake.make(&self.app, item).await } else { Ok(item) }
        };
        match self.runtime.block_on(understood) {
            Ok(item) => Ok(Ok(Checked { line, item })),
            Err(Error::Invalid(problems)) => Ok(Err(Refusal { line, reason: problems.to_string() })),
            Err(other) => Err(other),
        }
    }
}
