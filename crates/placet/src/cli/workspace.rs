//! `placet workspace ...`

use clap::{Args, Subcommand, ValueEnum};

use super::{Answer, Common};
use crate::actions;
use crate::domain::author::Author;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::workspace::{Workspace, WorkspaceChange};

#[derive(Subcommand)]
pub(super) enum Command {
    /// Create a workspace and print its number
    Create {
        #[command(flatten)]
        common: Common,
        /// Name of the workspace
        #[arg(long)]
        name: String,
    },
    /// Change settings of a workspace and print all of them
    Set {
        #[command(flatten)]
        common: Common,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
        #[command(flatten)]
        settings: Settings,
    },
}

#[derive(Args)]
pub(super) struct Settings {
    /// Another name
    #[arg(long)]
    name: Option<String>,
    /// Whether lists of consents that ask for no type also hold cookie choices
    #[arg(long)]
    list_cookie_choices: Option<YesNo>,
    /// Whether a consent with a public key may overwrite a subject that exists, verified included
    #[arg(long)]
    public_may_update: Option<YesNo>,
    /// Whether the predefined names of notices in other languages mean the predefined notices
    #[arg(long)]
    map_notice_names: Option<YesNo>,
}

#[derive(Clone, Copy, ValueEnum)]
enum YesNo {
    Yes,
    No,
}

impl From<YesNo> for bool {
    fn from(answer: YesNo) -> bool {
        matches!(answer, YesNo::Yes)
    }
}

impl Settings {
    fn change(&self) -> WorkspaceChange {
        WorkspaceChange {
            name: self.name.clone(),
            lists_cookie_choices: self.list_cookie_choices.map(bool::from),
            public_may_update: self.public_may_update.map(bool::from),
            maps_notice_names: self.map_notice_names.map(bool::from),
        }
    }
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        match self {
            Command::Create { common, name } => common.act(async |app| {
                let id = actions::workspace::create(app, &name).await?;
                let json =
                    Json::object([("id", Json::int(id.0)), ("name", Json::text(name.trim().to_owned()))]);
                Ok(Answer { text: format!("Created workspace {}: {}", id.0, name.trim()), json })
            }),
            Command::Set { common, workspace, settings } => common.act(async |app| {
                let changed =
                    actions::workspace::set(app, WorkspaceId(workspace), &Author::COMMAND, settings.change())
                        .await?;
                Ok(answer(workspace, &changed))
            }),
        }
    }
}

fn answer(id: i64, workspace: &Workspace) -> Answer {
    let word = |is_on: bool| if is_on { "yes" } else { "no" };
    let text = format!(
        "Workspace {id}: {}\nlist-cookie-choices {}\npublic-may-update   {}\nmap-notice-names    {}",
        workspace.name,
        word(workspace.settings.lists_cookie_choices),
        word(workspace.settings.public_may_update),
        word(workspace.settings.maps_notice_names)
    );
    let mut members = vec![("id".into(), Json::int(id))];
    members.extend(workspace.members());
    Answer { text, json: Json::Object(members) }
}
