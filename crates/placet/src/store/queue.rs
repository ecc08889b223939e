//! What waits for the database: jobs for readers and writers, and consents to be stored in groups.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::answer::Answer;
use super::append::NewConsent;
use super::engine::Connection;
use crate::domain::error::{Error, Result};

/// The most consents that one transaction stores.
pub(super) const MAX_BATCH: usize = 1024;
/// More than this many waiting consents, or bytes of them, are refused with 503 rather than kept in memory.
const MAX_WAITING: usize = 16 * 1024;
const MAX_WAITING_BYTES: usize = 48 * 1024 * 1024;
const MAX_JOBS: usize = 4096;
/// For each batch that is being stored, so many consents have to wait before another writer begins a batch of its own:
/// a transaction has a price of its own, whatever it holds.
const WORTH_A_WRITER: usize = 48;

/// A piece of work for a connection.
pub(super) type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Jobs, taken in order by any thread.
#[derive(Default)]
pub(super) struct Jobs {
    state: Mutex<JobList>,
    changed: Condvar,
}

/// Jobs that wait, until the list is closed.
#[derive(Default)]
struct JobList {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

impl JobList {
    fn push(&mut self, job: Job) -> Result<()> {
        if self.is_closed || self.jobs.len() >= MAX_JOBS {
            return Err(busy());
        }
        self.jobs.push_back(job);
        Ok(())
    }
}

impl Jobs {
    pub(super) fn push(&self, job: Job) -> Result<()> {
        lock(&self.state).push(job)?;
        self.changed.notify_one();
        Ok(())
    }

    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.changed.notify_all();
    }

    pub(super) fn run_until_closed(&self, connection: &mut Connection) {
        while let Some(job) = self.next() {
            job(connection);
        }
    }

    fn next(&self) -> Option<Job> {
        let is_idle = |list: &mut JobList| list.jobs.is_empty() && !list.is_closed;
        let waited = self.changed.wait_while(lock(&self.state), is_idle);
        waited.unwrap_or_else(PoisonError::into_inner).jobs.pop_front()
    }
}

/// A consent that waits to be stored, and who waits for the answer.
pub(super) struct Waiting {
    pub consent: Box<NewConsent>,
    pub answer: oneshot::Sender<Answer>,
}

/// What a writer does next.
pub(super) enum Work {
    Job(Job),
    Batch(Vec<Waiting>),
}

/// Jobs and consents for the writers.
#[derive(Default)]
pub(super) struct WriteQueue {
    state: Mutex<WriteState>,
    changed: Condvar,
}

#[derive(Default)]
struct WriteState {
    list: JobList,
    consents: VecDeque<Waiting>,
    bytes: usize,
    /// Batches that are being stored.
    batches: usize,
}

impl WriteState {
    /// Whether a writer has nothing to do.
    fn is_idle(&self) -> bool {
        let is_worth_a_writer =
            !self.consents.is_empty() && self.consents.len() >= self.batches * WORTH_A_WRITER;
        self.list.jobs.is_empty() && !is_worth_a_writer && !self.list.is_closed
    }
}

impl WriteQueue {
    pub(super) fn push_job(&self, job: Job) -> Result<()> {
        lock(&self.state).list.push(job)?;
        self.changed.notify_one();
        Ok(())
    }

    /// How many consents wait.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.state).consents.len()
    }

    pub(super) fn push_consent(
        &self,
        consent: Box<NewConsent>,
        answer: oneshot::Sender<Answer>,
    ) -> Result<()> {
        let mut state = lock(&self.state);
        let is_full = state.consents.len() >= MAX_WAITING || state.bytes >= MAX_WAITING_BYTES;
        if state.list.is_closed || is_full {
            return Err(busy());
        }
        state.bytes += consent.size();
        state.consents.push_back(Waiting { consent, answer });
        self.changed.notify_one();
        Ok(())
    }

    pub(super) fn close(&self) {
        lock(&self.state).list.is_closed = true;
        self.changed.notify_all();
    }

    /// Waits for work; `None` once the queue is closed and empty. Jobs are few, so they go first.
    pub(super) fn next(&self) -> Option<Work> {
        let waited = self.changed.wait_while(lock(&self.state), |state| state.is_idle());
        let mut state = waited.unwrap_or_else(PoisonError::into_inner);
        if let Some(job) = state.list.jobs.pop_front() {
            return Some(Work::Job(job));
        }
        let count = state.consents.len().min(MAX_BATCH);
        let batch: Vec<Waiting> = state.consents.drain(..count).collect();
        state.bytes -= batch.iter().map(|waiting| waiting.consent.size()).sum::<usize>();
        state.batches += usize::from(!batch.is_empty());
        (!batch.is_empty()).then_some(Work::Batch(batch))
    }

    /// For as long as a writer that was given a batch is storing it; afterwards it asks for what is next.
    pub(super) fn storing(&self) -> Storing<'_> {
        Storing(self)
    }
}

