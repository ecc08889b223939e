//! `placet widget ...`

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Answer, Common, say_aside};
use crate::actions;
use crate::domain::author::Author;
use crate::domain::error::{Error, Problem, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::widget::WidgetFile;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Publish a widget from a settings file
    Import {
        #[command(flatten)]
        common: Common,
        /// The settings JSON of the widget contract, plus `allowedOrigins`
        file: PathBuf,
        /// Number of the workspace
        #[arg(long, value_name = "ID")]
        workspace: i64,
        /// Number that the widget gets; without it the file's, else the next free one
        #[arg(long, value_name = "N")]
        id: Option<i64>,
    },
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        let Command::Import { common, file, workspace, id } = self;
        let text = read(&file)?;
        let json = Json::parse(&text)
            .map_err(|why| Error::invalid(file.display().to_string(), format!("not valid JSON: {why}")))?;
        let widget = WidgetFile::parse(&json)?;
        let wish = id.map(WidgetId);
        common.act(async |app| {
            let published =
                actions::widget::import(app, WorkspaceId(workspace), widget, wish, &Author::COMMAND).await?;
            for Problem { field, reason } in published.warnings.list() {
                say_aside(&format!("warning: {field}: {reason}"));
            }
            let version = published.version.to_string();
            let text = format!("Published widget {} in version {version}", published.id.0);
            Ok(Answer {
                text,
                json: Json::object([("id", Json::int(published.id.0)), ("version", Json::text(version))]),
            })
        })
    }
}

fn read(file: &Path) -> Result<String> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|why| Error::invalid(name.clone(), why.to_string()))?;
    let text = String::from_utf8(bytes).map_err(|_| Error::invalid(name, "is not UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}
