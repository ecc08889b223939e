//! How long proofs are kept, what will go, and when.

pub(in crate::http) mod describe;

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;

use crate::actions;
use crate::app::App;
use crate::domain::error::{Problems, Result};
use crate::domain::retention::Kept;
use crate::http::error::{ProblemError, json};
use crate::http::extract::Reader;
use crate::http::query::Query;

/// `GET /api/v1/retention`
pub(in crate::http) async fn get(
    State(app): State<Arc<App>>,
    Reader(workspace): Reader,
    uri: Uri,
) -> Result<Response, ProblemError> {
    let query = Query::of(&uri)?;
    let mut problems = Problems::default();
    let must_be = "must be a number of months from 1 to 1200, or forever";
    let instead = query.read("keeps_proofs_months", &mut problems, must_be, Kept::of_text);
    let instead = problems.or(instead)?;
    let outlook = actions::retention::outlook(&app, workspace, instead).await?;
    Ok(json(StatusCode::OK, &outlook.to_json()))
}
