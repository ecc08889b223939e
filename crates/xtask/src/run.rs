//! `cargo xtask run`: the demo, from a clone to a page in the browser.

use crate::process::{cargo, check, not_started, root, target_dir};
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Becomes the server, so that Ctrl-C and exit status are the server's own.
pub(crate) fn run(options: &[String]) -> Result<(), String> {
    check(cargo().args(["build", "--release", "--package", "placet"]))?;
    let mut serve = Command::new(target_dir()?.join("release/placet"));
    serve.current_dir(root()).args(["serve", "--demo"]).args(options);
    let error = serve.exec();
    Err(not_started(&serve, &error))
}