/// A batch is being stored. Dropped also when the writer panics, so that the others go on.
pub(super) struct Storing<'q>(&'q WriteQueue);

impl Drop for Storing<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).batches -= 1;
        if std::thread::panicking() {
            self.0.changed.notify_one();
        }
    }
}

/// A thread that panicked while holding the lock left the queue as it was: nothing in it is half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn busy() -> Error {
    Error::Unavailable { retry_after: 1, cause: "too much is waiting to be written".into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::WorkspaceId;
    use crate::domain::time::Timestamp;
    use crate::store::Terms;
    use uuid::Uuid;

    fn consent(bytes: usize) -> Box<NewConsent> {
        Box::new(NewConsent {
            workspace: WorkspaceId(1),
            id: Uuid::nil(),
            at: Timestamp(0),
            names: Vec::new(),
            facets: 0,
            terms: Terms::default(),
            replay_hash: None,
            groups: [vec![0; bytes], Vec::new(), Vec::new(), Vec::new()],
            commitments: [0; 128],
            entry: [0; 33],
            forms: Vec::new(),
            documents: Vec::new(),
            subject: None,
            audit: None,
        })
    }

    fn pushed_until_refused(queue: &WriteQueue, bytes: usize) -> usize {
        let push = |_: &usize| queue.push_consent(consent(bytes), oneshot::channel().0).is_ok();
        (0..=2 * MAX_WAITING).take_while(push).count()
    }

    #[test]
    fn more_consents_than_memory_is_meant_for_are_refused_until_some_are_stored() {
        let queue = WriteQueue::default();
        assert_eq!(pushed_until_refused(&queue, 0), MAX_WAITING);
        let Some(Work::Batch(batch)) = queue.next() else { panic!("consents wait") };
        assert_eq!(batch.len(), MAX_BATCH);
        assert_eq!(pushed_until_refused(&queue, 0), MAX_BATCH);
    }

    #[test]
    fn a_second_writer_begins_only_when_enough_waits_for_a_transaction_of_its_own() {
        let queue = WriteQueue::default();
        let is_idle = || lock(&queue.state).is_idle();
        let push = || queue.push_consent(consent(0), oneshot::channel().0).unwrap();
        assert!(is_idle());
        push();
        assert!(!is_idle());
        queue.next().unwrap();
        let storing = queue.storing();
        (1..WORTH_A_WRITER).for_each(|_| push());
        assert!(is_idle());
        push();
        assert!(!is_idle());
        queue.next().unwrap();
        push();
        drop(storing);
        assert!(is_idle());
        drop(queue.storing());
        assert!(!is_idle());
    }

    #[test]
    fn large_consents_are_refused_by_their_bytes_and_the_refusal_says_to_come_again() {
        let queue = WriteQueue::default();
        assert_eq!(pushed_until_refused(&queue, 1024 * 1024), MAX_WAITING_BYTES / (1024 * 1024));
        let refusal = queue.push_consent(consent(0), oneshot::channel().0);
        assert!(matches!(refusal, Err(Error::Unavailable { retry_after: 1, .. })));
    }

    #[test]
    fn what_waits_when_the_queue_is_closed_is_still_done_and_nothing_more_is_taken() {
        let queue = WriteQueue::default();
        queue.push_consent(consent(0), oneshot::channel().0).unwrap();
        queue.close();
        assert!(queue.push_consent(consent(0), oneshot::channel().0).is_err());
        assert!(queue.push_job(Box::new(|_| ())).is_err());
        assert!(matches!(queue.next(), Some(Work::Batch(batch)) if batch.len() == 1));
        assert!(queue.next().is_none());
    }
}
