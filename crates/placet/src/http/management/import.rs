//! Files of rows that other places wrote.

pub(in crate::http) mod describe;

use std::fs::File;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::Response;
use futures_util::StreamExt as _;

use crate::actions::import::{self, News, Order, Outcome, Refusal, What};
use crate::app::App;
use crate::domain::error::{Error, Problems, Result};
use crate::domain::json::Json;
use crate::domain::table::Format;
use crate::http::error::{ApiError, ProblemError, json};
use crate::http::extract::{Owner, PathPart};
use crate::http::query::Query;

/// The largest file that is taken over HTTP; the command takes any.
const MAX_FILE: u64 = 4 * 1024 * 1024 * 1024;
/// How long nothing may come.
const SILENCE: Duration = Duration::from_secs(30);
/// Refusals in an answer.
const LISTED: usize = 1000;

/// `POST /api/v1/imports/{what}`
pub(in crate::http) async fn create(
    State(app): State<Arc<App>>,
    Owner(workspace, by): Owner,
    what: Result<PathPart<String>, ApiError>,
    uri: Uri,
    body: Body,
) -> Result<Response, ProblemError> {
    let PathPart(word) = what.map_err(|ApiError(error)| error)?;
    let what = What::from_word(&word).ok_or(Error::NotFound("Path"))?;
    let query = Query::of(&uri)?;
    let mut problems = Problems::default();
    let order = Order {
        workspace,
        what,
        format: query.read("format", &mut problems, "must be csv or jsonl", Format::from_word),
        by,
        is_dry_run: query.flag("dry_run", &mut problems).unwrap_or(false),
        skips_refused: query.flag("skip_refused", &mut problems).unwrap_or(false),
    };
    let order = problems.or(order)?;
    let file = receive(body).await?;
    let mut refusals = Vec::new();
    let mut hear = |news| {
        if let News::Refused(refusal) = news
            && refusals.len() < LISTED
        {
            refusals.push(refusal);
        }
    };
    let outcome = import::run(&app, &order, &file, &mut hear).await?;
    Ok(json(StatusCode::OK, &shape(&order, outcome, refusals)))
}

/// Keeps the body in a file without a name, because it is read twice.
async fn receive(body: Body) -> Result<File> {
    let mut file = import::nameless_file()?;
    let (mut chunks, mut length) = (body.into_data_stream(), 0);
    loop {
        let next = tokio::time::timeout(SILENCE, chunks.next()).await;
        let next = next.map_err(|_| Error::invalid("", "nothing more of the body came for 30 seconds"))?;
        let Some(chunk) = next else { return Ok(file) };
        let chunk = chunk.map_err(|_| Error::invalid("", "the body broke off"))?;
        length += chunk.len() as u64;
        if length > MAX_FILE {
            return Err(Error::TooLarge { limit: usize::try_from(MAX_FILE).unwrap_or(usize::MAX) });
        }
        let cannot =
            |why| Error::Unavailable { retry_after: 60, cause: format!("a body could not be kept: {why}") };
        file.write_all(&chunk).map_err(cannot)?;
    }
}

fn shape(order: &Order, outcome: Outcome, refusals: Vec<Refusal>) -> Json<'static> {
    let Outcome { rows, new, known, refused } = outcome;
    let number = |count: u64| Json::Number(count.to_string().into());
    let refusal =
        |Refusal { line, reason }| Json::object([("line", number(line)), ("reason", Json::text(reason))]);
    Json::object([
        ("what", Json::text(order.what.table().name)),
        ("dry_run", Json::Bool(order.is_dry_run)),
        ("rows", number(rows)),
        ("new", number(new)),
        ("known", number(known)),
        ("refused", number(refused)),
        ("refusals", Json::Array(refusals.into_iter().map(refusal).collect())),
    ])
}
