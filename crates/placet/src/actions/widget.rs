//! Widgets: reading what is in use, and what the steps to it have in common.

pub mod draft;
pub mod origin;
pub mod publish;
pub mod services;

use std::sync::Arc;

pub use publish::{Published, import};

use crate::app::App;
use crate::domain::error::{Error, Result};
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::widget::Widget;
use crate::store;

/// A widget of a workspace, at most a second old.
///
/// # Errors
/// [`Error::NotFound`], also for another workspace's widget, and for one that was never published.
pub async fn get(app: &App, workspace: WorkspaceId, id: WidgetId) -> Result<Arc<Widget>> {
    find(app, workspace, id).await?.ok_or(Error::NotFound("Widget"))
}

/// The same, if it was ever published.
///
/// # Errors
/// Only those of the store.
pub async fn find(app: &App, workspace: WorkspaceId, id: WidgetId) -> Result<Option<Arc<Widget>>> {
    let read = || async move {
        let widget = app.store.read(move |tx| store::widget::get(tx, workspace, id)).await?;
        Ok(widget.map(Arc::new))
    };
    app.widgets.get_or(&(workspace, id), app.clock.now(), read).await
}

/// A published widget by its id alone, for what anybody may read of it.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn of_anyone(app: &App, id: WidgetId) -> Result<Arc<Widget>> {
    let owner = app.store.read(move |tx| store::widget::owner(tx, id)).await?;
    get(app, owner.ok_or(Error::NotFound("Widget"))?, id).await
}

fn forget(app: &App) {
    app.widgets.forget();
    app.widget_versions.forget();
}
