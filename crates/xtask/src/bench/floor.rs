//! The yardstick: `crates/placet/benches/floor.rs`, a server that does only what no consent server can leave out.

use super::server::Server;
use crate::process::{capture, cargo};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub(super) struct Floor {
    binary: PathBuf,
    /// Where the consents go; a new file for each start.
    file: PathBuf,
    /// What `GET /answer` gives.
    answer: PathBuf,
}

impl Floor {
    /// `binary` is what [`compile`] made; files go to `dir`.
    pub(super) fn new(binary: PathBuf, dir: &Path) -> Result<Self, String> {
        let floor = Self { binary, file: dir.join("floor.consents"), answer: dir.join("answer.json") };
        floor.will_answer(b"{}")?;
        Ok(floor)
    }

    /// Makes the floor's static answer the very bytes that the server under test answers.
    pub(super) fn will_answer(&self, body: &[u8]) -> Result<(), String> {
        fs::write(&self.answer, body).map_err(|e| format!("cannot write {}: {e}", self.answer.display()))
    }

    pub(super) fn serve(&self) -> Result<Server, String> {
        let _ = fs::remove_file(&self.file);
        let mut command = Command::new(&self.binary);
        command.arg("--file").arg(&self.file).arg("--answer").arg(&self.answer);
        Server::start(command, "/readyz", &self.file.with_extension("log"))
    }

    pub(super) fn bytes_written(&self) -> u64 {
        fs::metadata(&self.file).map_or(0, |metadata| metadata.len())
    }
}

/// Builds the floor, optimised like the server, and returns the path of its program.
pub(super) fn compile() -> Result<PathBuf, String> {
    let mut build = cargo();
    build.args(["bench", "--quiet", "--no-run", "--package", "placet", "--bench", "floor"]);
    let messages = capture(build.arg("--message-format=json"))?;
    executable(&messages).map(PathBuf::from).ok_or_else(|| "cargo did not say where it put the floor".into())
}

/// The path in cargo's messages about what it built: a bench target's, since cargo builds the server beside it.
fn executable(messages: &str) -> Option<&str> {
    let benches = messages.lines().filter(|line| line.contains("\"kind\":[\"bench\"]"));
    let mut paths = benches.filter_map(|line| line.split_once("\"executable\":\"")?.1.split_once('"'));
    paths.next().map(|(path, _)| path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bench_is_found_among_other_programs() {
        let messages = "{\"target\":{\"kind\":[\"lib\"]},\"executable\":null}\n\
                        {\"target\":{\"kind\":[\"bench\"]},\"executable\":\"/t/release/deps/floor-1\",\"fresh\":true}\n\
                        {\"target\":{\"kind\":[\"bin\"]},\"executable\":\"/t/release/placet\",\"fresh\":true}\n";
        assert_eq!(executable(messages), Some("/t/release/deps/floor-1"));
    }
}
