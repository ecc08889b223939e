//! The `placet` command.

use std::process::ExitCode;

/// Records are many small pieces of text, made on one thread and dropped on another: what this allocator is good at.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    placet::cli::run()
}
