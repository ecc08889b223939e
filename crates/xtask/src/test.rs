//! `cargo xtask test`: everything that must hold before a change lands, in the order in which failures are cheap.

use crate::api::{self, Trial};
use crate::apt::{
    self, CADDY, CHROMIUM, CURL, DEBOOTSTRAP, FILE, FIREFOX, MARIADB, NGINX, PHP, PHP_MYSQL, POSTGRESQL,
    PYTHON_VENV, WEBKIT, WORDPRESS, WORDPRESS_THEME, XVFB,
};
use crate::deny;
use crate::postgres::{Durability, Postgres};
use crate::process::{cargo, check, now, npm, root, target_dir, watch};
use std::process::Command;
use std::thread;
use std::time::Duration;

struct Step {
    name: &'static str,
    heading: &'static str,
    run: fn(&Surroundings) -> Result<Checked, String>,
}

const STEPS: [Step; 9] = [
    Step { name: "format", heading: "Format of the Rust code", run: format },
    Step { name: "assets", heading: "Web files: packages, build, size budgets", run: assets },
    Step { name: "lint", heading: "Lints of the Rust code", run: lint },
    Step { name: "deny", heading: "Licences, bans and sources of dependencies", run: dependencies },
    Step { name: "rust", heading: "Rust tests, on SQLite and on PostgreSQL", run: rust },
    Step { name: "api", heading: "HTTP API against its description, on SQLite and on PostgreSQL", run: api },
    Step { name: "web", heading: "Types of SDK and dashboard", run: web },
    Step { name: "sdk", heading: "SDK tests", run: sdk },
    Step { name: "browser", heading: "Browser tests", run: browser },
];

/// Steps that take long, change seldom, or need packages that nothing else does: they run when they are named.
const SELDOM: [Step; 4] = [
    Step { name: "firefox", heading: "Browser tests of form library and widget, in Firefox", run: firefox },
    Step { name: "image", heading: "The container image, built and run without an engine", run: image },
    Step { name: "webkit", heading: "A smoke test of form library and widget, in WebKit", run: webkit },
    Step { name: "wordpress", heading: "WordPress plugin, on Debian's WordPress", run: wordpress },
];

/// What the tests of this run may use.
struct Surroundings {
    postgres: Postgres,
}

/// What a step that passed has done.
enum Checked {
    Rules,
    Tests(u64),
}

struct Passed {
    step: &'static Step,
    checked: Checked,
    took: Duration,
}

