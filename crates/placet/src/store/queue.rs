//! What waits for the database: jobs for readers and writers, and consents to be stored in groups.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::append::{Appended, NewConsent};
use super::engine::Connection;
use crate::domain::error::{Error, Result};

/// The most consents that one transaction stores.
pub(super) const MAX_BATCH: usize = 1024;
/// More than this many waiting consents, or bytes of them, are refused with 503 rather than kept in memory.
const MAX_WAITING: usize = 16 * 1024;
const MAX_WAITING_BYTES: usize = 48 * 1024 * 1024;
const MAX_JOBS: usize = 4096;

/// A piece of work for a connection.
pub(super) type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Jobs, taken in order by any thread.
#[derive(Default)]
pub(super) struct Jobs {
    state: Mutex<JobState>,
    changed: Condvar,
}

#[derive(Default)]
struct JobState {
    jobs: VecDeque<Job>,
    is_closed: bool,
}

impl Jobs {
    pub(super) fn push(&self, job: Job) -> Result<()> {
        let mut state = lock(&self.state);
        if state.is_closed || state.jobs.len() >= MAX_JOBS {
            return Err(busy());
        }
        state.jobs.push_back(job);
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
        let mut state = lock(&self.state);
        while state.jobs.is_empty() && !state.is_closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.jobs.pop_front()
    }
}

/// A consent that waits to be stored, and who waits for the answer.
pub(super) struct Waiting {
    pub consent: Box<NewConsent>,
    pub answer: oneshot::Sender<Result<Appended>>,
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
    jobs: VecDeque<Job>,
    consents: VecDeque<Waiting>,
    bytes: usize,
    is_closed: bool,
}

impl WriteQueue {
    pub(super) fn push_job(&self, job: Job) -> Result<()> {
        let mut state = lock(&self.state);
        if state.is_closed || state.jobs.len() >= MAX_JOBS {
            return Err(busy());
        }
        state.jobs.push_back(job);
        self.changed.notify_one();
        Ok(())
    }

    pub(super) fn push_consent(
        &self,
        consent: Box<NewConsent>,
        answer: oneshot::Sender<Result<Appended>>,
    ) -> Result<()> {
        let mut state = lock(&self.state);
        let is_full = state.consents.len() >= MAX_WAITING || state.bytes >= MAX_WAITING_BYTES;
        if state.is_closed || is_full {
            return Err(busy());
        }
        state.bytes += consent.size();
        state.consents.push_back(Waiting { consent, answer });
        self.changed.notify_one();
        Ok(())
    }

    pub(super) fn close(&self) {
        lock(&self.state).is_closed = true;
        self.changed.notify_all();
    }

    /// Waits for work; `None` once the queue is closed and empty. Jobs are few, so they go first.
    pub(super) fn next(&self) -> Option<Work> {
        let mut state = lock(&self.state);
        while state.jobs.is_empty() && state.consents.is_empty() && !state.is_closed {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        if let Some(job) = state.jobs.pop_front() {
            return Some(Work::Job(job));
        }
        let count = state.consents.len().min(MAX_BATCH);
        let batch: Vec<Waiting> = state.consents.drain(..count).collect();
        state.bytes -= batch.iter().map(|waiting| waiting.consent.size()).sum::<usize>();
        (!batch.is_empty()).then_some(Work::Batch(batch))
    }
}

/// A thread that panicked while holding the lock left the queue as it was: nothing in it is half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn busy() -> Error {
    Error::Unavailable { retry_after: 1, cause: "too much is waiting to be written".into() }
}
