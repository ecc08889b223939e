//! `placet key ...`

use clap::{Subcommand, ValueEnum};

use super::{Answer, Common};
use crate::actions;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::key::KeyKind;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Create a key and print it once
    Create {
        #[command(flatten)]
        common: Common,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
        /// private: server to server, reads and writes; public: browser, writes only
        #[arg(long)]
        kind: Kind,
        /// Name, for people
        #[arg(long, default_value = "")]
        name: String,
        /// Bring an existing key along: 20 to 128 of A-Z a-z 0-9 _ -
        #[arg(long, value_name = "KEY")]
        value: Option<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    Private,
    Public,
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        let Command::Create { common, workspace, kind, name, value } = self;
        let kind = match kind {
            Kind::Private => KeyKind::Private,
            Kind::Public => KeyKind::Public,
        };
        common.act(async |app| {
            let actions::key::Created { id, key } =
                actions::key::create(app, WorkspaceId(workspace), kind, &name, value).await?;
            let text = format!("Created {} key {id}. It is shown this once:\n{key}", kind.word());
            let json = Json::object([
                ("id", Json::text(id)),
                ("kind", Json::text(kind.word())),
                ("key", Json::text(key)),
            ]);
            Ok(Answer { text, json })
        })
    }
}
