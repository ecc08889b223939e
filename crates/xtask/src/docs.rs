//! `cargo xtask docs`: the pages of the documentation that the program writes itself.

use crate::process::{capture, cargo, check, root, target_dir};
use std::fs;
use std::process::Command;

const PAGES: [(&str, &str); 2] =
    [("openapi", "docs/openapi.json"), ("configuration", "docs/configuration.md")];

pub(crate) fn run(rest: &[String]) -> Result<(), String> {
    if let Some(unknown) = rest.first() {
        return Err(format!("there is no option {unknown:?}"));
    }
    check(cargo().args(["build", "--quiet", "--package", "placet"]))?;
    let placet = target_dir()?.join("debug/placet");
    for (command, file) in PAGES {
        let page = capture(Command::new(&placet).arg(command))?;
        fs::write(root().join(file), page).map_err(|e| format!("cannot write {file}: {e}"))?;
        println!("wrote {file}");
    }
    Ok(())
}
