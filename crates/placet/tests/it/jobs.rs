//! Jobs: done again and again, by one process at a time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use placet::app::App;
use placet::config::Edge;
use placet::domain::error::Error;
use placet::jobs::{JOBS, Job, LEASE, Run, Runner};
use placet::store::{self, StoreThreads};

use crate::app::{MINUTE, Site, on_both};
use crate::database::Database;

/// Another process on the same data: a store of its own, and a clock that shows the same.
struct Neighbour {
    app: Arc<App>,
    _threads: StoreThreads,
}

impl Neighbour {
    fn of(site: &Site) -> Neighbour {
        let (store, threads) = store::open(&site.database.address(), [8; 16]).unwrap();
        let app = Arc::new(App::new(store, site.app().clock.clone(), Edge::default()));
        Neighbour { app, _threads: threads }
    }
}

/// Looks, and lets what was begun get to its end or to where it waits.
fn look(site: &Site, runner: &mut Runner) {
    site.block_on(async {
        runner.look().await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
    });
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap()
}

static HOURLY_RUNS: AtomicUsize = AtomicUsize::new(0);

fn count_hourly(_: Arc<App>) -> Run {
    HOURLY_RUNS.fetch_add(1, Ordering::SeqCst);
    Box::pin(async { Ok(()) })
}

const HOURLY: &[Job] = &[Job { name: "hourly", every: Duration::from_hours(1), run: count_hourly }];

#[test]
fn a_job_is_done_once_in_its_time_by_whichever_process_looks_first() {
    on_both(|site| {
        let neighbour = Neighbour::of(site);
        let (mut one, mut other) =
            (Runner::new(Arc::clone(site.app()), HOURLY), Runner::new(Arc::clone(&neighbour.app), HOURLY));
        let before = HOURLY_RUNS.load(Ordering::SeqCst);
        let mut look_at_both = || {
            for _ in 0..2 {
                look(site, &mut one);
                look(site, &mut other);
            }
            HOURLY_RUNS.load(Ordering::SeqCst) - before
        };
        assert_eq!(look_at_both(), 1);
        site.move_clock(59 * MINUTE);
        assert_eq!(look_at_both(), 1);
        site.move_clock(MINUTE);
        assert_eq!(look_at_both(), 2);
    });
}

static AT_IT: AtomicUsize = AtomicUsize::new(0);
static MOST_AT_IT: AtomicUsize = AtomicUsize::new(0);
static CONTESTED_RUNS: AtomicUsize = AtomicUsize::new(0);

/// Counted out again however it ends.
struct Presence;

impl Drop for Presence {
    fn drop(&mut self) {
        AT_IT.fetch_sub(1, Ordering::SeqCst);
    }
}

