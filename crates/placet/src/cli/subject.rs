//! `placet subject ...`

use std::path::PathBuf;

use clap::Subcommand;

use super::export::to_file;
use super::{Answer, Common};
use crate::actions::subject_file;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Write everything known of a subject to an archive, for a person who asks for it
    File {
        #[command(flatten)]
        common: Common,
        /// The subject's id, or the consent id of a visitor
        id: String,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
        /// The zip archive to be written; it must not exist
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        let Command::File { common, id, workspace, out } = self;
        common.act(async |app| {
            let work = |sink| subject_file::run(app, WorkspaceId(workspace), id, sink);
            let bytes = to_file(&out, work).await?;
            let file = out.display().to_string();
            let text = format!("Wrote {bytes} bytes to {file}");
            let bytes = Json::Number(bytes.to_string().into());
            Ok(Answer { text, json: Json::object([("file", Json::text(file)), ("bytes", bytes)]) })
        })
    }
}
