//! cargo-deny: the rules of `deny.toml` about what the binary may contain.

use crate::process::{cargo, check, root, target_dir};
use std::path::Path;
use std::process::Command;

const VERSION: &str = "0.20.2";

/// `cargo xtask deny`: everything, known vulnerabilities too, for which the advisory database is fetched.
pub(crate) fn run(options: &[String]) -> Result<(), String> {
    check(cargo_deny()?.arg("check").args(options))
}

/// What can be checked without a network: bans, licences, sources.
pub(crate) fn offline() -> Result<(), String> {
    let mut deny = cargo_deny()?;
    deny.args(["--log-level", "error", "check", "--hide-inclusion-graph"]);
    check(deny.args(["bans", "licenses", "sources"]))
}

/// Our own copy, in the target directory. Unoptimised, because it compiles in one minute instead of three and
/// checks in a second.
fn cargo_deny() -> Result<Command, String> {
    let tools = target_dir()?.join("tools");
    let program = tools.join("bin/cargo-deny");
    if !program.exists() {
        install(&tools)?;
    }
    let mut command = Command::new(program);
    command.current_dir(root());
    Ok(command)
}

fn install(tools: &Path) -> Result<(), String> {
    println!("installing cargo-deny {VERSION} (once, about a minute)");
    let mut install = cargo();
    install.args(["install", "--quiet", "--locked", "--debug", "--version", VERSION, "--root"]).arg(tools);
    install.arg("--target-dir").arg(tools.join("build")).arg("cargo-deny");
    check(install.env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    std::fs::remove_dir_all(tools.join("build"))
        .map_err(|e| format!("cannot tidy up after the installation: {e}"))
}
