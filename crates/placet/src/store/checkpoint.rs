//! The thread that moves SQLite's write-ahead log into the database file: when it has grown large, off the hot path, and
//! when something was erased, because the log keeps what pages held before.

use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::oneshot;

use super::engine::{Connection, WriteAheadLog};
use super::queue::WriteQueue;
use crate::domain::error::Result;

/// Move the log into the database file when it has grown past this: large, because the same pages are written again and
/// again and are then moved once.
const LARGE: u64 = 192 * 1024 * 1024;
const LOOK_EVERY: Duration = Duration::from_millis(100);
const MAX_PASSES: usize = 8;
/// Moving this many pages while writers wait takes a few milliseconds.
const FEW_PAGES: i64 = 1000;
/// How often emptying the log is tried before whoever asked for it is told that it was not done.
const MAX_TRIES: usize = 20;

/// What the thread is asked for.
pub(super) enum Wish {
    /// To leave nothing of what was deleted in any file, and to say whether that was done.
    Overwrite {
        /// Whether a large database is written anew too.
        whole: bool,
        done: oneshot::Sender<Result<bool>>,
    },
    /// To end.
    Stop,
}

/// Keeps the log small, and empties it when that is asked for.
pub(super) fn keep_log_small(
    log: &WriteAheadLog,
    mut connection: Connection,
    writers: &WriteQueue,
    wishes: &Receiver<Wish>,
) {
    loop {
        match wishes.recv_timeout(LOOK_EVERY) {
            Ok(Wish::Overwrite { whole, done }) => {
                // Whoever asked may have gone; it is done all the same.
                let _ = done.send(overwrite(&mut connection, writers, whole));
            }
            Err(RecvTimeoutError::Timeout) if log.size() > LARGE => {
                if let Err(error) = shrink(&mut connection, writers) {
                    tracing::warn!(%error, "the write-ahead log could not be moved into the database");
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Ok(Wish::Stop) | Err(RecvTimeoutError::Disconnected) => break,
        }
    }
}

/// Moves most of the log while writers go on, pass by pass, until little is left; the writer itself moves the rest
/// between two batches. Only then is the log empty for a moment, and the next write begins it anew: another
/// connection would have to win the lock from a writer that never rests.
fn shrink(connection: &mut Connection, writers: &WriteQueue) -> Result<()> {
    move_most(connection)?;
    by_writer(writers, |writer| writer.checkpoint().map(drop))
}

/// Writes anew what has copies in free space, empties the log, and cuts it to nothing.
fn overwrite(connection: &mut Connection, writers: &WriteQueue, whole: bool) -> Result<bool> {
    by_writer(writers, move |writer| writer.rewrite(whole))?;
    for _ in 0..MAX_TRIES {
        move_most(connection)?;
        if by_writer(writers, Connection::empty_log)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn move_most(connection: &mut Connection) -> Result<()> {
    for _ in 0..MAX_PASSES {
        if connection.checkpoint()? <= FEW_PAGES {
            break;
        }
    }
    Ok(())
}

/// Lets a writer do something between two batches.
fn by_writer<T: Default + Send + 'static>(
    writers: &WriteQueue,
    work: impl FnOnce(&mut Connection) -> Result<T> + Send + 'static,
) -> Result<T> {
    let (done, result) = mpsc::channel();
    writers.push_job(Box::new(move |writer| drop(done.send(work(writer)))))?;
    // A writer that has ended closes the log, which empties it.
    result.recv().unwrap_or_else(|_| Ok(T::default()))
}
