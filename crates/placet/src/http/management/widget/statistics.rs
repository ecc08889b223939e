//! The numbers of a widget.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use super::{Id, id_of};
use crate::actions;
use crate::app::App;
use crate::domain::error::{Problems, Result};
use crate::domain::statistics::Day;
use crate::http::error::{ProblemError, json};
use crate::http::extract::Reader;
use crate::http::query::Query;

/// Days that are shown if nothing is said.
const USUAL: i64 = 30;
/// The most days of one answer.
const MOST: i64 = 400;

/// `GET /api/v1/widgets/{id}/statistics`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    id: Id,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let days = days(&Query::of(&uri)?, Day::of(app.clock.now()))?;
    Ok(json(StatusCode::OK, &actions::statistics::read(&app, workspace, id_of(&id)?, days).await?))
}

fn days(query: &Query, today: Day) -> Result<(Day, Day)> {
    let mut problems = Problems::default();
    let must_be = "must be a day such as 2026-03-01";
    let last = query.read("to", &mut problems, must_be, Day::parse).unwrap_or(today);
    let first = query.read("from", &mut problems, must_be, Day::parse).unwrap_or(Day(last.0 - USUAL + 1));
    if first > last {
        problems.add("from", "must not be after to");
    } else if last.0 - first.0 >= MOST {
        problems.add("from", format!("must be at most {MOST} days before to"));
    }
    problems.or((first, last))
}
