//! Daily numbers of widgets.

use super::engine::Tx;
use super::row::Value;
use crate::domain::error::Result;
use crate::domain::id::{WidgetId, WorkspaceId};
use crate::domain::statistics::{Counts, Day, Dimension, Line};

statements! {
    ADD = "INSERT INTO widget_statistics (workspace_id, widget_id, day, dimension, value, shown, unanswered, accepted, refused, partly)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (workspace_id, widget_id, day, dimension, value) DO UPDATE SET shown = widget_statistics.shown + excluded.shown,
        unanswered = widget_statistics.unanswered + excluded.unanswered, accepted = widget_statistics.accepted + excluded.accepted,
        refused = widget_statistics.refused + excluded.refused, partly = widget_statistics.partly + excluded.partly";
    READ = "SELECT day, dimension, value, shown, unanswered, accepted, refused, partly FROM widget_statistics
        WHERE workspace_id = $1 AND widget_id = $2 AND day >= $3 AND day <= $4 ORDER BY day, dimension, value";
}

/// Adds numbers to those of a day.
pub fn add(tx: &mut Tx<'_>, workspace: WorkspaceId, widget: WidgetId, line: &Line) -> Result<()> {
    let Line { day, dimension, value, counts } = line;
    let Counts { shown, unanswered, accepted, refused, partly } = counts;
    let values: [Value<'_>; 10] = [
        workspace.0.into(),
        widget.0.into(),
        day.0.into(),
        dimension.word().into(),
        value.into(),
        (*shown).into(),
        (*unanswered).into(),
        (*accepted).into(),
        (*refused).into(),
        (*partly).into(),
    ];
    tx.execute(ADD, &values).map(drop)
}

/// All numbers from one day to another, both included.
pub fn read(
    tx: &mut Tx<'_>,
    workspace: WorkspaceId,
    widget: WidgetId,
    (first, last): (Day, Day),
) -> Result<Vec<Line>> {
    let rows = tx.query(READ, &[workspace.0.into(), widget.0.into(), first.0.into(), last.0.into()])?;
    let mut lines = Vec::with_capacity(rows.len());
    for mut row in rows {
        let Some(dimension) = Dimension::parse(&row.text(1)?) else { continue };
        let counts = Counts {
            shown: row.int(3)?,
            unanswered: row.int(4)?,
            accepted: row.int(5)?,
            refused: row.int(6)?,
            partly: row.int(7)?,
        };
        lines.push(Line { day: Day(row.int(0)?), dimension, value: row.text(2)?, counts });
    }
    Ok(lines)
}
