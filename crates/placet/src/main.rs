//! The `placet` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    placet::cli::run()
}
