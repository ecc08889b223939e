//! `placet doctor`

use std::path::PathBuf;

use clap::Args;

use super::{Answer, Common, say};
use crate::actions::doctor::certificate::{self, Named};
use crate::actions::doctor::{installation, page};
use crate::app::{App, Clock};
use crate::config::{Encryption, Public};
use crate::domain::error::{Error, Result};
use crate::domain::finding::{Finding, fine, wrong};
use crate::domain::json::Json;
use crate::domain::time::Timestamp;
use crate::http::connections::Certificate;
use crate::store::Address;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// Look at this page, which should show the widget, instead of at the installation
    #[arg(long, value_name = "PAGE")]
    url: Option<String>,
    #[command(flatten)]
    public: Public,
    #[command(flatten)]
    encryption: Encryption,
}

/// Fails if anything is wrong, after everything has been said.
pub(super) fn run(options: Options) -> Result<()> {
    let Options { common, url, public, encryption } = options;
    let (findings, what) = match &url {
        Some(url) => {
            let looked = common.run(async |app| page::look_at(app, url).await)?;
            (looked, "keep the widget from working as it should")
        }
        None => (installation(&common, &public, &encryption), "should be mended"),
    };
    let Answer { text, json } = answer(&findings);
    say(&if common.json { json.to_string() } else { text })?;
    match findings.iter().filter(|finding| !finding.is_fine).count() {
        0 => Ok(()),
        faults => Err(Error::Conflict(format!("{faults} of these {what}"))),
    }
}

fn installation(common: &Common, public: &Public, encryption: &Encryption) -> Vec<Finding> {
    let address = common.data.address();
    let around = around(&address, encryption, (public, Clock::System.now()));
    let inside = common.run(async |app| {
        let database = installation::database(app).await?;
        Ok([database, reach(app, public).await].concat())
    });
    let inside = inside.unwrap_or_else(|why| vec![wrong(unusable(&address, &why))]);
    [around, inside].concat()
}

fn unusable(address: &Address, why: &Error) -> String {
    let remedy = match address {
        Address::Folder(_) => {
            "If it is damaged, stop the server, put the folder aside, and restore a backup into an empty one: placet restore FILE"
        }
        Address::Url(_) => "See whether the server runs, and whether the URL is right",
    };
    format!("The database cannot be used: {why}. {remedy}")
}

/// What can be seen without the database.
fn around(address: &Address, encryption: &Encryption, browsers: (&Public, Timestamp)) -> Vec<Finding> {
    let folder = match address {
        Address::Folder(folder) if folder.exists() => installation::folder(folder),
        Address::Folder(_) | Address::Url(_) => Vec::new(),
    };
    let certificates = encryption.files().map(|files| certificate(files, browsers));
    folder.into_iter().chain(certificates.unwrap_or_default()).collect()
}

fn certificate(
    files: (PathBuf, PathBuf),
    (Public { public_url }, now): (&Public, Timestamp),
) -> Vec<Finding> {
    match Certificate::read(files) {
        Ok(certificate) => {
            let readable = fine("The certificate and its key can be read and belong together");
            let own = certificate.own();
            let examined = own.map(|own| {
                let named = Named { name: "The configured certificate".into(), bytes: &own };
                certificate::examine(&named, public_url.as_deref(), now)
            });
            [readable].into_iter().chain(examined.unwrap_or_default()).collect()
        }
        Err(why) => vec![wrong(why.to_string())],
    }
}

/// Nothing where nobody said how browsers come.
async fn reach(app: &App, Public { public_url }: &Public) -> Vec<Finding> {
    match public_url {
        Some(url) => installation::reach(url, app.clock.now()).await,
        None => Vec::new(),
    }
}

fn answer(findings: &[Finding]) -> Answer {
    let line = |Finding { is_fine, text }: &Finding| {
        format!("{} {text}", if *is_fine { "ok     " } else { "problem" })
    };
    let one = |Finding { is_fine, text }: &Finding| {
        Json::object([("ok", Json::Bool(*is_fine)), ("finding", Json::text(text.clone()))])
    };
    let is_fine = findings.iter().all(|finding| finding.is_fine);
    Answer {
        text: findings.iter().map(line).collect::<Vec<_>>().join("\n"),
        json: Json::object([
            ("ok", Json::Bool(is_fine)),
            ("findings", Json::Array(findings.iter().map(one).collect())),
        ]),
    }
}
