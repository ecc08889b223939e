//! The commands of this repository, run as `cargo xtask NAME`. They set up what they need on a Debian machine that
//! has a Rust toolchain, Node and apt, and leave nothing running. Only the standard library is used, so that the
//! first `cargo xtask` after a clone compiles in a moment.
#![expect(clippy::print_stdout, reason = "a command-line tool talks on standard output")]
#![expect(clippy::print_stderr, reason = "and complains on standard error")]

mod api;
mod apt;
mod bench;
mod deny;
mod docs;
mod fuzz;
mod postgres;
mod process;
mod run;
mod scratch;
mod test;

use std::env;
use std::process::ExitCode;

const HELP: &str = "\
cargo xtask COMMAND

  run [OPTIONS]       build everything in release mode and serve the demo on http://localhost:8080;
                      OPTIONS go to `placet serve`
  test [STEP...]      check everything: all steps, or those named
                      (format assets lint deny rust api web sdk browser; and, only when named,
                      firefox: the browser tests of form library and widget there;
                      image: the container image, built in a clean Debian and run alone;
                      webkit: a smoke test of both there;
                      wordpress: the plugin, in Debian's WordPress)
  deny                check licences, bans and sources of the dependencies, then known vulnerabilities,
                      for which the advisory database is fetched
  docs                write docs/openapi.json and docs/configuration.md anew
  fuzz [SECONDS]      hostile bytes for the parsers of placet-proof, a minute for each unless told otherwise
  bench [PART] [--quick|--full]
                      measure the server against its yardsticks (speed) and with a million consents (scale), and write
                      docs/performance.md; --full takes ten million; --quick measures once, with fewer, and only
                      prints, and so does PART, which is speed or scale

`test` and `bench` install caddy, chromium, nginx, postgresql, python3-venv, sqlite3 and wrk with apt where
they are missing; `test firefox` also firefox-esr, `test webkit` webkit2gtk-driver and xvfb, `test wordpress` wordpress, php
and mariadb-server, `test image` debootstrap.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", [].as_slice()),
    };
    let outcome = match command {
        "run" => run::run(rest),
        "test" => test::run(rest),
        "deny" => deny::run(rest),
        "docs" => docs::run(rest),
        "fuzz" => fuzz::run(rest),
        "bench" => bench::run(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command {other:?}\n\n{HELP}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("cargo xtask {command}: {problem}");
            ExitCode::FAILURE
        }
    }
}
