//! `placet key ...`

use clap::{Subcommand, ValueEnum};

use super::{Answer, Common};
use crate::actions;
use crate::domain::author::Author;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::issued_key::{IssuedKey, KeyDraft};
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
        /// Origin on which browsers may use a public key, such as `https://shop.example`; may be repeated; any if left out
        #[arg(long, value_name = "ORIGIN")]
        allow_origin: Vec<String>,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Kind {
    Private,
    Public,
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        let Command::Create { common, workspace, kind, name, value, allow_origin } = self;
        let kind = match kind {
            Kind::Private => KeyKind::Private,
            Kind::Public => KeyKind::Public,
        };
        common.act(async |app| {
            let draft = KeyDraft::new(kind, &name, value, &allow_origin)?;
            let (IssuedKey { id, .. }, key) =
                actions::key::add(app, WorkspaceId(workspace), &Author::COMMAND, draft).await?;
            let once = if kind == KeyKind::Private { " It is shown this once:" } else { "" };
            let text = format!("Created {} key {id}.{once}\n{key}", kind.word());
            let json = Json::object([
                ("id", Json::text(id)),
                ("kind", Json::text(kind.word())),
                ("key", Json::text(key)),
            ]);
            Ok(Answer { text, json })
        })
    }
}
