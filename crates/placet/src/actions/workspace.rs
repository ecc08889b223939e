//! Workspaces.

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::WorkspaceId;
use crate::domain::workspace::{SettingsChange, Workspace};
use crate::store::{self, Tx};

const MAX_NAME: usize = 100;

/// Creates a workspace.
///
/// # Errors
/// A name that is empty or too long.
pub async fn create(app: &App, name: &str) -> Result<WorkspaceId> {
    let name = checked_name(name)?;
    let (log_id, now) = (app.random.bytes(), app.clock.now());
    app.store.write(move |tx| insert(tx, &name, log_id, now)).await
}

/// Changes settings and gives the workspace as it is then.
///
/// # Errors
/// An unknown workspace; a widget of another one.
pub async fn set(app: &App, workspace: WorkspaceId, change: SettingsChange) -> Result<Workspace> {
    let changed = app
        .store
        .write(move |tx| {
            store::workspace::set(tx, workspace, &change)?;
            for widget in change.widgets_keep_proofs.keys() {
                if store::widget::get(tx, workspace, *widget)?.is_none() {
                    return Err(Error::invalid(
                        format!("widgets.{}", widget.0),
                        "names no widget of this workspace",
                    ));
                }
            }
            store::workspace::get(tx, workspace)?.ok_or(Error::NotFound("Workspace"))
        })
        .await?;
    app.settings.forget();
    Ok(changed)
}

/// A workspace with its settings.
///
/// # Errors
/// An unknown workspace.
pub async fn get(app: &App, workspace: WorkspaceId) -> Result<Workspace> {
    app.store.read(move |tx| store::workspace::get(tx, workspace)).await?.ok_or(Error::NotFound("Workspace"))
}

/// The name without outer white space.
///
/// # Errors
/// When it is empty or too long.
pub fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    if name.is_empty() || name.chars().count() > MAX_NAME || name.contains(char::is_control) {
        return Err(Error::invalid("name", format!("must have 1 to {MAX_NAME} characters")));
    }
    Ok(name.to_owned())
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
