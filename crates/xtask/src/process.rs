//! Starting other programs, and saying in one sentence what went wrong when one fails.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// The target directory in use: this program was built into `debug/` below it.
pub(crate) fn target_dir() -> Result<PathBuf, String> {
    let this = env::current_exe().map_err(|e| format!("cannot tell where this program is: {e}"))?;
    this.ancestors()
        .nth(2)
        .map(Path::to_path_buf)
        .ok_or_else(|| "this program is not in a target directory".into())
}

/// The cargo that runs this command, in the root of the repository. Without what it says of this package: build scripts
/// that look at that would take every package for a changed one whenever cargo was called by hand in between.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    let of_this_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_this_package)) {
        command.env_remove(name);
    }
    command.current_dir(root());
    command
}

pub(crate) fn npm(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root().join("web"));
    command
}

/// The one clock of this tool: it only measures, nothing is stored with it.
#[expect(clippy::disallowed_methods, reason = "this tool is not part of the server and has no App")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Runs to the end with our input and output.
pub(crate) fn check(command: &mut Command) -> Result<(), String> {
    let status = command.status().map_err(|e| not_started(command, &e))?;
    succeeded(command, status)
}

/// Runs to the end and returns what it printed.
pub(crate) fn capture(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|e| not_started(command, &e))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(format!("{} failed ({})\n{}", words_of(command), output.status, words.trim()))
}

/// Runs to the end, printing each line of its output as it comes, after `look` has seen it.
pub(crate) fn watch(command: &mut Command, mut look: impl FnMut(&str)) -> Result<(), String> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|e| not_started(command, &e))?;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            look(&line);
            println!("{line}");
        }
    }
    let status = child.wait().map_err(|e| not_started(command, &e))?;
    succeeded(command, status)
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() { Ok(()) } else { Err(format!("{} failed ({status})", words_of(command))) }
}

pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("{} did not start: {error}", words_of(command))
}

/// The command as a person would type it; long absolute paths of programs are cut to their names.
fn words_of(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