pub(crate) fn run(names: &[String]) -> Result<(), String> {
    let steps = chosen(names)?;
    let since = now();
    apt::require(&[CADDY, CHROMIUM, NGINX, POSTGRESQL, PYTHON_VENV])?;
    let surroundings = Surroundings { postgres: Postgres::start(Durability::None)? };
    let mut passed = Vec::new();
    for step in steps {
        match take(step, &surroundings) {
            Ok(done) => passed.push(done),
            Err(problem) => {
                summarise(&passed);
                return Err(format!("FAILED at {}: {problem}", step.name));
            }
        }
    }
    summarise(&passed);
    println!("cargo xtask test: passed, {}, {}", tests_of(&passed), seconds(now() - since));
    Ok(())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Step>, String> {
    if names.is_empty() {
        return Ok(STEPS.iter().collect());
    }
    let find = |name: &String| {
        let known = STEPS.iter().chain(&SELDOM).find(|step| step.name == name);
        known.ok_or(format!("there is no step {name:?}"))
    };
    names.iter().map(find).collect()
}

fn take(step: &'static Step, surroundings: &Surroundings) -> Result<Passed, String> {
    println!("\n== {} ({})", step.heading, step.name);
    let since = now();
    let checked = (step.run)(surroundings)?;
    let passed = Passed { step, checked, took: now() - since };
    println!("== {}: passed in {}", step.name, seconds(passed.took));
    Ok(passed)
}

fn format(_: &Surroundings) -> Result<Checked, String> {
    check(cargo().args(["fmt", "--all", "--check"])).map(|()| Checked::Rules)
}

/// Also installs what the steps on `web/` below run with.
fn assets(_: &Surroundings) -> Result<Checked, String> {
    check(cargo().args(["build", "--quiet", "--package", "placet-assets"])).map(|()| Checked::Rules)
}

fn lint(_: &Surroundings) -> Result<Checked, String> {
    let mut clippy = cargo();
    clippy.args(["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"]);
    check(&mut clippy).map(|()| Checked::Rules)
}

fn dependencies(_: &Surroundings) -> Result<Checked, String> {
    deny::offline().map(|()| Checked::Rules)
}

/// More at once than there are processors: many of the tests wait for something.
fn rust(surroundings: &Surroundings) -> Result<Checked, String> {
    let at_once = thread::available_parallelism().map_or(4, |processors| 2 * processors.get());
    let mut tests = cargo();
    tests.args(["test", "--workspace"]).env("RUST_TEST_THREADS", at_once.to_string());
    count(tests.env("PLACET_TEST_DATABASE_URL", surroundings.postgres.url())).map(Checked::Tests)
}

fn api(surroundings: &Surroundings) -> Result<Checked, String> {
    check(cargo().args(["build", "--quiet", "--package", "placet"]))?;
    let schemathesis = api::install()?;
    let binary = target_dir()?.join("debug/placet");
    let mut tests = 0;
    for database_url in [None, Some(surroundings.postgres.create("placet_api")?)] {
        let trial = Trial::start(&binary, database_url)?;
        tests += count(&mut trial.command(&schemathesis))?;
    }
    Ok(Checked::Tests(tests))
}

fn web(_: &Surroundings) -> Result<Checked, String> {
    check(npm("npm").args(["run", "check"])).map(|()| Checked::Rules)
}

fn sdk(_: &Surroundings) -> Result<Checked, String> {
    count(npm("npm").arg("test")).map(Checked::Tests)
}

fn browser(surroundings: &Surroundings) -> Result<Checked, String> {
    playwright(surroundings, &["--project", "chromium"])
}

fn firefox(surroundings: &Surroundings) -> Result<Checked, String> {
    apt::require(&[FIREFOX])?;
    playwright(surroundings, &["--project", "firefox"])
}

fn webkit(surroundings: &Surroundings) -> Result<Checked, String> {
    apt::require(&[WEBKIT, XVFB])?;
    playwright(surroundings, &["--config", "webkit.config.ts", "--project", "chromium"])
}

fn wordpress(surroundings: &Surroundings) -> Result<Checked, String> {
    apt::require(&[MARIADB, PHP, PHP_MYSQL, WORDPRESS, WORDPRESS_THEME])?;
    playwright(surroundings, &["--config", "wordpress.config.ts", "--project", "chromium"])
}

/// The browsers visit the server that the Rust tests were built with.
fn playwright(surroundings: &Surroundings, options: &[&str]) -> Result<Checked, String> {
    check(cargo().args(["build", "--quiet", "--package", "placet"]))?;
    let mut playwright = npm("npx");
    playwright.args(["playwright", "test"]).args(options);
    playwright.env("PLACET_TEST_DATABASE_URL", surroundings.postgres.url());
    // What a busy machine upset is tried once more, and listed as flaky.
    playwright.env("CI", "1");
    count(playwright.env("PLACET_BIN", target_dir()?.join("debug/placet"))).map(Checked::Tests)
}

/// Of what is committed, like an image built from a clone.
fn image(_: &Surroundings) -> Result<Checked, String> {
    apt::require(&[CURL, DEBOOTSTRAP, FILE])?;
    check(Command::new("sh").arg(root().join("deploy/test-image.sh"))).map(|()| Checked::Rules)
}

/// Runs tests and counts them. A run without a single test is a mistake, not a success.
fn count(command: &mut Command) -> Result<u64, String> {
    let mut tests = 0;
    watch(command, |line| tests += passed_in(line).unwrap_or(0))?;
    if tests == 0 { Err("no test ran".into()) } else { Ok(tests) }
}

/// How many tests this line reports as passed, in the words of cargo, Node, Playwright or Schemathesis.
fn passed_in(line: &str) -> Option<u64> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["test", "result:", _, count, "passed;", ..]
        | ["#" | "ℹ", "pass", count]
        | [_, "generated,", count, "passed" | "passed,", ..] => count.parse().ok(),
        [count, "passed", time] if time.starts_with('(') => count.parse().ok(),
        _ => None,
    }
}

fn summarise(passed: &[Passed]) {
    println!();
    for Passed { step, checked, took } in passed {
        print!("passed  {:<8} {:>8}", step.name, seconds(*took));
        if let Checked::Tests(tests) = checked {
            print!("  {tests} tests");
        }
        println!();
    }
}

fn tests_of(passed: &[Passed]) -> String {
    let counted = passed.iter().filter_map(|done| match done.checked {
        Checked::Tests(tests) => Some(format!("{tests} {} tests", done.step.name)),
        Checked::Rules => None,
    });
    let steps = std::iter::once(format!("{} of {} steps", passed.len(), STEPS.len()));
    steps.chain(counted).collect::<Vec<_>>().join(", ")
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passed_tests_are_counted_in_four_languages() {
        let cargo =
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s";
        assert_eq!(passed_in(cargo), Some(12));
        assert_eq!(passed_in("# pass 7"), Some(7));
        assert_eq!(passed_in("ℹ pass 7"), Some(7));
        assert_eq!(passed_in("  18 passed (25.0s)"), Some(18));
        assert_eq!(passed_in("  3561 generated, 3550 passed, 11 skipped"), Some(3550));
    }

    #[test]
    fn other_lines_count_nothing() {
        for line in ["", "test consent::is_stored ... ok", "# fail 0", "running 3 tests", "2 passed the door"]
        {
            assert_eq!(passed_in(line), None, "{line}");
        }
    }
}
