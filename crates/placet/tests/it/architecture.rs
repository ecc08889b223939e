//! The shape of the tree, kept by reading it: who may use whom, how long a file may be, which names say nothing.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with those it may use (besides itself). `cli` and `main` may use everything.
const ARROWS: [(&str, &[&str]); 7] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("log", &["domain", "store"]),
    ("app", &["config", "domain", "store"]),
    ("actions", &["app", "domain", "store", "log"]),
    ("jobs", &["app", "domain", "store", "log", "actions"]),
    ("http", &["app", "domain", "store", "log", "actions"]),
];
const LAYERS: [&str; 9] = ["domain", "store", "log", "app", "config", "actions", "jobs", "http", "cli"];
const MAX_LINES: usize = 400;
const SAY_NOTHING: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];
const SAY_NOTHING_EITHER: [&str; 4] = ["Manager", "Service", "Impl", "Helper"];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(sources(&entry));
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            found.push(entry);
        }
    }
    found
}

/// All Rust sources of the workspace, with their text.
fn workspace() -> Vec<(PathBuf, String)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let files = sources(crates)
        .into_iter()
        .filter(|file| !file.components().any(|part| part.as_os_str() == "target"));
    files
        .map(|file| (file.strip_prefix(crates).unwrap().to_owned(), fs::read_to_string(file).unwrap()))
        .collect()
}

/// What the code of a layer names after `crate::`.
fn used_by(layer: &str) -> BTreeSet<(PathBuf, String)> {
    let start = Path::new("placet/src").join(layer);
    let of_layer = |file: &Path| file.starts_with(&start) || file == start.with_extension("rs");
    let files = workspace().into_iter().filter(|(file, _)| of_layer(file));
    let names = |(file, text): (PathBuf, String)| {
        let text = text.replace("crate::{", "crate::");
        let word = |rest: &str| {
            rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default().to_owned()
        };
        text.split("crate::").skip(1).map(|rest| (file.clone(), word(rest))).collect::<Vec<_>>()
    };
    files.flat_map(names).collect()
}

#[test]
fn layers_use_only_those_below_them() {
    for (layer, allowed) in ARROWS {
        for (file, used) in used_by(layer) {
            let is_fine =
                used == layer || allowed.contains(&used.as_str()) || !LAYERS.contains(&used.as_str());
            assert!(is_fine, "{} uses {used}: {layer} may use {allowed:?} only", file.display());
        }
    }
}

#[test]
fn only_the_store_knows_sql_and_only_the_edge_knows_http() {
    for (file, text) in workspace() {
        let Ok(file) = file.strip_prefix("placet/src") else { continue };
        let is_in = |folder: &str| file.starts_with(folder);
        let names = |name: &str| text.contains(name);
        assert!(
            is_in("store") || !(names("rusqlite::") || names("postgres::")),
            "{} knows a database",
            file.display()
        );
        // The way out is an edge too.
        let is_edge = is_in("http") || is_in("cli") || is_in("app/fetch.rs") || is_in("app/fetch");
        assert!(is_edge || !(names("axum::") || names("hyper::")), "{} knows HTTP", file.display());
        assert!(
            !is_in("domain") || !(names("tokio::") || names("std::fs") || names("std::net::Tcp")),
            "{} does things",
            file.display()
        );
    }
}

#[test]
fn no_file_is_longer_than_four_hundred_lines() {
    for (file, text) in workspace() {
        assert!(text.lines().count() < MAX_LINES, "{} has {} lines", file.display(), text.lines().count());
    }
}

#[test]
fn no_name_says_nothing() {
    for (file, text) in workspace() {
        let stem = file.file_stem().unwrap().to_str().unwrap();
        assert!(!SAY_NOTHING.contains(&stem), "{}", file.display());
        for line in text.lines().map(str::trim_start) {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            let named = ["struct ", "enum ", "trait "].iter().find_map(|word| line.strip_prefix(word));
            let Some(name) =
                named.map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
            else {
                continue;
            };
            assert!(!SAY_NOTHING_EITHER.iter().any(|end| name.ends_with(end)), "{}: {name}", file.display());
        }
    }
}

#[test]
fn a_statement_on_a_workspaces_data_names_the_workspace_or_says_why_not() {
    for (file, text) in workspace().into_iter().filter(|(file, _)| file.starts_with("placet/src/store")) {
        let statements =
            text.split("statements! {").nth(1).and_then(|rest| rest.split("\n}").next()).unwrap_or_default();
        let mut reason = "";
        for line in statements.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix("///") {
                reason = comment;
            } else if line.contains(" = \"") {
                let own =
                    ["installation.rs", "job.rs", "workspace.rs"].iter().any(|name| file.ends_with(name));
                let names_it =
                    line.contains("workspace_id") || statement(statements, line).contains("workspace_id");
                assert!(
                    own || names_it || reason.trim_start().starts_with("Not by workspace"),
                    "{}: {line}",
                    file.display()
                );
                reason = "";
            }
        }
    }
}

/// The whole of a statement that begins on this line.
fn statement<'t>(text: &'t str, line: &str) -> &'t str {
    let start = text.find(line).unwrap_or(0);
    text[start..].split_once("\";").map_or(&text[start..], |(statement, _)| statement)
}
