//! The sessions printed in README.md and docs/ run as printed: each block marked `sh test` is run, in the order of the
//! page, in one shell and one empty folder, and must print the `text output` block that follows it.

use std::fs;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PORT: &str = "8080";
const BETWEEN: &str = "----- next block -----";

/// A block to run, and what it prints.
struct Step {
    commands: String,
    output: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_sessions_of_the_readme_run_as_printed() {
    let steps = steps(&fs::read_to_string(root().join("README.md")).expect("there is a README.md"));
    assert!(!steps.is_empty(), "README.md has no block marked `sh test`");
    run_and_compare("README.md", &steps);
}

#[test]
fn the_sessions_of_the_documentation_run_as_printed() {
    for entry in fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.extension().is_some_and(|extension| extension == "md") {
            let steps = steps(&fs::read_to_string(&entry).unwrap());
            if !steps.is_empty() {
                run_and_compare(&entry.file_name().unwrap().to_string_lossy(), &steps);
            }
        }
    }
}

fn steps(page: &str) -> Vec<Step> {
    let blocks = page.split("\n```sh test\n").skip(1);
    let step = |block: &str| {
        let (commands, rest) = block.split_once("\n```").expect("the block ends");
        let (between, rest) = rest.split_once("```text output\n").expect("a block `text output` follows");
        assert_eq!(between.trim(), "", "the output stands directly after its commands");
        let (output, _) = rest.split_once("```").expect("the output ends");
        Step { commands: commands.to_owned(), output: output.to_owned() }
    };
    blocks.map(step).collect()
}

fn run_and_compare(page: &str, steps: &[Step]) {
    let output = run(steps);
    let printed = String::from_utf8(output.stdout).unwrap();
    let between = format!("{BETWEEN}\n");
    let mut printed = printed.split(between.as_str());
    for Step { commands, output: expected } in steps {
        let printed = printed.next().unwrap_or_default();
        assert_eq!(mask(printed), mask(expected), "{page}, after:\n{commands}");
    }
    assert!(output.status.success(), "{page}: {}", String::from_utf8_lossy(&output.stderr));
}

/// One shell for all blocks; whatever it started in the background ends with it.
fn run(steps: &[Step]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let program = Path::new(env!("CARGO_BIN_EXE_placet")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let commands: Vec<String> = steps.iter().map(|step| step.commands.replace(PORT, &free)).collect();
    let script = format!(
        "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n{}\n",
        commands.join(&format!("\necho '{BETWEEN}'\n"))
    );
    let mut shell = Command::new("bash");
    shell.args(["-euc", &script]).current_dir(folder.path()).env("PATH", path).process_group(0);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PLACET_")) {
        shell.env_remove(name);
    }
    shell.output().unwrap()
}

/// Ids, times and keys are other ones each time.
fn mask(text: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-:.+_".contains(c);
    let mut masked = String::new();
    for piece in text.trim_end().split_inclusive(|c: char| !is_part(c)) {
        let (word, end) = piece.split_at(piece.trim_end_matches(|c: char| !is_part(c)).len());
        masked.push_str(masked_word(word));
        masked.push_str(end);
    }
    masked
}

fn masked_word(word: &str) -> &str {
    let is_shape = |shape: &str| {
        word.len() == shape.len()
            && word.bytes().zip(shape.bytes()).all(|(byte, kind)| match kind {
                b'9' => byte.is_ascii_digit(),
                b'f' => byte.is_ascii_hexdigit(),
                other => byte == other,
            })
    };
    let times = [
        "9999-99-99T99:99:99Z",
        "9999-99-99T99:99:99.999Z",
        "9999-99-99T99:99:99+99:99",
        "9999-99-99T99:99:99.999+99:99",
    ];
    if is_shape("ffffffff-ffff-ffff-ffff-ffffffffffff") {
        "<id>"
    } else if times.iter().any(|shape| is_shape(shape)) {
        "<time>"
    } else if word.starts_with("placet_sk_") || word.starts_with("placet_pk_") {
        "<key>"
    } else {
        word
    }
}
