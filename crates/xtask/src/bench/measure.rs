//! Measuring: the floor and each store in turn, again and again, so that a noisy minute hits both alike.

use super::candidate::{Candidate, SETTLE};
use super::floor::Floor;
use super::server::{Memory, Server};
use super::table::float;
use super::wrk::{Load, Pressure, Wrk};
use std::thread::{self, sleep};
use std::time::Duration;

/// With how many connections consents are written.
pub(super) const WRITERS: [u32; 2] = [64, 256];
/// With how many connections settings are read.
pub(super) const READERS: u32 = 64;
/// A server that used less than `AT_REST` in this time has finished what it does off the hot path.
const PAUSE: Duration = Duration::from_secs(1);
const AT_REST: Duration = Duration::from_millis(30);
/// The most pauses before the next server is measured all the same.
const MOST_PAUSES: u32 = 60;

/// How much to measure.
#[derive(Clone, Copy)]
pub(super) struct Plan {
    pub(super) repetitions: u32,
    pub(super) write_time: Duration,
    pub(super) read_time: Duration,
}

impl Plan {
    pub(super) const USUAL: Self =
        Self { repetitions: 3, write_time: Duration::from_secs(8), read_time: Duration::from_secs(5) };
    pub(super) const QUICK: Self =
        Self { repetitions: 1, write_time: Duration::from_secs(4), read_time: Duration::from_secs(3) };
}

/// One run against one server.
pub(super) struct Run {
    pub(super) load: Load,
    /// The server's own processor time for one request, in microseconds.
    pub(super) processor: f64,
}

/// The floor, and right after it the server.
pub(super) struct Pair {
    pub(super) floor: Run,
    pub(super) server: Run,
}

/// The floor's own memory, start and bytes, to set beside a candidate's.
pub(super) struct FloorEnds {
    pub(super) idle: Memory,
    pub(super) peak: Memory,
    pub(super) ready: Duration,
    pub(super) bytes_per_consent: f64,
}

/// What is measured of a candidate when the load is over.
pub(super) struct Ends {
    pub(super) peak: Memory,
    pub(super) consents: u64,
    pub(super) bytes_per_consent: f64,
    pub(super) ready_after_stop: Vec<Duration>,
    pub(super) ready_after_crash: Vec<Duration>,
}

pub(super) struct Measure<'a> {
    plan: Plan,
    floor: &'a Floor,
    wrk: &'a Wrk,
    /// Names the subjects of each run apart.
    runs: u32,
}

impl<'a> Measure<'a> {
    pub(super) fn new(plan: Plan, floor: &'a Floor, wrk: &'a Wrk) -> Self {
        Self { plan, floor, wrk, runs: 0 }
    }

    /// One round of writes: every number of connections, every candidate, each right after a floor of its own.
    pub(super) fn writes(&mut self, candidates: &mut [Candidate]) -> Result<(), String> {
        for connections in WRITERS {
            for candidate in &mut *candidates {
                let floor = self.post(&self.floor.serve()?, "none", connections)?;
                let server = self.post(&candidate.server, &candidate.access.private_key, connections)?;
                let pair = accepted(Pair { floor, server }, candidate.name, connections)?;
                candidate.writes.push((connections, pair));
            }
        }
        Ok(())
    }

    /// One round of reads of the widget's settings. The floor answers the same bytes.
    pub(super) fn reads(&self, candidates: &mut [Candidate]) -> Result<(), String> {
        for candidate in candidates {
            let settings = &candidate.access.settings;
            let (status, body) = candidate.server.get(settings)?;
            if status != 200 {
                return Err(format!("GET {settings} answered {status}: {}", String::from_utf8_lossy(&body)));
            }
            self.floor.will_answer(&body)?;
            let floor = self.get(&self.floor.serve()?, "/answer")?;
            let server = self.get(&candidate.server, settings)?;
            candidate.reads.push(accepted(Pair { floor, server }, candidate.name, READERS)?);
        }
        Ok(())
    }

    pub(super) fn floor_ends(&mut self) -> Result<FloorEnds, String> {
        let server = self.floor.serve()?;
        sleep(SETTLE);
        let idle = server.memory()?;
        let run = self.post(&server, "none", WRITERS[1])?;
        let bytes_per_consent = per(float(self.floor.bytes_written()), run.load.answered);
        Ok(FloorEnds { idle, peak: server.memory()?, ready: server.ready_after, bytes_per_consent })
    }

    /// Memory after all load, bytes on disk, and starts: after a clean stop, and after `kill -9` under load.
    pub(super) fn ends(&mut self, candidate: &mut Candidate) -> Result<Ends, String> {
        let peak = candidate.server.memory()?;
        let consents = candidate.consents();
        let bytes_per_consent = per(float(candidate.bytes_grown()?), consents);
        let repetitions = 0..self.plan.repetitions;
        let ready_after_stop = repetitions.clone().map(|_| candidate.restart()).collect::<Result<_, _>>()?;
        let ready_after_crash = repetitions.map(|_| self.crash(candidate)).collect::<Result<_, _>>()?;
        Ok(Ends { peak, consents, bytes_per_consent, ready_after_stop, ready_after_crash })
    }

    /// Kills the server in the middle of a load, whose failures are therefore not counted.
    fn crash(&mut self, candidate: &mut Candidate) -> Result<Duration, String> {
        let (url, key, run) =
            (candidate.server.url("/consent"), candidate.access.private_key.clone(), self.run());
        let load = Pressure { connections: WRITERS[0], time: Duration::from_secs(2) };
        thread::scope(|scope| {
            scope.spawn(|| self.wrk.post_consents(&url, load, &key, &run));
            sleep(Duration::from_secs(1));
            candidate.crash()
        })
    }

    fn post(&mut self, server: &Server, key: &str, connections: u32) -> Result<Run, String> {
        let run = self.run();
        let how = Pressure { connections, time: self.plan.write_time };
        measured(server, || self.wrk.post_consents(&server.url("/consent"), how, key, &run))
    }

    fn get(&self, server: &Server, path: &str) -> Result<Run, String> {
        let how = Pressure { connections: READERS, time: self.plan.read_time };
        measured(server, || self.wrk.read(&server.url(path), how))
    }

    fn run(&mut self) -> String {
        self.runs += 1;
        format!("customer-{}", self.runs)
    }
}

fn measured(server: &Server, load: impl FnOnce() -> Result<Load, String>) -> Result<Run, String> {
    sleep(PAUSE);
    let before = server.processor_time()?;
    let load = load()?;
    let used = server.processor_time()?.saturating_sub(before);
    rest(server)?;
    Ok(Run { processor: per(used.as_secs_f64() * 1e6, load.answered), load })
}

/// Waits until the server has nothing to do any more, such as texts to index: it would press on what is measured next.
fn rest(server: &Server) -> Result<(), String> {
    for _ in 0..MOST_PAUSES {
        let before = server.processor_time()?;
        sleep(PAUSE);
        if server.processor_time()?.saturating_sub(before) < AT_REST {
            break;
        }
    }
    Ok(())
}

/// A figure counts only when every request was answered with success.
fn accepted(pair: Pair, name: &str, connections: u32) -> Result<Pair, String> {
    for (who, run) in [("the floor", &pair.floor), (name, &pair.server)] {
        let Load { answered, failed, .. } = run.load;
        if failed > 0 || answered == 0 {
            return Err(format!(
                "{who}, {connections} connections: {answered} requests answered, {failed} failed"
            ));
        }
    }
    Ok(pair)
}

fn per(total: f64, count: u64) -> f64 {
    total / float(count.max(1))
}
