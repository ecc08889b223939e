//! `placet erase`

use clap::Args;

use super::{Answer, Common};
use crate::actions;
use crate::actions::erasure::{Erased, Outcome, Wish};
use crate::domain::author::Author;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::removal::{Mandate, Reason};

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Number of the workspace
    #[arg(long, value_name = "ID")]
    workspace: i64,
    /// The subject's id, or the consent id of cookie choices
    #[arg(long, value_name = "ID")]
    subject: String,
    /// Why; kept for good, so it must not name the person
    #[arg(long, required_unless_present = "preview")]
    reason: Option<String>,
    /// Also erase what happened: preferences, notices and times, and the proof with them
    #[arg(long)]
    events: bool,
    /// Also erase cookie choices in which the site named its visitor by this id
    #[arg(long)]
    visits: bool,
    /// Say what would be erased, and erase nothing
    #[arg(long)]
    preview: bool,
}

pub(super) fn run(options: Options) -> Result<()> {
    let Options { common, workspace, subject, reason, events, visits, preview } = options;
    let workspace = WorkspaceId(workspace);
    let wish = Wish { subject, with_events: events, with_visits: visits };
    match reason.filter(|_| !preview) {
        None => common.act(async |app| {
            let erased = actions::erasure::preview(app, workspace, wish).await?;
            Ok(Answer { text: spell("Would erase", &erased), json: erased.to_json() })
        }),
        Some(reason) => {
            let reason = Reason::new(&reason)?;
            common.act(async |app| {
                let mandate = Mandate { reason, by: Author::COMMAND, at: app.clock.now() };
                Ok(answer(&actions::erasure::erase(app, workspace, wish, mandate).await?))
            })
        }
    }
}

fn answer(outcome: &Outcome) -> Answer {
    let mut text = spell("Erased", &outcome.erased);
    if !outcome.is_overwritten {
        text += "\nThe database's log is being read and still holds it: erase again, or wait for the server's daily job";
    }
    Answer { text, json: outcome.to_json() }
}

pub(super) fn spell(verb: &str, erased: &Erased) -> String {
    if erased.is_nothing() {
        return "Nothing is known of this subject: it was erased before, or was never there".into();
    }
    let Erased { consents, events, forms, documents, preferences, answers, subject } = erased;
    let subject = if *subject { "the subject, " } else { "" };
    format!(
        "{verb} {subject}the person of {consents} consents (of {events} also what happened), {preferences} preferences, {forms} forms, {documents} documents, {answers} stored answers"
    )
}
