//! `placet member ...`

use std::io::Read as _;

use clap::{Subcommand, ValueEnum};

use super::{Answer, Common};
use crate::actions;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;
use crate::domain::member::Role;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Create a member who can sign in to the dashboard
    Create {
        #[command(flatten)]
        common: Common,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
        /// E-mail address to sign in with
        #[arg(long)]
        email: String,
        /// owner: everything; editor: widgets and notices; auditor: reads everything, changes nothing
        #[arg(long)]
        role: RoleName,
        /// Read the password from standard input, so that it is in no history and no process list
        #[arg(long, required = true)]
        password_stdin: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum RoleName {
    Owner,
    Editor,
    Auditor,
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        let Command::Create { common, workspace, email, role, password_stdin: _ } = self;
        let role = match role {
            RoleName::Owner => Role::Owner,
            RoleName::Editor => Role::Editor,
            RoleName::Auditor => Role::Auditor,
        };
        let password = read_password()?;
        common.act(async |app| {
            let id = actions::member::create(app, WorkspaceId(workspace), &email, role, &password).await?;
            let text = format!("Created member {id}: {email} ({})", role.word());
            Ok(Answer { text, json: Json::object([("id", Json::int(id))]) })
        })
    }
}

/// One line at most; the line's end is not part of the password.
fn read_password() -> Result<String> {
    let mut password = String::new();
    let read = std::io::stdin().take(8192).read_to_string(&mut password);
    read.map_err(|_| Error::invalid("password", "standard input is not UTF-8"))?;
    Ok(password.trim_end_matches(['\n', '\r']).to_owned())
}
