//! Begins jobs when they are due, if the lease can be had, and keeps the leases of this process.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::Job;
use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::time::Timestamp;
use crate::store::job::{self, Holder, Lease};

/// How long a lease lasts unless it is renewed. The clocks of processes that share a database may differ by less than
/// two thirds of it.
pub const LEASE: Duration = Duration::from_mins(1);
const RENEW_EVERY: Duration = Duration::from_secs(20);
/// A job that failed is tried again after its usual pause, but not sooner and not later than this.
const SOONEST: Duration = Duration::from_secs(30);
const LATEST: Duration = Duration::from_mins(5);

/// The jobs of a process.
pub struct Runner {
    app: Arc<App>,
    holder: Holder,
    turns: Vec<Turn>,
    renewed_at: Timestamp,
}

/// A job as this process knows it.
struct Turn {
    job: &'static Job,
    /// Not begun before, and not asked for before.
    due_at: Timestamp,
    is_held: bool,
    running: Option<JoinHandle<Result<()>>>,
}

impl Runner {
    /// A runner for these jobs; the first look begins what is due.
    #[must_use]
    pub fn new(app: Arc<App>, jobs: &'static [Job]) -> Runner {
        let (holder, renewed_at) = (app.random.bytes(), app.clock.now());
        let turn = |job| Turn { job, due_at: Timestamp(0), is_held: false, running: None };
        Runner { app, holder, turns: jobs.iter().map(turn).collect(), renewed_at }
    }

    /// Notes which runs have ended, renews leases, and begins what is due. Does not wait for what runs.
    ///
    /// # Errors
    /// When the database cannot be asked; the next look goes on from there.
    pub async fn look(&mut self) -> Result<()> {
        self.note_ends().await?;
        self.keep_leases().await?;
        self.take_due().await?;
        self.begin();
        Ok(())
    }

    /// Stops what runs, between two steps, and gives all leases back.
    pub async fn stop(mut self) {
        for turn in &mut self.turns {
            turn.give_up().await;
        }
        let holder = self.holder;
        if let Err(error) = self.app.store.write(move |tx| job::release(tx, &holder)).await {
            tracing::warn!(%error, "leases of jobs were not given back; they run out by themselves");
        }
    }

    async fn note_ends(&mut self) -> Result<()> {
        let holder = self.holder;
        for turn in &mut self.turns {
            let Some(ended) = turn.running.take_if(|run| run.is_finished()) else { continue };
            let result = ended.await.map_err(Error::internal).flatten();
            self.app.metrics.ran(turn.job.name, result.is_ok());
            let pause = turn.pause_after(result);
            let due_at = after(self.app.clock.now(), pause);
            turn.due_at = due_at;
            // A job that comes again before its lease would run out is kept: giving it back each time would be a
            // write to the disk each time.
            if pause >= LEASE {
                let name = turn.job.name;
                turn.is_held = false;
                self.app.store.write(move |tx| job::finish(tx, name, &holder, due_at)).await?;
            }
        }
        Ok(())
    }

    async fn keep_leases(&mut self) -> Result<()> {
        let now = self.app.clock.now();
        let has_any = self.turns.iter().any(|turn| turn.is_held);
        if has_any && now >= after(self.renewed_at, LEASE) {
            self.lose_all_but(&[]).await;
        } else if has_any && now >= after(self.renewed_at, RENEW_EVERY) {
            let (holder, until) = (self.holder, after(now, LEASE));
            let held = self.app.store.write(move |tx| job::renew(tx, &holder, until)).await?;
            self.renewed_at = now;
            self.lose_all_but(&held).await;
        } else if !has_any {
            self.renewed_at = now;
        }
        Ok(())
    }

    async fn lose_all_but(&mut self, held: &[String]) {
        for turn in &mut self.turns {
            if turn.is_held && !held.iter().any(|name| name == turn.job.name) {
                tracing::warn!(job = turn.job.name, "the lease was lost; another process may have the job");
                turn.give_up().await;
            }
        }
    }

    async fn take_due(&mut self) -> Result<()> {
        let now = self.app.clock.now();
        if self.turns.iter().all(|turn| turn.is_held || turn.due_at > now) {
            return Ok(());
        }
        let leases = self.app.store.read(job::list).await?;
        for turn in self.turns.iter_mut().filter(|turn| !turn.is_held && turn.due_at <= now) {
            let lease = leases.iter().find(|lease| lease.name == turn.job.name);
            turn.due_at = lease.map_or(now, |lease| lease.due_at);
            if turn.due_at <= now && lease.is_none_or(|lease| is_free(lease, now)) {
                let (name, holder) = (turn.job.name, self.holder);
                let until = after(now, LEASE);
                turn.is_held =
                    self.app.store.write(move |tx| job::take(tx, name, &holder, now, until)).await?;
            }
        }
        Ok(())
    }

    fn begin(&mut self) {
        let now = self.app.clock.now();
        let may_begin = |turn: &&mut Turn| turn.is_held && turn.running.is_none() && turn.due_at <= now;
        for turn in self.turns.iter_mut().filter(may_begin) {
            // A task of its own: a panic ends the run, and neither the runner nor the server.
            turn.running = Some(tokio::spawn((turn.job.run)(Arc::clone(&self.app))));
        }
    }
}

impl Turn {
    fn pause_after(&self, result: Result<()>) -> Duration {
        let Job { name, every, .. } = self.job;
        let Err(error) = result else { return *every };
        let pause = (*every).clamp(SOONEST, LATEST);
        tracing::warn!(job = name, %error, again_in = ?pause, "a job failed");
        pause
    }

    async fn give_up(&mut self) {
        self.is_held = false;
        if let Some(running) = self.running.take() {
            running.abort();
            // Wait until it is gone; how it ended no longer matters.
            let _ = running.await;
        }
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        self.turns.iter().filter_map(|turn| turn.running.as_ref()).for_each(JoinHandle::abort);
    }
}

fn is_free(lease: &Lease, now: Timestamp) -> bool {
    lease.held_until.is_none_or(|until| until <= now)
}

fn after(moment: Timestamp, pause: Duration) -> Timestamp {
    Timestamp(moment.0.saturating_add(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX)))
}
