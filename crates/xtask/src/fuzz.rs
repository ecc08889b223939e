//! `cargo xtask fuzz`: hostile bytes for `placet-proof`, for as long as wanted. libFuzzer does the work; the compiler marks
//! every branch for it, which the stable one can do too.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::process::{capture, cargo, check, root, target_dir};

/// Programs in `crates/proof/fuzz/src/bin`.
const TARGETS: [&str; 3] = ["json", "disclosure", "record"];
const USUAL_SECONDS: &str = "60";
const LONGEST_INPUT: &str = "4096";

const COVERAGE: [&str; 7] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
    "--cfg=fuzzing",
];

pub(crate) fn run(rest: &[String]) -> Result<(), String> {
    let seconds = match rest {
        [] => USUAL_SECONDS,
        [seconds] if seconds.parse::<u32>().is_ok() => seconds,
        _ => return Err("takes at most the seconds for each target".into()),
    };
    let folder = root().join("crates/proof/fuzz");
    let output = target_dir()?.join("fuzz");
    let host = host()?;
    // With a target named, build scripts and macros are not marked.
    let mut build = cargo();
    build.args(["build", "--release", "--target", &host, "--target-dir"]).arg(&output);
    check(build.current_dir(&folder).env("RUSTFLAGS", COVERAGE.join(" ")))?;
    TARGETS.iter().try_for_each(|target| {
        let program = output.join(&host).join("release").join(target);
        hunt(&program, &output.join("corpus").join(target), &folder.join("seeds").join(target), seconds)
    })
}

/// What leads to new branches is kept in `corpus` for the next time; what fails is named, and is written beside it.
fn hunt(program: &Path, corpus: &Path, seeds: &Path, seconds: &str) -> Result<(), String> {
    fs::create_dir_all(corpus).map_err(|e| format!("cannot create {}: {e}", corpus.display()))?;
    let mut fuzzer = Command::new(program);
    fuzzer.args([format!("-max_total_time={seconds}"), format!("-max_len={LONGEST_INPUT}")]);
    fuzzer.args([format!("-artifact_prefix={}-", corpus.display()), "-print_final_stats=1".into()]);
    check(fuzzer.arg(corpus).arg(seeds))
}

/// The machine that this runs on, as the compiler names it.
fn host() -> Result<String, String> {
    let version = capture(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or_else(|| "rustc does not say what machine this is".into())
}
