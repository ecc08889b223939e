//! `placet doctor`

use clap::Args;

use super::{Answer, Common};
use crate::actions;
use crate::actions::doctor::Finding;
use crate::domain::error::{Error, Result};
use crate::domain::json::Json;

#[derive(Args)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,
    /// A page that should show the widget
    #[arg(long, value_name = "PAGE")]
    url: String,
}

/// Fails if anything is wrong, after everything has been said.
pub(super) fn run(options: Options) -> Result<()> {
    let Options { common, url } = options;
    let mut faults = 0;
    common.act(async |app| {
        let findings = actions::doctor::look_at(app, &url).await?;
        faults = findings.iter().filter(|finding| !finding.is_fine).count();
        Ok(answer(&findings))
    })?;
    if faults == 0 {
        Ok(())
    } else {
        Err(Error::Conflict(format!("{faults} of these keep the widget from working as it should")))
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
