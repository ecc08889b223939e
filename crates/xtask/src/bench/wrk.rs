//! wrk, the load generator: one run, and what it saw.

use super::table::float;
use crate::process::capture;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The scripts for wrk, written where it can read them.
pub(super) struct Wrk {
    consents: PathBuf,
    reads: PathBuf,
}

/// One run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Load {
    /// Requests answered with success.
    pub(super) answered: u64,
    /// Answers of status 400 and above, and requests without an answer.
    pub(super) failed: u64,
    pub(super) per_second: f64,
    pub(super) p50: Duration,
    pub(super) p99: Duration,
}

impl Wrk {
    pub(super) fn prepare(dir: &Path) -> Result<Self, String> {
        let summary = include_str!("summary.lua");
        let wrk = Self { consents: dir.join("consents.lua"), reads: dir.join("reads.lua") };
        let consents = [include_str!("consent.lua"), summary].join("\n");
        fs::write(&wrk.consents, consents)
            .and_then(|()| fs::write(&wrk.reads, summary))
            .map_err(|e| format!("cannot write the scripts for wrk: {e}"))?;
        Ok(wrk)
    }

    /// `run` is a text no other run uses: it makes the subjects of this one unique.
    pub(super) fn post_consents(
        &self,
        url: &str,
        how: Pressure,
        key: &str,
        run: &str,
    ) -> Result<Load, String> {
        let mut wrk = how.wrk(&self.consents);
        load(wrk.arg(url).args(["--", key, run]))
    }

    pub(super) fn read(&self, url: &str, how: Pressure) -> Result<Load, String> {
        load(how.wrk(&self.reads).arg(url))
    }
}

/// How many connections press, and how long.
#[derive(Clone, Copy)]
pub(super) struct Pressure {
    pub(super) connections: u32,
    pub(super) time: Duration,
}

impl Pressure {
    fn wrk(self, script: &Path) -> Command {
        let mut wrk = Command::new("wrk");
        wrk.args(["--threads", "2", "--timeout", "10s", "--connections", &self.connections.to_string()]);
        wrk.args(["--duration", &format!("{}s", self.time.as_secs().max(1)), "--script"]).arg(script);
        wrk
    }
}

fn load(wrk: &mut Command) -> Result<Load, String> {
    let output = capture(wrk)?;
    parse(&output).ok_or_else(|| format!("wrk ended without its summary:\n{output}"))
}

fn parse(output: &str) -> Option<Load> {
    let line = output.lines().find_map(|line| line.strip_prefix("placet-bench "))?;
    let number = |name: &str| -> Option<u64> {
        line.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')?.parse().ok())
    };
    let answered = number("requests")?.saturating_sub(number("refused")?);
    let time = Duration::from_micros(number("microseconds")?);
    Some(Load {
        answered,
        failed: number("refused")? + number("broken")?,
        per_second: float(answered) / time.as_secs_f64(),
        p50: Duration::from_micros(number("p50")?),
        p99: Duration::from_micros(number("p99")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_read_back() {
        let output = "Running 8s test @ http://127.0.0.1:1\n\
                      placet-bench requests=1000 microseconds=2000000 p50=1500 p99=9000 refused=10 broken=2\n";
        let load = parse(output).unwrap();
        assert_eq!((load.answered, load.failed), (990, 12));
        assert!((load.per_second - 495.0).abs() < 1e-9);
        assert_eq!((load.p50, load.p99), (Duration::from_micros(1500), Duration::from_millis(9)));
    }

    #[test]
    fn a_run_without_summary_is_no_result() {
        assert_eq!(parse("unable to connect to 127.0.0.1:1 Connection refused\n"), None);
    }
}
