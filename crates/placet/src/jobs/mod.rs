//! Later and again: work that nobody asks for. [`JOBS`] says what and how often; [`Runner`] begins each job when it is
//! due, in one process at a time of all that share a database.
//!
//! A job may be stopped between any two of its steps, because the server stops or because it lost its lease, and in
//! rare moments (a process that slept longer than its lease) two processes may be at it. So every step is a
//! transaction that is right by itself: it compares what it found with what is there before it sets anything.

mod runner;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use runner::{LEASE, Runner};

use crate::actions;
use crate::actions::search::FEWEST_TEXTS;
use crate::app::App;
use crate::domain::error::Result;

/// What is done again and again.
pub struct Job {
    /// Its name in the database and in the log; it never changes.
    pub name: &'static str,
    /// How long after one run ended the next one begins.
    pub every: Duration,
    /// One run.
    pub run: fn(Arc<App>) -> Run,
}

/// A run of a job.
pub type Run = Pin<Box<dyn Future<Output = Result<()>> + Send>>;

/// All jobs.
pub const JOBS: &[Job] = &[
    Job {
        name: "forget sessions",
        every: Duration::from_hours(1),
        run: |app| Box::pin(async move { actions::session::forget_ended(&app).await }),
    },
    Job {
        name: "follow addresses",
        every: Duration::from_mins(1),
        run: |app| Box::pin(async move { actions::legal_notice_source::check_due(&app).await }),
    },
    Job {
        name: "forget answers",
        every: Duration::from_hours(1),
        run: |app| Box::pin(async move { actions::idempotency::forget_answers(&app).await }),
    },
    Job {
        name: "end proofs",
        every: Duration::from_hours(24),
        run: |app| Box::pin(async move { actions::retention::end_all(&app).await }),
    },
    Job {
        name: "index texts",
        every: Duration::from_secs(2),
        run: |app| Box::pin(async move { actions::search::index(&app, FEWEST_TEXTS).await }),
    },
];

/// How often is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long to wait when the database cannot be asked.
const AFTER_TROUBLE: Duration = Duration::from_secs(10);

/// The background task that runs the jobs.
pub struct Background {
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

/// Starts the background task.
#[must_use]
pub fn start(app: Arc<App>) -> Background {
    let (stop, stopped) = oneshot::channel();
    let runner = Runner::new(Arc::clone(&app), JOBS);
    let task = tokio::spawn(run_until(app, stopped, runner));
    Background { stop, task }
}

impl Background {
    /// Stops what runs, between two steps, and gives the leases back.
    pub async fn stop(self) {
        let Background { stop, task } = self;
        drop(stop);
        // If it panicked, that was said; the leases run out by themselves.
        let _ = task.await;
    }
}

/// Every process also writes down what it has counted itself, every so many looks.
const WRITE_EVERY: u32 = 5;

async fn run_until(app: Arc<App>, mut stopped: oneshot::Receiver<()>, mut runner: Runner) {
    let mut looks = 0;
    loop {
        looks = (looks + 1) % WRITE_EVERY;
        if looks == 0 {
            write_statistics(&app).await;
        }
        let pause = match runner.look().await {
            Ok(()) => LOOK_EVERY,
            Err(error) => {
                tracing::warn!(%error, "jobs wait: the database cannot be asked what is due");
                AFTER_TROUBLE
            }
        };
        tokio::select! {
            _ = &mut stopped => break,
            () = tokio::time::sleep(pause) => {}
        }
    }
    runner.stop().await;
    write_statistics(&app).await;
}

async fn write_statistics(app: &App) {
    if let Err(error) = actions::statistics::write(app).await {
        tracing::warn!(%error, "statistics wait: they cannot be written");
    }
}
