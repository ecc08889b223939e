//! Origins that asked for a widget and are not on its list.

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::time::Timestamp;

statements! {
    ADD = "INSERT INTO refused_origins (workspace_id, widget_id, origin, count, last_at) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (workspace_id, widget_id, origin) DO UPDATE SET count = refused_origins.count + excluded.count, last_at = excluded.last_at";
    LIST = "SELECT origin, count, last_at FROM refused_origins WHERE workspace_id = $1 AND widget_id = $2 ORDER BY last_at DESC, origin LIMIT $3";
    FORGET = "DELETE FROM refused_origins WHERE workspace_id = $1 AND widget_id = $2 AND origin = $3";
    FORGET_OTHERS = "DELETE FROM refused_origins WHERE workspace_id = $1 AND widget_id = $2 AND origin NOT IN
        (SELECT origin FROM refused_origins WHERE workspace_id = $1 AND widget_id = $2 ORDER BY last_at DESC, origin LIMIT $3)";
}

/// Origins that are kept for each widget.
pub const KEPT: i64 = 100;

/// An origin, how often it was refused, and when last.
pub type Refused = (String, i64, Timestamp);

/// Adds to the count of an origin.
pub fn add(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    widget: WidgetId,
    (origin, count, last_at): &Refused,
) -> Result<()> {
    let values: [Value<'_>; 5] =
        [workspace.0.into(), widget.0.into(), origin.into(), (*count).into(), last_at.0.into()];
    tx.execute(ADD, &values).map(drop)
}

/// Keeps the newest ones only.
pub fn bound(tx: &mut Tx<'_>, workspace: WorkspaceId, widget: WidgetId) -> Result<()> {
    tx.execute(FORGET_OTHERS, &[workspace.0.into(), widget.0.into(), KEPT.into()]).map(drop)
}

/// Refused origins of a widget, the newest first.
pub fn list(tx: &mut Tx<'_>, workspace: WorkspaceId, widget: WidgetId) -> Result<Vec<Refused>> {
    let rows = tx.query(LIST, &[workspace.0.into(), widget.0.into(), KEPT.into()])?;
    rows.into_iter().map(|mut row| Ok((row.text(0)?, row.int(1)?, Timestamp(row.int(2)?)))).collect()
}

/// Forgets an origin.
pub fn forget(tx: &mut Tx<'_>, workspace: WorkspaceId, widget: WidgetId, origin: &str) -> Result<bool> {
    Ok(tx.execute(FORGET, &[workspace.0.into(), widget.0.into(), origin.into()])? > 0)
}
