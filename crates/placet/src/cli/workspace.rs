//! `placet workspace ...`

use clap::Subcommand;

use super::{Answer, Common};
use crate::actions;
use crate::domain::error::Result;
use crate::domain::json::Json;

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
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        let Command::Create { common, name } = self;
        common.act(async |app| {
            let id = actions::workspace::create(app, &name).await?;
            let json = Json::object([("id", Json::int(id.0)), ("name", Json::text(name.trim().to_owned()))]);
            Ok(Answer { text: format!("Created workspace {}: {}", id.0, name.trim()), json })
        })
    }
}
