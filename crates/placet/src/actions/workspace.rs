//! Workspaces.

use super::audit::Audit;
use crate::app::App;
use crate::domain::audit::Change;
use crate::domain::author::Author;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::json::{Json, Member};
use crate::domain::workspace::{self, Workspace, WorkspaceChange};
use crate::store::{self, Tx};

/// Creates a workspace.
///
/// # Errors
/// A name that is empty or too long.
pub async fn create(app: &App, name: &str) -> Result<WorkspaceId> {
    let name = workspace::checked_name(name)?;
    let (log_id, now) = (app.random.bytes(), app.clock.now());
    app.store.write(move |tx| insert(tx, &name, log_id, now)).await
}

/// Changes name and settings, and gives the workspace as it is then.
///
/// # Errors
/// An unknown workspace; a widget of another one.
pub async fn set(
    app: &App,
    workspace: WorkspaceId,
    by: &Author,
    change: WorkspaceChange,
) -> Result<Workspace> {
    let audit = Audit::by(app, workspace, by);
    let write = move |tx: &mut Tx<'_>| {
        let get = |tx: &mut Tx<'_>| store::workspace::get(tx, workspace)?.ok_or(Error::NotFound("Workspace"));
        let before = get(tx)?;
        store::workspace::set(tx, workspace, &change)?;
        for widget in change.widgets_keep_proofs.keys() {
            if store::widget::get(tx, workspace, *widget)?.is_none() {
                return Err(Error::invalid(
                    format!("widgets.{}", widget.0),
                    "names no widget of this workspace",
                ));
            }
        }
        let after = get(tx)?;
        if let Some((before, after)) = differences(&before.members(), &after.members()) {
            audit.note(tx, Change::altered("workspace.change", "workspace", before, after))?;
        }
        Ok(after)
    };
    let changed = app.store.write(write).await?;
    app.settings.forget();
    Ok(changed)
}

/// The members that differ, as they were and as they are; `None` if all are equal.
fn differences(
    before: &[Member<'static>],
    after: &[Member<'static>],
) -> Option<(Json<'static>, Json<'static>)> {
    let differs = |(before, after): &(&Member<'static>, &Member<'static>)| before != after;
    let pairs = before.iter().zip(after).filter(differs);
    let (before, after): (Vec<_>, Vec<_>) =
        pairs.map(|(before, after)| (before.clone(), after.clone())).unzip();
    (!before.is_empty()).then_some((Json::Object(before), Json::Object(after)))
}

/// A workspace with its settings.
///
/// # Errors
/// An unknown workspace.
pub async fn get(app: &App, workspace: WorkspaceId) -> Result<Workspace> {
    app.store.read(move |tx| store::workspace::get(tx, workspace)).await?.ok_or(Error::NotFound("Workspace"))
}

pub(super) fn insert(
    tx: &mut Tx<'_>,
    name: &str,
    log_id: [u8; 16],
    now: crate::domain::time::Timestamp,
) -> Result<WorkspaceId> {
    store::installation::end_setup(tx)?;
    match store::workspace::insert(tx, name, log_id, now)? {
        Some(id) => Ok(id),
        None => Err(tx.begin_again()),
    }
}

pub(super) fn must_exist(tx: &mut Tx<'_>, workspace: WorkspaceId) -> Result<()> {
    store::workspace::name(tx, workspace)?.map(drop).ok_or(Error::NotFound("Workspace"))
}
