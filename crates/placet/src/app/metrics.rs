//! What operators watch: counts and durations since the process began. No label holds anything of a person or a
//! workspace, and none has more values than there are routes, statuses or jobs.

use std::fmt;

use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::clock::Stopwatch;
use crate::domain::error::{Error, Result};

/// Upper bounds, in seconds, between which durations are counted.
const SECONDS: [f64; 10] = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0];

/// Counters, and the registry that writes them down.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram>,
    consents: Family<ConsentLabels, Counter>,
    runs: Family<RunLabels, Counter>,
    waiting: Gauge,
    memory: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: Method,
    route: &'static str,
    status: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ConsentLabels {
    outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RunLabels {
    job: &'static str,
    outcome: RunOutcome,
}

/// Methods that routes answer to; any other is one of these to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
#[expect(missing_docs, reason = "they are methods of HTTP")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
    Options,
    Other,
}

/// What became of a consent that was handed to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
pub enum Outcome {
    /// It is on disk.
    Stored,
    /// It was there already.
    Known,
    /// The database or the queue could not take it; the caller was told so.
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelValue)]
enum RunOutcome {
    Done,
    Failed,
}

impl Metrics {
    /// Everything at zero.
    #[must_use]
    pub fn new() -> Metrics {
        let mut metrics = Metrics {
            registry: Registry::with_prefix("placet"),
            requests: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            consents: Family::default(),
            runs: Family::default(),
            waiting: Gauge::default(),
            memory: Gauge::default(),
        };
        metrics.register();
        metrics
    }

    fn register(&mut self) {
        let Metrics { registry, requests, durations, consents, runs, waiting, memory } = self;
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The release that runs", version);
        registry.register("http_requests", "Requests that were answered", requests.clone());
        registry.register_with_unit(
            "http_request_duration",
            "From a request's head to the head of its answer",
            Unit::Seconds,
            durations.clone(),
        );
        registry.register("consents", "Consents that were handed to the store", consents.clone());
        registry.register("job_runs", "Runs of jobs that have ended in this process", runs.clone());
        registry.register("consents_waiting", "Consents that wait for the database", waiting.clone());
        registry.register_with_unit("resident_memory", "Memory of the process", Unit::Bytes, memory.clone());
    }

    /// A request to this route was answered.
    pub fn answered(&self, method: Method, route: &'static str, status: u16, since: &Stopwatch) {
        self.requests.get_or_create(&RequestLabels { method, route, status: u32::from(status) }).inc();
        self.durations.get_or_create(&RouteLabels { route }).observe(since.seconds());
    }

    /// A consent was handed to the store.
    pub fn handed_over(&self, outcome: Outcome) {
        self.consents.get_or_create(&ConsentLabels { outcome }).inc();
    }

    /// A run of a job has ended.
    pub fn ran(&self, job: &'static str, went_well: bool) {
        let outcome = if went_well { RunOutcome::Done } else { RunOutcome::Failed };
        self.runs.get_or_create(&RunLabels { job, outcome }).inc();
    }

    /// Everything, in the OpenMetrics text format.
    ///
    /// # Errors
    /// None that can be expected: writing to memory.
    pub fn text(&self, waiting: usize) -> Result<String> {
        self.waiting.set(i64::try_from(waiting).unwrap_or(i64::MAX));
        self.memory.set(resident_bytes().unwrap_or(0));
        let mut text = String::new();
        encode(&mut text, &self.registry).map_err(Error::internal)?;
        Ok(text)
    }
}

impl Default for Metrics {
    fn default() -> Metrics {
        Metrics::new()
    }
}

impl fmt::Debug for Metrics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Metrics")
    }
}

/// From Linux; nothing elsewhere.
fn resident_bytes() -> Option<i64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}
