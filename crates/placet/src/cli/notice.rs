//! `placet notice ...`

use clap::Subcommand;

use super::{Answer, Common};
use crate::actions;
use crate::config;
use crate::domain::author::Author;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::legal_notice_source::Following;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Let a notice follow a page: whenever its readable text has changed, it becomes a new version
    Follow {
        #[command(flatten)]
        common: Common,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
        /// Name of the notice
        #[arg(long)]
        identifier: String,
        /// Address of the page: https, on the public internet
        #[arg(long)]
        url: String,
        /// Language of the page, such as en; without it the notice has one text and no languages
        #[arg(long)]
        language: Option<String>,
        /// How often the page is checked, such as 30m, 24h or 7d [default: 24h]
        #[arg(long, value_name = "TIME")]
        every: Option<String>,
        #[command(flatten)]
        following: config::Following,
    },
    /// Let a notice follow its page no longer; its versions stay
    Unfollow {
        #[command(flatten)]
        common: Common,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
        /// Name of the notice
        #[arg(long)]
        identifier: String,
    },
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        match self {
            Command::Follow { common, workspace, identifier, url, language, every, following } => {
                let reach = following.reach();
                let following = Following::new(&url, language.as_deref(), every.as_deref(), reach)?;
                common.act(async |app| {
                    let workspace = WorkspaceId(workspace);
                    let source = actions::legal_notice_source::follow(
                        app,
                        workspace,
                        &Author::COMMAND,
                        &identifier,
                        following,
                    )
                    .await?;
                    let Following { url, every, .. } = &source.following;
                    let text = format!("{identifier} follows {url}, checked every {}", every.spell());
                    Ok(Answer { text, json: source.to_json() })
                })
            }
            Command::Unfollow { common, workspace, identifier } => common.act(async |app| {
                actions::legal_notice_source::unfollow(
                    app,
                    WorkspaceId(workspace),
                    &Author::COMMAND,
                    &identifier,
                )
                .await?;
                let json = Json::object([("identifier", Json::text(identifier.clone()))]);
                Ok(Answer { text: format!("{identifier} follows nothing"), json })
            }),
        }
    }
}
