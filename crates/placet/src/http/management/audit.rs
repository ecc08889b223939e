//! The audit log: who changed what.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use uuid::Uuid;

use crate::actions;
use crate::app::App;
use crate::domain::audit::ChangeFilter;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::table::change_row;
use crate::http::error::ProblemError;
use crate::http::extract::Reader;
use crate::http::query::Query;

/// `GET /api/v1/audit`: newest first.
pub(in crate::http) async fn list(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let (filter, after) = (wanted(&query)?, cursor(&query)?);
    let limit = query.limit(50, 500);
    let rows = i64::try_from(limit).map_err(Error::internal)?;
    let changes = actions::audit::list(&app, workspace, filter, after, rows).await?;
    let next = changes.last().filter(|_| changes.len() == limit).map(|(last, _)| last.id.to_string());
    let items = changes.into_iter().map(change_row).collect::<Result<_>>()?;
    Ok(super::page(&uri, items, next.as_deref()))
}

/// Which changes are asked for.
///
/// # Errors
/// Every problem found.
pub(super) fn wanted(query: &Query) -> Result<ChangeFilter> {
    let mut problems = Problems::default();
    let author = query
        .read("author", &mut problems, "must be member:<id>, key:<id> or command", |text| text.parse().ok());
    let text = |name: &str| query.text(name).map(|text| text.replace('\0', "\u{fffd}"));
    let filter = ChangeFilter {
        author,
        action: text("action"),
        target: text("target"),
        from: query.moment("from_time", &mut problems),
        to: query.moment("to_time", &mut problems),
    };
    problems.or(filter)
}

fn cursor(query: &Query) -> Result<Option<Uuid>> {
    let mut problems = Problems::default();
    let after =
        query.read("starting_after", &mut problems, "must be a UUID", |text| Uuid::try_parse(text).ok());
    problems.or(after)
}
