//! `placet configuration`: every option of every command, as a page of the documentation.

use std::fmt::Write as _;

use clap::{Arg, Command};

const HEAD: &str = "# Configuration\n\n\
    Written by `cargo xtask docs` from the program itself; `placet help COMMAND` prints the same. An option of the command \
    line wins over its variable.\n";

/// The page, in Markdown.
pub(super) fn page(mut program: Command) -> String {
    program.build();
    let mut page = HEAD.to_owned();
    add(&mut page, &program, "placet");
    page
}

/// Adds a command that does something, then the commands below it.
fn add(page: &mut String, command: &Command, name: &str) {
    let below =
        || command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
    if below().next().is_none() {
        add_options(page, command, name);
    }
    for command in below() {
        add(page, command, &format!("{name} {}", command.get_name()));
    }
}

fn add_options(page: &mut String, command: &Command, name: &str) {
    let words: Vec<String> = command.get_positionals().map(ToString::to_string).collect();
    let usage = [&[name.to_owned()], &words[..]].concat().join(" ");
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let _ = write!(page, "\n## `{usage}`\n\n{about}.\n");
    let is_listed = |option: &&Arg| {
        !option.is_positional()
            && !option.is_hide_set()
            && !["help", "version"].contains(&option.get_id().as_str())
    };
    let options: Vec<&Arg> = command.get_arguments().filter(is_listed).collect();
    if options.is_empty() {
        return;
    }
    page.push_str("\n| option | variable | default | |\n| --- | --- | --- | --- |\n");
    for option in options {
        add_option(page, option);
    }
}

fn add_option(page: &mut String, option: &Arg) {
    let name = cell(&code(&option.to_string()));
    let variable = option.get_env().map(|name| code(&name.to_string_lossy())).unwrap_or_default();
    let defaults: Vec<_> = option.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    let is_flag = !option.get_action().takes_values();
    let default = match defaults.join(",") {
        value if value.is_empty() || is_flag => String::new(),
        value => code(&value),
    };
    let help = option.get_help().map(ToString::to_string).unwrap_or_default();
    let required = if option.is_required_set() { "Required. " } else { "" };
    let _ = writeln!(page, "| {name} | {variable} | {default} | {required}{} |", cell(&help));
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

/// A bar would end the cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
