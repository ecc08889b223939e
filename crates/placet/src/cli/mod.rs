//! The command line: one file per noun, answers for people or, with `--json`, one JSON object for programs.

mod backup;
mod configuration;
mod doctor;
mod erase;
mod export;
mod generate;
mod import;
mod key;
mod member;
mod notice;
mod restraint;
mod retention;
mod serve;
mod services;
mod subject;
mod widget;
mod workspace;

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand};

use crate::app::{App, Clock, Random};
use crate::config::{Data, Edge};
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;
use crate::domain::restraint::RestraintKind;
use crate::{http, store};

#[derive(Parser)]
#[command(name = "placet", version, about = "Consent you can prove: a self-hosted consent platform")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until stopped
    Serve(serve::Options),
    /// Workspaces: a customer's space each
    #[command(subcommand)]
    Workspace(workspace::Command),
    /// API keys
    #[command(subcommand)]
    Key(key::Command),
    /// People who sign in to the dashboard
    #[command(subcommand)]
    Member(member::Command),
    /// Subjects
    #[command(subcommand)]
    Subject(subject::Command),
    /// Legal notices
    #[command(subcommand)]
    Notice(notice::Command),
    /// Cookie banners
    #[command(subcommand)]
    Widget(widget::Command),
    /// Erase what is known of a subject; what happened stays, without the person
    Erase(erase::Options),
    /// Legal holds: nothing of a subject is erased
    #[command(subcommand)]
    Hold(restraint::Command),
    /// Restrictions of processing: a subject is listed for owners only
    #[command(subcommand)]
    Restriction(restraint::Command),
    /// Show which proofs will be erased because their time is over, and when
    Retention(retention::Options),
    /// Write the embedded database anew, without free space; requests wait meanwhile
    Compact(Common),
    /// The library of well-known services
    #[command(subcommand)]
    Services(services::Command),
    /// Look for faults of the installation, or of a page on which the widget does not appear
    Doctor(doctor::Options),
    /// Print the description of the HTTP API: OpenAPI 3.1, as JSON
    Openapi,
    /// Write everything that the installation has to a file, while a server goes on
    Backup(backup::Options),
    /// Fill an empty data folder or database from a backup
    Restore(backup::Options),
    /// Write everything that passes a filter to a file
    Export(export::Options),
    /// Take over what another place has recorded
    #[command(subcommand)]
    Import(import::Command),
    /// Print a page about every option: Markdown
    #[command(hide = true)]
    Configuration,
    /// Fill a workspace with made-up consents, to try how it behaves with many
    Generate(generate::Options),
}

/// What every command but `serve` takes.
#[derive(Args)]
struct Common {
    #[command(flatten)]
    data: Data,
    /// Answer with one JSON object on standard output
    #[arg(long)]
    json: bool,
}

/// An answer: for people, and for programs.
struct Answer {
    text: String,
    json: Json<'static>,
}

/// Runs the command that the process was started with.
#[must_use]
pub fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(options) => serve::run(options),
        Command::Workspace(command) => command.run(),
        Command::Key(command) => command.run(),
        Command::Member(command) => command.run(),
        Command::Subject(command) => command.run(),
        Command::Notice(command) => command.run(),
        Command::Widget(command) => command.run(),
        Command::Erase(options) => erase::run(options),
        Command::Hold(command) => command.run(RestraintKind::Hold),
        Command::Restriction(command) => command.run(RestraintKind::Restriction),
        Command::Retention(options) => retention::run(options),
        Command::Compact(common) => compact(&common),
        Command::Services(command) => command.run(),
        Command::Doctor(options) => doctor::run(options),
        Command::Openapi => say(&http::openapi()),
        Command::Backup(options) => backup::make(&options),
        Command::Restore(options) => backup::restore(&options),
        Command::Export(options) => export::run(options),
        Command::Import(command) => command.run(),
        Command::Configuration => say(configuration::page(Cli::command()).trim_end()),
        Command::Generate(options) => generate::run(options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say_aside(&format!("placet: {error}"));
            ExitCode::FAILURE
        }
    }
}

impl Common {
    /// Opens the store, runs an action, and prints its answer.
    fn act(&self, action: impl AsyncFnOnce(&App) -> Result<Answer>) -> Result<()> {
        let Answer { text, json } = self.run(action)?;
        say(&if self.json { json.to_string() } else { text })
    }

    /// Opens the store and runs an action. A server may be running on the same data.
    fn run<T>(&self, action: impl AsyncFnOnce(&App) -> Result<T>) -> Result<T> {
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::internal)?;
        let (store, threads) = store::open(&self.data.address(), Random.bytes())?;
        let app = App::new(store, Clock::System, Edge::default());
        let result = runtime.block_on(action(&app));
        drop(app);
        drop(threads);
        result
    }
}

/// Free space may keep copies of what was erased.
fn compact(common: &Common) -> Result<()> {
    common.act(async |app| {
        let is_done = app.store.compact().await?;
        let text =
            if is_done { "Written anew" } else { "Written anew, but its log is being read: try again" };
        Ok(Answer { text: text.into(), json: Json::object([("compacted", Json::Bool(is_done))]) })
    })
}

/// Prints a line on standard output; a reader that has gone is an error, not a panic.
fn say(line: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{line}").map_err(Error::internal)
}

/// Prints a line on standard error: what is wrong, or how far it is. The answer is not among these.
fn say_aside(line: &str) {
    // Without standard error there is nobody left to tell.
    let _ = writeln!(std::io::stderr(), "{line}");
}