fn contested(_: Arc<App>) -> Run {
    MOST_AT_IT.fetch_max(AT_IT.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
    CONTESTED_RUNS.fetch_add(1, Ordering::SeqCst);
    let presence = Presence;
    Box::pin(async move {
        tokio::time::sleep(Duration::from_millis(3)).await;
        drop(presence);
        Ok(())
    })
}

/// With a pause as long as a lease it is given back after every run.
const CONTESTED: &[Job] = &[Job { name: "contested", every: LEASE, run: contested }];

#[test]
fn processes_that_look_at_the_same_moment_never_do_the_same_job_at_the_same_time() {
    for database in Database::all() {
        let site = Site::open(database);
        let neighbour = Neighbour::of(&site);
        let (mut one, mut other) = (
            Runner::new(Arc::clone(site.app()), CONTESTED),
            Runner::new(Arc::clone(&neighbour.app), CONTESTED),
        );
        let rounds = 20;
        let before = CONTESTED_RUNS.load(Ordering::SeqCst);
        for _ in 0..rounds {
            // Once to begin, once to note the end.
            for _ in 0..2 {
                site.block_on(async {
                    let (one, other) = tokio::join!(one.look(), other.look());
                    one.and(other).unwrap();
                    while AT_IT.load(Ordering::SeqCst) > 0 {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    tokio::time::sleep(Duration::from_millis(5)).await;
                });
            }
            site.move_clock(milliseconds(LEASE));
        }
        assert_eq!(CONTESTED_RUNS.load(Ordering::SeqCst) - before, rounds, "{}", site.database.name());
        assert_eq!(MOST_AT_IT.load(Ordering::SeqCst), 1, "{}", site.database.name());
    }
}

/// One for each test: they run at the same time.
static ENDLESS_RUNS: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];

fn endless<const TEST: usize>(_: Arc<App>) -> Run {
    ENDLESS_RUNS[TEST].fetch_add(1, Ordering::SeqCst);
    Box::pin(std::future::pending())
}

const ENDLESS: [&[Job]; 3] = [
    &[Job { name: "endless", every: Duration::from_secs(1), run: endless::<0> }],
    &[Job { name: "endless", every: Duration::from_secs(1), run: endless::<1> }],
    &[Job { name: "endless", every: Duration::from_secs(1), run: endless::<2> }],
];

#[test]
fn the_lease_of_a_dead_process_is_taken_over_once_it_has_run_out() {
    on_both(|site| {
        let before = ENDLESS_RUNS[0].load(Ordering::SeqCst);
        let runs = || ENDLESS_RUNS[0].load(Ordering::SeqCst) - before;
        let neighbour = Neighbour::of(site);
        let mut dead = Runner::new(Arc::clone(&neighbour.app), ENDLESS[0]);
        look(site, &mut dead);
        drop((dead, neighbour));
        let mut alive = Runner::new(Arc::clone(site.app()), ENDLESS[0]);
        site.move_clock(milliseconds(LEASE) - 1);
        look(site, &mut alive);
        assert_eq!(runs(), 1);
        site.move_clock(1);
        look(site, &mut alive);
        assert_eq!(runs(), 2);
    });
}

#[test]
fn a_process_that_lives_keeps_its_lease_and_one_that_stops_gives_it_back() {
    on_both(|site| {
        let before = ENDLESS_RUNS[1].load(Ordering::SeqCst);
        let runs = || ENDLESS_RUNS[1].load(Ordering::SeqCst) - before;
        let neighbour = Neighbour::of(site);
        let (mut one, mut other) = (
            Runner::new(Arc::clone(site.app()), ENDLESS[1]),
            Runner::new(Arc::clone(&neighbour.app), ENDLESS[1]),
        );
        for _ in 0..10 {
            look(site, &mut one);
            look(site, &mut other);
            site.move_clock(25_000);
        }
        assert_eq!(runs(), 1);
        site.block_on(one.stop());
        look(site, &mut other);
        assert_eq!(runs(), 2);
    });
}

#[test]
fn a_process_that_slept_longer_than_its_lease_stops_what_it_was_at() {
    on_both(|site| {
        let before = ENDLESS_RUNS[2].load(Ordering::SeqCst);
        let runs = || ENDLESS_RUNS[2].load(Ordering::SeqCst) - before;
        let neighbour = Neighbour::of(site);
        let (mut asleep, mut awake) = (
            Runner::new(Arc::clone(site.app()), ENDLESS[2]),
            Runner::new(Arc::clone(&neighbour.app), ENDLESS[2]),
        );
        look(site, &mut asleep);
        site.move_clock(milliseconds(LEASE));
        look(site, &mut awake);
        assert_eq!(runs(), 2);
        // It finds the other at it, and does not begin again.
        look(site, &mut asleep);
        site.block_on(awake.stop());
        assert_eq!(runs(), 2);
        look(site, &mut asleep);
        assert_eq!(runs(), 3);
    });
}

static FAILURES: AtomicUsize = AtomicUsize::new(0);

fn fails(_: Arc<App>) -> Run {
    FAILURES.fetch_add(1, Ordering::SeqCst);
    Box::pin(async { Err(Error::internal("the other side does not answer")) })
}

static PANICS: AtomicUsize = AtomicUsize::new(0);

fn panics(_: Arc<App>) -> Run {
    PANICS.fetch_add(1, Ordering::SeqCst);
    // Without the hook, whose backtrace would take longer than the test waits.
    Box::pin(async { std::panic::resume_unwind(Box::new("a job of a test panics, as it should")) })
}

const TROUBLED: &[Job] = &[
    Job { name: "fails", every: Duration::from_hours(24), run: fails },
    Job { name: "panics", every: Duration::from_secs(1), run: panics },
];

#[test]
fn a_job_that_fails_or_panics_is_tried_again_later_and_the_server_goes_on() {
    on_both(|site| {
        let before = (FAILURES.load(Ordering::SeqCst), PANICS.load(Ordering::SeqCst));
        let mut runner = Runner::new(Arc::clone(site.app()), TROUBLED);
        let mut look_after = |milliseconds| {
            site.move_clock(milliseconds);
            look(site, &mut runner);
            look(site, &mut runner);
            (FAILURES.load(Ordering::SeqCst) - before.0, PANICS.load(Ordering::SeqCst) - before.1)
        };
        assert_eq!(look_after(0), (1, 1));
        // The one that is done each second: not sooner than after half a minute.
        assert_eq!(look_after(29_999), (1, 1));
        assert_eq!(look_after(1), (1, 2));
        // The daily one: not later than after five minutes.
        assert_eq!(look_after(5 * MINUTE - 30_001), (1, 3));
        assert_eq!(look_after(1), (2, 3));
        assert_eq!(site.get("/consent").status, 200);
    });
}

#[test]
fn no_two_jobs_have_the_same_name() {
    let mut names: Vec<&str> = JOBS.iter().map(|job| job.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), JOBS.len());
}

#[test]
fn sessions_that_have_ended_are_forgotten_although_nobody_signs_in() {
    on_both(|site| {
        let stored = || site.database.rows("SELECT token_hash FROM sessions").len();
        site.member("ada@example.org");
        let body = "email=ada%40example.org&password=correct+horse+battery";
        assert_eq!(site.request("POST", "/sign-in").form(body).send().status, 303);
        let mut runner = Runner::new(Arc::clone(site.app()), JOBS);
        look(site, &mut runner);
        look(site, &mut runner);
        assert_eq!(stored(), 1);
        // On a busy machine the first run may still be going on: then the next one is a day after its end.
        let are_gone = |turn| {
            if turn % 10 == 0 {
                site.move_clock(25 * 60 * MINUTE);
            }
            look(site, &mut runner);
            stored() == 0
        };
        assert!((0..100).any(are_gone));
    });
}
