//! `placet retention`

use clap::Args;

use super::{Answer, Common};
use crate::actions;
use crate::actions::retention::{Coming, Outlook};
use crate::domain::error::Result;
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::retention::{Kept, Retention};
use crate::domain::time::Spelling;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Number of the workspace
    #[arg(long, value_name = "ID")]
    workspace: i64,
    /// Show what would go if proofs were kept for so many months, or forever
    #[arg(long, value_name = "MONTHS", value_parser = super::workspace::kept)]
    keep_proofs_months: Option<Kept>,
    /// Erase what is over now, instead of waiting for the daily job
    #[arg(long, conflicts_with = "keep_proofs_months")]
    now: bool,
}

pub(super) fn run(options: Options) -> Result<()> {
    let Options { common, workspace, keep_proofs_months, now } = options;
    let workspace = WorkspaceId(workspace);
    common.act(async |app| {
        if now {
            let erased = actions::retention::end_proofs(app, workspace).await?;
            let text = if erased.is_nothing() {
                "No proof's time is over".into()
            } else {
                super::erase::spell("Erased", &erased)
            };
            return Ok(Answer { text, json: erased.to_json() });
        }
        let outlook = actions::retention::outlook(app, workspace, keep_proofs_months).await?;
        Ok(Answer { text: spell(&outlook), json: outlook.to_json() })
    })
}

fn spell(outlook: &Outlook) -> String {
    let Outlook { retention: Retention { workspace, widgets }, due, held_subjects, coming } = outlook;
    let time = |kept: Kept| match kept {
        Kept::Months(months) => format!("for {months} months"),
        Kept::ForEver => "for ever".into(),
    };
    let mut lines = vec![format!("Proofs are kept {}", time(*workspace))];
    for (WidgetId(id), kept) in widgets {
        lines.push(format!("Those of widget {id} are kept {}", time(*kept)));
    }
    lines.push(format!("Over now: {due} consents; {held_subjects} subjects are under a legal hold"));
    for Coming { from, to, consents } in coming {
        let [from, to] = [from, to].map(|at| at.spell(Spelling::Seconds));
        lines.push(format!("From {from} to {to}: {consents}"));
    }
    lines.join("\n")
}
