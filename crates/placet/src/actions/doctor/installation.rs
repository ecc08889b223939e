//! Whether an installation can keep what it is given, and be reached.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::certificate;
use crate::app::{App, Fetcher};
use crate::domain::error::Result;
use crate::domain::finding::{Finding, fine, wrong};
use crate::domain::id::WorkspaceId;
use crate::domain::key::KeyKind;
use crate::domain::member::Role;
use crate::domain::time::Timestamp;
use crate::domain::web_address::Reach;
use crate::store::{self, Tx};

/// With less space than this the next busy day may fill the disk.
const LITTLE_SPACE: u64 = 1 << 30;
/// What group and others may do.
const OTHERS: u32 = 0o077;

/// Looks at the database and at what is in it.
///
/// # Errors
/// Only those of the store, such as a database that cannot be opened.
pub async fn database(app: &App) -> Result<Vec<Finding>> {
    let now = app.clock.now();
    let read = move |tx: &mut Tx<'_>| {
        let mut findings = store::health::examine(tx)?;
        let workspaces = store::workspace::ids(tx)?;
        if workspaces.is_empty() {
            findings.push(wrong("There is no workspace: placet workspace create --name NAME"));
        }
        for workspace in workspaces {
            findings.extend(people_and_programs(tx, workspace, now)?);
        }
        Ok(findings)
    };
    app.store.read(read).await
}

fn people_and_programs(tx: &mut Tx<'_>, workspace: WorkspaceId, now: Timestamp) -> Result<Vec<Finding>> {
    let id = workspace.0;
    let has_owner =
        store::member::of_workspace(tx, workspace)?.iter().any(|member| member.role == Role::Owner);
    let keys = store::key::of_workspace(tx, workspace)?;
    let in_use = |kind| keys.iter().any(|key| key.kind == kind && key.works(now));
    let mut findings = Vec::new();
    if !has_owner {
        findings.push(wrong(format!(
            "Nobody can change workspace {id} in the dashboard: placet member create --workspace {id} --email ADDRESS --role owner --password-stdin"
        )));
    }
    for (kind, who) in [(KeyKind::Public, "pages"), (KeyKind::Private, "servers")] {
        if !in_use(kind) {
            let word = kind.word();
            findings.push(wrong(format!(
                "Workspace {id} has no {word} key, so {who} can record nothing: placet key create --workspace {id} --kind {word}"
            )));
        }
    }
    if findings.is_empty() {
        findings.push(fine(format!("Workspace {id} has an owner and keys of both kinds")));
    }
    Ok(findings)
}

/// Looks at the folder of the embedded database.
#[must_use]
pub fn folder(folder: &Path) -> Vec<Finding> {
    vec![privacy(folder), space(folder)]
}

fn privacy(folder: &Path) -> Finding {
    let shown = folder.display();
    match std::fs::metadata(folder).map(|found| found.permissions().mode() & 0o777) {
        Ok(mode) if mode & OTHERS == 0 => fine(format!("Only one account can read the data folder {shown}")),
        Ok(mode) => wrong(format!(
            "Other accounts of this machine can reach the data folder (mode {mode:o}): chmod 700 {shown}"
        )),
        Err(why) => wrong(format!("The data folder {shown} cannot be looked at: {why}")),
    }
}

fn space(folder: &Path) -> Finding {
    let shown = folder.display();
    let free = rustix::fs::statvfs(folder).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
    match free {
        Ok(free) if free >= LITTLE_SPACE => fine(format!("{} MiB are free for the data", free >> 20)),
        Ok(free) => wrong(format!(
            "Only {} MiB are free on the disk of {shown}: once it is full, nothing more is recorded. Make room",
            free >> 20
        )),
        Err(why) => wrong(format!("How much space is free for {shown} cannot be found out: {why}")),
    }
}

/// Asks the server for a sign of life where browsers would.
pub async fn reach(public_url: &str, now: Timestamp) -> Vec<Finding> {
    let address = format!("{}/readyz", public_url.trim_end_matches('/'));
    match Fetcher::new(Reach { loopback: true, anywhere: true }).get(&address).await {
        Ok(_) => {
            let answers = fine(format!("A server answers at {public_url}"));
            [vec![answers], certificate::shown(public_url, now).await].concat()
        }
        Err(why) => vec![wrong(format!(
            "No server answers at {public_url}: {why}. Start it with placet serve, or look at the proxy before it"
        ))],
    }
}
