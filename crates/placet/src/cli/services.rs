//! `placet services ...`

use std::path::PathBuf;

use clap::Subcommand;

use super::{Answer, Common, say_aside};
use crate::actions;
use crate::domain::cookie_database::{self, Found};
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;

#[derive(Subcommand)]
pub(super) enum Command {
    /// Add services to the library from a file of the Open Cookie Database (CSV), for all workspaces
    Import {
        #[command(flatten)]
        common: Common,
        /// The CSV file
        file: PathBuf,
    },
}

impl Command {
    pub(super) fn run(self) -> Result<()> {
        let Command::Import { common, file } = self;
        let name = file.display().to_string();
        let bytes = std::fs::read(&file).map_err(|why| Error::invalid(name, why.to_string()))?;
        let Found { services, left_out } = cookie_database::read(&bytes)?;
        for why in &left_out {
            say_aside(&format!("left out: {why}"));
        }
        common.act(async |app| {
            actions::library::add(app, &services).await?;
            let cookies: usize = services
                .iter()
                .map(|service| service.service.get("cookies").map_or(0, |cookies| cookies.items().len()))
                .sum();
            let number = |count: usize| Json::int(i64::try_from(count).unwrap_or(i64::MAX));
            Ok(Answer {
                text: format!("Added {} services with {cookies} cookies", services.len()),
                json: Json::object([
                    ("services", number(services.len())),
                    ("cookies", number(cookies)),
                    ("left_out", number(left_out.len())),
                ]),
            })
        })
    }
}
