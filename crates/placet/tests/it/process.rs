//! The real program, as a process.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use serde_json::Value;

use crate::client::Request;
use crate::database::Database;

const PROGRAM: &str = env!("CARGO_BIN_EXE_placet");

/// The program with these arguments, and without options from the surroundings.
pub(crate) fn placet(arguments: &[&str]) -> Command {
    let mut command = Command::new(PROGRAM);
    command.args(arguments);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PLACET_") {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command on a database to its end.
pub(crate) fn run(database: &Database, arguments: &[&str]) -> Output {
    run_with_input(database, arguments, "")
}

pub(crate) fn run_with_input(database: &Database, arguments: &[&str], input: &str) -> Output {
    let mut command = placet(arguments);
    command.args(database.option()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A command that does not read its input may be gone already.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs a command with `--json` and gives its answer.
#[track_caller]
pub(crate) fn answer(database: &Database, arguments: &[&str]) -> Value {
    json_of(&run(database, &[arguments, &["--json"]].concat()))
}

/// The one JSON object that a successful command printed.
#[track_caller]
pub(crate) fn json_of(output: &Output) -> Value {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text.lines().count(), 1, "{text}");
    serde_json::from_str(&text).unwrap()
}

/// A running server. Killed when dropped.
pub(crate) struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Starts a server on any free port; returns when it listens.
    pub(crate) fn start(database: &Database) -> Server {
        Server::start_with(database, &[])
    }

    pub(crate) fn start_with(database: &Database, options: &[&str]) -> Server {
        let mut command = placet(&["serve", "--listen", "127.0.0.1:0"]);
        command.args(options);
        command.args(database.option()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut first = String::new();
        said.read_line(&mut first).unwrap();
        let address = first.trim().rsplit('/').next().expect("where it listens");
        Server { child, said, address: address.parse().unwrap() }
    }

    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target)
    }

    /// The next line on standard output.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    /// `kill -9`: the process ends wherever it is.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Asks the process to stop and gives what it still printed.
    pub(crate) fn stop(mut self) -> String {
        let asked = Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        assert!(self.child.wait().unwrap().success());
        let mut rest = String::new();
        while self.said.read_line(&mut rest).unwrap() > 0 {}
        rest
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
