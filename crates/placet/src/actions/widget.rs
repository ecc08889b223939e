//! Publishing widgets, and reading them.

use std::sync::Arc;

use uuid::Uuid;

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId, time_ordered};
use crate::domain::json::Json;
use crate::domain::record::{Kind, Publication, SALT_BYTES};
use crate::domain::time::Timestamp;
use crate::domain::widget::{Widget, WidgetFile, WidgetVersion};
use crate::store::{self, Tx};

/// What was published.
pub struct Published {
    /// The widget.
    pub id: WidgetId,
    /// GUID of the version.
    pub version: Uuid,
    /// For the person who imports.
    pub warnings: Vec<String>,
}

/// Publishes a widget from a file, at once. The id is the one wished for, else the file's, else the next free one.
///
/// # Errors
/// [`Error::Conflict`] when the id belongs to another workspace.
pub async fn import(
    app: &App,
    workspace: WorkspaceId,
    file: WidgetFile,
    wish: Option<WidgetId>,
    by: String,
) -> Result<Published> {
    let WidgetFile { id, version, allowed_origins, warnings } = file;
    let (now, random) = (app.clock.now(), app.random);
    app.store.read(move |tx| super::workspace::must_exist(tx, workspace)).await?;
    super::sdk_build::ensure(app, workspace).await?;
    let guid = version.guid();
    let id = app
        .store
        .write(move |tx| {
            super::workspace::must_exist(tx, workspace)?;
            let id = free_id(tx, workspace, wish.or(id))?;
            if !store::widget::has_version(tx, workspace, id, &version.digest)? {
                let record = time_ordered(now, &random.bytes());
                publish(tx, (workspace, id), &version, (record, now, &random.bytes()), &by)?;
            }
            store::widget::put(tx, workspace, id, &version.digest, &allowed_origins, now)?;
            Ok(id)
        })
        .await?;
    app.widgets.forget();
    app.widget_versions.forget();
    app.settings_answers.forget();
    Ok(Published { id, version: guid, warnings })
}

fn free_id(tx: &mut Tx<'_>, workspace: WorkspaceId, wish: Option<WidgetId>) -> Result<WidgetId> {
    let Some(id) = wish else { return store::widget::next_id(tx) };
    match store::widget::owner(tx, id)? {
        Some(owner) if owner != workspace => Err(Error::Conflict(format!(
            "widget id {} belongs to another workspace; choose another with --id",
            id.0
        ))),
        _ => Ok(id),
    }
}

fn publish(
    tx: &mut Tx<'_>,
    (workspace, id): (WorkspaceId, WidgetId),
    version: &WidgetVersion,
    (record, now, salts): (Uuid, Timestamp, &[u8; SALT_BYTES]),
    by: &str,
) -> Result<()> {
    let publication = Publication {
        kind: Kind::WidgetVersion,
        name: Json::text(id.0.to_string()),
        version: Json::text(version.guid().to_string()),
        at: now,
        digest: version.digest,
        by,
        documents: &[],
    };
    store::widget::insert_version(tx, workspace, id, version, record, now)?;
    store::record::insert(tx, workspace, record, Kind::WidgetVersion, &publication.into_groups().seal(salts))
}

/// A widget of a workspace, at most a second old.
///
/// # Errors
/// [`Error::NotFound`], also for another workspace's widget.
pub async fn get(app: &App, workspace: WorkspaceId, id: WidgetId) -> Result<Arc<Widget>> {
    let read = || async move {
        let widget = app.store.read(move |tx| store::widget::get(tx, workspace, id)).await?;
        Ok(widget.map(Arc::new))
    };
    let widget = app.widgets.get_or(&(workspace, id), app.clock.now(), read).await?;
    widget.ok_or(Error::NotFound("Widget"))
}
