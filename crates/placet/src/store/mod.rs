//! All SQL, and only SQL. A transaction is a function that runs on a database thread; nothing else touches a
//! connection. Consents, the hot path, are collected and stored in groups: see [`append`].

/// Declares statements as constants, and lists them all for [`check_statements`].
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: &str = $sql;)*
        /// Every statement of this file.
        pub(in crate::store) const STATEMENTS: &[&str] = &[$($name),*];
    };
}

mod answer;
mod append;
pub mod audit;
pub mod backup;
mod bytes;
mod checkpoint;
pub mod consent;
pub mod document;
pub mod document_list;
mod engine;
pub mod erasure;
pub mod facets;
pub mod form;
pub mod health;
pub mod idempotency;
pub mod installation;
pub mod job;
pub mod key;
pub mod legal_notice;
pub mod legal_notice_source;
pub mod library;
pub mod member;
mod migrate;
mod packing;
pub mod pending_entry;
pub mod preference;
mod queue;
pub mod record;
pub mod refused_origin;
pub mod restraint;
pub mod retention;
mod row;
pub mod sdk_build;
pub mod search;
pub mod session;
pub mod statistics;
pub mod subject;
pub mod subject_by_age;
pub mod subject_list;
mod subject_phone;
pub mod subject_search;
mod subject_upsert;
pub mod widget;
pub mod widget_draft;
pub mod workspace;

use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;

pub use append::{Appended, FormToStore, NewConsent, Terms};
pub use engine::{Address, Tx};
pub use installation::IndexKey;
pub use packing::pack;
pub use subject_upsert::SubjectUpsert;

use crate::domain::error::{Error, Result};
use checkpoint::Wish;
use engine::{Connection, Purpose, WriteAheadLog};
use queue::{Jobs, WriteQueue};

/// The store. Cheap to clone; all clones share the same threads.
#[derive(Clone)]
pub struct Store {
    shared: Arc<Shared>,
}

struct Shared {
    readers: Arc<Jobs>,
    writers: Arc<WriteQueue>,
    index_key: IndexKey,
    checkpoints: mpsc::Sender<Wish>,
}

/// Joins the store's threads: dropped last, so that everything queued is written before the process ends.
pub struct StoreThreads {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

/// Opens the database, brings its schema up to date, and starts the threads. `random` seeds a new installation.
///
/// # Errors
/// When the database cannot be opened or belongs to a newer release.
pub fn open(address: &Address, random: [u8; 16]) -> Result<(Store, StoreThreads)> {
    let mut first = Connection::open(address, Purpose::Write)?;
    migrate::run(&mut first)?;
    let index_key = first.transaction(Purpose::Write, &mut |tx| installation::index_key(tx, random))?;
    search::refill(&mut first, &index_key)?;
    let (checkpoints, wishes) = mpsc::channel();
    let shared =
        Arc::new(Shared { readers: Arc::default(), writers: Arc::default(), index_key, checkpoints });
    let log = address.write_ahead_log()?.map(Arc::new);
    let mut threads = start_writers(address, first, log.as_ref(), &shared)?;
    threads.extend(start_readers(address, &shared)?);
    if let Some(log) = log {
        let connection = Connection::open(address, Purpose::Write)?;
        let writers = Arc::clone(&shared.writers);
        threads.push(thread::spawn(move || checkpoint::keep_log_small(&log, connection, &writers, &wishes)));
    }
    let store = Store { shared: Arc::clone(&shared) };
    Ok((store, StoreThreads { shared, threads }))
}

/// The writers, and the thread that syncs what they commit, where the log is ours to sync.
fn start_writers(
    address: &Address,
    first: Connection,
    log: Option<&Arc<WriteAheadLog>>,
    shared: &Shared,
) -> Result<Vec<JoinHandle<()>>> {
    let mut connections = vec![first];
    while connections.len() < address.writers() {
        connections.push(Connection::open(address, Purpose::Write)?);
    }
    let mut threads = Vec::new();
    let mut to_sync = None;
    if let Some(log) = log.map(Arc::clone) {
        connections.iter_mut().try_for_each(|connection| connection.share(&log))?;
        let (sender, committed) = mpsc::sync_channel(append::COMMITTED_AHEAD);
        to_sync = Some(sender);
        threads.push(thread::spawn(move || append::sync_until_closed(&log, &committed)));
    }
    for connection in connections {
        let (queue, to_sync) = (Arc::clone(&shared.writers), to_sync.clone());
        threads.push(thread::spawn(move || append::write_until_closed(&queue, connection, to_sync.as_ref())));
    }
    Ok(threads)
}

fn start_readers(address: &Address, shared: &Shared) -> Result<Vec<JoinHandle<()>>> {
    let start = |_| {
        let mut connection = Connection::open(address, Purpose::Read)?;
        let jobs = Arc::clone(&shared.readers);
        Ok(thread::spawn(move || jobs.run_until_closed(&mut connection)))
    };
    (0..address.readers()).map(start).collect()
}

impl Store {
    /// Runs `work` in a read transaction on a reader's thread.
    pub async fn read<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (job, answer) = job(Purpose::Read, work);
        self.shared.readers.push(job)?;
        answer.await.map_err(|_| stopped())?
    }

    /// Runs `work` in a write transaction on a writer's thread; `Ok` means committed and on disk. `work` may run
    /// more than once, when the database asks for the transaction to be tried again.
    pub async fn write<T, F>(&self, work: F) -> Result<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
    {
        let (job, answer) = job(Purpose::Write, work);
        self.shared.writers.push_job(job)?;
        answer.await.map_err(|_| stopped())?
    }

