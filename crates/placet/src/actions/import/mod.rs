//! Importing: rows of a file become records like all others, and say that they were imported.
//!
//! A file is read twice. First every row is checked, against the store and against the other rows; nothing is stored
//! if one is refused, unless that was asked for. Then the rows are stored, a thousand in a transaction. A row is
//! recognised by its id, or by what it says: the same file again adds nothing, so an import that was stopped is begun
//! again from the start.

mod consents;
mod item;
mod legal_notices;
mod repeats;
mod rows;
mod server;
mod subjects;

use std::fs::File;

pub(in crate::actions) use item::{Intake, Item};
pub use repeats::nameless_file;
pub use server::{Counts, Server, Taken, take_over};

use super::audit::Audit;
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::table::{self, Format, Table};
use crate::store::Tx;
use legal_notices::Numbering;
use repeats::Repeats;
use rows::Checked;

/// What is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Consents.
    Consents,
    /// Subjects.
    Subjects,
    /// Versions of notices.
    LegalNotices,
}

/// An import that is asked for.
#[derive(Clone, Debug)]
pub struct Order {
    /// Where the rows go.
    pub workspace: WorkspaceId,
    /// What they are.
    pub what: What,
    /// How the file is written, if that is known.
    pub format: Option<Format>,
    /// Who imports, as the `by` of records.
    pub by: Author,
    /// Only check.
    pub is_dry_run: bool,
    /// Leave out what is refused and store the rest.
    pub skips_refused: bool,
}

/// How far it is, and what is refused.
#[derive(Debug)]
pub enum News {
    /// A row is refused.
    Refused(Refusal),
    /// So many rows have been checked.
    Checked(u64),
    /// So many rows have been gone through and stored.
    Stored(u64),
}

/// A row that is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The line on which it begins.
    pub line: u64,
    /// Why, for people.
    pub reason: String,
}

/// What became of the rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// All rows.
    pub rows: u64,
    /// Rows that are new; stored, unless it was a dry run.
    pub new: u64,
    /// Rows that were there already.
    pub known: u64,
    /// Rows that are refused.
    pub refused: u64,
}

/// Refusals that an error lists.
const LISTED: usize = 100;

impl What {
    /// Reads the word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<What> {
        [What::Consents, What::Subjects, What::LegalNotices]
            .into_iter()
            .find(|what| what.table().name == word)
    }

    /// What its rows look like.
    #[must_use]
    pub fn table(self) -> &'static Table {
        match self {
            What::Consents => &table::CONSENTS,
            What::Subjects => &table::SUBJECTS,
            What::LegalNotices => &table::LEGAL_NOTICES,
        }
    }
}

/// Imports a file, and tells `tell` what happens.
///
/// # Errors
/// [`Error::Invalid`] with the first refusals when rows are refused and that was not asked for; nothing is stored then.
/// A file that cannot be read; an unknown workspace.
pub async fn run(
    app: &App,
    order: &Order,
    file: &File,
    tell: &mut (dyn FnMut(News) + Send),
) -> Result<Outcome> {
    super::workspace::get(app, order.workspace).await?;
    let (checked, first) = check(app, order, file, tell).await?;
    if order.is_dry_run {
        return Ok(checked);
    }
    if checked.refused > 0 && !order.skips_refused {
        return Err(refused(checked, &first));
    }
    store(app, order, file, tell).await
}

fn refused(outcome: Outcome, first: &[Refusal]) -> Error {
    let mut problems = Problems::default();
    let Outcome { rows, refused, .. } = outcome;
    problems.add("", format!("{refused} of {rows} rows are refused, so nothing was stored"));
    for Refusal { line, reason } in first {
        problems.add(format!("lines[{line}]"), reason.clone());
    }
    Error::Invalid(problems)
}

/// Checks all rows; gives the first refusals too.
async fn check(
    app: &App,
    order: &Order,
    file: &File,
    tell: &mut (dyn FnMut(News) + Send),
) -> Result<(Outcome, Vec<Refusal>)> {
    let intake = Intake::new(app, order);
    let (mut outcome, mut first) = (Outcome::default(), Vec::new());
    let (mut repeats, mut numbering) = (Repeats::begin()?, Numbering::default());
    let mut batches = rows::examine(app, order, file)?;
    while let Some(batch) = batches.next().await? {
        outcome.rows += batch.len() as u64;
        let (examined, mut refusals) = rows::apart(batch);
        let states = intake.look_up(app, &examined).await?;
        for (Checked { line, item }, state) in examined.into_iter().zip(states) {
            let state = match (state, item.notice()) {
                (Ok(false), Some(notice)) => numbering.note(line, notice).map(|()| false),
                (state, _) => state,
            };
            match state {
                Ok(true) => outcome.known += 1,
                Ok(false) => {
                    outcome.new += 1;
                    repeats.note(line, item.identity(), item.fingerprint())?;
                }
                Err(reason) => refusals.push(Refusal { line, reason }),
            }
        }
        refusals.sort_by_key(|refusal| refusal.line);
        report(refusals, &mut outcome, &mut first, tell);
        tell(News::Checked(outcome.rows));
    }
    let again = repeats.find()?;
    outcome.known += again.repeated;
    outcome.new -= again.repeated + again.contradicting.len() as u64;
    report(again.contradicting, &mut outcome, &mut first, tell);
    Ok((outcome, first))
}

fn report(
    refusals: Vec<Refusal>,
    outcome: &mut Outcome,
    first: &mut Vec<Refusal>,
    tell: &mut (dyn FnMut(News) + Send),
) {
    for refusal in refusals {
        outcome.refused += 1;
        if first.len() < LISTED {
            first.push(refusal.clone());
        }
        tell(News::Refused(refusal));
    }
}

/// Stores all rows that are good.
async fn store(
    app: &App,
    order: &Order,
    file: &File,
    tell: &mut (dyn FnMut(News) + Send),
) -> Result<Outcome> {
    let intake = Intake::new(app, order);
    let mut outcome = Outcome::default();
    let mut batches = rows::make(app, order, file)?;
    while let Some(batch) = batches.next().await? {
        outcome.rows += batch.len() as u64;
        let (made, refusals) = rows::apart(batch);
        outcome.refused += refusals.len() as u64;
        let (lines, items): (Vec<u64>, Vec<_>) =
            made.into_iter().map(|Checked { line, item }| (line, item)).unzip();
        for (line, stored) in lines.into_iter().zip(intake.store(app, items).await?) {
            match stored {
                Ok(true) => outcome.new += 1,
                Ok(false) => outcome.known += 1,
                // It was good when it was checked: something came in meanwhile.
                Err(why) => {
                    outcome.refused += 1;
                    tell(News::Refused(Refusal { line, reason: why.to_string() }));
                }
            }
        }
        tell(News::Stored(outcome.rows));
    }
    app.notices.forget();
    let Outcome { rows: _, new, known, refused } = outcome;
    note(app, (order.workspace, &order.by), order.what.table().name, Counts { new, known, refused }).await?;
    Ok(outcome)
}

/// Tells the audit log how many rows were taken in, and of what.
async fn note(
    app: &App,
    (workspace, by): (WorkspaceId, &Author),
    what: &'static str,
    counts: Counts,
) -> Result<()> {
    let audit = Audit::by(app, workspace, by);
    let write = move |tx: &mut Tx<'_>| audit.note(tx, Change::made("import", what, counts.to_json()));
    app.store.write(write).await
}
