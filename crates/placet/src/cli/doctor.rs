//! `placet doctor`

use clap::Args;

use super::{Answer, Common};
use crate::actions::doctor::{installation, page};
use crate::config::{Encryption, Public};
use crate::domain::error::{Error, Result};
use crate::domain::finding::{Finding, fine, wrong};
use crate::domain::json::Json;
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
    let around = if url.is_none() { around(&common.data.address(), &encryption) } else { Vec::new() };
    let mut faults = 0;
    common.act(async |app| {
        let findings = match &url {
            Some(url) => page::look_at(app, url).await?,
            None => [around, installation::database(app).await?, reach(&public).await].concat(),
        };
        faults = findings.iter().filter(|finding| !finding.is_fine).count();
        Ok(answer(&findings))
    })?;
    match (faults, url) {
        (0, _) => Ok(()),
        (_, Some(_)) => {
            Err(Error::Conflict(format!("{faults} of these keep the widget from working as it should")))
        }
        (_, None) => Err(Error::Conflict(format!("{faults} of these should be mended"))),
    }
}

/// What can be seen without opening the database.
fn around(address: &Address, encryption: &Encryption) -> Vec<Finding> {
    let folder = match address {
        Address::Folder(folder) if folder.exists() => installation::folder(folder),
        Address::Folder(_) | Address::Url(_) => Vec::new(),
    };
    folder.into_iter().chain(encryption.files().map(certificate)).collect()
}

fn certificate(files: (std::path::PathBuf, std::path::PathBuf)) -> Finding {
    match Certificate::read(files) {
        Ok(_) => fine("The certificate and its key can be read and belong together"),
        Err(why) => wrong(why.to_string()),
    }
}

/// Nothing where nobody said how browsers come.
async fn reach(Public { public_url }: &Public) -> Vec<Finding> {
    match public_url {
        Some(url) => vec![installation::reach(url).await],
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
