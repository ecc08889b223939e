//! `placet hold ...` and `placet restriction ...`

use clap::{Args, Subcommand};

use super::{Answer, Common};
use crate::actions;
use crate::domain::author::Author;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::removal::{Mandate, Reason};
use crate::domain::restraint::{Restraint, RestraintKind};
use crate::domain::time::Spelling;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Put it on a subject
    Set(OnSubject),
    /// Take it from a subject
    Lift(OnSubject),
    /// Show all that are in force
    List {
        #[command(flatten)]
        common: Common,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
    },
}

#[derive(Args)]
pub(super) struct OnSubject {
    #[command(flatten)]
    common: Common,
    /// Number of the workspace
    #[arg(long, value_name = "ID")]
    workspace: i64,
    /// The subject's id, or the consent id of cookie choices
    #[arg(long, value_name = "ID")]
    subject: String,
    /// Why; kept for good, so it must not name the person
    #[arg(long)]
    reason: String,
}

/// Restraints that are read at once.
const PAGE: i64 = 500;

impl Command {
    pub(super) fn run(self, kind: RestraintKind) -> Result<()> {
        match self {
            Command::Set(OnSubject { common, workspace, subject, reason }) => {
                let reason = Reason::new(&reason)?;
                common.act(async |app| {
                    let mandate = Mandate { reason, by: Author::COMMAND, at: app.clock.now() };
                    let set =
                        actions::restraint::set(app, WorkspaceId(workspace), kind, subject, mandate).await?;
                    let text = format!("A {} is in force: {}", kind.word(), line(&set));
                    Ok(Answer { text, json: set.to_json() })
                })
            }
            Command::Lift(OnSubject { common, workspace, subject, reason }) => {
                let reason = Reason::new(&reason)?;
                common.act(async |app| {
                    let mandate = Mandate { reason, by: Author::COMMAND, at: app.clock.now() };
                    let lifted =
                        actions::restraint::lift(app, WorkspaceId(workspace), kind, subject, mandate).await?;
                    let text = format!("Lifted the {}: {}", kind.word(), line(&lifted));
                    Ok(Answer { text, json: lifted.to_json() })
                })
            }
            Command::List { common, workspace } => common.act(async |app| {
                let (mut all, mut after) = (Vec::new(), String::new());
                loop {
                    let page =
                        actions::restraint::list(app, WorkspaceId(workspace), kind, after.clone(), PAGE)
                            .await?;
                    let Some(last) = page.last() else { break };
                    after.clone_from(&last.subject);
                    all.extend(page);
                }
                let lines: Vec<String> = all.iter().map(line).collect();
                let text = if lines.is_empty() {
                    format!("No {} is in force", kind.word())
                } else {
                    lines.join("\n")
                };
                let list = Json::Array(all.iter().map(Restraint::to_json).collect());
                let name = match kind {
                    RestraintKind::Hold => "holds",
                    RestraintKind::Restriction => "restrictions",
                };
                Ok(Answer { text, json: Json::object([(name, list)]) })
            }),
        }
    }
}

fn line(restraint: &Restraint) -> String {
    let Restraint { kind: _, subject, reason, by, at } = restraint;
    format!("{subject}, since {} by {by}: {reason}", at.spell(Spelling::Seconds))
}
