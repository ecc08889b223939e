//! Exports of who may do what in a workspace, and of who did.

use super::{Sheet, Sink};
use crate::actions;
use crate::app::App;
use crate::domain::audit::ChangeFilter;
use crate::domain::error::Result;
use crate::domain::id::WorkspaceId;
use crate::domain::issued_key::KEYS;
use crate::domain::json::Json;
use crate::domain::member::MEMBERS;
use crate::domain::short_list::Wanted;
use crate::domain::table::{change_row, key_row, member_row};

const CHANGES: usize = 1000;

pub(super) async fn members(
    app: &App,
    workspace: WorkspaceId,
    wanted: Wanted,
    mut sheet: Sheet,
    sink: &Sink,
) -> Result<()> {
    for member in MEMBERS.find(&wanted, actions::member::list(app, workspace).await?)? {
        sheet.add(&member_row(&member));
    }
    sheet.send(sink).await
}

pub(super) async fn keys(
    app: &App,
    workspace: WorkspaceId,
    wanted: Wanted,
    mut sheet: Sheet,
    sink: &Sink,
) -> Result<()> {
    let now = app.clock.now();
    for key in KEYS.find(&wanted, actions::key::list(app, workspace).await?)? {
        sheet.add(&Json::Object(key_row(&key, now)));
    }
    sheet.send(sink).await
}

pub(super) async fn changes(
    app: &App,
    workspace: WorkspaceId,
    filter: ChangeFilter,
    mut sheet: Sheet,
    sink: &Sink,
) -> Result<()> {
    let mut after = None;
    loop {
        let rows = i64::try_from(CHANGES).unwrap_or(i64::MAX);
        let page = actions::audit::list(app, workspace, filter.clone(), after, rows).await?;
        let is_last = page.len() < CHANGES;
        after = page.last().map(|(change, _)| change.id);
        for change in page {
            sheet.add(&change_row(change)?);
        }
        sheet.send(sink).await?;
        if is_last {
            return Ok(());
        }
    }
}
