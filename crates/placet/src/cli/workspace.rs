//! `placet workspace ...`

use std::fmt::Write as _;

use clap::{Args, Subcommand, ValueEnum};

use super::{Answer, Common};
use crate::actions;
use crate::domain::address::KeptAddress;
use crate::domain::author::Author;
use crate::domain::error::Result;
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::json::Json;
use crate::domain::retention::Kept;
use crate::domain::workspace::{Workspace, WorkspaceChange, WorkspaceSettings};

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
    /// What is kept of an address that the server finds itself
    #[arg(long)]
    keep_addresses: Option<Addresses>,
    /// For how many months proofs are kept, or forever
    #[arg(long, value_name = "MONTHS", value_parser = kept)]
    keep_proofs_months: Option<Kept>,
    /// The same for one widget, such as 7=24; 7=default is as long as all others
    #[arg(long, value_name = "WIDGET=MONTHS", value_parser = of_widget)]
    widget_keep_proofs_months: Vec<(WidgetId, Option<Kept>)>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Addresses {
    Shortened,
    Whole,
    None,
}

impl From<Addresses> for KeptAddress {
    fn from(kept: Addresses) -> KeptAddress {
        match kept {
            Addresses::Shortened => KeptAddress::Shortened,
            Addresses::Whole => KeptAddress::Whole,
            Addresses::None => KeptAddress::None,
        }
    }
}

/// Reads a number of months, or `forever`.
pub(super) fn kept(text: &str) -> Result<Kept, &'static str> {
    Kept::of_text(text).ok_or("must be a number of months from 1 to 1200, or forever")
}

fn of_widget(text: &str) -> Result<(WidgetId, Option<Kept>), &'static str> {
    const MUST_BE: &str = "must look like 7=24, 7=forever or 7=default";
    let (widget, months) = text.split_once('=').ok_or(MUST_BE)?;
    let widget = widget.parse().map(WidgetId).map_err(|_| MUST_BE)?;
    let kept = if months == "default" { None } else { Some(Kept::of_text(months).ok_or(MUST_BE)?) };
    Ok((widget, kept))
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
        let widgets = &self.widget_keep_proofs_months;
        WorkspaceChange {
            name: self.name.clone(),
            lists_cookie_choices: self.list_cookie_choices.map(bool::from),
            public_may_update: self.public_may_update.map(bool::from),
            maps_notice_names: self.map_notice_names.map(bool::from),
            keeps_addresses: self.keep_addresses.map(KeptAddress::from),
            keeps_proofs: self.keep_proofs_months,
            widgets_keep_proofs: widgets.iter().filter_map(|(id, kept)| Some((*id, (*kept)?))).collect(),
            widgets_keep_as_all: widgets
                .iter()
                .filter(|(_, kept)| kept.is_none())
                .map(|(id, _)| *id)
                .collect(),
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
    let Workspace { name, settings, widgets_keep_proofs } = workspace;
    let WorkspaceSettings {
        lists_cookie_choices,
        public_may_update,
        maps_notice_names,
        keeps_addresses,
        keeps_proofs,
    } = settings;
    let word = |is_on: &bool| if *is_on { "yes" } else { "no" };
    let mut text = format!(
        "Workspace {id}: {name}\nlist-cookie-choices {}\npublic-may-update   {}\nmap-notice-names    {}\nkeep-addresses      {}\nkeep-proofs-months  {}",
        word(lists_cookie_choices),
        word(public_may_update),
        word(maps_notice_names),
        keeps_addresses.word(),
        keeps_proofs.spell()
    );
    for (WidgetId(widget), kept) in widgets_keep_proofs {
        let _ = write!(text, "\nkeep-proofs-months  {} for widget {widget}", kept.spell());
    }
    Answer { text, json: workspace.to_json(id) }
}