    /// Stores a consent with the others that wait; `Ok` means committed and on disk.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when too much waits already or the database cannot be written: nothing was stored.
    pub async fn append(&self, consent: Box<NewConsent>) -> Result<Appended> {
        let (sender, answer) = oneshot::channel();
        self.shared.writers.push_consent(consent, sender)?;
        let answer = answer.await.map_err(|_| stopped())?;
        answer.into_result().unwrap_or_else(|| Err(stopped()))
    }

    /// Stores up to 1,024 consents, in their order, in one transaction of their own. For programs that bring very many:
    /// they wait for each batch instead of filling the queue in which single requests wait.
    ///
    /// # Errors
    /// Those of the database; nothing was stored then.
    pub async fn append_batch(&self, consents: Vec<Box<NewConsent>>) -> Result<Vec<Result<Appended>>> {
        self.write(move |tx| append::store_batch(tx, &consents)).await
    }

    /// How many consents wait to be written.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.shared.writers.waiting()
    }

    /// Sees to it that no file holds what was deleted: SQLite's write-ahead log keeps what pages held before, so it is
    /// emptied; a small database is written anew, a large one only by [`Store::compact`]. What PostgreSQL keeps in its files is the operator's matter.
    ///
    /// False if others were reading it all the time.
    ///
    /// # Errors
    /// Those of the database; what was deleted stays deleted.
    pub async fn overwrite_deleted(&self) -> Result<bool> {
        self.overwrite(false).await
    }

    /// The same for a large database, which is written anew as a whole while writers wait.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn compact(&self) -> Result<bool> {
        self.overwrite(true).await
    }

    async fn overwrite(&self, whole: bool) -> Result<bool> {
        let (done, answer) = oneshot::channel();
        if self.shared.checkpoints.send(Wish::Overwrite { whole, done }).is_err() {
            return Ok(true);
        }
        let is_done = answer.await.map_err(|_| stopped())??;
        if !is_done {
            tracing::warn!("the write-ahead log is being read, and still holds what was deleted");
        }
        Ok(is_done)
    }

    /// The key under which texts are hashed for the indexes.
    #[must_use]
    pub fn index_key(&self) -> &IndexKey {
        &self.shared.index_key
    }
}

fn stopped() -> Error {
    Error::Unavailable { retry_after: 5, cause: "the server is stopping".into() }
}

fn job<T, F>(purpose: Purpose, mut work: F) -> (queue::Job, oneshot::Receiver<Result<T>>)
where
    T: Send + 'static,
    F: FnMut(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    let (sender, answer) = oneshot::channel();
    let job = move |connection: &mut Connection| {
        // The caller may have gone; the work is done all the same.
        let _ = sender.send(connection.transaction(purpose, &mut work));
    };
    (Box::new(job), answer)
}

impl Drop for StoreThreads {
    fn drop(&mut self) {
        self.shared.readers.close();
        self.shared.writers.close();
        // There is no such thread where there is no write-ahead log of ours.
        let _ = self.shared.checkpoints.send(Wish::Stop);
        for thread in self.threads.drain(..) {
            // A thread that panicked has already said so.
            let _ = thread.join();
        }
    }
}

/// Prepares every statement of the store; for tests.
///
/// # Errors
/// The first statement that the database does not understand.
pub fn check_statements(tx: &mut Tx<'_>) -> Result<()> {
    for statement in statements() {
        tx.check(statement)?;
    }
    append::INSERTS.iter().try_for_each(|insert| tx.check_insert(insert))
}

/// Every statement of the store with the steps of its plan, in the database's own words; for tests.
///
/// # Errors
/// Those of the database.
pub fn plans(tx: &mut Tx<'_>) -> Result<Vec<(&'static str, Vec<String>)>> {
    statements().into_iter().map(|statement| Ok((statement, tx.plan(statement)?))).collect()
}

fn statements() -> Vec<&'static str> {
    [
        audit::STATEMENTS,
        consent::STATEMENTS,
        document::STATEMENTS,
        document_list::STATEMENTS,
        erasure::STATEMENTS,
        consent::index::STATEMENTS,
        facets::STATEMENTS,
        form::STATEMENTS,
        idempotency::STATEMENTS,
        installation::STATEMENTS,
        job::STATEMENTS,
        key::STATEMENTS,
        legal_notice::STATEMENTS,
        legal_notice_source::STATEMENTS,
        member::STATEMENTS,
        pending_entry::STATEMENTS,
        preference::STATEMENTS,
        record::STATEMENTS,
        restraint::STATEMENTS,
        retention::STATEMENTS,
        sdk_build::STATEMENTS,
        search::REFILL_STATEMENTS,
        search::SEGMENT_STATEMENTS,
        search::SUBJECT_STATEMENTS,
        search::TEXT_STATEMENTS,
        session::STATEMENTS,
        subject::STATEMENTS,
        subject_by_age::STATEMENTS,
        subject_list::STATEMENTS,
        subject_phone::STATEMENTS,
        subject_upsert::STATEMENTS,
        library::STATEMENTS,
        refused_origin::STATEMENTS,
        statistics::STATEMENTS,
        widget::STATEMENTS,
        widget_draft::STATEMENTS,
        workspace::STATEMENTS,
    ]
    .concat()
}
