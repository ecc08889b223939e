//! `placet import iubenda`

use std::cell::Cell;
use std::io::Read as _;

use clap::Args;

use super::super::{Answer, Common, say_aside};
use super::Teller;
use crate::actions::import::{self, Counts, Server, Taken};
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::Json;

#[derive(Args)]
pub(in crate::cli) struct Options {
    #[command(flatten)]
    common: Common,
    /// Number of the workspace
    #[arg(long, value_name = "ID")]
    workspace: i64,
    /// Address of the server
    #[arg(long, default_value = "https://consent.iubenda.com", value_name = "URL")]
    url: String,
    /// Private key of that server; in the variable or on standard input it is in no process list
    #[arg(long, env = "PLACET_IMPORT_KEY", hide_env_values = true, required_unless_present = "key_stdin")]
    key: Option<String>,
    /// Read the key from standard input
    #[arg(long, conflicts_with = "key")]
    key_stdin: bool,
}

pub(super) fn run(options: Options) -> Result<()> {
    let Options { common, workspace, url, key, key_stdin: _ } = options;
    let key = key.map_or_else(read_key, Ok)?;
    let server = Server::new(&url, &key)?.telling(say_aside);
    let refused = Cell::new(0);
    common.act(async |app| {
        let mut teller = Teller::begin(app, None)?;
        let taken =
            import::take_over(app, WorkspaceId(workspace), &server, &mut |news| teller.hear(news)).await?;
        refused.set(taken.refused());
        Ok(answer(&url, taken))
    })?;
    match refused.get() {
        0 => Ok(()),
        // Whoever runs this in a script must not take it for the whole.
        count => Err(Error::invalid(
            "",
            format!(
                "{count} of them could not be taken over; run it again when the reasons are gone: what is here stays as it is"
            ),
        )),
    }
}

fn read_key() -> Result<String> {
    let mut key = String::new();
    let read = std::io::stdin().take(8192).read_to_string(&mut key);
    read.map_err(|_| Error::invalid("key", "standard input is not UTF-8"))?;
    Ok(key.trim().to_owned())
}

fn answer(url: &str, taken: Taken) -> Answer {
    let Taken { documents, legal_notices, subjects, consents } = taken;
    let all = [
        ("documents", documents),
        ("legal_notices", legal_notices),
        ("subjects", subjects),
        ("consents", consents),
    ];
    let line = |(name, Counts { new, known, refused }): (&str, Counts)| {
        format!("{name}: {new} stored, {known} there already, {refused} refused")
    };
    Answer {
        text: format!("From {url}\n{}", all.map(line).join("\n")),
        json: Json::object(all.map(|(name, counts)| (name, counts_json(counts)))),
    }
}

fn counts_json(counts: Counts) -> Json<'static> {
    let Counts { new, known, refused } = counts;
    let number = |count: u64| Json::Number(count.to_string().into());
    Json::object([("new", number(new)), ("known", number(known)), ("refused", number(refused))])
}
