//! The machine and the versions that the figures belong to.

use crate::postgres::Postgres;
use crate::process::capture;
use std::fs;
use std::path::Path;
use std::process::Command;

pub(super) struct Machine {
    lines: Vec<String>,
}

impl Machine {
    /// `disk` is a directory on the disk that was written to.
    pub(super) fn look(postgres: &Postgres, disk: &Path) -> Result<Self, String> {
        let lines = vec![
            format!("- Date: {}", capture(Command::new("date").args(["-u", "+%Y-%m-%d"]))?.trim()),
            format!("- Processor: {}, {} usable", first("/proc/cpuinfo", "model name"), processors()),
            format!("- Memory: {}", gigabytes(&first("/proc/meminfo", "MemTotal"))),
            format!("- Disk: {}", file_system(disk)?),
            format!("- System: {}, Linux {}", first("/etc/os-release", "PRETTY_NAME"), kernel()),
            format!("- Load average before the run: {}", load_average()),
            format!("- PostgreSQL {}", postgres.ask("SHOW server_version")?),
            format!("- {}", capture(Command::new("rustc").arg("--version"))?.trim()),
        ];
        Ok(Self { lines })
    }

    pub(super) fn describe(&self) -> String {
        self.lines.join("\n") + "\n"
    }
}

/// The value of the first line that begins with `name`, in the `name: value` and `NAME="value"` files of Linux.
fn first(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.split_once([':', '=']));
    value.map_or("unknown".into(), |(_, value)| value.trim().trim_matches('"').to_owned())
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(0, std::num::NonZero::get)
}

fn gigabytes(kilobytes: &str) -> String {
    let number = kilobytes.split_whitespace().next().and_then(|number| number.parse::<f64>().ok());
    number.map_or_else(|| "unknown".into(), |number| format!("{:.0} GiB", number / 1024.0 / 1024.0))
}

fn file_system(directory: &Path) -> Result<String, String> {
    let answer = capture(Command::new("df").arg("--output=fstype").arg(directory))?;
    Ok(answer.lines().last().unwrap_or("unknown").trim().to_owned())
}

fn kernel() -> String {
    fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned()
}

fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}
