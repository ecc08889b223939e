//! `placet import`

mod server;

use std::cell::Cell;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::export::{FormatName, cannot_write, create};
use super::{Answer, Common, say_aside};
use crate::actions::import::{self, News, Order, Outcome, Refusal, What};
use crate::app::App;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::time::Timestamp;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Consents from a file
    Consents(Options),
    /// Subjects from a file
    Subjects(Options),
    /// Versions of notices from a file
    #[command(name = "legal_notices")]
    LegalNotices(Options),
    /// Everything that a server with the same consent API has
    Iubenda(server::Options),
}

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// The file: CSV with a line of names, or a JSON object per line
    file: PathBuf,
    /// Number of the workspace
    #[arg(long, value_name = "ID")]
    workspace: i64,
    /// How the file is written; without it, what begins with { is jsonl
    #[arg(long)]
    format: Option<FormatName>,
    /// Check every row, and store nothing
    #[arg(long)]
    dry_run: bool,
    /// Store the rows that are good, although others are refused
    #[arg(long)]
    skip_refused: bool,
    /// Write every refused row to this file, which must not exist: line and reason, as CSV
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        match self {
            Command::Consents(options) => run(What::Consents, options),
            Command::Subjects(options) => run(What::Subjects, options),
            Command::LegalNotices(options) => run(What::LegalNotices, options),
            Command::Iubenda(options) => server::run(options),
        }
    }
}

/// How often progress is told.
const EVERY_MS: i64 = 1000;
/// Refused rows that are named on the terminal.
const NAMED: usize = 20;

fn run(what: What, options: Options) -> Result<()> {
    let Options { common, file, workspace, format, dry_run, skip_refused, report } = options;
    let order = Order {
        workspace: WorkspaceId(workspace),
        what,
        format: format.map(Into::into),
        by: Author::COMMAND,
        is_dry_run: dry_run,
        skips_refused: skip_refused,
    };
    let opened = File::open(&file)
        .map_err(|why| Error::invalid("file", format!("cannot read {}: {why}", file.display())))?;
    let refused = Cell::new(0);
    common.act(async |app| {
        let mut teller = Teller::begin(app, report.as_deref())?;
        let outcome = import::run(app, &order, &opened, &mut |news| teller.hear(news)).await;
        teller.end()?;
        let outcome = match outcome {
            // The rows have been named already.
            Err(Error::Invalid(problems)) if teller.refused > 0 => {
                let first = problems.list().first().map(|problem| problem.reason.clone());
                Err(Error::Conflict(format!(
                    "{}. With --skip-refused, the good ones are stored",
                    first.unwrap_or_default()
                )))
            }
            other => other,
        }?;
        refused.set(outcome.refused);
        Ok(answer(&order, outcome))
    })?;
    match refused.get() {
        0 => Ok(()),
        _ if skip_refused => Ok(()),
        // Whoever asks in a script whether a file can be imported must not hear yes.
        count => Err(Error::Conflict(format!("{count} rows would be refused, so nothing would be stored"))),
    }
}

fn answer(order: &Order, outcome: Outcome) -> Answer {
    let Outcome { rows, new, known, refused } = outcome;
    let noun = order.what.table().name;
    let verb = if order.is_dry_run { "would be stored" } else { "stored" };
    Answer {
        text: format!("{rows} {noun}: {new} {verb}, {known} there already, {refused} refused"),
        json: outcome_json(order, outcome),
    }
}

fn outcome_json(order: &Order, outcome: Outcome) -> Json<'static> {
    let Outcome { rows, new, known, refused } = outcome;
    let number = |count: u64| Json::Number(count.to_string().into());
    Json::object([
        ("what", Json::text(order.what.table().name)),
        ("dry_run", Json::Bool(order.is_dry_run)),
        ("rows", number(rows)),
        ("new", number(new)),
        ("known", number(known)),
        ("refused", number(refused)),
    ])
}

/// Tells people how far an import is, and notes what is refused.
struct Teller<'a> {
    app: &'a App,
    report: Option<(&'a Path, BufWriter<File>)>,
    fault: Option<Error>,
    refused: usize,
    told: Timestamp,
}

impl<'a> Teller<'a> {
    fn begin(app: &'a App, report: Option<&'a Path>) -> Result<Teller<'a>> {
        let open = |path| -> Result<_> {
            let mut file = BufWriter::new(create(path)?);
            file.write_all(b"line,reason\r\n").map_err(|why| cannot_write(path, &why))?;
            Ok((path, file))
        };
        let report = report.map(open).transpose()?;
        Ok(Teller { app, report, fault: None, refused: 0, told: app.clock.now() })
    }

    fn hear(&mut self, news: News) {
        match news {
            News::Refused(refusal) => self.refuse(&refusal),
            News::Checked(rows) => self.tell(rows, "checked"),
            News::Stored(rows) => self.tell(rows, "stored"),
        }
    }

    fn refuse(&mut self, refusal: &Refusal) {
        self.refused += 1;
        let Refusal { line, reason } = refusal;
        if let Some((path, file)) = &mut self.report {
            let quoted = reason.replace('"', "\"\"");
            if let Err(why) = write!(file, "{line},\"{quoted}\"\r\n") {
                self.fault.get_or_insert(cannot_write(path, &why));
            }
        }
        if self.refused <= NAMED {
            say_aside(&if *line == 0 { reason.clone() } else { format!("line {line}: {reason}") });
        } else if self.refused == NAMED + 1 && self.report.is_none() {
            say_aside("and more: --report FILE names them all");
        }
    }

    fn tell(&mut self, rows: u64, verb: &str) {
        let now = self.app.clock.now();
        if now.0 - self.told.0 >= EVERY_MS {
            self.told = now;
            say_aside(&format!("{rows} rows {verb}"));
        }
    }

    fn end(&mut self) -> Result<()> {
        if let Some((path, file)) = &mut self.report
            && let Err(why) = file.flush()
        {
            self.fault.get_or_insert(cannot_write(path, &why));
        }
        self.fault.take().map_or(Ok(()), Err)
    }
}
